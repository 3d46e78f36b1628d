"""Can this page be listened to? The office may read pages aloud, in any language."""

from typing import Any

from flask import Flask, before_render_template
from jinja2 import Template

from booking.languages import current_language
from booking.services.files import RECORDED, RECORDING, KeptFile, file_among
from booking.web.decided import decided

FOLDER, ENDING = "client/", ".html"


def init_app(app: Flask) -> None:
    """Give each client's page the recording that belongs to it."""
    before_render_template.connect(_lend, app)


def _lend(_app: Flask, template: Template, context: dict[str, Any], **_: Any) -> None:
    context["recording"] = _recording_of(template.name or "")


def _recording_of(template: str) -> KeptFile | None:
    page = template.removeprefix(FOLDER).removesuffix(ENDING)
    if page not in RECORDED or not template.startswith(FOLDER):
        return None
    return file_among(decided(), RECORDING + page, current_language().code)
