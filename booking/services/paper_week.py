"""What do the drafts of a week look like on paper, where any order can be tried?

Read without a lock and measured outside of any unit of work; whoever then writes
compares versions. The number of queries does not grow with stops or counsellors.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import (
    PlanningJob,
    Role,
    Route,
    StaffMember,
    StaffRole,
    VisitRequest,
)
from booking.models.running import zone
from booking.routing import Kept, OnPaper, Paper, Tour, Week
from booking.scheduling import TimeWindow
from booking.services import known_ways
from booking.services.draft_shots import (
    Key,
    RouteShot,
    drafts_of,
    shots_of,
)
from booking.services.office import decisions
from booking.services.paper_tours import (
    Interval,
    WishNow,
    day_at,
    held,
    kept,
    orders,
)
from booking.services.plan_steps import monday_of
from booking.services.planning_facts import gathered
from booking.services.rota import Rota
from booking.services.travel_settings import travel_settings
from booking.services.travel_times import Known, measured
from booking.services.visit_settings import USUAL_MODE
from booking.services.writing import read_session

DAYS = 7
DECIDES = 100  # against the other drafts of a week


class WeekOver(Exception):
    """Every day of this week lies behind us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperWeek:
    """The drafts of a week, as they stand and as they are driven on paper."""

    week: Week
    paper: Paper
    days: tuple[date, ...]
    shots: Mapping[Key, RouteShot]
    orders: Mapping[Interval, Tour]  # also of intervals in which nobody is visited
    kept: Kept
    wishes: Mapping[str, WishNow]  # by uuid
    names: Mapping[int, str]  # of the counsellors
    modes: Mapping[int, str]
    away: Mapping[int, Sequence[TimeWindow]]

    def key_of(self, interval: Interval) -> Key:
        """Say whose day an interval is part of."""
        return int(interval[0]), day_at(interval[1])

    def version(self, key: Key) -> str:
        """Tell how a counsellor's day stands now."""
        return self.shot(key).version

    def shot(self, key: Key) -> RouteShot:
        """Return her draft of that day, or one without stops."""
        counsellor, day = key
        nothing = RouteShot(
            counsellor=counsellor, day=day, mode=self.modes.get(counsellor, USUAL_MODE)
        )
        return self.shots.get(key, nothing)

    def where(self, visit: str) -> list[Interval]:
        """Return on which tours a visit stands."""
        return [one for one, tour in self.orders.items() if visit in tour.visits]

    def driven(self, orders: Mapping[Interval, Tour], kept: Kept) -> OnPaper:
        """Drive these orders on paper."""
        return self.paper.driven(orders.values(), kept)


def paper_week(day: date, *, now: datetime, wish: UUID | None = None) -> PaperWeek:
    """Read what is left of a day's week, with one wish that may stand on no draft.

    Raises ``WeekOver``, or ``planning_facts.OfficeNotFound``.
    """
    days = _days_ahead(day, now)
    if not days:
        raise WeekOver
    with read_session() as session:
        rows = drafts_of(session, days)
        staff = team(session)
        modes = _modes(staff, rows, wish)
        job = PlanningJob(
            days=[one.isoformat() for one in days],
            modes={str(one): mode for one, mode in modes.items()},
        )
        facts = gathered(session, job, now=now)
        known = known_ways.by_mode(session)
        away = Rota.read(session, days, now=now, only=modes.keys()).away
        wishes = _wishes(session, rows, wish)
    drafts = {(row.counsellor_id, row.day) for row in rows}
    shots = _to_be_changed(shots_of(rows), facts.week, wishes, modes)
    there = {wishes[one.wish].uuid for shot in shots.values() for one in shot.stops}
    asked = {str(one) for one in (*there, wish)}
    week = held(_only(facts.week, asked, drafts - shots.keys()), shots, wishes)
    week = _measured(week, known)
    paper = Paper(week)
    return PaperWeek(
        week=week,
        paper=paper,
        days=days,
        shots=shots,
        orders=orders(paper, shots, wishes),
        kept=kept(week, shots, wishes),
        wishes={str(row.uuid): row for row in wishes.values()},
        names={one: row.name for one, row in staff.items()},
        modes=modes,
        away=away,
    )


def team(session: Session) -> dict[int, StaffMember]:
    """Return everybody who may be sent on a route."""
    rows = session.scalars(
        select(StaffMember)
        .join(StaffRole)
        .where(StaffRole.role == Role.COUNSELLOR, StaffMember.disabled_at.is_(None))
        .order_by(StaffMember.id)
    )
    return {row.id: row for row in rows}


def _days_ahead(day: date, now: datetime) -> tuple[date, ...]:
    monday, today = monday_of(day), now.astimezone(zone()).date()
    week = (monday + timedelta(days=n) for n in range(DAYS))
    return tuple(one for one in week if one >= today)


def _modes(
    staff: Mapping[int, StaffMember], rows: Iterable[Route], wish: UUID | None
) -> dict[int, str]:
    """Say how everybody travels: as on the wish's own draft, or on most, or usually."""
    usual = decisions().modes
    driven: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for row in rows:
        is_its_own = any(stop.visit_request.uuid == wish for stop in row.stops)
        driven[row.counsellor_id][row.mode] += DECIDES if is_its_own else 1
    return {
        one: driven[one].most_common(1)[0][0]
        if one in driven
        else usual.get(str(row.uuid), USUAL_MODE)
        for one, row in staff.items()
    }


def _wishes(
    session: Session, rows: Iterable[Route], wish: UUID | None
) -> dict[int, WishNow]:
    there = {stop.visit_request_id for row in rows for stop in row.stops}
    found = session.execute(
        select(
            VisitRequest.id,
            VisitRequest.uuid,
            VisitRequest.state,
            VisitRequest.own_counsellor_id,
            VisitRequest.crew,
        ).where(VisitRequest.id.in_(there) | (VisitRequest.uuid == wish))
    )
    return {row.id: WishNow(*row) for row in found}


def _to_be_changed(
    shots: Mapping[Key, RouteShot],
    week: Week,
    wishes: Mapping[int, WishNow],
    modes: Mapping[int, str],
) -> dict[Key, RouteShot]:
    """Keep the drafts of which the engine knows every visit, and how she travels."""
    known = {visit.id for visit in week.visits}
    return {
        key: shot
        for key, shot in shots.items()
        if modes.get(shot.counsellor) == shot.mode
        and all(str(wishes[stop.wish].uuid) in known for stop in shot.stops)
    }


def _only(week: Week, visits: Collection[str], left_alone: Collection[Key]) -> Week:
    """Return the week with these visits, and without the days that stay as they are."""
    return replace(
        week,
        visits=tuple(one for one in week.visits if one.id in visits),
        apart=tuple(p for p in week.apart if {p.one, p.other} <= set(visits)),
        counsellors=tuple(
            replace(
                one,
                duties=tuple(
                    duty
                    for duty in one.duties
                    if (int(one.id), day_at(duty.start)) not in left_alone
                ),
            )
            for one in week.counsellors
        ),
    )


def _measured(week: Week, known: Known) -> Week:
    """Return the week with its ways, asked for as long as that takes."""
    decided = travel_settings(decisions())
    ways = measured(week, decided=decided, known=known, alive=lambda: None).ways
    return replace(week, modes=ways.modes, travel=ways)
