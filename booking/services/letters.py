"""What do we tell whom, and has it arrived? The outbox and its worker.

A letter is written in the transaction of the deed it tells of, and composed when it
is sent, so that a cancelled appointment is not confirmed. It is sent at least once:
killed between the other side's yes and our own note of it, we send it again, under
the same Message-ID.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from booking import mail, sms
from booking.calendars import invitation
from booking.models import (
    Appointment,
    InterpreterRequest,
    Invitation,
    Letter,
    LetterKind,
    LetterState,
    Reach,
    VisitRequest,
    Waiting,
)
from booking.models.running import settings
from booking.outside import NotNow, RefusedForGood
from booking.services import quiet_hours, reminders
from booking.services.letter_texts import Content, content_of
from booking.services.writing import add_at_once, let_go, read_session, write_session

log = logging.getLogger(__name__)

# So often the longest wait for mail server or gateway is still less than the lease.
A_HANDFUL = 5
LEASE = timedelta(minutes=2)  # after that a letter whose worker died is due again
FIRST_PAUSE = timedelta(minutes=1)  # doubled at each failure
LONGEST_PAUSE = timedelta(hours=1)
# Nothing waits so long, not even for the end of a night: the clock was set back since.
NOTHING_WAITS = timedelta(days=2)
ERROR_LENGTH = 200
NO_EMAIL, NO_PHONE = "no e-mail address", "no phone number"


def write(
    session: Session, appointment: Appointment, kind: LetterKind, *, now: datetime
) -> None:
    """Put a letter into the outbox, in the transaction of the deed it tells of.

    Who asked us not to write gets none; who asked for a call is on the call list.
    """
    letter = _letter(kind, appointment, appointment.sequence, now)
    letter.appointment_id, letter.appointment = appointment.id, appointment
    _enter(session, letter, now)


def write_wish(session: Session, request: VisitRequest, *, now: datetime) -> None:
    """Confirm a wish to who reads messages; nobody is called only to hear that."""
    if request.reach in quiet_hours.RINGS:
        letter = _letter(LetterKind.WISH, request, request.sequence, now)
        letter.visit_request_id = request.id
        _enter(session, letter, now)


def write_to_waiting(
    session: Session, waiting: Waiting, kind: LetterKind, *, now: datetime
) -> None:
    """Tell somebody on the waiting list of a free time; at most once a notice."""
    letter = _letter(kind, waiting, waiting.notices, now)
    letter.waiting_id = waiting.id
    _enter(session, letter, now)


def write_to_interpreter(
    session: Session, request: InterpreterRequest, kind: LetterKind, *, now: datetime
) -> None:
    """Ask an interpreter, or tell her of a change: by e-mail, else by a call."""
    letter = Letter(
        about=request.about,
        kind=kind,
        channel=Reach.EMAIL if request.interpreter.email else Reach.CALL,
        sequence=request.appointment.sequence,
        appointment_id=request.appointment_id,
        interpreter_request_id=request.id,
        language="de",
        created_at=now,
        next_try_at=now,
    )
    letter.appointment = request.appointment
    _enter(session, letter, now)


def write_to_counsellor(
    session: Session, invitation: Invitation, kind: LetterKind, *, now: datetime
) -> None:
    """Tell a counsellor's own mailbox how her appointment stands now."""
    letter = Letter(
        about=invitation.about,
        kind=kind,
        channel=Reach.EMAIL,
        sequence=invitation.sequence,
        invitation_id=invitation.id,
        language="de",
        created_at=now,
        next_try_at=now,
    )
    _enter(session, letter, now)


def write_due(*, now: datetime) -> int:
    """Write the reminders that are due; run twice, it writes none the second time."""
    due = reminders.due(now)
    if due is None:
        return 0
    with write_session() as session:
        found = list(session.scalars(due))
        for appointment in found:
            write(session, appointment, LetterKind.REMINDER, now=now)
    return len(found)


def post(*, now: datetime) -> int:
    """Send a handful of the letters due; return how many were handed over.

    No more than a handful: even from a slow mail server all come back before the
    lease on the last of them ends, and the worker's other errands do not wait long.
    """
    sent = 0
    for _ in range(A_HANDFUL if ways_out() else 0):
        letter = _next_letter(now)
        if letter is None:
            break
        sent += _send(letter, now)
    return sent


def ways_out() -> list[Reach]:
    """Return what goes out by itself: what a mail server or a gateway is set for."""
    set_up = {Reach.EMAIL: settings().mail_url, Reach.SMS: settings().sms_url}
    return [way for way, url in set_up.items() if url]


def refused(session: Session) -> int:
    """Count the letters that will never be taken."""
    return _count(session, Letter.state == LetterState.FAILED)


def waiting(session: Session, *ways: Reach) -> int:
    """Count the letters that should go out by these ways and have not yet."""
    is_due = Letter.state == LetterState.DUE
    return _count(session, is_due, Letter.channel.in_(ways))


def _letter(
    kind: LetterKind,
    about: Appointment | VisitRequest | Waiting,
    sequence: int,
    now: datetime,
) -> Letter:
    return Letter(
        about=about.about,
        kind=kind,
        channel=about.reach,
        sequence=sequence,
        language=about.letter_language,
        created_at=now,
        next_try_at=now,
    )


def _enter(session: Session, letter: Letter, now: datetime) -> None:
    """Put it into the outbox for the first moment at which it disturbs nobody."""
    if letter.channel == Reach.NONE:
        return
    letter.next_try_at = quiet_hours.may_go_at(letter, now=now)
    add_at_once(session, letter)


def _count(session: Session, *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(Letter.id)).where(*which)) or 0


def _next_letter(now: datetime) -> Letter | None:
    """Take the next letter, for as long as the lease lasts."""
    with write_session() as session:
        letter = session.scalar(
            select(Letter)
            .where(
                Letter.state == LetterState.DUE,
                Letter.channel.in_(ways_out()),
                or_(
                    Letter.next_try_at <= now, Letter.next_try_at > now + NOTHING_WAITS
                ),
            )
            .order_by(Letter.next_try_at, Letter.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=Letter)
        )
        if letter is None:
            return None
        letter.tries += 1
        letter.next_try_at = now + LEASE
    return letter


def _send(letter: Letter, now: datetime) -> bool:
    """Compose and hand over one letter; write down what came of it."""
    try:
        with read_session() as session:
            row = session.get_one(Letter, letter.id)
            morning = quiet_hours.may_go_at(row, now=now)
            content = content_of(session, row, now=now) if morning <= now else None
        if morning > now:  # put off until now by a fault: she sleeps meanwhile
            _note_outcome(letter, next_try_at=morning)
            return False
        if content is None:
            _note_outcome(letter, state=LetterState.DROPPED)
            return False
        _hand_over(letter, content, now)
    except RefusedForGood as refusal:
        _note_outcome(letter, state=LetterState.FAILED, error=_shortened(refusal))
    except NotNow as fault:
        _put_off(letter, _shortened(fault), now)
    except Exception as fault:
        # One letter that cannot be composed must not hold up all the others.
        log.exception("A letter could not be composed.")
        _put_off(letter, type(fault).__name__, now)
    else:
        _note_outcome(letter, state=LetterState.SENT, sent_at=now, error=None)
        return True
    return False


def _hand_over(letter: Letter, content: Content, now: datetime) -> None:
    if letter.channel == Reach.SMS:
        _by_sms(letter, content)
    else:
        _by_mail(letter, content, now)


def _by_sms(letter: Letter, content: Content) -> None:
    if not content.to.phone:
        raise RefusedForGood(NO_PHONE)
    to = sms.number(content.to.phone, content.country)
    said = mail.sentence(content.kind, content.language, content.facts)
    link = content.facts.get("url")
    text = f"{said} {link}" if link else said
    let_go()
    sms.send(text, to, str(letter.uuid), settings())


def _by_mail(letter: Letter, content: Content, now: datetime) -> None:
    if not content.to.email:
        raise RefusedForGood(NO_EMAIL)
    envelope = mail.Envelope(
        to=content.to.email,
        sender=settings().mail_from,
        message_id=letter.message_id,
        sent_at=now,
    )
    message = mail.compose(
        content.kind,
        envelope,
        language=content.language,
        facts=content.facts,
        invitation=_invitation(content, envelope),
    )
    let_go()
    mail.send(message, envelope.to, settings().mail_url)


def _invitation(content: Content, envelope: mail.Envelope) -> mail.Invitation | None:
    if content.entry is None:
        return None
    method = content.entry.method
    written = invitation(
        content.entry.event,
        method,
        organizer=mail.bare_address(envelope.sender),
        attendee=envelope.to,
    )
    return mail.Invitation(content=written, method=method)


def _put_off(letter: Letter, error: str, now: datetime) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(letter.tries - 1, 10), LONGEST_PAUSE)
    _note_outcome(letter, next_try_at=now + pause, error=error)


def _note_outcome(letter: Letter, **outcome: Any) -> None:
    with write_session() as session:
        session.execute(update(Letter).where(Letter.id == letter.id).values(**outcome))


def _shortened(fault: Exception) -> str:
    return str(fault)[:ERROR_LENGTH]
