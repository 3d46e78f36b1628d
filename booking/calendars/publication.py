"""How does a client take an appointment into her own calendar? As one event."""

from datetime import UTC

from icalendar import Calendar, Event

from booking.calendars.event import CalendarEvent
from booking.calendars.text import Text

PRODID = "-//Lotse//Appointment//EN"


def publication(event: CalendarEvent) -> bytes:
    """Return one event as an iCalendar file with METHOD:PUBLISH (RFC 5546, 3.2.1)."""
    return written(vevent(event, status="CONFIRMED"), method="PUBLISH")


def written(vevent: Event, *, method: str) -> bytes:
    """Write a calendar with this one event."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(vevent)
    return bytes(calendar.to_ical())


def vevent(event: CalendarEvent, *, status: str) -> Event:
    """Write one event, as a client's calendar shows it."""
    vevent = Event()
    vevent.add("uid", event.uid)
    vevent.add("sequence", event.sequence)
    vevent.add("dtstamp", event.changed_at.astimezone(UTC))
    vevent.add("last-modified", event.changed_at.astimezone(UTC))
    # Written in UTC, without VTIMEZONE: Outlook reads RDATE zone tables an hour off.
    vevent.add("dtstart", event.window.start.astimezone(UTC))
    vevent.add("dtend", event.window.end.astimezone(UTC))
    vevent.add("summary", Text(event.summary))
    if event.location:
        vevent.add("location", Text(event.location))
    if event.url:
        vevent.add("url", event.url)
    vevent.add("class", "CONFIDENTIAL")
    vevent.add("status", status)
    vevent.add("transp", "OPAQUE")
    return vevent
