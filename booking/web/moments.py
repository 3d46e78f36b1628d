"""How do staff pages write days and times? Short, and in the office's zone."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from babel.dates import format_date

from booking import clock
from booking.languages import clock_time, current_language, day_in_words
from booking.models.running import zone
from booking.scheduling import TimeWindow

WHOLE_WEEK = 5  # working days


def today() -> date:
    """Return the day it is at the office."""
    return local_day(clock.now())


def day(which: date) -> str:
    """Write a day: “Tuesday 2 March”."""
    return day_in_words(which, today=today())


def local_day(moment: datetime) -> date:
    """Return the day of a moment at the office."""
    return moment.astimezone(zone()).date()


def day_of(moment: datetime) -> str:
    """Write the day of a moment."""
    return day(local_day(moment))


def last_day(window: TimeWindow) -> date:
    """Return the last day of a window of whole days."""
    return local_day(window.end - timedelta(seconds=1))


def week(days: Iterable[date]) -> str:
    """Write a week by its first and last working day: “1 Mar” to “5 Mar”."""
    first, *others = sorted(days)[:WHOLE_WEEK]
    last = others[-1] if others else first
    return f"{briefly(first)} \u2013 {briefly(last)}"


def short_day(which: date) -> str:
    """Write a day where there is little room: “Tue 2 Mar”."""
    return _written(
        which, {"de": "EEE, d. MMM"}.get(current_language().locale, "EEE d MMM")
    )


def time(moment: datetime) -> str:
    """Write a time of day: “09:05”."""
    return clock_time(moment, zone())


def span(window: TimeWindow) -> str:
    """Write a stretch of a day: “09:00” to “09:30”."""
    return between(window.start, window.end)


def between(start: datetime, end: datetime) -> str:
    """Write from when to when: “09:00” to “09:30”."""
    return f"{time(start)}\u2013{time(end)}"


def briefly(which: date) -> str:
    """Write a day without its weekday: “2 Mar”."""
    return _written(which, {"de": "d. MMM"}.get(current_language().locale, "d MMM"))


def long_day(which: date) -> str:
    """Write a day of any year: “2 Mar 2027”."""
    return _written(which, {"de": "d. MMM y"}.get(current_language().locale, "d MMM y"))


def _written(which: date, pattern: str) -> str:
    pattern = pattern.replace(" ", "\u00a0")  # a day never leaves its month
    return str(format_date(which, pattern, locale=current_language().locale))
