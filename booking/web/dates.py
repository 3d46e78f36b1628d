"""How does a day stand in an address? As 2027-03-01; anything else is no page."""

from datetime import date

from flask import Flask
from werkzeug.routing import BaseConverter, ValidationError


class DatePath(BaseConverter):
    """A calendar day in an address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Read the day; one that no calendar has is an unknown page."""
        try:
            return date.fromisoformat(value)
        except ValueError as fault:
            raise ValidationError from fault

    def to_url(self, value: date | str) -> str:
        """Write the day."""
        return value if isinstance(value, str) else value.isoformat()


def init_app(app: Flask) -> None:
    """Let addresses carry days."""
    app.url_map.converters["date"] = DatePath
