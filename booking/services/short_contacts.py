"""What did a counsellor settle in between? Written down in ten seconds, or not at all.

Only she reads it; what is in a client's file, the client's counsellor reads too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from booking.models import ContactKind, ShortContact, Topic, db
from booking.models.running import zone
from booking.scheduling import day_window
from booking.services import clients
from booking.services.claim import queue_behind
from booking.services.held_files import refuse
from booking.services.journal import Actor, note
from booking.services.sessions import SignedIn
from booking.services.writing import tried_again, write_session


class UnknownContact(Exception):
    """There is no such entry of hers today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """What was done. ``key`` is one per entry; ``file`` is a client's reference."""

    key: str
    kind: ContactKind
    minutes: int
    topic: Topic | None = None
    note: str = ""
    file: str | None = None


@tried_again
def record(person: SignedIn, new: NewContact, *, now: datetime) -> None:
    """Write it down; sent twice, it is one. Raises ``UnknownClient``."""
    with write_session() as session:
        queue_behind(session, new.key)
        same = ShortContact.idempotency_key == new.key
        if session.scalar(select(ShortContact.id).where(same)):
            return
        file = clients.of_hers(session, person, new.file) if new.file else None
        row = ShortContact(
            kind=new.kind,
            minutes=new.minutes,
            at=now,
            staff_id=person.id,
            client_id=file.id if file else None,
            idempotency_key=new.key,
        )
        row.topic, row.note = new.topic, new.note
        session.add(row)
        session.flush()
        note(session, Actor.STAFF, "note contact", row.about, now=now, staff=person.id)


def remove(person: SignedIn, contact: UUID, *, now: datetime) -> None:
    """Take back what was written down today by mistake.

    Raises ``UnknownContact``, or ``UnderHold`` if it lies in a file that is held.
    """
    with write_session() as session:
        hers = _of_day(person, _today(now)).where(ShortContact.uuid == contact)
        row = session.scalar(hers.with_for_update())
        if row is None:
            raise UnknownContact
        refuse(session, [row.client_id])
        session.delete(row)
        deed = "remove contact"
        note(session, Actor.STAFF, deed, row.about, now=now, staff=person.id)


def of_day(person: SignedIn, day: date, *, now: datetime) -> Sequence[ShortContact]:
    """Return her own of one day, the latest first; who reads notes leaves a line."""
    hers = _of_day(person, day)
    private = or_(
        ShortContact.note_sealed.is_not(None), ShortContact.client_id.is_not(None)
    )
    if db.session.scalar(hers.where(private).with_only_columns(ShortContact.id)):
        # Before they are loaded: afterwards each would have to be loaded again.
        with write_session() as session:
            deed, about = "read contacts", f"staff:{person.uuid}"
            note(session, Actor.STAFF, deed, about, now=now, staff=person.id)
    rows = hers.options(joinedload(ShortContact.client))
    return list(db.session.scalars(rows.order_by(ShortContact.at.desc())))


def _of_day(person: SignedIn, day: date) -> Select[ShortContact]:
    whole = day_window(day, zone())
    return select(ShortContact).where(
        ShortContact.staff_id == person.id,
        ShortContact.at >= whole.start,
        ShortContact.at < whole.end,
    )


def _today(now: datetime) -> date:
    return now.astimezone(zone()).date()
