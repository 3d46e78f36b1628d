"""At which starts of a day may a talk begin? A day's starts are the bits of a number.

The start at local midnight is bit 0, the next one on the raster is bit 1, and so on
in elapsed time. What is free for one counsellor or another is ``|``, for a counsellor
and an interpreter ``&``, and whatever stands in the way takes out one run of bits.
All moments here are whole seconds since 1970.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from booking.scheduling.hours import day_window
from booking.scheduling.windows import TimeWindow, in_utc

Seconds = int
Span = tuple[Seconds, Seconds]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Raster:
    """The starts of one day: where they begin, how far apart, how many."""

    first: Seconds
    step: Seconds
    count: int

    @property
    def end(self) -> Seconds:
        """When the last start's turn is over: about the next midnight."""
        return self.first + self.step * self.count

    def between(self, after: Seconds, before: Seconds) -> int:
        """Return the starts that lie between two moments, both excluded."""
        low = max((after - self.first) // self.step + 1, 0)
        high = min((before - self.first - 1) // self.step + 1, self.count)
        return (1 << high) - (1 << low) if low < high else 0

    def from_until(self, earliest: Seconds, before: Seconds) -> int:
        """Return the starts from one moment on, up to but not including another."""
        return self.between(earliest - 1, before)

    def bit(self, start: Seconds) -> int:
        """Return the one start at this very moment, or none."""
        place, off = divmod(start - self.first, self.step)
        return 1 << place if not off and 0 <= place < self.count else 0

    def moments(self, starts: int) -> Iterator[datetime]:
        """Yield the moments of some starts, earliest first."""
        while starts:
            lowest = starts & -starts
            seconds = self.first + self.step * (lowest.bit_length() - 1)
            yield _EPOCH + timedelta(seconds=seconds)
            starts ^= lowest


@lru_cache(maxsize=1024)
def raster_of(day: date, zone: ZoneInfo, step: timedelta) -> Raster:
    """Return all starts of a day, from local midnight on, in elapsed time."""
    whole = day_window(day, zone)
    return Raster(floor(whole.start), step // _SECOND, -(-whole.length // step))


def floor(moment: datetime) -> Seconds:
    """Return a moment in seconds, a broken one as the whole second before."""
    return (in_utc(moment) - _EPOCH) // _SECOND


def ceiling(moment: datetime) -> Seconds:
    """Return a moment in seconds, a broken one as the whole second after."""
    return -((_EPOCH - in_utc(moment)) // _SECOND)


def span(window: TimeWindow) -> Span:
    """Return a window in whole seconds, rather too wide than too narrow."""
    return floor(window.start), ceiling(window.end)


def runs_without(whole: Span, taken: Iterable[Span]) -> Iterator[Span]:
    """Yield what is left of a span, in order."""
    free_from, end = whole
    for start, until in sorted(taken):
        if start >= end:
            break
        if free_from < start:
            yield free_from, start
        free_from = max(free_from, until)
    if free_from < end:
        yield free_from, end
