"""Which free times can a counsellor choose from, and how are they sent back?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from booking.scheduling import TimeWindow
from booking.services.rota import Slot
from booking.web import moments
from booking.web.dates import moment_written


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time to choose; ``value`` is what the form sends back."""

    value: str
    day: date
    label: str

    @classmethod
    def of(cls, slot: Slot) -> "FreeTime":
        """Put a slot into words."""
        return cls.in_window(slot.window)

    @classmethod
    def in_window(cls, window: TimeWindow) -> "FreeTime":
        """Put a free window into words."""
        start = window.start
        return cls(start.isoformat(), moments.local_day(start), moments.time(start))


def by_day(times: Iterable[FreeTime]) -> dict[date, list[FreeTime]]:
    """Group times by their day."""
    days: dict[date, list[FreeTime]] = {}
    for one in times:
        days.setdefault(one.day, []).append(one)
    return days


def chosen_time(text: str) -> datetime | None:
    """Read the chosen time; anything else than what we wrote is none."""
    return moment_written(text)
