"""What does the planner need to know? Records in, values out, and back again.

Instants become whole seconds since 1970 (UTC). Ways are rounded up to whole minutes,
so that every time on a route is one that a clock shows.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.geography import Ways
from booking.models import ConsultationType, Place, PlanningJob
from booking.models.running import zone
from booking.routing import (
    MODES,
    Counsellor,
    Duty,
    Plan,
    Point,
    Unplanned,
    Week,
    with_break,
)
from booking.scheduling import TimeWindow, instant
from booking.services.familiar_faces import familiar
from booking.services.office import decisions
from booking.services.planning_help import interpreters, vehicles
from booking.services.planning_time import moment, seconds
from booking.services.planning_wishes import (
    OF_THE_OFFICE,
    Known,
    Wished,
    kept_apart,
    marked_homes,
    visit_of,
    wished,
)
from booking.services.rota import Rota
from booking.services.route_settings import route_settings

__all__ = ["Facts", "Leg", "OfficeNotFound", "gathered", "kept_change"]

SETUP = 5 * 60  # seconds: find the door, ring, go up
SHORTEST_SHIFT = 40 * 60  # seconds; nobody drives out and back in less
NO_ADDRESS = "no_address"  # a reason beside those of booking.routing
BREAK_AFTER, BREAK = timedelta(hours=6), timedelta(minutes=30)
BREAK_FROM, BREAK_UNTIL = time(11, 30), time(14, 0)


class OfficeNotFound(Exception):
    """Nobody has said where routes begin and end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One stop of a route, in instants; lengths in seconds.

    ``is_second`` says that she comes along to somebody else's visit. ``vehicle`` is
    that of the pool with which she drives.
    """

    request: UUID
    leaves_for_at: datetime
    arrives_at: datetime
    starts_at: datetime
    ends_at: datetime
    back_at: datetime | None
    travel: int
    waiting: int
    is_second: bool = False
    is_pinned: bool = False
    interpreter: int | None = None
    vehicle: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A week as the planner sees it, and what it cannot see: wishes without a point."""

    week: Week
    unplaced: tuple[UUID, ...]
    warnings: tuple[str, ...] = ()  # what it was planned without, as codes
    pinned: frozenset[str] = frozenset()

    @property
    def requests(self) -> list[UUID]:
        """The wishes that were planned with."""
        return [UUID(visit.id) for visit in self.week.visits]

    def routes_of(self, plan: Plan) -> dict[tuple[int, date], list[Leg]]:
        """Return the legs of each counsellor and day, in order."""
        found: defaultdict[tuple[int, date], list[Leg]] = defaultdict(list)
        leads = self._leads(plan)
        for route in sorted(plan.routes, key=lambda one: one.shift_starts):
            day = moment(route.shift_starts).astimezone(zone()).date()
            for stop in route.stops:
                is_last = stop is route.stops[-1]
                found[int(route.counsellor), day].append(
                    Leg(
                        request=UUID(stop.visit),
                        leaves_for_at=moment(stop.leaves_for),
                        arrives_at=moment(stop.arrives),
                        starts_at=moment(stop.starts),
                        ends_at=moment(stop.ends),
                        back_at=moment(route.back) if is_last else None,
                        # Said once for the whole tour, at its last stop.
                        travel=route.travel if is_last else 0,
                        waiting=route.waiting if is_last else 0,
                        is_second=leads[stop.visit] != route.counsellor,
                        is_pinned=stop.visit in self.pinned,
                        interpreter=_number(stop.interpreter),
                        vehicle=_number(route.vehicle),
                    )
                )
        return dict(found)

    def _leads(self, plan: Plan) -> dict[str, str]:
        """Say who leads each visit: of two, who speaks with the client."""
        staff = {one.id: one for one in self.week.counsellors}
        visits = {one.id: one for one in self.week.visits}
        there: defaultdict[str, list[str]] = defaultdict(list)
        for route in plan.routes:
            for stop in route.stops:
                there[stop.visit].append(route.counsellor)

        def dearness(visit: str, one: str) -> tuple[bool, bool, bool, str]:
            wish = visits[visit]
            return (
                wish.interpreters is None and wish.language not in staff[one].languages,
                one != wish.own,
                one not in wish.familiar,
                one,
            )

        return {
            visit: min(those, key=lambda one, visit=visit: dearness(visit, one))  # type: ignore[misc]  # mypy cannot type a default of a lambda
            for visit, those in there.items()
        }

    def travelled(self, ways: Ways) -> "Facts":
        """Return the same week with these travel times."""
        return replace(self, week=replace(self.week, modes=ways.modes, travel=ways))

    def left_over(self, plan: Plan) -> list[dict[str, Any]]:
        """Return whom the plan leaves out and why, as it is kept with the job."""
        unplaced = [
            {"request": str(one), "reason": NO_ADDRESS, "minutes": 0, "others": []}
            for one in self.unplaced
        ]
        return unplaced + [
            {
                "request": one.visit,
                "reason": one.reason.value,
                "minutes": one.minutes,
                "others": list(one.others),
                "change": kept_change(one),
            }
            for one in plan.unplanned
        ]


def kept_change(reason: Unplanned) -> dict[str, Any] | None:
    """Return the least that would help, as it is kept with the job."""
    if reason.change is None:
        return None
    return {
        "counsellor": int(reason.change.counsellor),
        "start": moment(reason.change.start).isoformat(),
        "earlier": reason.change.earlier,
        "later": reason.change.later,
    }


def gathered(session: Session, job: PlanningJob, *, now: datetime) -> Facts:
    """Read what one job plans with, in a fixed number of queries."""
    days = [date.fromisoformat(day) for day in job.days]
    office, decided = decisions(), route_settings(decisions())
    if office.point is None:
        raise OfficeNotFound
    moves = bool((job.terms or {}).get("moves_published"))
    wanted = wished(session, days, moves_published=moves, now=now)
    languages = sorted({row.language for row in wanted.rows if row.interpreter_wanted})
    helpers = interpreters(session, languages, days, now=now)
    known = Known(
        familiar=familiar(session, wanted.rows, days, now=now),
        two=marked_homes(session),
        speaking=helpers.speaking,
        overdue_after=timedelta(weeks=decided.overdue_weeks),
    )
    placed = [(row, point) for row in wanted.rows if (point := row.point)]
    week = Week(
        name=f"{days[0]}",
        office=Point(*office.point),
        setup=SETUP,
        shortest_shift=SHORTEST_SHIFT,
        modes=MODES,
        counsellors=tuple(_team(session, job, days, wanted, now)),
        visits=tuple(
            visit_of(row, point, wanted, known, days, now=now) for row, point in placed
        ),
        costs=decided.costs,
        apart=kept_apart(session, [row for row, _ in placed]),
        interpreters=helpers.all,
        vehicles=vehicles(session, days, moves_published=moves),
    )
    return Facts(
        week,
        tuple(row.uuid for row in wanted.rows if row.point is None),
        pinned=frozenset(str(row.uuid) for row in wanted.rows if row.id in wanted.pins),
    )


def _team(
    session: Session,
    job: PlanningJob,
    days: Sequence[date],
    wanted: Wished,
    now: datetime,
) -> Iterator[Counsellor]:
    """Yield who can be sent: those chosen, and those with whom something is pinned."""
    chosen = {int(one): mode for one, mode in job.modes.items()}
    modes = {**wanted.modes, **chosen}
    rota = Rota.read(session, days, now=now, only=list(modes))
    kind = session.scalars(
        select(ConsultationType.id).where(ConsultationType.place == Place.HOME)
    ).first()
    for one, mode in modes.items():
        if one in rota.maxima:
            freed = wanted.movable.get(one, ())
            yield Counsellor(
                id=str(one),
                languages=rota.languages.get(one, frozenset()) | {OF_THE_OFFICE},
                mode=mode,
                duties=tuple(_duties(rota, one, days, kind or 0, freed, now)),
            )


def _duties(
    rota: Rota,
    one: int,
    days: Iterable[date],
    kind: int,
    freed: Sequence[TimeWindow],
    now: datetime,
) -> Iterator[Duty]:
    for day in days:
        busy = tuple(
            (seconds(window.start), seconds(window.end))
            for window in rota.busy(one, day, without=freed)
        )
        duties = [
            Duty(seconds(max(stretch.start, now)), seconds(stretch.end), busy)
            for stretch in rota.duties(one, day, kind)
            if stretch.end > now
        ]
        yield from with_break(
            duties,
            after=int(BREAK_AFTER.total_seconds()),
            length=int(BREAK.total_seconds()),
            earliest=seconds(instant(day, BREAK_FROM, zone())),
            latest=seconds(instant(day, BREAK_UNTIL, zone())),
        )


def _number(name: str | None) -> int | None:
    return None if name is None else int(name)
