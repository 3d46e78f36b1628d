"""Nobody opened, or the talk was short: who lives near and could be visited now?

Asked by who stands at a door, of her own route, on that day. Ways are great circles:
for ten minutes no map server is asked. Whoever goes has called first, so only those
are shown whom one may call.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.models import (
    TO_BE_PLANNED,
    ConsultationType,
    PartOfDay,
    Place,
    Reach,
    Route,
    RouteState,
    Stop,
    TwoTogether,
    VisitRequest,
)
from booking.models.running import zone
from booking.routing import Point, TravelMode
from booking.routing.travel import seconds as travel_seconds
from booking.scheduling import TimeWindow
from booking.services import feeds, publishing, publishing_clashes, stops
from booking.services.driving import NotHerStop
from booking.services.journal import Actor, note
from booking.services.office import PARTS_OF_DAY, decisions
from booking.services.rota import Rota
from booking.services.sessions import SignedIn
from booking.services.told import told_window
from booking.services.travel_settings import travel_settings
from booking.services.writing import read_session, tried_again, write_session

NEAR = timedelta(minutes=10)
AT_THE_DOOR = timedelta(minutes=5)  # find the door, ring, go up: as in a plan
A_MINUTE = timedelta(minutes=1)
SHOWN = 8  # names and numbers: no more than somebody calls at a door


class NobodyFitsNow(Exception):
    """She cannot be visited now any more: gone, planned, or it has become too late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Somebody who could be visited now, and when the visit would begin and end."""

    wish: UUID
    reference: str
    name: str
    phone: str
    address: str
    language: str
    people: int
    no_message: bool
    safe_hours: str
    way: timedelta
    window: TimeWindow


@dataclass(frozen=True, slots=True)
class _Here:
    """Where she stands, how she travels, and until when she is free.

    ``next_stop`` is the door after this one, unless she is back at the office between.
    """

    stop: Stop
    since: datetime
    mode: TravelMode
    languages: frozenset[str]
    free_until: datetime
    office: Point
    next_stop: Stop | None

    def way(self, here: Point, there: Point) -> timedelta:
        return timedelta(seconds=travel_seconds(here, there, self.mode))


def near(person: SignedIn, stop: UUID, *, now: datetime) -> list[Neighbour]:
    """Return the nearest who could be visited now; the look is journaled.

    Raises ``driving.NotHerStop``.
    """
    with read_session() as session:
        here = _here(session, person, stop, now)
        found = sorted(_neighbours(session, here, person), key=lambda one: one.way)
        found = found[:SHOWN]
    with write_session() as session:
        about = f"stop:{stop}"
        note(session, Actor.STAFF, "who is near", about, now=now, staff=person.id)
    return found


@tried_again
def go(person: SignedIn, stop: UUID, wish: UUID, *, now: datetime) -> None:
    """Put a visit behind this stop: it begins as soon as she is there.

    Raises ``driving.NotHerStop`` or ``NobodyFitsNow``.
    """
    with write_session() as session:
        publishing_clashes.lock(session, [person.id], now)
        here = _here(session, person, stop, now)
        fitting = {one.wish: one for one in _neighbours(session, here, person)}
        if wish not in fitting:
            raise NobodyFitsNow
        request = session.scalars(
            select(VisitRequest).where(VisitRequest.uuid == wish).with_for_update()
        ).one()
        added = _put_behind(session, here, request, fitting[wish], now)
        publishing.promise_now(session, added, by=person.id, now=now)
        # She has just been called: what she was told stands here, and in no letter.
        told = told_window(added.starts_at)
        request.told_from, request.told_until = told.start, told.end
        feeds.bump(session, [person.id], at=now)


def _here(session: Session, person: SignedIn, stop: UUID, now: datetime) -> _Here:
    today = now.astimezone(zone()).date()
    row = session.scalar(
        select(Stop)
        .join(Stop.route)
        .where(
            Stop.uuid == stop,
            Route.counsellor_id == person.id,
            Route.day == today,
            Route.state == RouteState.PUBLISHED,
        )
        .options(
            joinedload(Stop.visit_request),
            joinedload(Stop.doorstep),
            joinedload(Stop.appointment),
            joinedload(Stop.route)
            .selectinload(Route.stops)
            .options(joinedload(Stop.appointment), joinedload(Stop.visit_request)),
        )
    )
    decided = decisions()
    gone = row is not None and row.doorstep is not None and row.doorstep.left_at
    if row is None or not gone or row.visit_request.point is None or not decided.point:
        raise NotHerStop
    later = [one for one in row.route.stops if one.position > row.position]
    since = max(now.replace(second=0, microsecond=0), row.starts_at + A_MINUTE)
    rota = Rota.read(session, [today], now=now, only=[person.id])
    return _Here(
        stop=row,
        since=since,
        mode=travel_settings(decided).modes[row.route.mode],
        languages=rota.languages.get(person.id, frozenset()),
        free_until=_free_until(session, row.route, rota, since),
        office=Point(*decided.point),
        next_stop=later[0] if later and row.back_at is None else None,
    )


def _free_until(
    session: Session, route: Route, rota: Rota, since: datetime
) -> datetime:
    """Return when her day, or what is free of it, ends; her own route aside."""
    one = route.counsellor_id
    kind = session.scalars(
        select(ConsultationType.id).where(ConsultationType.place == Place.HOME)
    ).first()
    busy = rota.busy(one, route.day, without=[stop.busy for stop in route.stops])
    ends = [
        *(duty.end for duty in rota.duties(one, route.day, kind or 0)),
        *(max(window.start, since) for window in busy if window.end > since),
    ]
    return min((end for end in ends if end >= since), default=since)


def _neighbours(session: Session, here: _Here, person: SignedIn) -> Iterator[Neighbour]:
    marked = frozenset(session.scalars(select(TwoTogether.address_hash)))
    rows = session.scalars(
        select(VisitRequest)
        .where(
            VisitRequest.state.in_(TO_BE_PLANNED),
            VisitRequest.from_day <= here.stop.route.day,
            VisitRequest.interpreter_wanted.is_(False),
            VisitRequest.language.in_(here.languages),
            VisitRequest.reach != Reach.NONE,
        )
        .order_by(VisitRequest.priority.desc(), VisitRequest.created_at)
    )
    for row in rows:
        alone = row.crew in {None, 1} and row.address_hash not in marked
        hers = row.excluded_counsellor_id != person.id
        aside = row.set_aside_until and row.set_aside_until > here.stop.route.day
        if alone and hers and not aside and row.phone and (point := row.point):
            yield from _neighbour(here, row, Point(*point))


def _neighbour(here: _Here, row: VisitRequest, point: Point) -> Iterator[Neighbour]:
    way = here.way(Point(*(here.stop.visit_request.point or (0, 0))), point)
    begins = here.since + way + AT_THE_DOOR
    window = TimeWindow(begins, begins + timedelta(minutes=row.minutes))
    at_home = _at_home(row, window, zone())
    if way > NEAR or not at_home or not _in_time(here, point, window):
        return
    yield Neighbour(
        wish=row.uuid,
        reference=row.reference,
        name=row.name,
        phone=row.phone,
        address=row.address,
        language=row.language,
        people=row.people,
        no_message=row.no_message,
        safe_hours=row.safe_hours,
        way=way,
        window=window,
    )


def _at_home(row: VisitRequest, window: TimeWindow, town: tzinfo) -> bool:
    """Tell whether the whole visit lies in a time she has named."""
    begins, ends = (one.astimezone(town) for one in (window.start, window.end))
    if begins.weekday() not in row.weekdays or begins.date() != ends.date():
        return False
    parts = sorted(PARTS_OF_DAY[PartOfDay(part)] for part in row.parts_of_day)
    reached = begins.time()
    for opens, closes in parts:  # parts that touch are one
        if opens <= reached:
            reached = max(reached, closes)
    return parts[0][0] <= begins.time() and ends.time() <= reached


def _in_time(here: _Here, point: Point, window: TimeWindow) -> bool:
    """Tell whether she reaches her next door, or the office, as if nothing were."""
    if (following := here.next_stop) is not None:
        there = following.visit_request.point
        way = here.way(point, Point(*there)) if there else NEAR
        return window.end + way + AT_THE_DOOR <= following.starts_at
    return window.end + here.way(point, here.office) <= here.free_until


def _put_behind(
    session: Session,
    here: _Here,
    request: VisitRequest,
    found: Neighbour,
    now: datetime,
) -> Stop:
    """Make room on the route: the visit before ends now, those behind move up."""
    before = here.stop
    _end(before, here.since, now)
    added = Stop(
        visit_request=request,
        leaves_for_at=before.ends_at,
        arrives_at=found.window.start,
        starts_at=found.window.start,
        ends_at=found.window.end,
    )
    point = Point(*(request.point or (0, 0)))
    if before.back_at is not None:
        added.back_at = found.window.end + here.way(point, here.office)
        before.back_at = None
    if here.next_stop is not None:
        _leave_later(here, here.next_stop, point, found.window.end)
    stops.put_in(session, added, behind=before, now=now)
    before.route.travel += int(found.way.total_seconds())
    return added


def _end(stop: Stop, since: datetime, now: datetime) -> None:
    """End a visit now; calendars show a shorter one then."""
    if since < stop.ends_at:
        stop.ends_at = since
        if stop.appointment is not None:
            stop.appointment.raise_sequence(at=now)


def _leave_later(here: _Here, stop: Stop, point: Point, since: datetime) -> None:
    """Let a stop be driven to from another door, no earlier than that moment."""
    there = stop.visit_request.point
    way = here.way(point, Point(*there)) if there else NEAR
    stop.leaves_for_at = since
    stop.arrives_at = min(stop.starts_at, since + way)
