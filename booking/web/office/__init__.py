"""What does everybody who works here need? To sign in, and the office's own page."""

from booking.web.office import interpreters, settings, sign_in, start
from booking.web.office.pages import pages

__all__ = ["interpreters", "pages", "settings", "sign_in", "start"]
