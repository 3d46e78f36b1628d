"""Which stretch of time is meant? Half-open windows that can be cut and joined."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter

_NOTHING = timedelta(0)
_by_start = attrgetter("start")


class NaiveTime(ValueError):
    """A moment came without its zone, so nobody knows which moment it is."""


class BackwardWindow(ValueError):
    """A window would end before, or just when, it starts."""


@dataclass(frozen=True, order=True, slots=True)
class TimeWindow:
    """From ``start`` up to, but not including, ``end``; kept in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        # Python compares and subtracts two datetimes of one zone by the wall clock,
        # an hour wrong across a clock change; in UTC the two are the same.
        if self.start.tzinfo is not UTC:
            object.__setattr__(self, "start", in_utc(self.start))
        if self.end.tzinfo is not UTC:
            object.__setattr__(self, "end", in_utc(self.end))
        if self.end <= self.start:
            raise BackwardWindow(f"A window must end after {self.start.isoformat()}.")

    @property
    def length(self) -> timedelta:
        """How long the window lasts."""
        return self.end - self.start

    def overlaps(self, other: "TimeWindow") -> bool:
        """Tell whether the two share any moment; touching ends do not."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: "TimeWindow") -> bool:
        """Tell whether all of the other lies in this one."""
        return self.start <= other.start and other.end <= self.end

    def without(self, busy: Iterable["TimeWindow"]) -> Iterator["TimeWindow"]:
        """Yield what is left of this window once ``busy`` is taken out."""
        free_from = self.start
        for taken in sorted(busy, key=_by_start):
            if taken.start >= self.end:
                break
            if free_from < taken.start:
                yield TimeWindow(free_from, taken.start)
            free_from = max(free_from, taken.end)
        if free_from == self.start:
            yield self
        elif free_from < self.end:
            yield TimeWindow(free_from, self.end)

    def widened(
        self, *, before: timedelta = _NOTHING, after: timedelta = _NOTHING
    ) -> "TimeWindow":
        """Return the window with time added at its ends."""
        return TimeWindow(self.start - before, self.end + after)


def merged(windows: Iterable[TimeWindow]) -> list[TimeWindow]:
    """Return the union in order; windows that overlap or touch become one."""
    union: list[TimeWindow] = []
    for window in sorted(windows, key=_by_start):
        if not union or union[-1].end < window.start:
            union.append(window)
        elif union[-1].end < window.end:
            union[-1] = TimeWindow(union[-1].start, window.end)
    return union


def in_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC; refuse one without a zone."""
    if moment.utcoffset() is None:
        raise NaiveTime(f"{moment.isoformat()} needs a zone.")
    return moment.astimezone(UTC)
