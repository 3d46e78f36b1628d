"""What does a calendar app get that polls a feed? One file of events.

RFC 5545 and 7986, in the form that Nextcloud, Home Assistant, Outlook, Google and
ical.js all read. A file is a head, a block for each event, and an end: whoever keeps
blocks writes again only what has changed.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from icalendar import Calendar, vText
from icalendar.parser import Contentline

from booking.calendars.event import CalendarEvent, ShownAs

PRODID = "-//Lotse//Feed//EN"
ASK_AGAIN = timedelta(minutes=15)
LONGEST_LINE = 75  # octets (RFC 5545, 3.1)
_END = b"END:VCALENDAR\r\n"
# RFC 5545 allows no control characters in a text, and some readers end a line at
# these signs, whatever the RFC says.
_LINE_ENDS = dict.fromkeys(map(ord, "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
_CONTROLS: dict[int, str | None] = dict.fromkeys((*range(32), *range(127, 160)))
_SIGNS = _CONTROLS | _LINE_ENDS | {ord("\n"): "\n", ord("\t"): "\t"}
# RFC 5545, 3.3.11. icalendar's own escape takes a backslash before N for a new line.
_ESCAPES = str.maketrans({sign: f"\\{sign}" for sign in "\\;,"} | {"\n": "\\n"})


def feed(events: Iterable[CalendarEvent], *, name: str, zone: str) -> bytes:
    """Write events as one iCalendar file, called ``name``; the zone is a mere hint."""
    return joined(head(name, zone), map(block, events))


def joined(head: bytes, blocks: Iterable[bytes]) -> bytes:
    """Put a file together."""
    return b"".join((head, *blocks, _END))


@lru_cache(maxsize=256)
def head(name: str, zone: str) -> bytes:
    """Write all that stands before the first event."""
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
    return written.removesuffix(_END)


def block(event: CalendarEvent) -> bytes:
    """Write one event as icalendar would, by its own escaping and folding.

    Its ``Event`` takes 0.3 ms to make the same bytes (a test compares them), and a
    feed may hold two thousand.
    """
    return b"".join(map(_folded, _lines(event)))


def _lines(event: CalendarEvent) -> Iterator[str]:
    free = event.shown_as is ShownAs.FREE
    yield "BEGIN:VEVENT"
    yield f"SUMMARY:{_text(event.summary)}"
    # Written in UTC, without VTIMEZONE: Outlook reads RDATE zone tables an hour off.
    yield f"DTSTART:{_moment(event.window.start)}"
    yield f"DTEND:{_moment(event.window.end)}"
    # The row's own moments: now() would change the file at every question.
    yield f"DTSTAMP:{_moment(event.changed_at)}"
    yield f"UID:{event.uid}"
    yield f"SEQUENCE:{event.sequence}"
    if event.category:
        yield f"CATEGORIES:{_text(event.category)}"
    yield "CLASS:CONFIDENTIAL"
    if event.url:
        yield f"DESCRIPTION:{_text(event.url)}"
    yield f"LAST-MODIFIED:{_moment(event.changed_at)}"
    if event.location:
        yield f"LOCATION:{_text(event.location)}"
    yield f"STATUS:{event.status}"
    yield f"TRANSP:{'TRANSPARENT' if free else 'OPAQUE'}"
    if event.url:
        yield f"URL:{event.url}"
    yield f"X-MICROSOFT-CDO-BUSYSTATUS:{event.shown_as}"
    yield "END:VEVENT"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    return _clean(words).translate(_ESCAPES)


def _folded(line: str) -> bytes:
    octets = line.encode()
    if len(octets) < LONGEST_LINE:
        return octets + b"\r\n"
    if line.isascii():  # an address: no sign of it can be torn apart
        step = LONGEST_LINE - 1  # further lines begin with a blank
        parts = (octets[at : at + step] for at in range(0, len(octets), step))
        return b"\r\n ".join(parts) + b"\r\n"
    folded: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]  # icalendar's own gap
    return folded + b"\r\n"


def _clean(words: str) -> str:
    return words.replace("\r\n", "\n").replace("\r", "\n").translate(_SIGNS)
