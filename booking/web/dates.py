"""How does a day stand in an address or a form? As 2027-03-01, and within reason."""

from datetime import date, datetime

from flask import Flask
from werkzeug.routing import BaseConverter, ValidationError

# Where the calendar itself ends, a day more or less is a fault: nobody means that.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)


def day_written(text: str | None) -> date | None:
    """Read a day as browsers send it, or None; also for one that nobody means."""
    try:
        found = date.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def moment_written(text: str | None) -> datetime | None:
    """Read an aware moment as our forms write it, or None."""
    try:
        found = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    is_meant = found.tzinfo and FIRST_DAY < found.date() < LAST_DAY
    return found if is_meant else None


class DatePath(BaseConverter):
    """A calendar day in an address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Read the day; one that no calendar has is an unknown page."""
        found = day_written(value)
        if found is None:
            raise ValidationError
        return found

    def to_url(self, value: date | str) -> str:
        """Write the day."""
        return value if isinstance(value, str) else value.isoformat()


def init_app(app: Flask) -> None:
    """Let addresses carry days."""
    app.url_map.converters["date"] = DatePath
