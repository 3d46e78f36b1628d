"""In which language is this page? The address says so."""

from typing import Any

from flask import Flask, current_app, g
from werkzeug.routing import BaseConverter, ValidationError

from booking.languages import (
    CatalogueBabel,
    Language,
    current_language,
    language_of_path,
)


class LanguagePath(BaseConverter):
    """The first part of a client's address: ``de``, ``ar``, later ``fa-af``."""

    regex = "[a-z]{2,3}(?:-[a-z]+)?"

    def to_python(self, value: str) -> Language:
        """Read the language; an unknown one is an unknown page."""
        language = language_of_path(value)
        if language is None:
            raise ValidationError
        return language

    def to_url(self, value: Language | str) -> str:
        """Write the language."""
        return value if isinstance(value, str) else value.path


def init_app(app: Flask) -> None:
    """Let the address decide the language of a page, and of links on it."""
    app.url_map.converters["lang"] = LanguagePath
    app.url_value_preprocessor(_listen)
    app.url_defaults(_keep_speaking)
    CatalogueBabel().init_app(app)


def _listen(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and isinstance(values.get("lang"), Language):
        g.language = values.pop("lang")


def _keep_speaking(endpoint: str, values: dict[str, Any]) -> None:
    expects = current_app.url_map.is_endpoint_expecting
    if "lang" not in values and expects(endpoint, "lang"):
        values["lang"] = current_language()
