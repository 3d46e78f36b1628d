"""Book, move and cancel an appointment.

What takes up time goes through ``claim``, the one guard; a look before the lock
turns away those who come too late, so that losers never queue for it.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.models import (
    Appointment,
    LetterKind,
    Place,
    Reach,
    Status,
    VisitState,
    db,
    keyring,
)
from booking.services import (
    accompanying,
    feeds,
    holds,
    interpreters,
    invitations,
    letters,
    links,
    stops,
)
from booking.services.availability import Booker, Wish
from booking.services.claim import SlotTaken, claim, queue_behind
from booking.services.holds import NOT_YET_BOOKED, Choice
from booking.services.invitations import Change
from booking.services.journal import Actor, note
from booking.services.links import WayBack
from booking.services.look import Look, look_at
from booking.services.writing import tried_again, write_session


class TooLate(Exception):
    """The appointment has begun or was given up; there is nothing left to change."""


class Whose(StrEnum):
    """On whose word an appointment is given up: that is what letters say."""

    CLIENT = "client"
    OFFICE = "office"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom we meet, and how she wants to hear from us: what the form asked."""

    name: str
    reach: Reach = Reach.NONE
    phone: str = ""
    email: str = ""
    address: str = ""
    safe_hours: str = ""
    supporter: str = ""
    no_message: bool = False
    people: int = 1
    woman_preferred: bool = False
    remind_days: int | None = None  # None: as the office usually does


@tried_again
def book(choice: Choice, person: Person, *, now: datetime) -> WayBack:
    """Book the time for a person; the database settles a tie.

    Sent twice, it shows the first result; sent again for another time or person,
    it books that too. A hold that ran out is no obstacle as long as the time is
    free. Raises ``SlotTaken``.
    """
    kept = holds.kept(choice.key)
    if kept and kept.status not in NOT_YET_BOOKED:
        before = db.session.get_one(Appointment, kept.id)
        if _is_repeated(before, choice, person):
            return links.way_to(db.session(), before)
        return book(_begun_anew(choice, person), person, now=now)
    wish = replace(choice.wish, woman=choice.wish.woman or person.woman_preferred)
    wanted = replace(choice, wish=wish)
    if kept and (look := holds.look_at_hold(kept, wanted, now)):
        with suppress(SlotTaken):  # she is away all of a sudden: others may be free
            return _booked(choice, person, look, now)
    return _booked(choice, person, holds.first_look(kept, wanted, now), now)


@tried_again
def move(
    appointment: UUID, start: datetime, *, now: datetime, by: int | None = None
) -> None:
    """Let the same appointment take place at another time.

    Its counsellor comes first, then whoever else fits; when staff move it (``by``),
    only its counsellor. Its interpreter comes along if she can. Raises ``SlotTaken``
    or ``TooLate``.
    """
    before = changeable(db.session(), appointment, now)
    if before.starts_at == start:
        return
    booker = Booker.CLIENT if by is None else Booker.STAFF
    look = look_at(wish_of(before, booker), start, now=now, excluding=before.id)
    look = look.kept_with(before.counsellor_id, before.interpreter_id)
    if by is not None:
        look = look.only(before.counsellor_id)
    with write_session() as session:
        row = changeable(session, appointment, now)
        was = invitations.as_it_was(row)
        claim(session, row, look, start, status=Status.BOOKED, now=now)
        row.raise_sequence(at=now)
        row.moved_by_office = by is not None
        letters.write(session, row, LetterKind.MOVED, now=now)
        interpreters.keep_asked(session, row, now=now)
        invitations.keep_told(session, [Change(row, was)], now=now, by=by)
        feeds.bump(session, [was.counsellor_id, row.counsellor_id], at=now)
        _note(session, "move", row, by, now)


@tried_again
def cancel(
    appointment: UUID,
    *,
    now: datetime,
    by: int | None = None,
    whose: Whose | None = None,
) -> None:
    """Give the time back; cancelling twice is no mistake. Raises ``TooLate``.

    ``by`` is the staff member who does it, or None for the client herself. ``whose``
    is said where staff write down what the client has told them.
    """
    with write_session() as session:
        if _found(session, appointment).status == Status.CANCELLED:
            return
        row = changeable(session, appointment, now)
        was = invitations.as_it_was(row)
        row.status = Status.CANCELLED
        row.raise_sequence(at=now)
        row.cancelled_by_office = by is not None and whose is not Whose.CLIENT
        if stop := stops.stop_of(session, row):
            stops.give_up(session, stop, state=VisitState.DECLINED, now=now)
            accompanying.stay_at_home(session, row, now=now)
        letters.write(session, row, LetterKind.CANCELLED, now=now)
        interpreters.keep_asked(session, row, now=now)
        invitations.keep_told(session, [Change(row, was)], now=now, by=by)
        feeds.bump(session, [row.counsellor_id], at=now)
        _note(session, "cancel", row, by, now)


def wish_of(appointment: Appointment, booker: Booker = Booker.CLIENT) -> Wish:
    """Return what would be asked for to get the same talk again."""
    return Wish(
        place=Place(appointment.type.place),
        language=appointment.language,
        interpreter=appointment.interpreter_wanted,
        woman=appointment.woman_preferred,
        booker=booker,
    )


def _booked(choice: Choice, person: Person, look: Look, now: datetime) -> WayBack:
    with write_session() as session:
        queue_behind(session, choice.key)
        row = holds.row_of(session, choice.key) or holds.new_row(choice, now)
        if row.status not in NOT_YET_BOOKED:
            return links.way_to(session, row)
        _describe(row, choice, person)
        row.hold_until = row.network_hash = None
        row.changed_at = now
        claim(session, row, look, choice.start, status=Status.BOOKED, now=now)
        way = links.new_link(session, row)
        letters.write(session, row, LetterKind.CONFIRMATION, now=now)
        interpreters.ask(session, row, now=now)
        invitations.keep_told(session, [Change(row)], now=now, by=choice.booked_by)
        feeds.bump(session, [row.counsellor_id], at=now)
        _note(session, "book", row, choice.booked_by, now)
    return way


def _is_repeated(row: Appointment, choice: Choice, person: Person) -> bool:
    """Tell whether this is the very form that led to the appointment."""
    if row.status == Status.CANCELLED or row.name != person.name:
        return False
    # Once moved, it no longer stands where the form said.
    return row.starts_at == choice.start or row.sequence > 0


def _begun_anew(choice: Choice, person: Person) -> Choice:
    """Return the same with a key of its own; sent twice, it is the same again."""
    facts = f"{choice.key}|{choice.start.isoformat()}|{person.name}"
    return replace(choice, key=sha256(facts.encode()).hexdigest())


def _describe(row: Appointment, choice: Choice, person: Person) -> None:
    row.language, row.letter_language = choice.wish.language, choice.letter_language
    row.name, row.supporter = person.name, person.supporter
    row.phone, row.email, row.address = person.phone, person.email, person.address
    row.reach, row.safe_hours = person.reach, person.safe_hours
    row.no_message, row.people = person.no_message, person.people
    row.woman_preferred = person.woman_preferred
    row.remind_days = person.remind_days
    row.client_id = choice.client
    row.booked_by_id = choice.booked_by
    contact = person.phone or person.email
    row.contact_hash = keyring().lookup("contact", contact) if contact else None


def _note(
    session: Session, deed: str, row: Appointment, by: int | None, now: datetime
) -> None:
    actor = Actor.CLIENT if by is None else Actor.STAFF
    note(session, actor, deed, row.about, now=now, staff=by)


def _found(session: Session, appointment: UUID) -> Appointment:
    """Load an appointment; in a write unit nobody else changes it meanwhile."""
    query = (
        select(Appointment)
        .where(Appointment.uuid == appointment)
        .options(joinedload(Appointment.type))
    )
    if session is not db.session():
        query = query.with_for_update(of=Appointment)
    return session.scalars(query).one()


def changeable(session: Session, appointment: UUID, now: datetime) -> Appointment:
    """Load what is booked and lies ahead, locked in a write unit, or ``TooLate``."""
    row = _found(session, appointment)
    if row.status != Status.BOOKED or row.starts_at <= now:
        raise TooLate
    return row
