"""Pages for clients: find a time, book it, come back to it."""

from booking.web.client import flow, interpreting, own, personal, start, visiting
from booking.web.client.pages import pages

__all__ = ["flow", "interpreting", "own", "pages", "personal", "start", "visiting"]
