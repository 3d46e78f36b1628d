"""What does everybody who works here need? To sign in, and the office's own pages."""

from booking.web.office import (
    booking,
    closures,
    feedback,
    files,
    hours,
    interpreters,
    languages,
    responsible,
    sections,
    settings,
    sign_in,
    stand_ins,
    start,
    texts,
)
from booking.web.office.pages import pages

__all__ = [
    "booking",
    "closures",
    "feedback",
    "files",
    "hours",
    "interpreters",
    "languages",
    "pages",
    "responsible",
    "sections",
    "settings",
    "sign_in",
    "stand_ins",
    "start",
    "texts",
]
