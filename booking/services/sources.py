"""Which of her own calendars does a counsellor let us read? Added, changed, removed.

A calendar is kept only once it could be read: what she sees after saving is what
blocks. No title, place or UID of it is ever written down, and its address only sealed.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.calendars import Busy
from booking.models import CalendarSource, SourceKind
from booking.services import busy_times, source_reading
from booking.services.calendar_fetch import Fetched, checked_address, fetch
from booking.services.journal import Actor, note
from booking.services.source_reading import EVERY, among_few
from booking.services.source_states import loaded
from booking.services.writing import tried_again, write_session

MOST = 10  # calendars of one counsellor
ON_A_PAGE = 10.0  # seconds that somebody waits for a stranger's server
USUALLY_VALID = timedelta(weeks=8)  # a file, unless she says otherwise
LONGEST_VALID = timedelta(weeks=52)


class TooManySources(Exception):
    """Nobody has so many calendars."""


class NeedsTheFile(Exception):
    """What a file says of later days was not kept: only the file can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file of hers, and the last day for which it speaks."""

    content: bytes
    valid_until: date


def add_address(staff_id: int, label: str, typed: str, *, now: datetime) -> UUID:
    """Read a calendar at an address from now on; return its name.

    Raises ``NotFetched`` if it cannot be read (nothing is kept then),
    ``TooManyAtOnce`` or ``TooManySources``.
    """
    address = checked_address(typed)
    with among_few():
        fetched = fetch(address, within=ON_A_PAGE)
        # Nothing was said of an earlier state, so there is none to stand by.
        assert fetched is not None  # noqa: S101 - narrows the type for mypy
        found = source_reading.read(fetched.content, now=now)
    row = CalendarSource(
        uuid=uuid4(), staff_id=staff_id, kind=SourceKind.ADDRESS, due_at=now + EVERY
    )
    row.label, row.address = label, address
    remember_state(row, fetched)
    return _add(row, found, now=now)


def add_file(staff_id: int, label: str, file: NewFile, *, now: datetime) -> UUID:
    """Take the busy times of a file; return the name of what was added.

    Raises ``NotFetched`` if it cannot be read (nothing is kept then),
    ``TooManyAtOnce`` or ``TooManySources``.
    """
    with among_few():
        found = source_reading.read(file.content, now=now, until=file.valid_until)
    row = CalendarSource(
        uuid=uuid4(),
        staff_id=staff_id,
        kind=SourceKind.UPLOAD,
        valid_until=file.valid_until,
    )
    row.label = label
    return _add(row, found, now=now)


@tried_again
def rename(source: UUID, label: str, *, by: int, now: datetime) -> None:
    """Call a calendar otherwise. Raises ``UnknownSource``."""
    with write_session() as session:
        row = loaded(session, by, source)
        if row.label != label:
            row.label = label
            _note(session, "change calendar", row, now)


@tried_again
def end_on(source: UUID, last: date, *, by: int, now: datetime) -> None:
    """Let a file speak up to an earlier day.

    Raises ``UnknownSource``, or ``NeedsTheFile`` for a later one.
    """
    with write_session() as session:
        row = loaded(session, by, source)
        if row.valid_until is None or last == row.valid_until:
            return
        if last > row.valid_until:
            raise NeedsTheFile
        row.valid_until = last
        busy_times.cut_off(session, row, last)
        _note(session, "change calendar", row, now)


def replace_file(source: UUID, file: NewFile, *, by: int, now: datetime) -> None:
    """Take the busy times of a newer file instead.

    Raises ``UnknownSource``, ``NotFetched`` (what was known stays then), or
    ``TooManyAtOnce``.
    """
    with among_few():
        found = source_reading.read(file.content, now=now, until=file.valid_until)
    _replace(source, file.valid_until, found, by=by, now=now)


@tried_again
def remove(source: UUID, *, by: int, now: datetime) -> None:
    """Forget a calendar and all that it said. Raises ``UnknownSource``."""
    with write_session() as session:
        row = loaded(session, by, source)
        _note(session, "remove calendar", row, now)
        busy_times.forget_source(session, row)


def remember_state(row: CalendarSource, fetched: Fetched) -> None:
    """Keep by what name its server knows this state of the file."""
    row.tag, row.modified = fetched.tag, fetched.modified


def _add(row: CalendarSource, found: Busy, *, now: datetime) -> UUID:
    with write_session() as session:
        busy_times.let_nobody_book(session, row.staff_id)
        owned = select(func.count()).where(CalendarSource.staff_id == row.staff_id)
        if (session.scalar(owned) or 0) >= MOST:
            raise TooManySources
        row.created_at = now
        session.add(row)
        session.flush()
        source_reading.take_in(session, row, found, now=now)
        _note(session, "add calendar", row, now)
    return row.uuid


@tried_again
def _replace(
    source: UUID, valid_until: date, found: Busy, *, by: int, now: datetime
) -> None:
    with write_session() as session:
        row = loaded(session, by, source)
        row.valid_until = valid_until
        source_reading.take_in(session, row, found, now=now)
        busy_times.cut_off(session, row, valid_until)
        _note(session, "change calendar", row, now)


def _note(session: Session, deed: str, row: CalendarSource, now: datetime) -> None:
    note(session, Actor.STAFF, deed, row.about, now=now, staff=row.staff_id)
