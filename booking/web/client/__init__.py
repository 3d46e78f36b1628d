"""Pages for clients: find a time, book it, come back to it."""

from booking.web.client import flow, own, personal, start, visiting
from booking.web.client.pages import pages

__all__ = ["flow", "own", "pages", "personal", "start", "visiting"]
