"""What does a counsellor work with? Today, the week, appointments, calls, letters."""

from booking.web.counsellor import (
    appointments,
    booking,
    calendars,
    calls,
    client_links,
    clients,
    days,
    letters,
    post,
    waiting,
)
from booking.web.counsellor.pages import pages

__all__ = [
    "appointments",
    "booking",
    "calendars",
    "calls",
    "client_links",
    "clients",
    "days",
    "letters",
    "pages",
    "post",
    "waiting",
]
