"""What does a counsellor work with? Today, the week, appointments, calls, calendars."""

from booking.web.counsellor import days
from booking.web.counsellor.pages import pages

__all__ = ["days", "pages"]
