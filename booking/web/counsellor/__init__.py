"""What does a counsellor work with? Today, the week, appointments, calls, letters."""

from booking.web.counsellor import (
    appointments,
    booking,
    calendars,
    calls,
    days,
    letters,
    post,
)
from booking.web.counsellor.pages import pages

__all__ = [
    "appointments",
    "booking",
    "calendars",
    "calls",
    "days",
    "letters",
    "pages",
    "post",
]
