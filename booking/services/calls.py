"""Whom must somebody call, and who gets a letter by post? The lists of the day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import contains_eager

from booking.models import (
    Appointment,
    ConsultationType,
    Letter,
    LetterKind,
    LetterState,
    Place,
    Reach,
    Role,
    Status,
    db,
)
from booking.scheduling import TimeWindow
from booking.services.journal import Actor, note
from booking.services.sessions import SignedIn
from booking.services.told import told_window
from booking.services.writing import write_session

TRY_AGAIN_AFTER = timedelta(hours=2)


class UnknownCall(Exception):
    """There is no such call, it is done already, or it is not this person's."""


@dataclass(frozen=True, slots=True)
class ToTell:
    """One thing to tell one person, by phone or by post."""

    letter: Letter
    appointment: Appointment

    @property
    def window(self) -> TimeWindow | None:
        """In which window a visit comes; other appointments begin on the minute."""
        if self.appointment.type.place == Place.HOME:
            return told_window(self.appointment.starts_at)
        return None


def due(person: SignedIn, channel: Reach, *, now: datetime) -> list[ToTell]:
    """Return what is to be told; first whom nobody has reached yet."""
    rows = db.session.scalars(_open(person, now).where(Letter.channel == channel))
    found = [ToTell(row, row.appointment) for row in rows if row.appointment]
    return sorted(found, key=lambda one: (-one.letter.tries, one.letter.next_try_at))


def not_reached_yet(person: SignedIn, *, now: datetime) -> int:
    """Count those whom somebody has tried to call in vain."""
    return sum(one.letter.tries > 0 for one in due(person, Reach.CALL, now=now))


def reached(person: SignedIn, letter: UUID, *, now: datetime) -> None:
    """Tick off: she was told, or her letter is in the post. Raises ``UnknownCall``."""
    with write_session() as session:
        row = session.scalar(_one(person, letter, now))
        if row is None:
            raise UnknownCall
        row.state, row.sent_at = LetterState.SENT, now
        row.tries += 1
        note(session, Actor.STAFF, "reached", row.about, now=now, staff=person.id)


def not_reached(person: SignedIn, letter: UUID, *, now: datetime) -> None:
    """Remember the try; she is called again later. Raises ``UnknownCall``."""
    with write_session() as session:
        row = session.scalar(_one(person, letter, now))
        if row is None:
            raise UnknownCall
        row.tries += 1
        row.next_try_at = now + TRY_AGAIN_AFTER
        note(session, Actor.STAFF, "not reached", row.about, now=now, staff=person.id)


def _one(person: SignedIn, letter: UUID, now: datetime) -> Select[Letter]:
    return _open(person, now).where(Letter.uuid == letter).with_for_update(of=Letter)


def _open(person: SignedIn, now: datetime) -> Select[Letter]:
    """Select what is still true to tell, within what this person may see."""
    stands = and_(
        Letter.sequence == Appointment.sequence,
        or_(Appointment.status == Status.BOOKED, Letter.kind == LetterKind.CANCELLED),
    )
    return (
        select(Letter)
        .join(Letter.appointment)
        .join(Appointment.type)
        .where(
            Letter.state == LetterState.DUE,
            Letter.channel.in_((Reach.CALL, Reach.POST)),
            Appointment.starts_at > now,
            stands,
            _scope(person),
        )
        .options(contains_eager(Letter.appointment).contains_eager(Appointment.type))
    )


def _scope(person: SignedIn) -> ColumnElement[bool]:
    """Counsellors call about their own talks, coordinators about visits."""
    if person.may(Role.FRONT_DESK):
        return true()
    hers = Appointment.counsellor_id == person.id
    visits = ConsultationType.place == Place.HOME
    return or_(
        hers if person.may(Role.COUNSELLOR) else false(),
        visits if person.may(Role.COORDINATOR) else false(),
    )
