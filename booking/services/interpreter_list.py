"""Who interprets for us, in which languages and when? The office's own list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, selectinload

from booking.models import (
    Appointment,
    Interpreter,
    InterpreterHours,
    InterpreterKind,
    Status,
    db,
)
from booking.services import feeds
from booking.services.journal import Actor, note
from booking.services.writing import write_session

USUAL_LEAD = 48  # hours
LONGEST_LEAD = 24 * 30


class UnknownInterpreter(Exception):
    """There is no such interpreter."""


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """When somebody can come, week by week, in wall time."""

    weekday: int
    opens: time
    closes: time
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpreterFacts:
    """What the office knows of an interpreter."""

    name: str
    kind: InterpreterKind
    languages: frozenset[str]
    phone: str = ""
    email: str = ""
    lead_hours: int = USUAL_LEAD
    is_woman: bool | None = None
    active: bool = True
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """An interpreter, and for how many coming talks she is booked or asked."""

    row: Interpreter
    coming: int


def listed(*, now: datetime) -> list[Listed]:
    """Return all interpreters by name, those switched off last."""
    coming = _coming_talks(now)
    rows = db.session.scalars(
        select(Interpreter).options(
            selectinload(Interpreter._languages)  # noqa: SLF001 - loaded along, read by its property
        )
    )
    found = [Listed(row, coming.get(row.id, 0)) for row in rows]
    return sorted(found, key=lambda one: (not one.row.active, one.row.name))


def found(interpreter: UUID) -> Interpreter:
    """Return an interpreter, or raise ``UnknownInterpreter``."""
    return _found(db.session(), interpreter)


def hours_of(row: Interpreter) -> list[Hours]:
    """Return her weekly hours, in the order of the week."""
    rows = db.session.scalars(
        select(InterpreterHours).where(InterpreterHours.interpreter_id == row.id)
    )
    return sorted(
        (
            Hours(one.weekday, one.opens, one.closes, one.valid_from, one.valid_until)
            for one in rows
        ),
        key=lambda one: (one.weekday, one.opens, one.valid_from),
    )


def add(facts: InterpreterFacts, *, by: int, now: datetime) -> UUID:
    """Enter a new interpreter into the list."""
    with write_session() as session:
        row = entered(session, facts)
        about = f"interpreter:{row.uuid}"
        note(session, Actor.STAFF, "add interpreter", about, now=now, staff=by)
        return row.uuid


def change(
    interpreter: UUID, facts: InterpreterFacts, *, by: int, now: datetime
) -> None:
    """Write down what is true of her now; coming talks stay as they are.

    Raises ``UnknownInterpreter``.
    """
    with write_session() as session:
        row = _found(session, interpreter)
        _describe(session, row, facts)
        feeds.bump_interpreters(session, [row.id], at=now)
        about = f"interpreter:{row.uuid}"
        note(session, Actor.STAFF, "change interpreter", about, now=now, staff=by)


def entered(session: Session, facts: InterpreterFacts) -> Interpreter:
    """Put an interpreter into a unit of work that is already open."""
    row = Interpreter(name=facts.name)
    session.add(row)
    _describe(session, row, facts)
    session.flush()
    return row


def _describe(session: Session, row: Interpreter, facts: InterpreterFacts) -> None:
    row.name, row.phone, row.email = facts.name, facts.phone, facts.email
    row.kind, row.lead_hours = facts.kind, facts.lead_hours
    row.is_woman, row.active = facts.is_woman, facts.active
    if row.languages != facts.languages:
        row.languages = frozenset()
        session.flush()  # else a language that stays would be there twice
        row.languages = facts.languages
    session.flush()
    _set_hours(session, row.id, facts.hours)


def _set_hours(session: Session, interpreter: int, hours: Collection[Hours]) -> None:
    session.execute(
        delete(InterpreterHours).where(InterpreterHours.interpreter_id == interpreter)
    )
    session.add_all(
        InterpreterHours(
            interpreter_id=interpreter,
            weekday=one.weekday,
            opens=one.opens,
            closes=one.closes,
            valid_from=one.valid_from,
            valid_until=one.valid_until,
        )
        for one in sorted(hours, key=lambda one: (one.weekday, one.opens))
    )


def _found(session: Session, interpreter: UUID) -> Interpreter:
    query = select(Interpreter).where(Interpreter.uuid == interpreter)
    row = session.scalar(query if session is db.session() else query.with_for_update())
    if row is None:
        raise UnknownInterpreter
    return row


def _coming_talks(now: datetime) -> dict[int | None, int]:
    rows = db.session.execute(
        select(Appointment.interpreter_id, func.count().label("coming"))
        .where(
            Appointment.interpreter_id.is_not(None),
            Appointment.status == Status.BOOKED,
            Appointment.starts_at > now,
        )
        .group_by(Appointment.interpreter_id)
    )
    return {row.interpreter_id: row.coming for row in rows}
