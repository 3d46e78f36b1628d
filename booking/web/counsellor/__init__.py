"""What does a counsellor work with? Today, the week, appointments, calls, calendars."""

from booking.web.counsellor import (
    appointments,
    booking,
    calendars,
    calls,
    client_links,
    clients,
    days,
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
    "pages",
    "waiting",
]
