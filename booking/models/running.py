"""With which settings does the application run, and where on the globe?"""

from zoneinfo import ZoneInfo

from flask import current_app

from booking.config import Settings


def settings() -> Settings:
    """Return the settings of the running application."""
    running: Settings = current_app.config["BOOKING"]
    return running


def zone() -> ZoneInfo:
    """Return the office's time zone."""
    return ZoneInfo(settings().zone)
