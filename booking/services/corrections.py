"""How is she reached, if what was written down is wrong? Corrected, and letters follow.

Time, name and code stay, so calendars and letters need not learn of a change: a letter
that could not be sent is sent again to what is true now.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.models import (
    Appointment,
    Letter,
    LetterState,
    Place,
    Reach,
    Status,
    Stop,
    VisitRequest,
    Waiting,
    WaitingState,
    keyring,
)
from booking.services import desk, resending
from booking.services.appointments import TooLate
from booking.services.journal import Actor, note
from booking.services.sessions import SignedIn
from booking.services.writing import write_session

OPEN = frozenset({LetterState.DUE, LetterState.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How to reach somebody; a way that is not chosen keeps no contact."""

    reach: Reach
    phone: str = ""
    email: str = ""
    address: str = ""
    safe_hours: str = ""
    no_message: bool = False


def may_be_corrected(row: Appointment, *, now: datetime) -> bool:
    """Tell whether anybody will still be told anything of it."""
    return row.status in {Status.BOOKED, Status.CANCELLED} and row.ends_at > now


def correct(
    person: SignedIn, appointment: UUID, contact: Contact, *, now: datetime
) -> None:
    """Write down how she is really reached.

    What waits to be told, or could not be, goes the new way from now on; by the old
    way, a letter that failed waits for “send again”. Raises ``UnknownAppointment``, or
    ``TooLate`` once it is over.
    """
    with write_session() as session:
        row = desk.locked(session, person, appointment)
        if not may_be_corrected(row, now=now):
            raise TooLate
        before = row.reach
        for one in _whoever_is_told(session, row):
            _describe(one, contact)
            if contact.reach != before:
                _send_the_new_way(session, one, now=now)
        deed = "correct contact"
        note(session, Actor.STAFF, deed, row.about, now=now, staff=person.id)


Told = Appointment | VisitRequest | Waiting


def _whoever_is_told(session: Session, row: Appointment) -> Iterator[Told]:
    """Yield all rows that hold her contact: also her wish, and a wait for earlier."""
    yield row
    stop = session.scalar(
        select(Stop)
        .where(Stop.appointment_id == row.id)
        .options(joinedload(Stop.visit_request))
    )
    if stop is not None:
        yield stop.visit_request
    yield from session.scalars(
        select(Waiting).where(
            Waiting.appointment_id == row.id, Waiting.state == WaitingState.OPEN
        )
    )


def _describe(row: Told, contact: Contact) -> None:
    row.reach, row.no_message = contact.reach, contact.no_message
    row.phone, row.email = contact.phone, contact.email
    row.safe_hours = contact.safe_hours
    if not isinstance(row, VisitRequest) and not _is_visit(row):
        row.address = contact.address  # of a visit it is where we go
    known = contact.phone or contact.email
    row.contact_hash = keyring().lookup("contact", known) if known else None


def _is_visit(row: Appointment | Waiting) -> bool:
    return row.type is not None and row.type.place == Place.HOME


def _send_the_new_way(session: Session, row: Told, *, now: datetime) -> None:
    sequence = row.notices if isinstance(row, Waiting) else row.sequence
    letters = session.scalars(
        select(Letter).where(Letter.about == row.about, Letter.sequence == sequence)
    ).all()
    told = {one.kind for one in letters if _is_told(one, row.reach)}
    for letter in letters:
        if letter.state not in OPEN or letter.channel == row.reach:
            continue
        if row.reach == Reach.NONE or letter.kind in told:
            letter.state = LetterState.DROPPED
        else:
            resending.by_another_way(session, letter, Reach(row.reach), now=now)


def _is_told(letter: Letter, channel: str) -> bool:
    return letter.channel == channel and letter.state == LetterState.SENT
