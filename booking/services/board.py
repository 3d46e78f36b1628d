"""What does a coordinator see of a week? Wishes, routes, and who is left over.

Times, addresses and languages are what routes need; names, numbers and topics are
not, and no value here has a field for them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.orm import joinedload, selectinload

from booking.models import (
    NOT_TOLD,
    TO_BE_PLANNED,
    JobState,
    PlanningJob,
    Role,
    Route,
    StaffMember,
    StaffRole,
    TwoTogether,
    VisitRequest,
    db,
)
from booking.routing import Unplanned
from booking.services.board_rows import WITH_STOPS, RouteRow, WishRow
from booking.services.office import decisions
from booking.services.planning_facts import kept_change
from booking.services.route_settings import route_settings
from booking.services.visit_settings import USUAL_MODE

JOBS_LOOKED_AT = 50  # the latest orders; older ones concern weeks long gone
WORKING_DAYS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOver:
    """A wish that no route takes, and why."""

    wish: WishRow
    reason: str  # a code of booking.routing.Reason, or no_address
    minutes: int
    others: tuple[str, ...]  # references of the visits that take the place
    # The least that would help: she could begin then, if her window were so much wider.
    change_counsellor: str = ""
    change_start: datetime | None = None
    earlier: int = 0  # minutes
    later: int = 0  # minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """How far a plan has come."""

    uuid: UUID
    state: JobState
    percent: int
    days: tuple[date, ...]
    modes: Mapping[int, str]  # how each chosen counsellor travels
    seconds: int
    cancel_wanted: bool
    warnings: tuple[str, ...]  # what the plan had to do without, as codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """A counsellor who may be sent on a route."""

    id: int
    name: str
    languages: tuple[str, ...]
    mode: str  # how she usually travels


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A week of home visits."""

    days: tuple[date, ...]
    wishes: tuple[WishRow, ...]
    routes: tuple[RouteRow, ...]
    left_over: tuple[LeftOver, ...]
    job: JobRow | None
    drivers: tuple[Driver, ...]
    office: tuple[float, float] | None
    overdue_after: timedelta  # since it was wished, or wished for

    def is_overdue(self, wish: WishRow, today: date) -> bool:
        """Tell whether a visit should have been by now, by staff's word or by usage."""
        return today > (wish.due_on or wish.from_day_or_wished + self.overdue_after)


def board(day: date) -> Board:
    """Return the ISO week of a day; the number of queries does not grow with it."""
    days = week_of(day)
    wishes = _open_wishes()
    routes = routes_on(days)
    job = _latest_job(days)
    decided = decisions()
    drivers = _drivers(decided.modes)
    return Board(
        days=days,
        wishes=tuple(wishes.values()),
        routes=routes,
        left_over=_left_over(job, wishes, routes, drivers),
        job=_job_row(job) if job else None,
        drivers=drivers,
        office=decided.point,
        overdue_after=timedelta(weeks=route_settings(decided).overdue_weeks),
    )


def week_of(day: date) -> tuple[date, ...]:
    """Return Monday to Sunday of the week of a day."""
    monday = day - timedelta(days=day.weekday())
    return tuple(monday + timedelta(days=n) for n in range(7))


def routes_on(days: Sequence[date], *, only: int | None = None) -> tuple[RouteRow, ...]:
    """Return the routes of these days, of one counsellor only if she is named."""
    rows = db.session.scalars(
        select(Route)
        .where(Route.day.in_(days))
        .where(Route.counsellor_id == only if only is not None else true())
        .order_by(Route.day, Route.counsellor_id, Route.id)
        .options(*WITH_STOPS)
    )
    return tuple(RouteRow.of(row) for row in rows)


def job(uuid: UUID) -> JobRow | None:
    """Return how far one plan has come."""
    row = db.session.scalar(select(PlanningJob).where(PlanningJob.uuid == uuid))
    return _job_row(row) if row else None


def _open_wishes() -> dict[UUID, WishRow]:
    marked = frozenset(db.session.scalars(select(TwoTogether.address_hash)))
    rows = db.session.scalars(
        select(VisitRequest)
        .where(VisitRequest.state.in_(NOT_TOLD))
        .order_by(VisitRequest.priority.desc(), VisitRequest.created_at)
        .options(joinedload(VisitRequest.own_counsellor))
    )
    return {row.uuid: WishRow.of(row, marked) for row in rows}


def _latest_job(days: Iterable[date]) -> PlanningJob | None:
    named = {day.isoformat() for day in days}
    latest = db.session.scalars(
        select(PlanningJob).order_by(PlanningJob.id.desc()).limit(JOBS_LOOKED_AT)
    )
    return next((one for one in latest if named & set(one.days)), None)


def _job_row(row: PlanningJob) -> JobRow:
    return JobRow(
        uuid=row.uuid,
        state=JobState(row.state),
        percent=row.percent,
        days=tuple(date.fromisoformat(day) for day in row.days),
        modes={int(one): mode for one, mode in row.modes.items()},
        seconds=row.seconds,
        cancel_wanted=row.cancel_wanted,
        warnings=tuple(row.warnings or ()),
    )


def _left_over(
    job: PlanningJob | None,
    wishes: dict[UUID, WishRow],
    routes: Iterable[RouteRow],
    drivers: Iterable[Driver],
) -> tuple[LeftOver, ...]:
    """Return whom the latest plan left out, as far as they still wait."""
    if job is None or job.state != JobState.DONE:
        return ()
    known = {row.uuid: row.reference for row in wishes.values()}
    names = {one.id: one.name for one in drivers}
    known |= {s.wish.uuid: s.wish.reference for route in routes for s in route.stops}
    return tuple(
        LeftOver(
            wish=wishes[UUID(one["request"])],
            reason=one["reason"],
            minutes=one["minutes"],
            others=tuple(
                known[UUID(other)] for other in one["others"] if UUID(other) in known
            ),
            **_change(one.get("change"), names),
        )
        for one in job.unplanned
        if UUID(one["request"]) in wishes
        and wishes[UUID(one["request"])].state in TO_BE_PLANNED
    )


def left_over_now(wish: WishRow, why: Unplanned, board: Board) -> LeftOver:
    """Say why a wish fits nowhere into the week as it stands."""
    known = {
        str(one.wish.uuid): one.wish.reference
        for route in board.routes
        for one in route.stops
    }
    return LeftOver(
        wish=wish,
        reason=why.reason.value,
        minutes=why.minutes,
        others=tuple(known[other] for other in why.others if other in known),
        **_change(kept_change(why), {one.id: one.name for one in board.drivers}),
    )


def _change(kept: Mapping[str, Any] | None, names: Mapping[int, str]) -> dict[str, Any]:
    """Read the cheapest change back, as far as its counsellor still works here."""
    if not kept or kept["counsellor"] not in names:
        return {}
    return {
        "change_counsellor": names[kept["counsellor"]],
        "change_start": datetime.fromisoformat(kept["start"]),
        "earlier": ceil(kept["earlier"] / 60),
        "later": ceil(kept["later"] / 60),
    }


def _drivers(modes: object) -> tuple[Driver, ...]:
    usual = modes if isinstance(modes, dict) else {}
    rows = db.session.scalars(
        select(StaffMember)
        .join(StaffRole)
        .where(StaffRole.role == Role.COUNSELLOR, StaffMember.disabled_at.is_(None))
        .order_by(StaffMember.id)
        .options(selectinload(StaffMember._languages))  # noqa: SLF001 - loaded along, read by its property
    )
    return tuple(
        Driver(
            id=row.id,
            name=row.name,
            languages=tuple(sorted(row.languages)),
            mode=usual.get(str(row.uuid), USUAL_MODE),
        )
        for row in rows
    )
