"""Which pages need not be made anew for each reader? Those that are one for all.

A page is remembered under everything it shows: its address, the language, the office
with its decisions, texts and files, the day, and what its view names besides. All of
that is read at each request, so that a change shows at the next one, in every process.
"""

from collections.abc import Callable, Hashable, Iterable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, current_app, render_template, request

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


def _kept(key: tuple[Hashable, ...], make: Callable[[], Any]) -> Any:
    known: dict[Hashable, str] = current_app.extensions["booking.remembered"]
    whole = (key, *_of_every_page())
    if whole in known:
        return known[whole]
    page = make()
    body, status = page if isinstance(page, tuple) else (page, OK)
    if isinstance(body, str) and status == OK:
        if len(known) >= MOST:
            known.clear()
        known[whole] = body
    return page


def _of_every_page() -> tuple[Hashable, ...]:
    today = clock.today(zone())
    return (current_language().code, today, contact(), *office.edition())
