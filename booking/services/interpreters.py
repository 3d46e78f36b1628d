"""Who interprets a talk? Asked, confirmed or declined, told of every change."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from booking.models import (
    Appointment,
    Interpreter,
    InterpreterRequest,
    LetterKind,
    RequestState,
    Status,
    db,
)
from booking.services import availability, feeds, letters
from booking.services.claim import RULE
from booking.services.journal import Actor, note
from booking.services.writing import tried_again, write_session

TOKEN_BYTES = 32
LINK_LIVES_ON = timedelta(days=1)  # after the talk, like a client's link
OPEN = (RequestState.ASKED, RequestState.CONFIRMED)


class UnknownRequest(Exception):
    """Nobody was asked by this link, or it has ended; both look the same."""


class NotAskedAnyMore(Exception):
    """The talk has begun, was given up or has somebody else; her page says which."""


class Answer(StrEnum):
    """What an interpreter says."""

    YES = "yes"
    NO = "no"


def keep_asked(session: Session, row: Appointment, *, now: datetime) -> None:
    """Bring what interpreters were asked up to the appointment as it is now.

    Called in the unit of work of every deed that gives an appointment its time or
    takes it away: whoever stands in ``row.interpreter_id`` is asked once; who no
    longer does, or whose talk is given up, is told that she need not come.
    """
    wanted = row.interpreter_id if row.status == Status.BOOKED else None
    told = set()
    for request in session.scalars(open_requests(row)):
        told.add(request.interpreter_id)
        if request.interpreter_id != wanted:
            _withdraw(session, request, now)
        elif request.sequence != row.sequence:
            _ask_anew(session, request, now)
    if wanted is not None and wanted not in told:
        told.add(wanted)
        _ask(session, row, wanted, now)
    feeds.bump_interpreters(session, told, at=now)


def ask(session: Session, row: Appointment, *, now: datetime) -> None:
    """Ask whoever stands in an appointment just booked: nobody was asked before."""
    if row.interpreter_id is not None:
        _ask(session, row, row.interpreter_id, now)


def asked_by(token: str, *, now: datetime) -> InterpreterRequest:
    """Return what an interpreter was asked, or raise ``UnknownRequest``."""
    request = db.session.scalar(
        select(InterpreterRequest)
        .where(InterpreterRequest.token_hash == _hash(token))
        .options(
            joinedload(InterpreterRequest.interpreter),
            joinedload(InterpreterRequest.appointment).joinedload(Appointment.type),
        )
    )
    if request is None or request.appointment.ends_at + LINK_LIVES_ON < now:
        raise UnknownRequest
    return request


@tried_again
def answer(token: str, said: Answer, *, now: datetime) -> None:
    """Take her yes or no; said twice, it counts once. After a yes, a no may follow.

    A no frees her time at once, and the next who fits is asked. Raises
    ``UnknownRequest`` or ``NotAskedAnyMore``.
    """
    known = asked_by(token, now=now)
    with write_session() as session:
        row = locked(session, known.appointment.uuid)
        request = session.get_one(InterpreterRequest, known.id)
        if request.state == _STATES[said]:
            return
        if request.state not in OPEN or row.starts_at <= now:
            raise NotAskedAnyMore
        request.state, request.answered_at = _STATES[said], now
        feeds.bump_interpreters(session, [request.interpreter_id], at=now)
        note(session, Actor.INTERPRETER, f"say {said}", row.about, now=now)
        if said is Answer.NO:
            row.interpreter_id = None
            _ask_next(session, row, now)


def requests_of(row: Appointment) -> list[InterpreterRequest]:
    """Return whom an appointment has asked, the latest first."""
    query = (
        select(InterpreterRequest)
        .where(InterpreterRequest.appointment_id == row.id)
        .options(joinedload(InterpreterRequest.interpreter))
    )
    return list(db.session.scalars(query.order_by(InterpreterRequest.id.desc())))


def open_requests(row: Appointment) -> Select[InterpreterRequest]:
    """Select whom an appointment has asked who has not said no."""
    return (
        select(InterpreterRequest)
        .where(
            InterpreterRequest.appointment_id == row.id,
            InterpreterRequest.state.in_(OPEN),
        )
        .options(joinedload(InterpreterRequest.interpreter))
    )


_STATES = {Answer.YES: RequestState.CONFIRMED, Answer.NO: RequestState.DECLINED}


def _withdraw(session: Session, request: InterpreterRequest, now: datetime) -> None:
    request.state = RequestState.WITHDRAWN
    request.sequence = request.appointment.sequence
    kind = LetterKind.INTERPRETER_NOT_NEEDED
    letters.write_to_interpreter(session, request, kind, now=now)


def _ask_anew(session: Session, request: InterpreterRequest, now: datetime) -> None:
    """Ask about another time: her yes was for the time before."""
    request.state, request.answered_at = RequestState.ASKED, None
    request.asked_at, request.sequence = now, request.appointment.sequence
    letters.write_to_interpreter(
        session, request, LetterKind.INTERPRETER_MOVED, now=now
    )


def _ask(session: Session, row: Appointment, interpreter: int, now: datetime) -> None:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    request = InterpreterRequest(
        appointment=row,
        interpreter=session.get_one(Interpreter, interpreter),
        state=RequestState.ASKED,
        token_hash=_hash(token),
        sequence=row.sequence,
        asked_at=now,
    )
    request.token = token
    session.add(request)
    session.flush()
    letters.write_to_interpreter(
        session, request, LetterKind.INTERPRETER_ASKED, now=now
    )


def _ask_next(session: Session, row: Appointment, now: datetime) -> None:
    """Ask the next who fits; if nobody does, the counsellor is shown that."""
    session.flush()
    free = availability.free_interpreters(
        session, row, now=now, besides=declined(session, row)
    )
    if any(seated(session, row, one) for one in free):
        keep_asked(session, row, now=now)


def seated(session: Session, row: Appointment, interpreter: int) -> bool:
    """Take her time, unless another talk has it: the database decides."""
    try:
        with session.begin_nested():
            row.interpreter_id = interpreter
    except IntegrityError as tie:
        if RULE not in str(tie.orig):
            raise
        return False
    return True


def declined(session: Session, row: Appointment) -> set[int]:
    """Return who has said no to a talk."""
    return set(
        session.scalars(
            select(InterpreterRequest.interpreter_id).where(
                InterpreterRequest.appointment_id == row.id,
                InterpreterRequest.state == RequestState.DECLINED,
            )
        )
    )


def locked(session: Session, appointment: UUID) -> Appointment:
    """Load an appointment that nobody else moves or cancels meanwhile."""
    row = session.scalar(
        select(Appointment).where(Appointment.uuid == appointment).with_for_update()
    )
    if row is None:
        raise UnknownRequest
    return row


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()
