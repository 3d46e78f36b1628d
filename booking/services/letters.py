"""What do we tell whom, and has it arrived? The outbox and its worker.

A letter is written in the transaction of the deed it tells of, and composed when it
is sent, so that a cancelled appointment is not confirmed. It is sent at least once:
killed between the mail server's yes and our own note of it, we send it again, under
the same Message-ID.
"""

import logging
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from booking import mail
from booking.languages import Language, language_of_code, speaking
from booking.models import (
    Appointment,
    InterpreterRequest,
    Letter,
    LetterKind,
    LetterState,
    Reach,
    Status,
    VisitRequest,
    VisitState,
    Waiting,
)
from booking.models.running import settings, zone
from booking.scheduling import instant
from booking.services import letter_facts
from booking.services.links import UnknownLink, way_to, way_to_wish
from booking.services.writing import read_session, write_session

log = logging.getLogger(__name__)

A_HANDFUL = 5  # times mail.TIMEOUT is less than the lease
LEASE = timedelta(minutes=2)  # after that a letter whose worker died is due again
FIRST_PAUSE = timedelta(minutes=1)  # doubled at each failure
LONGEST_PAUSE = timedelta(hours=1)
REMIND_LATE_AT = time(7, 0)  # local time, on the day itself, if it was missed
REMIND_AT = time(10, 0)  # local time, the day before
ERROR_LENGTH = 200


def write(
    session: Session, appointment: Appointment, kind: LetterKind, *, now: datetime
) -> None:
    """Put a letter into the outbox, in the transaction of the deed it tells of.

    Who asked us not to write gets none; who asked for a call is on the call list.
    """
    if appointment.reach == Reach.NONE:
        return
    session.add(
        Letter(
            about=appointment.about,
            kind=kind,
            channel=appointment.reach,
            sequence=appointment.sequence,
            appointment_id=appointment.id,
            language=appointment.letter_language,
            created_at=now,
            next_try_at=now,
        )
    )


def write_wish(session: Session, request: VisitRequest, *, now: datetime) -> None:
    """Confirm a wish to who reads e-mail; nobody is called only to hear that."""
    if request.reach != Reach.EMAIL:
        return
    session.add(
        Letter(
            about=request.about,
            kind=LetterKind.WISH,
            channel=request.reach,
            sequence=request.sequence,
            visit_request_id=request.id,
            language=request.letter_language,
            created_at=now,
            next_try_at=now,
        )
    )


def write_to_waiting(
    session: Session, waiting: Waiting, kind: LetterKind, *, now: datetime
) -> None:
    """Tell somebody on the waiting list of a free time; at most once a notice."""
    if waiting.reach == Reach.NONE:
        return
    session.add(
        Letter(
            about=waiting.about,
            kind=kind,
            channel=waiting.reach,
            sequence=waiting.notices,
            waiting_id=waiting.id,
            language=waiting.letter_language,
            created_at=now,
            next_try_at=now,
        )
    )


def write_to_interpreter(
    session: Session, request: InterpreterRequest, kind: LetterKind, *, now: datetime
) -> None:
    """Ask an interpreter, or tell her of a change: by e-mail, else by a call."""
    session.add(
        Letter(
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
    )


def write_due(*, now: datetime) -> int:
    """Write the reminders that are due; run twice, it writes none the second time.

    Tomorrow's from ten o'clock on; today's too, should no worker have run by then.
    """
    today = now.astimezone(zone()).date()
    tomorrow = today + timedelta(days=1)
    due_days = [
        day
        for day, from_time in ((tomorrow, REMIND_AT), (today, REMIND_LATE_AT))
        if now >= instant(today, from_time, zone())
    ]
    if not due_days:
        return 0
    with write_session() as session:
        due = [
            row for day in due_days for row in session.scalars(_unreminded(day, now))
        ]
        for appointment in due:
            write(session, appointment, LetterKind.REMINDER, now=now)
    return len(due)


def post(*, now: datetime) -> int:
    """Send a handful of the letters due by e-mail; return how many were handed over.

    No more than a handful: even from a slow mail server all come back before the
    lease on the last of them ends, and the worker's other errands do not wait long.
    """
    sent = 0
    for _ in range(A_HANDFUL if settings().mail_url else 0):
        letter = _next_letter(now)
        if letter is None:
            break
        sent += _send(letter, now)
    return sent


def refused(session: Session) -> int:
    """Count the letters that no mail server will ever take."""
    counted = session.scalar(
        select(func.count(Letter.id)).where(Letter.state == LetterState.FAILED)
    )
    return counted or 0


def waiting(session: Session) -> int:
    """Count the letters that should be sent by e-mail and are not yet."""
    counted = session.scalar(
        select(func.count(Letter.id)).where(
            Letter.state == LetterState.DUE, Letter.channel == Reach.EMAIL
        )
    )
    return counted or 0


def _unreminded(day: date, now: datetime) -> Select[Appointment]:
    day_before = instant(day - timedelta(days=1), time.min, zone())
    starts = instant(day, time.min, zone())
    ends = instant(day + timedelta(days=1), time.min, zone())
    told = (
        select(Letter.id)
        .where(
            Letter.appointment_id == Appointment.id,
            Letter.sequence == Appointment.sequence,
            # Who booked or moved the day before was told the day before.
            or_(Letter.kind == LetterKind.REMINDER, Letter.created_at >= day_before),
        )
        .exists()
    )
    return (
        select(Appointment)
        .where(
            Appointment.status == Status.BOOKED,
            Appointment.reach != Reach.NONE,
            Appointment.starts_at >= max(starts, now),
            Appointment.starts_at < ends,
            ~told,
        )
        .with_for_update(skip_locked=True)
    )


def _next_letter(now: datetime) -> Letter | None:
    """Take the next letter, for as long as the lease lasts."""
    with write_session() as session:
        letter = session.scalar(
            select(Letter)
            .where(
                Letter.state == LetterState.DUE,
                Letter.channel == Reach.EMAIL,
                Letter.next_try_at <= now,
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
            message = _composed(session, letter, now)
        if message is None:
            _note_outcome(letter, state=LetterState.DROPPED)
            return False
        mail.send(message, message["To"].addresses[0].addr_spec, settings().mail_url)
    except mail.RefusedForGood as refusal:
        _note_outcome(letter, state=LetterState.FAILED, error=_shortened(refusal))
    except mail.NotNow as fault:
        _put_off(letter, _shortened(fault), now)
    except Exception as fault:
        # One letter that cannot be composed must not hold up all the others.
        log.exception("A letter could not be composed.")
        _put_off(letter, type(fault).__name__, now)
    else:
        _note_outcome(letter, state=LetterState.SENT, sent_at=now, error=None)
        return True
    return False


def _composed(session: Session, letter: Letter, now: datetime) -> EmailMessage | None:
    """Write the text as things stand now, or None if it is overtaken."""
    if letter.visit_request_id is not None:
        return _composed_wish(session, letter)
    appointment = session.scalars(
        select(Appointment)
        .where(Appointment.id == letter.appointment_id)
        .options(joinedload(Appointment.type))
    ).one()
    if letter.sequence != appointment.sequence or appointment.starts_at <= now:
        return None
    try:
        way = way_to(session, appointment)
    except UnknownLink:  # planned anew: the letter about the new day says more
        return None
    language = language_of_code(letter.language)
    with speaking(language):
        facts = letter_facts.of_appointment(session, way, now)
    return _mail(letter, appointment.email, language, facts)


def _composed_wish(session: Session, letter: Letter) -> EmailMessage | None:
    request = session.get_one(VisitRequest, letter.visit_request_id)
    if request.state not in {VisitState.WISHED, VisitState.PLANNED}:
        return None
    language = language_of_code(letter.language)
    with speaking(language):
        facts = letter_facts.of_wish(session, way_to_wish(session, request))
    return _mail(letter, request.email, language, facts)


def _mail(
    letter: Letter, to: str, language: Language, facts: dict[str, Any]
) -> EmailMessage:
    return mail.compose(
        letter.kind,
        to=to,
        sender=settings().mail_from,
        message_id=letter.message_id,
        language=language,
        facts=facts,
    )


def _put_off(letter: Letter, error: str, now: datetime) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(letter.tries - 1, 10), LONGEST_PAUSE)
    _note_outcome(letter, next_try_at=now + pause, error=error)


def _note_outcome(letter: Letter, **outcome: Any) -> None:
    with write_session() as session:
        session.execute(update(Letter).where(Letter.id == letter.id).values(**outcome))


def _shortened(fault: Exception) -> str:
    return str(fault)[:ERROR_LENGTH]
