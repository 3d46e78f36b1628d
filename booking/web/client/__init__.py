"""Pages for clients: find a time, book it, come back to it."""

from booking.web.client import flow, own, papers, start, telling, visiting
from booking.web.client.pages import pages

__all__ = ["flow", "own", "pages", "papers", "start", "telling", "visiting"]
