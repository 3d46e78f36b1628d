"""What do the tests of foreign calendars share? A window, and short ways to write."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import settings

from booking.calendars import read_calendar
from booking.scheduling import TimeWindow

PATIENT = settings(deadline=None)  # a law holds on a busy machine too
BERLIN = ZoneInfo("Europe/Berlin")


def window(first, until):
    """Return a window of Berlin days, or of moments with an offset."""
    start, end = (datetime.fromisoformat(moment) for moment in (first, until))
    return TimeWindow(
        start if start.tzinfo else start.replace(tzinfo=BERLIN),
        end if end.tzinfo else end.replace(tzinfo=BERLIN),
    )


SPRING = window("2027-03-22", "2027-04-12")  # clocks change on 28 March


def calendar(*entries, kind="VEVENT", head=""):
    """Write a file; each entry is a text of lines."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *head.split()]
    for entry in entries:
        lines += [f"BEGIN:{kind}", *entry.strip().splitlines(), f"END:{kind}"]
    return "\r\n".join(
        [*(line.strip() for line in lines), "END:VCALENDAR", ""]
    ).encode()


def read(content, within=SPRING, **more):
    return read_calendar(content, window=within, office=BERLIN, **more)


def shown(busy):
    """Return busy times as Berlin's clocks show them."""
    return [
        tuple(
            moment.astimezone(BERLIN).isoformat(timespec="minutes")
            for moment in (each.start, each.end)
        )
        for each in busy.windows
    ]


def blocks(*entries, within=SPRING, **more):
    """Return busy times of a file with these entries, in short: "03-22 09:00-10:00"."""
    return short(read(calendar(*entries, **more), within))


def short(busy):
    return [
        f"{start:%m-%d %H:%M}-{end:%H:%M}"
        if start.date() == end.date()
        else f"{start:%m-%d %H:%M}-{end:%m-%d %H:%M}"
        for start, end in (
            (each.start.astimezone(BERLIN), each.end.astimezone(BERLIN))
            for each in busy.windows
        )
    ]


def doubts(busy):
    return [str(warning.doubt) for warning in busy.warnings]


def with_line_ends(content, line_end):
    return re.sub(rb"\r\n|\r|\n", line_end, content)
