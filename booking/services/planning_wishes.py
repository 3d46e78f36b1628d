"""Which wishes does a plan look at, and what does the search know of each?

What staff have pinned stays where it is; what has been published enters only if it may
move, and then at a price (``Promise``). The number of queries does not grow with
wishes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from booking.models import (
    TO_BE_PLANNED,
    Appointment,
    KeptApart,
    PartOfDay,
    Route,
    RouteState,
    Status,
    Stop,
    TwoTogether,
    VisitRequest,
    VisitState,
)
from booking.models.running import zone
from booking.routing import Apart, Distance, Point, Promise, StartWindow, Visit
from booking.scheduling import TimeWindow, instant, merged
from booking.services.office import PARTS_OF_DAY
from booking.services.planning_time import A_MINUTE, seconds

# The office's own language: whoever comes with an interpreter speaks it.
OF_THE_OFFICE = "de"
A_WEEK = timedelta(weeks=1)
TWO = 2


@dataclass(frozen=True, slots=True)
class Pin:
    """Where staff have fixed a visit: with whom, and when it begins."""

    counsellors: frozenset[int]
    start: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """What a plan looks at, and what is known besides."""

    rows: Sequence[VisitRequest]
    pins: Mapping[int, Pin] = field(default_factory=dict)
    promises: Mapping[int, Promise] = field(default_factory=dict)
    # Appointments that may move: until then they are no reason to be busy.
    movable: Mapping[int, Sequence[TimeWindow]] = field(default_factory=dict)
    modes: Mapping[int, str] = field(default_factory=dict)  # of who is pinned


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of several wishes at once."""

    familiar: Mapping[int, frozenset[str]]
    two: Collection[bytes]  # homes to which nobody goes alone
    speaking: Mapping[str, frozenset[str]]  # interpreters, by language
    overdue_after: timedelta


def wished(
    session: Session, days: Sequence[date], *, moves_published: bool, now: datetime
) -> Wished:
    """Read who waits, who stands on a draft of these days, and who was told a time.

    Of published visits only those that have not begun, and only if they may move.
    """
    stops = list(_stops(session, days, moves_published=moves_published, now=now))
    drafted = [one for one in stops if one.appointment_id is None]
    published = [one for one in stops if one.appointment_id is not None]
    pinned = [one for one in (*drafted, *published) if one.pinned]
    rows = session.scalars(
        select(VisitRequest)
        .where(_asked_for({stop.visit_request_id for stop in stops}, days))
        .order_by(VisitRequest.id)
    )
    movable: defaultdict[int, list[TimeWindow]] = defaultdict(list)
    for stop in published:
        movable[stop.route.counsellor_id].append(stop.busy)
    return Wished(
        rows=list(rows),
        pins=_pins(pinned),
        promises={
            stop.visit_request_id: Promise(
                str(stop.route.counsellor_id), seconds(stop.starts_at)
            )
            for stop in published
            if not (stop.company and stop.company.is_second)
        },
        movable=movable,
        modes={stop.route.counsellor_id: stop.route.mode for stop in pinned},
    )


def _stops(
    session: Session, days: Sequence[date], *, moves_published: bool, now: datetime
) -> Iterable[Stop]:
    draft = Route.state != RouteState.PUBLISHED
    movable = (Appointment.status == Status.BOOKED) & (Stop.starts_at > now)
    return session.scalars(
        select(Stop)
        .join(Route)
        .outerjoin(Appointment, Appointment.id == Stop.appointment_id)
        .where(Route.day.in_(days), or_(draft, movable) if moves_published else draft)
        .order_by(Stop.id)
        .options(joinedload(Stop.route), joinedload(Stop.company))
    )


def _asked_for(there: Collection[int], days: Sequence[date]) -> ColumnElement[bool]:
    aside = VisitRequest.set_aside_until
    waits = VisitRequest.state.in_(TO_BE_PLANNED) & or_(
        aside.is_(None), aside <= days[-1]
    )
    planned = VisitRequest.state.in_((VisitState.PLANNED, VisitState.PUBLISHED))
    return waits | (planned & VisitRequest.id.in_(there))


def _pins(stops: Iterable[Stop]) -> dict[int, Pin]:
    found: dict[int, Pin] = {}
    for stop in stops:
        before = found.get(stop.visit_request_id)
        others = before.counsellors if before else frozenset[int]()
        hers = others | {stop.route.counsellor_id}
        found[stop.visit_request_id] = Pin(hers, stop.starts_at)
    return found


def marked_homes(session: Session) -> frozenset[bytes]:
    """Return the homes to which nobody goes alone."""
    return frozenset(session.scalars(select(TwoTogether.address_hash)))


def kept_apart(session: Session, rows: Iterable[VisitRequest]) -> tuple[Apart, ...]:
    """Return which of these households staff keep apart, and how."""
    names = {row.id: str(row.uuid) for row in rows}
    pairs = session.scalars(
        select(KeptApart)
        .where(KeptApart.one_id.in_(names), KeptApart.other_id.in_(names))
        .order_by(KeptApart.id)
    )
    return tuple(
        Apart(names[one.one_id], names[one.other_id], Distance(one.how))
        for one in pairs
    )


def visit_of(
    row: VisitRequest,
    point: tuple[float, float],
    wanted: Wished,
    known: Known,
    days: Iterable[date],
    *,
    now: datetime,
) -> Visit:
    """Say of one wish what the search needs to know."""
    excluded = row.excluded_counsellor_id
    helpers = known.speaking.get(row.language) if row.interpreter_wanted else None
    unknown = row.interpreter_wanted and not helpers  # staff find somebody by hand
    crew = TWO if row.crew == TWO or row.address_hash in known.two else 1
    visit = Visit(
        id=str(row.uuid),
        address=row.address_hash.hex() if row.address_hash else str(row.uuid),
        point=Point(*point),
        service=row.minutes * A_MINUTE,
        language=OF_THE_OFFICE if unknown else row.language,
        windows=tuple(_windows(row, days, now)),
        priority=row.priority,
        own=str(row.own_counsellor_id) if row.own_counsellor_id else None,
        excluded=frozenset({str(excluded)} if excluded else ()),
        familiar=known.familiar.get(row.id, frozenset()),
        overdue=weeks_overdue(row, now.astimezone(zone()).date(), known.overdue_after),
        published=wanted.promises.get(row.id),
        crew=crew,
        interpreters=helpers,
    )
    if pin := wanted.pins.get(row.id):
        return _held(visit, pin)
    if visit.published:  # whatever she wishes by now, this she was told
        told = StartWindow(visit.published.start, visit.published.start)
        return replace(visit, windows=(*visit.windows, told))
    return visit


def _held(visit: Visit, pin: Pin) -> Visit:
    start = seconds(pin.start)
    return replace(
        visit,
        windows=(StartWindow(start, start),),
        allowed=frozenset(map(str, pin.counsellors)),
        excluded=frozenset(),
        crew=max(visit.crew, len(pin.counsellors)),
    )


def weeks_overdue(row: VisitRequest, today: date, after: timedelta) -> int:
    """Count the whole weeks since a visit should have been."""
    wished_on = row.created_at.astimezone(zone()).date()
    due = row.due_on or max(wished_on, row.from_day) + after
    return max(0, (today - due) // A_WEEK)


def _windows(
    row: VisitRequest, days: Iterable[date], now: datetime
) -> Iterator[StartWindow]:
    """Yield when the visit may begin: all of it lies in the time she is at home."""
    parts = [PARTS_OF_DAY[PartOfDay(part)] for part in row.parts_of_day]
    service = row.minutes * A_MINUTE
    first = max(row.from_day, row.set_aside_until or row.from_day)
    for day in days:
        if day.weekday() not in row.weekdays or day < first:
            continue
        at_home = merged(
            TimeWindow(instant(day, opens, zone()), instant(day, closes, zone()))
            for opens, closes in parts
        )
        for window in at_home:
            earliest = max(seconds(window.start), seconds(now))
            latest = seconds(window.end) - service
            if earliest <= latest:
                yield StartWindow(earliest, latest)
