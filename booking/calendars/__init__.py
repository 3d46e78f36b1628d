"""What may a calendar app see? Entries written as iCalendar (RFC 5545)."""

from booking.calendars.event import CalendarEvent
from booking.calendars.publication import publication

__all__ = ["CalendarEvent", "publication"]
