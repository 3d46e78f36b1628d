"""Which foreign calendar is read again next? One after the other, by the worker.

Every calendar is read each quarter of an hour, less often while its server fails. A
thread of its own does it (``cli.serving``): no letter waits for a stranger's server.

**While somebody books.** Her pages wait for no calendar, so no request of hers reads
one. But the time that she holds is a sign: a calendar of that counsellor older than a
quarter of an hour is read before all others, once for each hold, and for three seconds
at most. She types for longer than that; when she books, the guard looks at what is
known by then. The hold itself is the mark, so booking costs no statement more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from booking.calendars import Busy
from booking.models import Appointment, CalendarSource, SourceKind, Status
from booking.models.running import zone
from booking.services import source_reading
from booking.services.calendar_fetch import Fetched, NotFetched, fetch
from booking.services.source_reading import EVERY, Unread
from booking.services.sources import ON_A_PAGE, remember_state
from booking.services.writing import read_session, tried_again, write_session

# Longer than any fetch with its child: only who died leaves a calendar behind.
LEASE = timedelta(minutes=3)
NOTHING_WAITS = timedelta(days=2)  # so long: the clock was set back since
MOST_DOUBLINGS = 3  # a quarter of an hour becomes two hours


class Pace(Enum):
    """How long a server may take, in seconds."""

    REGULAR = 20.0
    BOOKING = 3.0  # somebody is about to book with her
    ON_A_PAGE = ON_A_PAGE  # she waits for it herself


@dataclass(frozen=True, slots=True)
class Lease:
    """A calendar in the hands of one reader, as it was when he took it."""

    id: int
    address: str
    tag: str
    modified: str
    until: datetime
    pace: Pace


def refresh_next(*, now: datetime) -> bool:
    """Read the calendar that needs it most; tell whether there was one."""
    with read_session() as session:  # asked every few seconds: mostly there is none
        due = session.execute(_due(now)).first()
    if due is None:
        return False
    pace = Pace.BOOKING if due.booking else Pace.REGULAR
    refresh(due.id, now=now, pace=pace)
    return True


def refresh(source_id: int, *, now: datetime, pace: Pace) -> bool:
    """Read one calendar again; tell whether it is known by now how it stands.

    What goes wrong is written down; what was known before stays.
    """
    lease = _take(source_id, now, pace)
    if lease is None:
        return False
    try:
        fetched = fetch(
            lease.address, tag=lease.tag, modified=lease.modified, within=pace.value
        )
        found = source_reading.read(fetched.content, now=now) if fetched else None
    except NotFetched as fault:
        _note_failure(lease, fault.why.value, now)
        return False
    return _keep(lease, fetched, found, now)


def _due(now: datetime) -> Select[int, bool]:
    booking = _wanted_for_a_booking(now)
    return (
        select(CalendarSource.id, booking.label("booking"))
        .where(
            CalendarSource.kind == SourceKind.ADDRESS,
            _is_free(now),
            or_(
                CalendarSource.due_at <= now,
                CalendarSource.due_at > now + NOTHING_WAITS,
                booking,
            ),
        )
        .order_by(booking.desc(), CalendarSource.due_at)
        .limit(1)
    )


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(
        CalendarSource.taken_until.is_(None),
        CalendarSource.taken_until <= now,
        CalendarSource.taken_until > now + NOTHING_WAITS,
    )


def _wanted_for_a_booking(now: datetime) -> ColumnElement[bool]:
    held = select(Appointment.id).where(
        Appointment.status == Status.HELD,
        Appointment.hold_until > now,
        Appointment.counsellor_id == CalendarSource.staff_id,
        Appointment.changed_at > CalendarSource.tried_at,
    )
    return and_(CalendarSource.fetched_at <= now - EVERY, held.exists())


@tried_again
def _take(source_id: int, now: datetime, pace: Pace) -> Lease | None:
    """Take a calendar in hand, unless another worker has it."""
    with write_session() as session:
        row = session.scalar(
            select(CalendarSource)
            .where(
                CalendarSource.id == source_id,
                CalendarSource.kind == SourceKind.ADDRESS,
                _is_free(now),
            )
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        row.tried_at, row.taken_until = now, now + LEASE
        if pace is Pace.REGULAR:
            row.due_at = now + EVERY  # should its reader die, it is not read at once
        # The days move on even where the file stays: once a day all of it is wanted.
        same_day = row.expanded_on == now.astimezone(zone()).date()
        return Lease(
            row.id,
            row.address,
            row.tag if same_day else "",
            row.modified if same_day else "",
            row.taken_until,
            pace,
        )


def _in_hand(session: Session, lease: Lease) -> CalendarSource | None:
    """Load what was taken, unless it was removed or given to another reader since."""
    return session.scalar(
        select(CalendarSource)
        .where(CalendarSource.id == lease.id, CalendarSource.taken_until == lease.until)
        .with_for_update()
    )


@tried_again
def _note_failure(lease: Lease, why: str, now: datetime) -> None:
    with write_session() as session:
        row = _in_hand(session, lease)
        if row is None:
            return
        row.taken_until = None
        # Three seconds are few: that it took longer says nothing.
        if lease.pace is not Pace.BOOKING:
            row.failures, row.trouble = row.failures + 1, why
            row.due_at = now + EVERY * 2 ** min(row.failures, MOST_DOUBLINGS)


@tried_again
def _keep(
    lease: Lease, fetched: Fetched | None, found: Busy | None, now: datetime
) -> bool:
    """Let what was read be what blocks, unless it is not to be believed yet."""
    with write_session() as session:
        row = _in_hand(session, lease)
        if row is None:
            return False
        row.taken_until = None
        if fetched is None or found is None:
            source_reading.succeeded(row, now=now)
            return True
        if source_reading.is_suddenly_empty(session, row, found, now=now):
            row.empty_since = row.empty_since or now
            row.trouble, row.due_at = Unread.EMPTY, now + EVERY
            return False
        source_reading.take_in(session, row, found, now=now)
        remember_state(row, fetched)
        return True
