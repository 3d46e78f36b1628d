"""What does everybody who works here need? To sign in, and the office's own pages."""

from booking.web.office import (
    booking,
    calendars,
    feedback,
    files,
    interpreter_calendars,
    interpreters,
    languages,
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
    "calendars",
    "feedback",
    "files",
    "interpreter_calendars",
    "interpreters",
    "languages",
    "pages",
    "responsible",
    "sections",
    "settings",
    "sign_in",
    "start",
    "texts",
]
