"""When is a client told to expect a visit? Within a window, never to the minute."""

from datetime import datetime, timedelta

from booking.languages import clock_time, isolated
from booking.models.running import zone
from booking.scheduling import TimeWindow
from booking.services.office import decisions

BEGINS_ON = 15  # minutes past the hour, and their multiples


def told_window(starts_at: datetime) -> TimeWindow:
    """Return the window for a visit that is planned to start at this moment."""
    wall = starts_at.astimezone(zone())
    begins = wall.replace(
        minute=wall.minute - wall.minute % BEGINS_ON, second=0, microsecond=0
    )
    return TimeWindow(begins, begins + timedelta(minutes=decisions().told_minutes))


def in_words(told: TimeWindow) -> str:
    """Write from when until when."""
    return from_until(clock_time(told.start, zone()), clock_time(told.end, zone()))


def from_until(begins: str, ends: str) -> str:
    """Join two times; the first stands where a reader begins, in Arabic at the right.

    Each time keeps its own order, and no line breaks between them.
    """
    return f"{isolated(begins)}\u00a0\N{EN DASH}\u00a0{isolated(ends)}"
