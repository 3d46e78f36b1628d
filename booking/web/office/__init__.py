"""What does everybody who works here need? To sign in, and the office's own pages."""

from booking.web.office import (
    booking,
    feedback,
    files,
    interpreters,
    languages,
    responsible,
    sections,
    settings,
    sign_in,
    start,
    texts,
    travel,
)
from booking.web.office.pages import pages

__all__ = [
    "booking",
    "feedback",
    "files",
    "interpreters",
    "languages",
    "pages",
    "responsible",
    "sections",
    "settings",
    "sign_in",
    "start",
    "texts",
    "travel",
]
