"""What does everybody who works here need? To sign in, and the office's own pages."""

from booking.web.office import (
    booking,
    feedback,
    files,
    interpreters,
    languages,
    open_hours,
    responsible,
    sections,
    settings,
    sign_in,
    start,
    texts,
)
from booking.web.office.pages import pages

__all__ = [
    "booking",
    "feedback",
    "files",
    "interpreters",
    "languages",
    "open_hours",
    "pages",
    "responsible",
    "sections",
    "settings",
    "sign_in",
    "start",
    "texts",
]
