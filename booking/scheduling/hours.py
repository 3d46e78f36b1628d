"""Which moments are meant by "Tuesdays, nine to twelve"? Wall time, day by day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import lcm
from zoneinfo import ZoneInfo

from booking.scheduling.windows import TimeWindow, merged

_ONE_DAY, _ONE_WEEK = timedelta(days=1), timedelta(weeks=1)
_DAYS_OF_WEEK = 7


class ImpossibleHours(ValueError):
    """Opening hours that no week could keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyHours:
    """One line of opening hours: a weekday (Monday is 0), from and to in wall time.

    ``valid_until`` is the last day, or None for "until further notice". Every second
    (third …) week is counted in ISO weeks from the week of ``valid_from``.
    """

    weekday: int
    opens: time
    closes: time
    valid_from: date
    valid_until: date | None = None
    every_weeks: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.weekday < _DAYS_OF_WEEK:
            raise ImpossibleHours(f"There is no weekday {self.weekday}.")
        if self.opens.tzinfo or self.closes.tzinfo:
            raise ImpossibleHours("Opening hours are wall time and have no zone.")
        if self.closes <= self.opens:
            raise ImpossibleHours(f"Who opens at {self.opens} must close later.")
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ImpossibleHours(f"Valid from {self.valid_from} must end later.")
        if self.every_weeks < 1:
            raise ImpossibleHours(f"Every {self.every_weeks} weeks is never.")

    def on(self, day: date, zone: ZoneInfo) -> TimeWindow | None:
        """Return the hours of one day, or None when these do not fall on it."""
        if not self.falls_on(day):
            return None
        opening = instant(day, self.opens, zone)
        closing = last_instant(day, self.closes, zone)
        # 02:30 to 03:15 leaves nothing on the day when 02:30 is pushed to 03:30.
        return TimeWindow(opening, closing) if opening < closing else None

    def falls_on(self, day: date) -> bool:
        """Tell whether a day has these hours."""
        if day.weekday() != self.weekday or day < self.valid_from:
            return False
        if self.valid_until is not None and day > self.valid_until:
            return False
        weeks = (_monday(day) - _monday(self.valid_from)).days // _DAYS_OF_WEEK
        return weeks % self.every_weeks == 0

    def first_day(self, since: date) -> date | None:
        """Return the first day from one day on that has these hours, if any has."""
        monday = _monday(max(since, self.valid_from))
        days = (
            monday + _ONE_WEEK * week + _ONE_DAY * self.weekday
            for week in range(self.every_weeks + 1)
        )
        return next((one for one in days if one >= since and self.falls_on(one)), None)

    def collides_with(self, other: "WeeklyHours") -> bool:
        """Tell whether some day has both at a common time; touching ends do not."""
        if self.weekday != other.weekday:
            return False
        if self.closes <= other.opens or other.closes <= self.opens:
            return False
        monday = _monday(max(self.valid_from, other.valid_from))
        # Once both have had all their weeks, what they meet in begins again.
        weeks = range(lcm(self.every_weeks, other.every_weeks) + 1)
        days = (monday + _ONE_WEEK * n + _ONE_DAY * self.weekday for n in weeks)
        return any(self.falls_on(one) and other.falls_on(one) for one in days)

    def until(self, last: date) -> "WeeklyHours | None":
        """Return the same, ending with a day; None if it never begins by then."""
        if last < self.valid_from:
            return None
        ends = last if self.valid_until is None else min(last, self.valid_until)
        return replace(self, valid_until=ends)


def hours_on(
    hours: Iterable[WeeklyHours], day: date, zone: ZoneInfo
) -> list[TimeWindow]:
    """Return all hours of one day in order, joined where they touch."""
    return merged(window for line in hours if (window := line.on(day, zone)))


def day_window(day: date, zone: ZoneInfo) -> TimeWindow:
    """Return local midnight to midnight: mostly 24 hours, sometimes 23 or 25."""
    return TimeWindow(
        instant(day, time.min, zone), instant(day + _ONE_DAY, time.min, zone)
    )


# Every counsellor's every day asks for the same few walls; zones answer slowly.
@lru_cache(maxsize=4096)
def instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Return the moment, in UTC, when clocks in ``zone`` first show ``wall``.

    A time that the clocks skip in spring moves forward by what they skip.
    """
    # For a skipped time fold=0 means the offset before the change: forward by the gap.
    return datetime.combine(day, wall.replace(fold=0), zone).astimezone(UTC)


@lru_cache(maxsize=4096)
def last_instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Return the moment when clocks show ``wall`` for the last time that day.

    It differs from ``instant`` only for a time that autumn's clocks show twice.
    """
    second = datetime.combine(day, wall.replace(fold=1), zone).astimezone(UTC)
    # For a skipped time fold=1 lies before the gap, hence the later of the two.
    return max(instant(day, wall, zone), second)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
