"""What time is it? The only reader of the clock."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return this moment, aware, in UTC."""
    return datetime.now(tz=UTC)


def today(zone: ZoneInfo) -> date:
    """Return the calendar day that it is now in ``zone``."""
    return now().astimezone(zone).date()


def stopwatch() -> Callable[[], float]:
    """Start to measure; the result tells how many seconds have gone by since."""
    begun = time.monotonic()
    return lambda: time.monotonic() - begun
