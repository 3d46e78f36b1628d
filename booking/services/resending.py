"""What could not be sent, and what do we do about it? Send again, or call instead.

A letter sent again is the same row, so it keeps its Message-ID: whoever has it
already sees one letter, not two. A call instead is a row of its own beside it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from booking.models import Letter, LetterState, Reach, db
from booking.services.addressees import addressee_of
from booking.services.calls import ToTell, in_words
from booking.services.journal import Actor, note
from booking.services.letter_scope import letters_for, still_true
from booking.services.quiet_hours import may_go_at
from booking.services.sessions import SignedIn
from booking.services.writing import write_session

BY_ITSELF = (Reach.EMAIL, Reach.SMS)


class UnknownLetter(Exception):
    """There is no such letter, it is overtaken, or it is not this person's."""


class NoNumber(Exception):
    """Nobody knows a number to call."""


def failed(person: SignedIn, *, now: datetime) -> list[ToTell]:
    """Return what will never arrive unless somebody does something."""
    rows = db.session.scalars(
        letters_for(person)
        .where(Letter.state == LetterState.FAILED, still_true(now))
        .order_by(Letter.created_at)
    )
    return in_words(list(rows), now=now)


def send_again(person: SignedIn, letter: UUID, *, now: datetime) -> None:
    """Send the same letter once more, refused or sent. Raises ``UnknownLetter``."""
    with write_session() as session:
        row = session.scalar(
            _one(person, letter, now).where(
                Letter.channel.in_(BY_ITSELF),
                Letter.state.in_((LetterState.FAILED, LetterState.SENT)),
            )
        )
        if row is None:
            raise UnknownLetter
        row.state, row.error, row.tries = LetterState.DUE, None, 0
        row.next_try_at = may_go_at(row, now=now)
        note(session, Actor.STAFF, "send again", row.about, now=now, staff=person.id)


def call_instead(person: SignedIn, letter: UUID, *, now: datetime) -> None:
    """Put it on the call list; the letter itself goes no more.

    Raises ``UnknownLetter`` or ``NoNumber``.
    """
    with write_session() as session:
        row = session.scalar(
            _one(person, letter, now).where(
                Letter.channel != Reach.CALL,
                Letter.state.in_((LetterState.FAILED, LetterState.DUE)),
            )
        )
        if row is None:
            raise UnknownLetter
        if not addressee_of(row).phone:
            raise NoNumber
        by_another_way(session, row, Reach.CALL, now=now)
        note(session, Actor.STAFF, "call instead", row.about, now=now, staff=person.id)


def may_be_sent_again(letter: Letter) -> bool:
    """Tell whether a page offers it; whether it is still true, the deed decides."""
    again = letter.state in {LetterState.FAILED, LetterState.SENT}
    return again and letter.channel in BY_ITSELF


def may_be_called(letter: Letter) -> bool:
    """Tell whether a page offers to call instead."""
    open_still = letter.state in {LetterState.FAILED, LetterState.DUE}
    return (
        open_still and letter.channel != Reach.CALL and bool(addressee_of(letter).phone)
    )


def by_another_way(
    session: Session, row: Letter, channel: Reach, *, now: datetime
) -> None:
    """Tell the same by another way: there is one letter for each thing and way."""
    row.state = LetterState.DROPPED
    other = session.scalar(
        select(Letter).where(
            Letter.about == row.about,
            Letter.kind == row.kind,
            Letter.channel == channel,
            Letter.sequence == row.sequence,
        )
    )
    if other is None:
        other = _beside(row, channel, now)
        session.add(other)
    other.state, other.error, other.tries = LetterState.DUE, None, 0
    other.next_try_at = may_go_at(other, now=now)


def _beside(row: Letter, channel: Reach, now: datetime) -> Letter:
    return Letter(
        about=row.about,
        kind=row.kind,
        channel=channel,
        sequence=row.sequence,
        appointment=row.appointment,
        visit_request=row.visit_request,
        waiting=row.waiting,
        interpreter_request=row.interpreter_request,
        language=row.language,
        created_at=now,
    )


def _one(person: SignedIn, letter: UUID, now: datetime) -> Select[Letter]:
    found = letters_for(person).where(Letter.uuid == letter, still_true(now))
    return found.with_for_update(of=Letter)
