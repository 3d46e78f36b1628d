"""What may a calendar app see, and what blocks a counsellor? iCalendar (RFC 5545)."""

from booking.calendars.busy import (
    Busy,
    CalendarRefused,
    Caution,
    Doubt,
    TooLarge,
    TooManyEvents,
    Truncated,
    Unreadable,
)
from booking.calendars.event import CalendarEvent, Certainty, ShownAs
from booking.calendars.feed import block, feed, head, joined
from booking.calendars.inbound import read_calendar
from booking.calendars.invitation import Method, invitation
from booking.calendars.publication import publication

__all__ = [
    "Busy",
    "CalendarEvent",
    "CalendarRefused",
    "Caution",
    "Certainty",
    "Doubt",
    "Method",
    "ShownAs",
    "TooLarge",
    "TooManyEvents",
    "Truncated",
    "Unreadable",
    "block",
    "feed",
    "head",
    "invitation",
    "joined",
    "publication",
    "read_calendar",
]
