"""What happens to a wish to be visited at home? Kept, and perhaps withdrawn."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.geography import Address, split_street
from booking.models import PartOfDay, VisitRequest, VisitState, db, keyring
from booking.services import addresses, letters, links, stops, visits
from booking.services.appointments import Person
from booking.services.claim import queue_behind
from booking.services.journal import Actor, note
from booking.services.links import WayToWish
from booking.services.office import decisions
from booking.services.writing import tried_again, write_session

_OPEN = (VisitState.WISHED, VisitState.PLANNED)


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
        note(session, Actor.CLIENT, "wish", row.about, now=now)
    return way


@tried_again
def withdraw(request: UUID, *, now: datetime) -> None:
    """Take a wish back, or decline the visit that it has become.

    Raises ``appointments.TooLate`` when the visit has begun.
    """
    state = db.session.scalars(
        select(VisitRequest.state).where(VisitRequest.uuid == request)
    ).one()
    if state == VisitState.PUBLISHED:
        visits.decline(request, now=now)
        return
    with write_session() as session:
        row = session.scalars(
            select(VisitRequest).where(VisitRequest.uuid == request).with_for_update()
        ).one()
        if row.state in _OPEN:
            _take_back(session, row, now)


def _take_back(session: Session, row: VisitRequest, now: datetime) -> None:
    for stop in stops.open_stops(session, row.id):
        stops.leave(session, stop, now=now)
    row.state, row.changed_at = VisitState.WITHDRAWN, now
    note(session, Actor.CLIENT, "withdraw", row.about, now=now)


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
