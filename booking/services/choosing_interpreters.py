"""Which interpreter does a counsellor choose herself, and which talk has none yet?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from booking.models import (
    ACTIVE,
    Appointment,
    Interpreter,
    InterpreterLanguage,
    Status,
    db,
)
from booking.services.interpreters import (
    NotAskedAnyMore,
    UnknownRequest,
    declined,
    keep_asked,
    locked,
    seated,
)
from booking.services.journal import Actor, note
from booking.services.sessions import SignedIn
from booking.services.writing import write_session


class InterpreterTaken(Exception):
    """She interprets another talk at this time."""


def ask_by_hand(
    person: SignedIn, appointment: UUID, interpreter: UUID, *, now: datetime
) -> None:
    """Ask an interpreter whom the counsellor has chosen, outside her hours too.

    Whoever was asked before need not come. Raises ``UnknownRequest``,
    ``NotAskedAnyMore`` or ``InterpreterTaken``.
    """
    with write_session() as session:
        row = locked(session, appointment)
        chosen = session.scalar(
            select(Interpreter.id).where(
                Interpreter.uuid == interpreter, Interpreter.active
            )
        )
        if chosen is None or not person.keeps(row):
            raise UnknownRequest
        if row.status != Status.BOOKED or row.starts_at <= now:
            raise NotAskedAnyMore
        if not seated(session, row, chosen):
            raise InterpreterTaken
        row.interpreter_wanted = True
        keep_asked(session, row, now=now)
        deed = "ask interpreter"
        note(session, Actor.STAFF, deed, row.about, now=now, staff=person.id)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be asked by hand, and whether she has said no already."""

    uuid: UUID
    name: str
    has_declined: bool


def candidates(row: Appointment) -> list[Candidate]:
    """Return who speaks the language of a talk and interprets no other one then."""
    speaks = select(InterpreterLanguage.interpreter_id).where(
        InterpreterLanguage.language == row.language
    )
    found = db.session.scalars(
        select(Interpreter).where(
            Interpreter.active, Interpreter.id.in_(speaks), ~_interprets_elsewhere(row)
        )
    )
    said_no = declined(db.session(), row)
    return sorted(
        (
            Candidate(one.uuid, one.name, one.id in said_no)
            for one in found
            if one.id != row.interpreter_id
        ),
        key=lambda one: (one.has_declined, one.name),
    )


def nobody_found(person: SignedIn, *, now: datetime) -> list[Appointment]:
    """Return her coming talks that need an interpreter and have none."""
    return list(
        db.session.scalars(
            select(Appointment)
            .where(
                Appointment.counsellor_id == person.id,
                Appointment.status == Status.BOOKED,
                Appointment.starts_at > now,
                Appointment.interpreter_wanted,
                Appointment.interpreter_id.is_(None),
            )
            .order_by(Appointment.starts_at)
        )
    )


def _interprets_elsewhere(row: Appointment) -> ColumnElement[bool]:
    return (
        select(Appointment.id)
        .where(
            Appointment.interpreter_id == Interpreter.id,
            Appointment.id != row.id,
            Appointment.status.in_(ACTIVE),
            Appointment.busy_from < row.busy_until,
            Appointment.busy_until > row.busy_from,
        )
        .exists()
    )
