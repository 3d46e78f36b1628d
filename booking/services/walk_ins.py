"""Who came without an appointment, and who is called next? One line a day, by number.

A number is all that somebody gets: no name, no time. Numbers begin anew each day, and
two who come at once get two; behind the lock stands the database's own rule.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from booking.models import Role, Topic, WalkIn, WalkInState, db
from booking.models.running import zone
from booking.services import clients
from booking.services.claim import queue_behind
from booking.services.held_files import refuse
from booking.services.journal import Actor, note
from booking.services.sessions import SignedIn
from booking.services.writing import tried_again, write_session

ENDS = (WalkInState.DONE, WalkInState.LEFT)


class UnknownWalkIn(Exception):
    """Nobody came today under this name."""


class NobodyWaits(Exception):
    """There is no one to call."""


class HasMovedOn(Exception):
    """A colleague has called her meanwhile, or she is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody at the door. ``key`` is one per tap: sent twice, it is one number."""

    key: str
    language: str | None = None
    topic: Topic | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a counsellor has learned in the talk; ``file`` is a client's reference."""

    language: str | None
    topic: Topic | None
    file: str | None


@tried_again
def came(person: SignedIn, arrival: Arrival, *, now: datetime) -> WalkIn:
    """Give the next number of the day."""
    day = _day(now)
    with write_session() as session:
        queue_behind(session, f"walk-in:{day}")
        same = WalkIn.idempotency_key == arrival.key
        if before := session.scalar(select(WalkIn).where(same)):
            return before
        last = select(func.max(WalkIn.number)).where(WalkIn.day == day)
        row = WalkIn(
            day=day,
            number=(session.scalar(last) or 0) + 1,
            state=WalkInState.WAITING,
            language=arrival.language,
            came_at=now,
            idempotency_key=arrival.key,
        )
        row.topic = arrival.topic
        session.add(row)
        session.flush()
        _note(session, "walk in", row, person, now)
    return row


def of_today(*, now: datetime) -> list[WalkIn]:
    """Return who came today, in the order of the numbers: one query."""
    rows = _todays(now).options(joinedload(WalkIn.called_by))
    return list(db.session.scalars(rows.order_by(WalkIn.number)))


def waiting_number(*, now: datetime) -> int:
    """Count who waits now."""
    waiting = _todays(now).where(WalkIn.state == WalkInState.WAITING)
    return db.session.scalar(waiting.with_only_columns(func.count(WalkIn.id))) or 0


def found(walk_in: UUID, *, now: datetime) -> WalkIn:
    """Return one who came today, or raise ``UnknownWalkIn``."""
    return _found(db.session(), walk_in, now)


@tried_again
def call_next(person: SignedIn, *, now: datetime) -> WalkIn:
    """Call the lowest number that waits; tapped twice, it is one call.

    Raises ``NobodyWaits``.
    """
    with write_session() as session:
        queue_behind(session, f"call the next:{person.id}")
        if with_her := session.scalar(_called_by(person, now)):
            return with_her
        waiting = _todays(now).where(WalkIn.state == WalkInState.WAITING)
        # Who is being called by a colleague this very moment is passed over.
        row = session.scalar(
            waiting.order_by(WalkIn.number).limit(1).with_for_update(skip_locked=True)
        )
        if row is None:
            raise NobodyWaits
        _call(session, row, person, now)
    return row


def call(person: SignedIn, walk_in: UUID, *, now: datetime) -> None:
    """Call one number out of turn. Raises ``UnknownWalkIn`` or ``HasMovedOn``."""
    with write_session() as session:
        row = _found(session, walk_in, now)
        if row.state == WalkInState.CALLED and row.called_by_id == person.id:
            return
        if row.state != WalkInState.WAITING:
            raise HasMovedOn
        _call(session, row, person, now)


def end(
    person: SignedIn, walk_in: UUID, outcome: WalkInState, *, now: datetime
) -> None:
    """Say that she was seen, or has left; said twice is no mistake.

    Only who was called was seen. Raises ``UnknownWalkIn`` or ``HasMovedOn``.
    """
    with write_session() as session:
        row = _found(session, walk_in, now)
        if row.state == outcome:
            return
        is_called = row.state == WalkInState.CALLED
        if not (is_called or (row.state, outcome) == _LEFT_WAITING):
            raise HasMovedOn
        row.state, row.ended_at = outcome, now
        _note(session, f"walk-in {outcome}", row, person, now)


def back_in_line(person: SignedIn, walk_in: UUID, *, now: datetime) -> None:
    """Let her wait again, at her old place. Raises ``UnknownWalkIn``."""
    with write_session() as session:
        row = _found(session, walk_in, now)
        if row.state == WalkInState.WAITING:
            return
        row.state = WalkInState.WAITING
        row.called_by_id = row.called_at = row.ended_at = None
        _note(session, "walk-in waits again", row, person, now)


def describe(person: SignedIn, walk_in: UUID, heard: Heard, *, now: datetime) -> None:
    """Write down what was learned of somebody whom this counsellor has called.

    Raises ``UnknownWalkIn``, ``UnknownClient`` when the file is not hers, or
    ``UnderHold`` when it would leave a file that is held.
    """
    with write_session() as session:
        row = _found(session, walk_in, now)
        if row.called_by_id != person.id:
            raise UnknownWalkIn
        row.language, row.topic = heard.language, heard.topic
        file = clients.of_hers(session, person, heard.file) if heard.file else None
        number = file.id if file else None
        if row.client_id not in {None, number}:
            refuse(session, [row.client_id])
        row.client_id = number
        _note(session, "describe walk-in", row, person, now)


def may_read_topic(person: SignedIn, row: WalkIn) -> bool:
    """Tell whether she may know what it is about: to choose whom to call, or hers."""
    hers = row.state == WalkInState.WAITING or row.called_by_id == person.id
    return person.may(Role.COUNSELLOR) and hers


_LEFT_WAITING = (WalkInState.WAITING, WalkInState.LEFT)


def _day(now: datetime) -> date:
    return now.astimezone(zone()).date()


def _todays(now: datetime) -> Select[WalkIn]:
    return select(WalkIn).where(WalkIn.day == _day(now))


def _called_by(person: SignedIn, now: datetime) -> Select[WalkIn]:
    return (
        _todays(now)
        .where(WalkIn.state == WalkInState.CALLED, WalkIn.called_by_id == person.id)
        .order_by(WalkIn.called_at.desc())
        .limit(1)
    )


def _found(session: Session, walk_in: UUID, now: datetime) -> WalkIn:
    query = _todays(now).where(WalkIn.uuid == walk_in)
    row = session.scalar(query if session is db.session() else query.with_for_update())
    if row is None:
        raise UnknownWalkIn
    return row


def _call(session: Session, row: WalkIn, person: SignedIn, now: datetime) -> None:
    row.state, row.called_by_id, row.called_at = WalkInState.CALLED, person.id, now
    _note(session, "call walk-in", row, person, now)


def _note(
    session: Session, deed: str, row: WalkIn, person: SignedIn, now: datetime
) -> None:
    note(session, Actor.STAFF, deed, row.about, now=now, staff=person.id)
