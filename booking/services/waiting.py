"""Who waits for a time, for an earlier one, or for our call? Kept, and closed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from booking.models import (
    Appointment,
    Client,
    Reach,
    Status,
    Waiting,
    WaitingKind,
    WaitingState,
    db,
    keyring,
)
from booking.services import availability, freed, links
from booking.services.appointments import Person, TooLate
from booking.services.availability import Wish
from booking.services.claim import queue_behind
from booking.services.journal import Actor, note
from booking.services.links import WayToWaiting
from booking.services.writing import tried_again, write_session


class UnknownWaiting(Exception):
    """Nobody waits under this name."""


class NoWayToReachHer(Exception):
    """Who may not be written to cannot be told of a free time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place on the list, as asked for.

    ``key`` is one per walk through the form: sent twice, it is one place, and what
    was corrected meanwhile counts.
    """

    key: str
    kind: WaitingKind
    wish: Wish
    letter_language: str
    until: date  # the last day on which a time still helps
    client: int | None = None  # whose file it belongs to, by a personal link


def furthest(wish: Wish, *, now: datetime) -> date:
    """Return the last whole day on which times can be booked by now."""
    kind = availability.type_for(wish.place)
    return freed.local_day(now) + timedelta(days=max(kind.horizon - 1, 0))


@tried_again
def join(place: Place, person: Person, *, now: datetime) -> WayToWaiting:
    """Put somebody on the list; what is free by now is no news to her later."""
    kind = availability.type_for(place.wish.place).id
    starts = freed.starts(place.wish, now=now) if _waits_for_a_time(place) else None
    with write_session() as session:
        queue_behind(session, place.key)
        row = session.scalar(_with_key(place))
        if row is not None:
            if row.state == WaitingState.OPEN:
                _describe(row, place, person)
            return links.way_to_waiting(session, row)
        row = Waiting(
            kind=place.kind,
            state=WaitingState.OPEN,
            type_id=kind,
            idempotency_key=_key(place),
            created_at=now,
            changed_at=now,
        )
        _describe(row, place, person)
        session.add(row)
        session.flush()
        if starts is not None:
            freed.remember(session, freed.name(row, place.wish.own), starts, now=now)
        way = links.new_waiting_link(session, row)
        note(session, Actor.CLIENT, "wait", row.about, now=now)
    return way


@tried_again
def wait_for_earlier(appointment: UUID, *, now: datetime) -> None:
    """Tell her if an earlier day becomes free; asked twice, she waits once.

    Raises ``NoWayToReachHer``, or ``TooLate`` once the appointment has begun or was
    given up.
    """
    row = db.session.scalars(
        select(Appointment)
        .where(Appointment.uuid == appointment)
        .options(joinedload(Appointment.type), joinedload(Appointment.client))
    ).one()
    if row.status != Status.BOOKED or row.starts_at <= now:
        raise TooLate
    if row.reach == Reach.NONE:
        raise NoWayToReachHer
    wish = freed.wish_for_earlier(row)
    starts = freed.starts(wish, now=now)
    with write_session() as session:
        queue_behind(session, row.about)
        if session.scalar(_EARLIER, _of(row)) is None:
            place = _place_beside(row, now)
            session.add(place)
            session.flush()
            freed.remember(session, freed.name(place, wish.own), starts, now=now)
            note(session, Actor.CLIENT, "wait", place.about, now=now)


def waits_for_earlier(appointment: Appointment) -> bool:
    """Tell whether she is told of an earlier time than this one."""
    connection = db.session.connection()
    return connection.scalar(_WAITS_FOR_EARLIER, _of(appointment)) is not None


@tried_again
def leave(waiting: UUID, *, now: datetime, by: int | None = None) -> None:
    """Leave the list; leaving twice is no mistake.

    ``by`` is the staff member who takes her off, or None for the client herself.
    """
    with write_session() as session:
        row = _found(session, waiting)
        if row.state == WaitingState.OPEN:
            row.state, row.changed_at = WaitingState.WITHDRAWN, now
            note(session, _actor(by), "leave the list", row.about, now=now, staff=by)


@tried_again
def leave_earlier(appointment: UUID, *, now: datetime) -> None:
    """Wait for no earlier time any more."""
    with write_session() as session:
        appointed = session.scalars(
            select(Appointment).where(Appointment.uuid == appointment)
        ).one()
        wanted = _EARLIER.with_for_update(of=Waiting)
        row = session.scalar(wanted, _of(appointed))
        if row is not None:
            row.state, row.changed_at = WaitingState.WITHDRAWN, now
            note(session, Actor.CLIENT, "leave the list", row.about, now=now)


@tried_again
def booked(
    waiting: UUID, appointment: UUID, *, now: datetime, by: int | None = None
) -> None:
    """Close a place whose client has found a time."""
    with write_session() as session:
        row = _found(session, waiting)
        if row.state == WaitingState.OPEN:
            row.state, row.changed_at = WaitingState.BOOKED, now
            row.appointment_id = session.scalars(
                select(Appointment.id).where(Appointment.uuid == appointment)
            ).one()
            note(session, _actor(by), "found a time", row.about, now=now, staff=by)


@tried_again
def called(waiting: UUID, *, by: int, now: datetime) -> None:
    """Tick off a call back; called twice is no mistake. Raises ``UnknownWaiting``."""
    with write_session() as session:
        row = _found(session, waiting)
        if row.state == WaitingState.OPEN:
            row.state, row.changed_at = WaitingState.CALLED, now
            note(session, Actor.STAFF, "called back", row.about, now=now, staff=by)


def client_of(waiting: UUID) -> Client | None:
    """Return whose file a place belongs to, if any. Raises ``UnknownWaiting``."""
    row = db.session.scalar(
        select(Waiting)
        .where(Waiting.uuid == waiting)
        .options(joinedload(Waiting.client))
    )
    if row is None:
        raise UnknownWaiting
    return row.client


def found(waiting: UUID) -> Waiting:
    """Return who still waits, for a form of staff. Raises ``UnknownWaiting``."""
    row = db.session.scalar(
        select(Waiting)
        .where(Waiting.uuid == waiting, Waiting.state == WaitingState.OPEN)
        .options(joinedload(Waiting.type))
    )
    if row is None:
        raise UnknownWaiting
    return row


def open_list() -> list[Waiting]:
    """Return who waits for a time or an earlier one, the longest first."""
    return _open(WaitingKind.SLOT, WaitingKind.EARLIER)


def call_backs() -> list[Waiting]:
    """Return whom we have promised to call, the longest first."""
    return _open(WaitingKind.CALL_BACK)


def _actor(by: int | None) -> Actor:
    return Actor.CLIENT if by is None else Actor.STAFF


def _waits_for_a_time(place: Place) -> bool:
    return place.kind is WaitingKind.SLOT


def _with_key(place: Place) -> Select[Waiting]:
    return (
        select(Waiting)
        .where(Waiting.idempotency_key == _key(place))
        .options(joinedload(Waiting.type))
    )


def _key(place: Place) -> str:
    """Let one walk lead to both lists: a place, and a call."""
    return f"{place.kind}:{place.key}"


def _describe(row: Waiting, place: Place, person: Person) -> None:
    row.until, row.client_id = place.until, place.client
    row.language, row.letter_language = place.wish.language, place.letter_language
    row.interpreter_wanted = place.wish.interpreter
    row.name, row.people = person.name, person.people
    row.woman_preferred = person.woman_preferred
    row.phone, row.email, row.address = person.phone, person.email, person.address
    row.reach, row.safe_hours = person.reach, person.safe_hours
    row.no_message = person.no_message
    contact = person.phone or person.email
    row.contact_hash = keyring().lookup("contact", contact) if contact else None


def _place_beside(appointment: Appointment, now: datetime) -> Waiting:
    """Return a place that reaches her as her appointment does."""
    row = Waiting(
        kind=WaitingKind.EARLIER,
        state=WaitingState.OPEN,
        type_id=appointment.type_id,
        client_id=appointment.client_id,
        appointment_id=appointment.id,
        until=freed.local_day(appointment.starts_at),
        language=appointment.language,
        letter_language=appointment.letter_language,
        interpreter_wanted=appointment.interpreter_wanted,
        woman_preferred=appointment.woman_preferred,
        people=appointment.people,
        reach=appointment.reach,
        no_message=appointment.no_message,
        contact_hash=appointment.contact_hash,
        created_at=now,
        changed_at=now,
    )
    row.name, row.safe_hours = appointment.name, appointment.safe_hours
    row.phone, row.email = appointment.phone, appointment.email
    row.address = appointment.address
    return row


def _of(appointment: Appointment) -> dict[str, object]:
    return {
        "appointment": appointment.id,
        "day": freed.local_day(appointment.starts_at),
    }


# Her open place, unless the appointment has moved to another day since. Built once:
# every page behind a link asks.
_EARLIER = select(Waiting).where(
    Waiting.appointment_id == bindparam("appointment"),
    Waiting.kind == WaitingKind.EARLIER,
    Waiting.state == WaitingState.OPEN,
    Waiting.until == bindparam("day"),
)
_WAITS_FOR_EARLIER = _EARLIER.with_only_columns(Waiting.id)


def _found(session: Session, waiting: UUID) -> Waiting:
    row = session.scalar(
        select(Waiting).where(Waiting.uuid == waiting).with_for_update(of=Waiting)
    )
    if row is None:
        raise UnknownWaiting
    return row


def _open(*kinds: WaitingKind) -> list[Waiting]:
    return list(
        db.session.scalars(
            select(Waiting)
            .where(Waiting.state == WaitingState.OPEN, Waiting.kind.in_(kinds))
            .options(joinedload(Waiting.type), joinedload(Waiting.appointment))
            .order_by(Waiting.created_at, Waiting.id)
        )
    )
