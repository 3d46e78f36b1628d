"""How does an appointment reach a client's calendar by mail, and leave it again?

iTIP (RFC 5546): one UID for ever; a move is a REQUEST with a higher SEQUENCE, the
end a CANCEL with one. She is told, not asked: her app need not answer.
"""

from enum import StrEnum

from icalendar import vCalAddress

from booking.calendars.event import CalendarEvent
from booking.calendars.publication import vevent, written


class Method(StrEnum):
    """What the letter does to her calendar."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


def invitation(
    event: CalendarEvent, method: Method, *, organizer: str, attendee: str
) -> bytes:
    """Return one event as it travels in a letter; both are e-mail addresses."""
    cancelled = method is Method.CANCEL
    entry = vevent(event, status="CANCELLED" if cancelled else "CONFIRMED")
    entry.add("organizer", vCalAddress(f"mailto:{organizer}"))
    entry.add(
        "attendee",
        vCalAddress(f"mailto:{attendee}"),
        parameters={
            "ROLE": "REQ-PARTICIPANT",
            "PARTSTAT": "ACCEPTED",
            "RSVP": "FALSE",
        },
    )
    return written(entry, method=method)
