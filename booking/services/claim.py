"""Who gets a time when several want it? The one guard of every deed that takes time.

Inside one write unit: lock the counsellor's row (and the interpreter's), end overdue
holds, look again at hours, absences, appointments and limits, write. Behind it stands
the database's own rule (``models.overlap``), should a guard be forgotten or fooled.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import bindparam, func, literal_column, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from booking.models import Appointment, Instant, Interpreter, StaffMember, Status
from booking.scheduling import TimeWindow
from booking.services.look import Look, still_free, still_interprets, still_takes
from booking.services.writing import add_at_once

RULE = "no_overlap"  # as the database names it when it refuses
# No hold lasts so long: it was made before the clock was set back.
NO_HOLD_LASTS = timedelta(minutes=40)
A_GROUP = 4  # people from whom on a talk gets its extra minutes


class SlotTaken(Exception):
    """Somebody else took this time first."""


def claim(
    session: Session,
    row: Appointment,
    look: Look,
    start: datetime,
    *,
    status: Status,
    now: datetime,
) -> None:
    """Give the row its time with the first counsellor who is still free.

    Where the look found interpreters, the first of them who is still free comes
    too. Raises ``SlotTaken`` when nobody is.
    """
    # Until the row has its new time, flushing it would ask the rule about the old.
    with session.no_autoflush:
        _lock(session, look.counsellors, look.interpreters, row.id, now)
        for counsellor in look.counsellors:
            for window in _windows(look, row, start):
                if not still_free(
                    session, counsellor, look, window, now=now, excluding=row.id
                ):
                    continue
                free = still_interprets(session, look, row, window, now=now)
                if free or not look.interpreters:
                    row.interpreter_id = free[0] if free else None
                    _seat(session, row, look, counsellor, window, status)
                    return
    raise SlotTaken


def pass_on(
    session: Session, row: Appointment, counsellors: Collection[int], *, now: datetime
) -> None:
    """Give a booked row, just as it stands, to the first counsellor who is free then.

    Its time, its interpreter and what surrounds it stay. Raises ``SlotTaken`` when
    nobody is free.
    """
    with session.no_autoflush:
        _lock(session, counsellors, (), row.id, now)
        for counsellor in counsellors:
            if still_takes(session, counsellor, row, now=now):
                row.counsellor_id = counsellor
                _write(session, row)
                return
    raise SlotTaken


def wait_for(session: Session, counsellors: Collection[int]) -> None:
    """Wait for whoever books with these, and let nobody else book until the end.

    Whoever comes after that sees the hours and absences of this unit of work.
    """
    if _several_may_write(session):
        _lock_rows(session, counsellors, ())


def queue_behind(session: Session, key: str) -> None:
    """Let a second POST with the same key wait for the first.

    SQLite has one writer anyway; PostgreSQL would let both find nothing yet.
    """
    if _several_may_write(session):
        number = int.from_bytes(sha256(key.encode()).digest()[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(number)))


def end_holds(session: Session, *, now: datetime) -> None:
    """End all holds whose time is over, or was given by a clock that ran ahead."""
    session.connection().execute(_END_OF_HOLDS, {"now": now})
    asked = {"now": now, "too_late": now + NO_HOLD_LASTS}
    session.connection().execute(_END_OF_ENDLESS_HOLDS, asked)


def end_holds_of(
    session: Session,
    counsellors: Collection[int],
    interpreters: Collection[int] = (),
    *,
    now: datetime,
    besides: int | None = None,
) -> None:
    """End the holds of some people whose time is over, but for one row's own."""
    asked = {
        "now": now,
        "counsellors": list(counsellors),
        "interpreters": list(interpreters),
        "besides": besides or 0,
    }
    session.connection().execute(_END_OF_THEIR_HOLDS, asked)


def _several_may_write(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _lock(
    session: Session,
    counsellors: Collection[int],
    interpreters: Collection[int],
    own_row: int | None,
    now: datetime,
) -> None:
    """Lock all who may be chosen, and end what they no longer hold."""
    if _several_may_write(session):
        _lock_rows(session, counsellors, interpreters)
    # The rule in the database has no clock: what is over must be ended first.
    end_holds_of(session, counsellors, interpreters, now=now, besides=own_row)


def _lock_rows(
    session: Session, counsellors: Collection[int], interpreters: Collection[int]
) -> None:
    """Lock them in one order for everybody: no two wait in a ring.

    Counsellors come first, then interpreters, each by their number. The lock is the
    weaker one of two (``key_share``): a line of the journal that names a colleague
    asks whether she still exists, and would wait for the stronger one, in a ring.
    """
    session.execute(
        select(StaffMember.id)
        .where(StaffMember.id.in_(counsellors))
        .order_by(StaffMember.id)
        .with_for_update(key_share=True)
    )
    if interpreters:
        session.execute(
            select(Interpreter.id)
            .where(Interpreter.id.in_(interpreters))
            .order_by(Interpreter.id)
            .with_for_update(key_share=True)
        )


_NOW = bindparam("now", type_=Instant)
_HELD_NO_MORE = (
    update(Appointment)
    # Written out: only so is the small index of the holds used.
    .where(Appointment.status == literal_column(f"'{Status.HELD}'"))
    .values(status=Status.EXPIRED, changed_at=_NOW)
)
_END_OF_HOLDS = _HELD_NO_MORE.where(Appointment.hold_until <= _NOW)
_END_OF_ENDLESS_HOLDS = _HELD_NO_MORE.where(
    Appointment.hold_until > bindparam("too_late", type_=Instant)
)
# Added to: else SQLite would go through all that a counsellor ever did.
_COUNSELLOR = Appointment.counsellor_id + literal_column("0")
_INTERPRETER = Appointment.interpreter_id + literal_column("0")
_END_OF_THEIR_HOLDS = _END_OF_HOLDS.where(
    or_(
        _COUNSELLOR.in_(bindparam("counsellors", expanding=True)),
        _INTERPRETER.in_(bindparam("interpreters", expanding=True)),
    ),
    Appointment.id != bindparam("besides"),
)


def _windows(look: Look, row: Appointment, start: datetime) -> list[TimeWindow]:
    """Return the windows to try: a group's longer one first, then the usual."""
    longer = look.kind.rules(
        interpreted=look.interpreted, group=row.people >= A_GROUP
    ).length
    return [
        TimeWindow(start, start + length)
        for length in dict.fromkeys((longer, look.rules.length))
    ]


def _seat(
    session: Session,
    row: Appointment,
    look: Look,
    counsellor: int,
    window: TimeWindow,
    status: Status,
) -> None:
    row.type_id, row.counsellor_id = look.kind.id, counsellor
    row.interpreter_wanted = look.interpreted
    row.status = status
    # Somebody else may have ended this very hold after we read it.
    if row.id:
        flag_modified(row, "status")
    row.take(window, look.rules.busy(window))
    _write(session, row)


def _write(session: Session, row: Appointment) -> None:
    """Write; what the database's own rule refuses was taken by somebody else."""
    try:
        _insert_or_flush(session, row)
    except IntegrityError as tie:
        if RULE not in str(tie.orig):
            raise
        raise SlotTaken from tie


def _insert_or_flush(session: Session, row: Appointment) -> None:
    # Of a hold nothing but its row is written, and nobody changes that once more.
    if not row.id and row.status == Status.HELD:
        add_at_once(session, row)
    else:
        session.add(row)
        session.flush()
