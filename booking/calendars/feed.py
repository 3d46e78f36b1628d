"""What does a calendar app get that polls a counsellor's feed? One file of events.

RFC 5545 and 7986, in the form that Nextcloud, Home Assistant, Outlook, Google and
ical.js all read. Each event is written once and kept; a file is these blocks joined.
"""

from collections.abc import Iterable
from datetime import UTC, timedelta
from functools import lru_cache

from icalendar import Calendar, Event, vText

from booking.calendars.event import CalendarEvent

PRODID = "-//Lotse//Feed//EN"
ASK_AGAIN = timedelta(minutes=15)
KEPT_BLOCKS = 16_384  # about a kilobyte each with its key
_END = b"END:VCALENDAR\r\n"
# RFC 5545 allows no control characters in a text, and some readers end a line at
# these signs, whatever the RFC says.
_LINE_ENDS = dict.fromkeys(map(ord, "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
_CONTROLS: dict[int, str | None] = dict.fromkeys((*range(32), *range(127, 160)))
_SIGNS = _CONTROLS | _LINE_ENDS | {ord("\n"): "\n", ord("\t"): "\t"}


def feed(events: Iterable[CalendarEvent], *, name: str, zone: str) -> bytes:
    """Write events as one iCalendar file, called ``name``; the zone is a mere hint."""
    head = _head(name, zone).removesuffix(_END)
    return b"".join((head, *map(_block, events), _END))


def _head(name: str, zone: str) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    calendar.add("calscale", "GREGORIAN")
    # icalendar knows neither name as a text, and would not escape its commas.
    calendar.add("name", vText(_clean(name)))
    calendar.add("x-wr-calname", vText(_clean(name)))
    calendar.add("x-wr-timezone", zone)
    # Home Assistant rejects the whole file unless VALUE stands behind a semicolon.
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    written: bytes = calendar.to_ical()
    return written


# The event itself is the key: whatever can change in a block is a field of it.
@lru_cache(maxsize=KEPT_BLOCKS)
def _block(event: CalendarEvent) -> bytes:
    vevent = Event()
    vevent.add("uid", event.uid)
    vevent.add("sequence", event.sequence)
    # The row's own moments: now() would change the file at every question.
    vevent.add("dtstamp", event.changed_at.astimezone(UTC))
    vevent.add("last-modified", event.changed_at.astimezone(UTC))
    # Written in UTC, without VTIMEZONE: Outlook reads RDATE zone tables an hour off.
    vevent.add("dtstart", event.window.start.astimezone(UTC))
    vevent.add("dtend", event.window.end.astimezone(UTC))
    _add_words(vevent, event)
    vevent.add("class", "CONFIDENTIAL")
    vevent.add("status", "CONFIRMED")
    vevent.add("transp", "OPAQUE")
    vevent.add("x-microsoft-cdo-busystatus", event.shown_as.value)
    written: bytes = vevent.to_ical()
    return written


def _add_words(vevent: Event, event: CalendarEvent) -> None:
    vevent.add("summary", _clean(event.summary))
    if event.location:
        vevent.add("location", _clean(event.location))
    if event.url:
        vevent.add("url", event.url)
        vevent.add("description", event.url)
    if event.category:
        vevent.add("categories", [_clean(event.category)])


def _clean(words: str) -> str:
    return words.replace("\r\n", "\n").replace("\r", "\n").translate(_SIGNS)
