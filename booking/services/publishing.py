"""How do drafts become binding? Appointments appear, feeds follow, letters are written.

All or nothing, and by difference: a visit that clients were told of already keeps its
appointment, its link and its place in every calendar. She hears from us again only if
the window that she was told has changed. What a counsellor has vetoed goes back to the
wishes, and is planned without her from then on.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.models import (
    Appointment,
    BookableBy,
    ClientLink,
    ConsultationType,
    Place,
    Route,
    RouteState,
    Status,
    Stop,
    VisitState,
    Word,
)
from booking.models.running import zone
from booking.services import (
    accompanying,
    feeds,
    interpreters,
    invitations,
    stops,
)
from booking.services.availability import NothingOffered
from booking.services.invitations import Change
from booking.services.journal import Actor, note
from booking.services.published import Told, clear_the_way, is_second, told_on
from booking.services.publishing_clashes import Clash, InTheWay, clashes, lock
from booking.services.publishing_news import has_moved, say_what_moved
from booking.services.told import told_window
from booking.services.visits import drafts_on
from booking.services.writing import tried_again, write_session

__all__ = [
    "Clash",
    "Difference",
    "InTheWay",
    "NothingToPublish",
    "difference",
    "publish",
]


class NothingToPublish(Exception):
    """No draft stands on these days: somebody has published or planned anew."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What publishing the drafts of some days would change, as numbers of visits."""

    new: int
    another_window: int
    unchanged: int
    vetoed: int


@tried_again
def publish(days: Collection[date], *, by: int, now: datetime) -> int:
    """Make every draft of these days binding, all or nothing; count the visits.

    Raises ``Clash`` or ``NothingToPublish``.
    """
    with write_session() as session:
        drafts = drafts_on(_ahead(days, now)).options(_WITH_ANSWERS)
        drafted = list(session.scalars(drafts.with_for_update(of=Route)))
        if not drafted:
            raise NothingToPublish
        return publish_routes(session, drafted, by=by, now=now)


def publish_routes(
    session: Session, drafted: Sequence[Route], *, by: int, now: datetime
) -> int:
    """Make these drafts binding inside a unit of work; count the visits.

    Raises ``Clash``.
    """
    routes = _without_vetoed(session, drafted, by=by, now=now)
    told = told_on(session, routes)
    counsellors = {route.counsellor_id for route in routes}
    counsellors |= {stop.route.counsellor_id for stop in told.stops}
    lock(session, counsellors, now)
    if found := clashes(session, routes, told, now):
        raise Clash(found)
    _spare_seconds(session, routes, told, now)
    was = clear_the_way(session, told, now)
    rows = list(_promised(session, routes, told, by=by, now=now))
    changes = [Change(row, was.get(row.id)) for row in rows]
    say_what_moved(session, changes, now)
    moved = [one for one in changes if has_moved(one)]
    invitations.keep_told(session, moved, now=now, by=by)
    feeds.bump(session, counsellors, at=now)

    return sum(not is_second(stop) for route in routes for stop in route.stops)


def promise_now(session: Session, stop: Stop, *, by: int, now: datetime) -> None:
    """Let one stop more of a published route stand, inside a unit of work."""
    row = _promise(session, stop, _visit_type(session), None, by=by, now=now)
    link = session.scalar(
        select(ClientLink).where(ClientLink.visit_request_id == stop.visit_request_id)
    )
    if link is not None:
        link.appointment_id = row.id
    invitations.keep_told(session, [Change(row)], now=now, by=by)


def difference(session: Session, days: Collection[date], now: datetime) -> Difference:
    """Say what publishing these drafts would change; a fixed number of queries."""
    routes = list(session.scalars(drafts_on(_ahead(days, now)).options(_WITH_ANSWERS)))
    told = told_on(session, routes)
    leads = [s for route in routes for s in route.stops if not is_second(s)]
    kept = [stop for stop in leads if not _is_vetoed(stop)]
    known = [stop for stop in kept if stop.visit_request_id in told.leads]
    changed = [
        stop for stop in known if told_window(stop.starts_at) != stop.visit_request.told
    ]
    return Difference(
        new=len(kept) - len(known),
        another_window=len(changed),
        unchanged=len(known) - len(changed),
        vetoed=len(leads) - len(kept),
    )


_WITH_ANSWERS = selectinload(Route.stops).options(
    joinedload(Stop.answer), joinedload(Stop.company)
)


def _ahead(days: Collection[date], now: datetime) -> list[date]:
    """What was planned for yesterday and never published is no promise any more."""
    today = now.astimezone(zone()).date()
    return [day for day in days if day >= today]


def _without_vetoed(
    session: Session, routes: Sequence[Route], *, by: int, now: datetime
) -> list[Route]:
    """Send the vetoed back to the wishes, with all who were to come along."""
    refused = {
        stop.visit_request_id: stop.route.counsellor_id
        for route in routes
        for stop in route.stops
        if _is_vetoed(stop)
    }
    gone = [s for route in routes for s in route.stops if s.visit_request_id in refused]
    for stop in gone:
        request = stop.visit_request
        request.excluded_counsellor_id = refused[request.id]
        if request.state == VisitState.PLANNED:
            request.state, request.changed_at = VisitState.WISHED, now
        stops.leave(session, stop, now=now)
        note(session, Actor.STAFF, "veto", request.about, now=now, staff=by)
    return [route for route in routes if route.stops]


def _promised(
    session: Session, routes: Sequence[Route], told: Told, *, by: int, now: datetime
) -> Iterator[Appointment]:
    """Turn each stop into an appointment; those who come along follow who leads."""
    kind = _visit_type(session)
    links = _links(session, routes)
    leads: dict[int, Appointment] = {}
    for route in routes:
        route.state, route.changed_at = RouteState.PUBLISHED, now
    drafted = [stop for route in routes for stop in route.stops]
    for stop in sorted(drafted, key=is_second):
        if is_second(stop):
            lead = leads[stop.visit_request_id]
            before = _row(told.seconds.get(stop.visit_request_id))
            row = accompanying.come_along(session, stop, lead, before, now=now)
        else:
            before = _row(told.leads.get(stop.visit_request_id))
            row = _promise(session, stop, kind, before, by=by, now=now)
            leads[stop.visit_request_id] = row
            if link := links.get(stop.visit_request_id):
                link.appointment_id = row.id
        yield row


def _promise(
    session: Session,
    stop: Stop,
    kind: ConsultationType,
    before: Appointment | None,
    *,
    by: int,
    now: datetime,
) -> Appointment:
    """Let a stop's appointment stand; tell its client what she does not know yet."""
    request = stop.visit_request
    row = before or _appointment_for(stop, kind, by=by, now=now)
    company = stop.company
    row.counsellor_id = stop.route.counsellor_id
    row.take(stop.window, stop.busy)
    session.add(row)
    session.flush()
    stop.appointment = row
    request.state, request.changed_at = VisitState.PUBLISHED, now
    if company is not None and company.interpreter_id is not None:
        interpreters.seated(session, row, company.interpreter_id)
    note(session, Actor.STAFF, "publish", request.about, now=now, staff=by)
    return row


def _spare_seconds(
    session: Session, routes: Sequence[Route], told: Told, now: datetime
) -> None:
    """Give those their time back who were to come along and need not any more."""
    needed = {s.visit_request_id for r in routes for s in r.stops if is_second(s)}
    for request in told.seconds.keys() - needed:
        del told.seconds[request]
        if lead := _row(told.leads.get(request)):
            accompanying.stay_at_home(session, lead, now=now)


def _row(stop: Stop | None) -> Appointment | None:
    return stop.appointment if stop else None


def _is_vetoed(stop: Stop) -> bool:
    return stop.answer is not None and stop.answer.word == Word.VETO


def _visit_type(session: Session) -> ConsultationType:
    found = session.scalar(
        select(ConsultationType)
        .where(
            ConsultationType.place == Place.HOME,
            ConsultationType.active,
            or_(
                ConsultationType.bookable_by == BookableBy.ANYONE,
                ConsultationType.bookable_by == BookableBy.STAFF,
            ),
        )
        .order_by(ConsultationType.id)
        .limit(1)
    )
    if found is None:
        raise NothingOffered(Place.HOME)
    return found


def _links(session: Session, routes: Sequence[Route]) -> dict[int, ClientLink]:
    wishes = [stop.visit_request_id for route in routes for stop in route.stops]
    rows = session.scalars(
        select(ClientLink).where(ClientLink.visit_request_id.in_(wishes))
    )
    return {row.visit_request_id: row for row in rows if row.visit_request_id}


def _appointment_for(
    stop: Stop, kind: ConsultationType, *, by: int, now: datetime
) -> Appointment:
    request = stop.visit_request
    row = Appointment(
        type_id=kind.id,
        counsellor_id=stop.route.counsellor_id,
        client_id=request.client_id,
        status=Status.BOOKED,
        created_at=now,
        changed_at=now,
        language=request.language,
        letter_language=request.letter_language,
        interpreter_wanted=request.interpreter_wanted,
        people=request.people,
        reach=request.reach,
        no_message=request.no_message,
        remind_days=request.remind_days,
        booked_by_id=by,
        contact_hash=request.contact_hash,
    )
    row.name, row.supporter = request.name, request.supporter
    row.phone, row.email = request.phone, request.email
    row.safe_hours, row.address = request.safe_hours, request.address
    row.take(stop.window, stop.busy)
    return row
