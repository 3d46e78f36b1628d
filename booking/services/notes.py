"""What does a counsellor note down about an appointment? For her own eyes, and sealed.

It stands on her page of the appointment and nowhere else: in no letter, no feed, no
list, and not at the front desk. It goes with the appointment.
"""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from booking.services import desk
from booking.services.journal import Actor, note
from booking.services.sessions import SignedIn
from booking.services.writing import write_session

LONGEST = 4000  # signs: two pages


class NoteChanged(Exception):
    """Somebody else has written meanwhile; what she wrote must not be lost."""


def edition_of(text: str) -> str:
    """Name this very wording, so that a page can say which one it was made from."""
    return sha256(text.encode()).hexdigest()[:16]


def write(
    person: SignedIn, appointment: UUID, text: str, *, edition: str, now: datetime
) -> None:
    """Keep a note in place of the one before; sent twice, it is no mistake.

    Raises ``UnknownAppointment``, or ``NoteChanged`` if the one before is not the
    one that she has seen.
    """
    with write_session() as session:
        row = desk.locked(session, person, appointment)
        before = row.note
        row.note = text
        if row.note == before:
            return
        if edition_of(before) != edition:
            raise NoteChanged
        deed = "write a note"
        note(session, Actor.STAFF, deed, row.about, now=now, staff=person.id)
