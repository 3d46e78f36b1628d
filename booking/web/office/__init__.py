"""What does everybody who works here need? To sign in, and the office's own pages."""

from booking.web.office import (
    booking,
    calendars,
    closures,
    feedback,
    files,
    hours,
    interpreter_calendars,
    interpreters,
    languages,
    open_hours,
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
    "calendars",
    "closures",
    "feedback",
    "files",
    "hours",
    "interpreter_calendars",
    "interpreters",
    "languages",
    "open_hours",
    "pages",
    "responsible",
    "sections",
    "settings",
    "sign_in",
    "stand_ins",
    "start",
    "texts",
]
