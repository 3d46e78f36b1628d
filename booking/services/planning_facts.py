"""What does the planner need to know? Records in, values out, and back again.

Instants become whole seconds since 1970 (UTC). Ways are rounded up to whole minutes,
so that every time on a route is one that a clock shows.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.geography import Ways
from booking.models import (
    ConsultationType,
    PartOfDay,
    Place,
    PlanningJob,
    Route,
    RouteState,
    Stop,
    VisitRequest,
    VisitState,
)
from booking.models.running import zone
from booking.routing import (
    MODES,
    Counsellor,
    Duty,
    Plan,
    Point,
    StartWindow,
    Visit,
    Week,
    with_break,
)
from booking.scheduling import TimeWindow, instant, merged
from booking.services.office import PARTS_OF_DAY, decisions
from booking.services.rota import Rota

A_MINUTE = 60  # seconds
SETUP = 5 * 60  # seconds: find the door, ring, go up
SHORTEST_SHIFT = 40 * 60  # seconds; nobody drives out and back in less
# The office's own language: whoever comes with an interpreter speaks it.
OF_THE_OFFICE = "de"
WAITING = (VisitState.WISHED, VisitState.DECLINED)  # for a day, or for another one
NO_ADDRESS = "no_address"  # a reason beside those of booking.routing
BREAK_AFTER, BREAK = timedelta(hours=6), timedelta(minutes=30)
BREAK_FROM, BREAK_UNTIL = time(11, 30), time(14, 0)


class OfficeNotFound(Exception):
    """Nobody has said where routes begin and end."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One stop of a route, in instants; lengths in seconds."""

    request: UUID
    leaves_for_at: datetime
    arrives_at: datetime
    starts_at: datetime
    ends_at: datetime
    back_at: datetime | None
    travel: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Facts:
    """A week as the planner sees it, and what it cannot see: wishes without a point."""

    week: Week
    unplaced: tuple[UUID, ...]
    warnings: tuple[str, ...] = ()  # what it was planned without, as codes

    @property
    def requests(self) -> list[UUID]:
        """The wishes that were planned with."""
        return [UUID(visit.id) for visit in self.week.visits]

    def routes_of(self, plan: Plan) -> dict[tuple[int, date], list[Leg]]:
        """Return the legs of each counsellor and day, in order."""
        found: defaultdict[tuple[int, date], list[Leg]] = defaultdict(list)
        for route in sorted(plan.routes, key=lambda one: one.shift_starts):
            day = _moment(route.shift_starts).astimezone(zone()).date()
            last = len(route.stops) - 1
            for number, stop in enumerate(route.stops):
                is_last = number == last
                found[int(route.counsellor), day].append(
                    Leg(
                        request=UUID(stop.visit),
                        leaves_for_at=_moment(stop.leaves_for),
                        arrives_at=_moment(stop.arrives),
                        starts_at=_moment(stop.starts),
                        ends_at=_moment(stop.ends),
                        back_at=_moment(route.back) if is_last else None,
                        # Said once for the whole tour, at its last stop.
                        travel=route.travel if is_last else 0,
                        waiting=route.waiting if is_last else 0,
                    )
                )
        return dict(found)

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
            }
            for one in plan.unplanned
        ]


def gathered(session: Session, job: PlanningJob, *, now: datetime) -> Facts:
    """Read what one job plans with, in a fixed number of queries."""
    days = [date.fromisoformat(day) for day in job.days]
    team = [int(one) for one in job.modes]
    rota = Rota.read(session, days, now=now, only=team)
    kind = session.scalars(
        select(ConsultationType.id).where(ConsultationType.place == Place.HOME)
    ).first()
    wishes = list(_wishes(session, days))
    office = decisions().point
    if office is None:
        raise OfficeNotFound
    names = {one: str(one) for one in team}
    week = Week(
        name=f"{days[0]}",
        office=Point(*office),
        setup=SETUP,
        shortest_shift=SHORTEST_SHIFT,
        modes=MODES,
        counsellors=tuple(
            Counsellor(
                id=names[one],
                languages=rota.languages.get(one, frozenset()) | {OF_THE_OFFICE},
                mode=job.modes[names[one]],
                duties=tuple(_duties(rota, one, days, kind or 0, now)),
            )
            for one in team
            if one in rota.maxima
        ),
        visits=tuple(
            _visit(row, point, days, now) for row in wishes if (point := row.point)
        ),
    )
    return Facts(week, tuple(row.uuid for row in wishes if row.point is None))


def _wishes(session: Session, days: list[date]) -> Iterator[VisitRequest]:
    """Yield who waits, and who stands in a draft of these days: it is planned anew."""
    drafted = (
        select(Stop.visit_request_id)
        .join(Route)
        .where(Route.day.in_(days), Route.state != RouteState.PUBLISHED)
    )
    yield from session.scalars(
        select(VisitRequest)
        .where(
            VisitRequest.state.in_(WAITING)
            | (
                (VisitRequest.state == VisitState.PLANNED)
                & VisitRequest.id.in_(drafted)
            )
        )
        .order_by(VisitRequest.id)
    )


def _duties(
    rota: Rota, one: int, days: Iterable[date], kind: int, now: datetime
) -> Iterator[Duty]:
    for day in days:
        busy = tuple(
            (_seconds(window.start), _seconds(window.end))
            for window in rota.busy(one, day)
        )
        duties = [
            Duty(_seconds(max(stretch.start, now)), _seconds(stretch.end), busy)
            for stretch in rota.duties(one, day, kind)
            if stretch.end > now
        ]
        yield from with_break(
            duties,
            after=int(BREAK_AFTER.total_seconds()),
            length=int(BREAK.total_seconds()),
            earliest=_seconds(instant(day, BREAK_FROM, zone())),
            latest=_seconds(instant(day, BREAK_UNTIL, zone())),
        )


def _visit(
    row: VisitRequest, point: tuple[float, float], days: Iterable[date], now: datetime
) -> Visit:
    excluded = row.excluded_counsellor_id
    return Visit(
        id=str(row.uuid),
        address=row.address_hash.hex() if row.address_hash else str(row.uuid),
        point=Point(*point),
        service=row.minutes * A_MINUTE,
        language=OF_THE_OFFICE if row.interpreter_wanted else row.language,
        windows=tuple(_windows(row, days, now)),
        priority=row.priority,
        own=str(row.own_counsellor_id) if row.own_counsellor_id else None,
        excluded=frozenset({str(excluded)} if excluded else ()),
    )


def _windows(
    row: VisitRequest, days: Iterable[date], now: datetime
) -> Iterator[StartWindow]:
    """Yield when the visit may begin: all of it lies in the time she is at home."""
    parts = [PARTS_OF_DAY[PartOfDay(part)] for part in row.parts_of_day]
    service = row.minutes * A_MINUTE
    for day in days:
        if day.weekday() not in row.weekdays or day < row.from_day:
            continue
        at_home = merged(
            TimeWindow(instant(day, opens, zone()), instant(day, closes, zone()))
            for opens, closes in parts
        )
        for window in at_home:
            earliest = max(_seconds(window.start), _seconds(now))
            latest = _seconds(window.end) - service
            if earliest <= latest:
                yield StartWindow(earliest, latest)


def _seconds(moment: datetime) -> int:
    """Return whole minutes, in seconds; what has begun counts as over."""
    return int(-(-moment.timestamp() // A_MINUTE)) * A_MINUTE


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
