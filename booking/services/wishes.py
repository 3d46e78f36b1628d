"""What happens to a wish to be visited at home? Kept, and perhaps withdrawn."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from booking.geography import Address, split_street
from booking.models import (
    NOT_TOLD,
    JournalEntry,
    PartOfDay,
    VisitRequest,
    VisitState,
    db,
    keyring,
)
from booking.services import addresses, letters, links, stops, visits
from booking.services.appointments import Person
from booking.services.claim import queue_behind
from booking.services.journal import Actor, note
from booking.services.links import WayToWish
from booking.services.office import decisions
from booking.services.sessions import SignedIn
from booking.services.writing import tried_again, write_session

# A client whose answer was lost sends “this day does not suit” twice: that must not
# take the wish itself back. Staff have a button for each.
_OPEN = (VisitState.WISHED, VisitState.PLANNED)


class UnknownWish(Exception):
    """There is no such wish, or she has not taken it; both look the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where to ring."""

    street: str  # with the house number
    postcode: str
    town: str
    entrance: str = ""
    floor: str = ""
    room: str = ""
    bell: str = ""
    call_from_downstairs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitWish:
    """When and where somebody would like to be visited, and in which language.

    ``key`` is one per walk through the form: sent twice, it is one wish.
    """

    key: str
    weekdays: tuple[int, ...]  # Monday is 0
    parts_of_day: tuple[PartOfDay, ...]
    from_day: date
    language: str
    letter_language: str
    interpreter: bool
    door: Door
    client: int | None = None  # whose file it belongs to, by a personal link
    own: int | None = None  # her counsellor
    taken_by: int | None = None  # the staff member to whom it was told


@tried_again
def wish(wanted: VisitWish, person: Person, *, now: datetime) -> WayToWish:
    """Keep a wish; sent twice, it shows the first."""
    minutes = decisions().visit_minutes
    with write_session() as session:
        queue_behind(session, wanted.key)
        known = session.scalar(
            select(VisitRequest).where(VisitRequest.idempotency_key == wanted.key)
        )
        if known is not None:
            return links.way_to_wish(session, known)
        row = VisitRequest(
            state=VisitState.WISHED,
            idempotency_key=wanted.key,
            created_at=now,
            changed_at=now,
            minutes=minutes,
        )
        _describe(row, wanted, person)
        session.add(row)
        session.flush()
        way = links.new_wish_link(session, row)
        letters.write_wish(session, row, now=now)
        by = wanted.taken_by
        actor = Actor.CLIENT if by is None else Actor.STAFF
        note(session, actor, "wish", row.about, now=now, staff=by)
    return way


def taken(person: SignedIn, request: UUID) -> WayToWish:
    """Return a wish that this person has taken, with its code to read out.

    Raises ``UnknownWish``.
    """
    about = f"visit:{request}"
    hers = exists().where(
        JournalEntry.about == about,
        JournalEntry.deed == "wish",
        JournalEntry.staff_id == person.id,
    )
    row = db.session.scalar(
        select(VisitRequest).where(VisitRequest.uuid == request, hers)
    )
    if row is None:
        raise UnknownWish
    return links.way_to_wish(db.session(), row)


@tried_again
def withdraw(request: UUID, *, now: datetime, by: int | None = None) -> None:
    """Take a wish back, or decline the visit that it has become.

    ``by`` is the staff member who writes down what the client has told her, or None
    for the client herself. Raises ``appointments.TooLate`` when the visit has begun.
    """
    state = db.session.scalars(
        select(VisitRequest.state).where(VisitRequest.uuid == request)
    ).one()
    if state == VisitState.PUBLISHED:
        visits.decline(request, now=now, by=by)
        return
    with write_session() as session:
        row = session.scalars(
            select(VisitRequest).where(VisitRequest.uuid == request).with_for_update()
        ).one()
        if row.state in (_OPEN if by is None else NOT_TOLD):
            _take_back(session, row, by, now)


def _take_back(
    session: Session, row: VisitRequest, by: int | None, now: datetime
) -> None:
    for stop in stops.open_stops(session, row.id):
        stops.leave(session, stop, now=now)
    row.state, row.changed_at = VisitState.WITHDRAWN, now
    actor = Actor.CLIENT if by is None else Actor.STAFF
    note(session, actor, "withdraw", row.about, now=now, staff=by)


def _describe(row: VisitRequest, wanted: VisitWish, person: Person) -> None:
    row.weekdays = sorted(set(wanted.weekdays))
    row.parts_of_day = [part.value for part in wanted.parts_of_day]
    row.from_day = wanted.from_day
    row.language, row.letter_language = wanted.language, wanted.letter_language
    row.interpreter_wanted = wanted.interpreter
    row.client_id, row.own_counsellor_id = wanted.client, wanted.own
    _describe_door(row, wanted.door)
    row.name, row.supporter = person.name, person.supporter
    row.phone, row.email = person.phone, person.email
    row.reach, row.safe_hours = person.reach, person.safe_hours
    row.no_message, row.people = person.no_message, person.people
    row.woman_preferred, row.remind_days = person.woman_preferred, person.remind_days
    contact = person.phone or person.email
    row.contact_hash = keyring().lookup("contact", contact) if contact else None


def _describe_door(row: VisitRequest, door: Door) -> None:
    row.street, row.postcode, row.town = door.street, door.postcode, door.town
    row.entrance, row.floor, row.room = door.entrance, door.floor, door.room
    row.bell, row.call_from_downstairs = door.bell, door.call_from_downstairs
    split = split_street(door.street)
    address = Address(split.street, split.house_number, door.postcode, door.town)
    row.address_hash = addresses.address_hash(address)
