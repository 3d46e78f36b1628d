"""What does a counsellor work with? Today, the week, appointments, calls, letters."""

from booking.web.counsellor import (
    afterwards,
    appointments,
    booking,
    calendars,
    calls,
    client_links,
    clients,
    corrections,
    days,
    handing_over,
    letters,
    post,
    search,
    short_contacts,
    waiting,
    walk_ins,
)
from booking.web.counsellor.pages import pages

__all__ = [
    "afterwards",
    "appointments",
    "booking",
    "calendars",
    "calls",
    "client_links",
    "clients",
    "corrections",
    "days",
    "handing_over",
    "letters",
    "pages",
    "post",
    "search",
    "short_contacts",
    "waiting",
    "walk_ins",
]
