"""When is somebody away who says "Monday to Wednesday" or "Friday morning"?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from booking.scheduling.hours import day_window, instant, last_instant
from booking.scheduling.windows import TimeWindow

LONGEST_STRETCH = timedelta(days=366)

_ONE_DAY = timedelta(days=1)


class ImpossibleStretch(ValueError):
    """Days or times that come in no order, or too many of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some days, each of them whole or from one wall time to another.

    No ``since`` means from midnight on, no ``until`` up to the next midnight.
    """

    first: date
    last: date
    since: time | None = None
    until: time | None = None

    def __post_init__(self) -> None:
        if not self.first <= self.last <= self.first + LONGEST_STRETCH:
            raise ImpossibleStretch(f"{self.first} to {self.last} is no stretch.")
        if (self.until or time.max) <= (self.since or time.min):
            raise ImpossibleStretch(f"Nothing lies between {self.since}, {self.until}.")

    @property
    def is_whole(self) -> bool:
        """Whether its days are whole: then it is one window, nights included."""
        return self.since is None and self.until is None

    def windows(self, zone: ZoneInfo) -> tuple[TimeWindow, ...]:
        """Return what it covers: one window, or one for each day."""
        if self.is_whole:
            first, last = (day_window(one, zone) for one in (self.first, self.last))
            return (TimeWindow(first.start, last.end),)
        return tuple(self._each_day(zone))

    def _each_day(self, zone: ZoneInfo) -> Iterator[TimeWindow]:
        for number in range((self.last - self.first).days + 1):
            day = self.first + _ONE_DAY * number
            whole = day_window(day, zone)
            start = instant(day, self.since, zone) if self.since else whole.start
            end = last_instant(day, self.until, zone) if self.until else whole.end
            # 02:30 to 03:15 leaves nothing on the day when 02:30 is pushed to 03:30.
            if start < end:
                yield TimeWindow(start, end)
