"""Who waits for a time, or for our call? Kept, and closed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from booking.models import (
    Appointment,
    Client,
    Waiting,
    WaitingKind,
    WaitingState,
    db,
    keyring,
)
from booking.services import availability, freed, links
from booking.services.appointments import Person
from booking.services.availability import Wish
from booking.services.claim import queue_behind
from booking.services.journal import Actor, note
from booking.services.links import WayToWaiting
from booking.services.writing import tried_again, write_session


class UnknownWaiting(Exception):
    """Nobody waits under this name."""


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
