"""Of which parts does the office's own page consist? A short list on each of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for

from booking.languages import clock_time
from booking.languages import gettext as _
from booking.models.running import zone
from booking.services.feedback import open_ones
from booking.web import moments
from booking.web.office.pages import pages


@dataclass(frozen=True, slots=True)
class Section:
    """One part, and how much in it waits for somebody."""

    label: str
    url: str
    here: bool
    waiting: int = 0


@pages.context_processor
def _known() -> dict[str, Any]:
    return {"sections": sections, "day_of": moments.day_of, "moment_of": _moment_of}


def sections() -> list[Section]:
    """List the parts of the office's pages, for those who may see them."""
    return [
        _section("settings", _("People and visits")),
        _section("staff", _("Staff and accounts")),
        _section("hours", _("Hours")),
        _section("closures", _("Closed days")),
        _section("travel", _("Ways and rush hour")),
        _section("routes", _("Plans and routes")),
        _section("vehicles", _("Bikes and cars")),
        _section("interpreters", _("Interpreters")),
        _section("booking", _("Booking and misuse")),
        _section("open_hours", _("Open hours")),
        _section("calendars", _("Calendars")),
        _section("languages", _("Languages")),
        _section("texts", _("Texts")),
        _section("responsible", _("Who is responsible")),
        _section("files", _("Recordings and pictures")),
        _section("retention", _("How long files stay")),
        _section("feedback", _("Feedback"), waiting=open_ones()),
    ]


def _moment_of(moment: datetime) -> str:
    return f"{moments.day_of(moment)}, {clock_time(moment, zone())}"


def _section(name: str, label: str, *, waiting: int = 0) -> Section:
    url = url_for(f"office.{name}")
    # The office's own address begins all the others.
    here = request.path == url or (
        name != "settings" and request.path.startswith(f"{url}/")
    )
    return Section(label, url, here, waiting)
