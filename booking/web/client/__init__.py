"""Pages for clients: find a time, book it, come back to it."""

from booking.web.client import (
    first_questions,
    flow,
    interpreting,
    listing,
    own,
    papers,
    personal,
    slip,
    start,
    telling,
    topics,
    visiting,
)
from booking.web.client.pages import pages

__all__ = [
    "first_questions",
    "flow",
    "interpreting",
    "listing",
    "own",
    "pages",
    "papers",
    "personal",
    "slip",
    "start",
    "telling",
    "topics",
    "visiting",
]
