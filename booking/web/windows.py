"""How is a stretch of days or hours written, as it is kept: two moments?"""

from datetime import datetime, timedelta

from booking.models.running import zone
from booking.scheduling import Stretch, TimeWindow
from booking.web import stretch_form

A_DAY = timedelta(days=1)


def in_words(window: TimeWindow) -> str:
    """Write a window by its days; its times too, unless they are midnights."""
    start, end = window.start.astimezone(zone()), window.end.astimezone(zone())
    last = end.date() - A_DAY if _is_midnight(end) else end.date()
    if last > start.date() and not (_is_midnight(start) and _is_midnight(end)):
        return f"{_moment(start)} \u2013 {_moment(end)}"
    return stretch_form.in_words(
        Stretch(
            first=start.date(),
            last=last,
            since=None if _is_midnight(start) else start.time(),
            until=None if _is_midnight(end) else end.time(),
        )
    )


def _is_midnight(wall: datetime) -> bool:
    return (wall.hour, wall.minute, wall.second) == (0, 0, 0)


def _moment(wall: datetime) -> str:
    day = Stretch(first=wall.date(), last=wall.date())
    return f"{stretch_form.in_words(day)}, {wall:%H:%M}"
