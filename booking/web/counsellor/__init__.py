"""What does a counsellor work with? Today, the week, appointments, calls, letters."""

from booking.web.counsellor import (
    absences,
    appointments,
    booking,
    calendars,
    calls,
    client_links,
    clients,
    conflicts,
    days,
    hours,
    letters,
    notice,
    post,
    sick,
    sources,
    waiting,
)
from booking.web.counsellor.pages import pages

__all__ = [
    "absences",
    "appointments",
    "booking",
    "calendars",
    "calls",
    "client_links",
    "clients",
    "conflicts",
    "days",
    "hours",
    "letters",
    "notice",
    "pages",
    "post",
    "sick",
    "sources",
    "waiting",
]
