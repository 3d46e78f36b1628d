"""Which pages need not be made anew for each reader? Those that are one for all.

A page is remembered under everything it shows: its address, the language, the office
with its decisions, texts and files, the day, and what its view names besides. All of
that is read at each request, so that a change shows at the next one, in every process.
"""

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, current_app, render_template, request
from markupsafe import Markup

from booking import clock
from booking.languages import current_language
from booking.models.running import zone
from booking.services import office
from booking.web.reader import contact

View = TypeVar("View", bound=Callable[..., Any])

MOST = 512  # pages of some 8 kB; then all are made anew
OK = 200


def init_app(app: Flask) -> None:
    """Begin with nothing remembered."""
    app.extensions["booking.remembered"] = {}


def remembered(*facts: Callable[[], Iterable[Hashable]]) -> Callable[[View], View]:
    """Declare that a page shows nothing personal, no secret, and only these facts."""

    def declare(view: View) -> View:
        @wraps(view)
        def quick(*args: Any, **values: Any) -> Any:
            if request.method != "GET":
                return view(*args, **values)
            shown = (tuple(fact()) for fact in facts)
            key = (request.endpoint, request.query_string, *shown)
            return _kept(key, lambda: view(*args, **values))

        return cast("View", quick)

    return declare


def rendered(template: str, **values: Hashable) -> str:
    """Render a template that shows nothing but these values."""
    page = _kept(
        (template, *values.items()), lambda: render_template(template, **values)
    )
    return cast("str", page)


def part(shown: Hashable, make: Callable[[], Markup]) -> Markup:
    """Return a part of a page that shows nothing of the office, made once."""
    return cast("Markup", _known_as((shown, current_language().code, _today()), make))


def _kept(key: tuple[Hashable, ...], make: Callable[[], Any]) -> Any:
    spoken = current_language().code
    return _known_as((key, spoken, _today(), contact(), *office.edition()), make)


def _known_as(key: Hashable, make: Callable[[], Any]) -> Any:
    known: dict[Hashable, str] = current_app.extensions["booking.remembered"]
    if key in known:
        return known[key]
    page = make()
    body, status = page if isinstance(page, tuple) else (page, OK)
    if isinstance(body, str) and status == OK:
        if len(known) >= MOST:
            known.clear()
        known[key] = body
    return page


def _today() -> date:
    return clock.today(zone())
