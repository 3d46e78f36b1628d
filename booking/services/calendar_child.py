"""How is a foreign calendar read without risk to the site? In a process of its own.

The child gets bytes and gives values back through a pipe; it opens no database. It
may use so much processor and memory; should a file need more, the child is gone and
the site goes on as if nothing had been. It also forgets: icalendar keeps zones by
name for as long as a process lives, and no file may define another's clocks.
"""

import os
import resource
from collections.abc import Set as AbstractSet
from multiprocessing import get_context
from multiprocessing.connection import Connection
from zoneinfo import ZoneInfo

from booking.calendars import Busy, CalendarRefused, TooLarge, read_calendar
from booking.calendars.sieve import MOST_BYTES
from booking.scheduling import TimeWindow

PROCESSOR = 30  # seconds
MEMORY = 512 * 1024 * 1024  # bytes of address space
NICE = 10  # who books meanwhile comes first, where there are few processors
PATIENCE = 120  # seconds on the wall, for a machine that has other work too


class ReadingFailed(CalendarRefused):
    """The child ended before it had read the file: it took too much, or stumbled."""


def busy_by(
    content: bytes,
    *,
    window: TimeWindow,
    office: ZoneInfo,
    ours: AbstractSet[str] = frozenset(),
) -> Busy:
    """Read a foreign calendar in a child; raises the family of ``CalendarRefused``.

    Entries with a UID of ``ours`` came from this house and block nothing again.
    """
    if len(content) > MOST_BYTES:
        raise TooLarge
    # A fork of this process would inherit locks that other threads hold just now; a
    # fork of a server that has no threads, and never reads a calendar, is clean. It
    # has loaded all the modules already: that would take longer than most calendars.
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    here, there = context.Pipe(duplex=False)
    child = context.Process(
        target=_read,
        args=(content, window, office.key, frozenset(ours), there),
        daemon=True,
    )
    child.start()
    there.close()
    try:
        return _answered(here)
    finally:
        here.close()
        child.kill()
        child.join()


def _answered(pipe: Connection) -> Busy:
    try:
        answer = pipe.recv() if pipe.poll(PATIENCE) else None
    except EOFError:
        answer = None
    if isinstance(answer, Busy):
        return answer
    raise answer if isinstance(answer, CalendarRefused) else ReadingFailed


def _read(
    content: bytes,
    window: TimeWindow,
    zone: str,
    ours: frozenset[str],
    pipe: Connection,
) -> None:
    """Do the work of the child."""
    _limit()
    answer: Busy | CalendarRefused
    try:
        answer = read_calendar(content, window=window, office=ZoneInfo(zone), ours=ours)
    except CalendarRefused as refusal:
        answer = refusal
    except Exception:  # noqa: BLE001 - its words might tell what the calendar says
        answer = ReadingFailed()
    pipe.send(answer)


def _limit() -> None:
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold the calendar
