"""What comes of a foreign file, and why is nothing taken of one? Read, or refused.

A file is sifted and expanded in a child process, while no transaction is open. What
leaves here has times and counts, and a code where something went wrong.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.calendars import (
    Busy,
    CalendarRefused,
    TooLarge,
    TooManyEvents,
    Truncated,
    Unreadable,
)
from booking.models import Appointment, CalendarSource, db
from booking.models.running import zone
from booking.scheduling import TimeWindow
from booking.services import busy_times
from booking.services.busy_times import kept_window
from booking.services.calendar_child import busy_by
from booking.services.calendar_fetch import NotFetched
from booking.services.writing import read_session

EVERY = timedelta(minutes=15)
MANY = 5  # a calendar that had so much is not believed to be empty at once
UNTIL_BELIEVED = timedelta(hours=24)

# People wait for these, each in a thread of the server's few.
AT_ONCE = threading.BoundedSemaphore(2)


class Unread(StrEnum):
    """Why nothing was taken of a file that came."""

    UNREADABLE = "unreadable"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    TOO_MANY_EVENTS = "too_many_events"
    TOO_MUCH = "too_much"  # the child used up its time or memory
    EMPTY = "suddenly_empty"  # read, and not believed yet


_WHY: dict[type[CalendarRefused], Unread] = {
    Unreadable: Unread.UNREADABLE,
    Truncated: Unread.TRUNCATED,
    TooLarge: Unread.TOO_LARGE,
    TooManyEvents: Unread.TOO_MANY_EVENTS,
}


class NotTaken(NotFetched):
    """A file came, and nothing can be taken of it."""

    def __init__(self, why: Unread) -> None:
        super().__init__(why)
        self.why = why


class TooManyAtOnce(Exception):
    """Others look at calendars just now; in a moment it is somebody else's turn."""


@contextmanager
def among_few() -> Iterator[None]:
    """Let only a few people wait for strangers' servers at the same time.

    Raises ``TooManyAtOnce``: booking needs the other threads.
    """
    # Nobody's view of the database is kept open while a stranger takes his time.
    db.session.rollback()
    if not AT_ONCE.acquire(blocking=False):
        raise TooManyAtOnce
    try:
        yield
    finally:
        AT_ONCE.release()


def read(content: bytes, *, now: datetime, until: date | None = None) -> Busy:
    """Read a file for the time that is kept. Raises ``NotTaken``."""
    window = kept_window(now, until)
    try:
        return busy_by(content, window=window, office=zone(), ours=_ours(window))
    except CalendarRefused as refusal:
        # What the reader has to say might quote the calendar.
        raise NotTaken(_WHY.get(type(refusal), Unread.TOO_MUCH)) from None


def take_in(
    session: Session, row: CalendarSource, found: Busy, *, now: datetime
) -> None:
    """Let what was read be what blocks, inside a unit of work already open."""
    busy_times.exchange(session, row, found.windows, kept_window(now, row.valid_until))
    # How often each doubt came up; on which days is not kept.
    row.warnings = dict(Counter(str(one.doubt) for one in found.warnings))
    row.events = found.events
    row.expanded_on = now.astimezone(zone()).date()
    succeeded(row, now=now)


def succeeded(row: CalendarSource, *, now: datetime) -> None:
    """Note that what is kept is how the calendar stands now."""
    row.fetched_at = row.tried_at = now
    row.failures, row.trouble, row.empty_since = 0, None, None
    row.due_at = now + EVERY if row.due_at is not None else None


def is_suddenly_empty(
    session: Session, row: CalendarSource, found: Busy, *, now: datetime
) -> bool:
    """Tell whether a calendar shows nothing that showed much until today.

    A server that is being repaired shows an empty calendar too. After a day it is
    believed.
    """
    since = row.empty_since or now
    if found.windows or now - since >= UNTIL_BELIEVED:
        return False
    vanished = row.events if not found.events else 0
    return max(vanished, busy_times.still_ahead(session, row, now=now)) >= MANY


def _ours(window: TimeWindow) -> frozenset[str]:
    """Name all our appointments of that time, of whatever state and counsellor.

    A copy in her calendar may lag behind a day: what is cancelled or given to a
    colleague by now blocks nothing either.
    """
    with read_session() as session:
        found = session.scalars(
            select(Appointment.uuid).where(Appointment.starts_at >= window.start)
        )
        return frozenset(map(str, found))
