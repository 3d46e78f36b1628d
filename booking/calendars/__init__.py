"""What may a calendar app see? Entries written as iCalendar (RFC 5545)."""

from booking.calendars.event import CalendarEvent, ShownAs
from booking.calendars.feed import feed
from booking.calendars.invitation import Method, invitation
from booking.calendars.publication import publication

__all__ = [
    "CalendarEvent",
    "Method",
    "ShownAs",
    "feed",
    "invitation",
    "publication",
]
