"""Whom must somebody call today, and what is said in one sentence?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func

from booking.languages.moments import EVENING, NOON
from booking.models import Letter, LetterState, Reach, db
from booking.models.running import zone
from booking.services.addressees import Addressee, addressee_of
from booking.services.journal import Actor, note
from booking.services.letter_scope import letters_for, still_true
from booking.services.letter_texts import sentences
from booking.services.sessions import SignedIn
from booking.services.writing import write_session

TRY_AGAIN_AFTER = timedelta(hours=2)
BY_HAND = (Reach.CALL, Reach.POST)
# Local hours in which a call is safe, as the form names them.
SAFE = {
    "morning": range(NOON),
    "afternoon": range(NOON, EVENING),
    "evening": range(EVENING, 24),
}


class UnknownCall(Exception):
    """There is no such call, it is done already, or it is not this person's."""


@dataclass(frozen=True, slots=True)
class ToTell:
    """One thing to tell one person."""

    letter: Letter
    to: Addressee
    sentence: str
    is_safe: bool  # to call her now


def due(person: SignedIn, channel: Reach, *, now: datetime) -> list[ToTell]:
    """Return what is to be told; first whom nobody has reached yet.

    Then whom it is safe to call now, and who has waited longest.
    """
    rows = list(db.session.scalars(_open(person, now).where(Letter.channel == channel)))
    return sorted(in_words(rows, now=now), key=_urgency)


def in_words(letters: list[Letter], *, now: datetime) -> list[ToTell]:
    """Say who is told what, in the language now spoken; the queries do not grow."""
    said = sentences(db.session(), letters, now=now)
    people = {row.id: addressee_of(row) for row in letters}
    return [
        ToTell(row, to, said[row.id], is_safe(to.safe_hours, now))
        for row in letters
        for to in [people[row.id]]
    ]


def is_safe(safe_hours: str, now: datetime) -> bool:
    """Tell whether a call now comes within the hours that somebody has named."""
    hour = now.astimezone(zone()).hour
    return hour in SAFE.get(safe_hours, range(24))


def not_reached_yet(person: SignedIn, *, now: datetime) -> int:
    """Count those whom somebody has tried to call in vain."""
    tried = _open(person, now).where(Letter.channel == Reach.CALL, Letter.tries > 0)
    counted = tried.with_only_columns(func.count(Letter.id)).order_by(None)
    return db.session.scalar(counted) or 0


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


def posted(person: SignedIn, letters: list[UUID], *, now: datetime) -> int:
    """Tick off all that were printed and posted, in one deed; count them.

    What is ticked off already, or overtaken since it was printed, is left alone.
    """
    with write_session() as session:
        rows = session.scalars(
            _open(person, now)
            .where(Letter.channel == Reach.POST, Letter.uuid.in_(letters))
            .with_for_update(of=Letter)
        ).all()
        for row in rows:
            row.state, row.sent_at = LetterState.SENT, now
            row.tries += 1
            note(session, Actor.STAFF, "posted", row.about, now=now, staff=person.id)
    return len(rows)


def to_print(person: SignedIn, *, now: datetime) -> list[Letter]:
    """Return the letters of the next print run, the longest waiting first."""
    by_post = _open(person, now).where(Letter.channel == Reach.POST)
    return list(db.session.scalars(by_post.order_by(Letter.created_at, Letter.id)))


def _urgency(one: ToTell) -> tuple[bool, bool, datetime]:
    return (one.letter.tries == 0, not one.is_safe, one.letter.next_try_at)


def _one(person: SignedIn, letter: UUID, now: datetime) -> Select[Letter]:
    return _open(person, now).where(Letter.uuid == letter).with_for_update(of=Letter)


def _open(person: SignedIn, now: datetime) -> Select[Letter]:
    return letters_for(person).where(
        Letter.state == LetterState.DUE, Letter.channel.in_(BY_HAND), still_true(now)
    )
