"""Which pages need not be made anew for each reader? Those that are one for all.

A page is remembered under everything it shows: its address, the language, the office
with its decisions, texts and files, the day, and what its view names besides. All of
that is read at each request, so that a change shows at the next one, in every process.
"""

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from functools import wraps
from typing import Any, NamedTuple, TypeVar, cast

from flask import Flask, current_app, render_template, request
from markupsafe import Markup

from booking import clock
from booking.languages import current_language
from booking.models.running import zone
from booking.services import office
from booking.web.reader import contact

View = TypeVar("View", bound=Callable[..., Any])
Shown = TypeVar("Shown", bound=Hashable)

OK = 200


class _Shelf(NamedTuple):
    name: str
    most: int  # then all are made anew


PAGES = _Shelf("booking.pages", 512)  # of some 8 kB
PIECES = _Shelf("booking.pieces", 8192)  # most of them some 300 bytes


def init_app(app: Flask) -> None:
    """Begin with nothing remembered."""
    app.extensions |= {PAGES.name: {}, PIECES.name: {}}
    app.jinja_env.globals["framed"] = framed


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
    """Return a piece of a page that shows nothing of the office, made once."""
    return parts([shown], lambda _one: make())


def parts(shown: Iterable[Shown], make: Callable[[Shown], Markup]) -> Markup:
    """Return many such pieces in a row, each made once."""
    where = (current_language().code, request.root_path, _today())
    known: dict[Hashable, Markup] = current_app.extensions[PIECES.name]
    pieces = []
    for one in shown:
        key = (one, where)
        if key not in known:
            _put(key, make(one), among=PIECES)
        pieces.append(known[key])
    return Markup("".join(pieces))  # noqa: S704 - pieces of ours


def framed(template: str) -> Markup:
    """Return what stands around every page: the office's contact, and links."""
    shown = (template, contact())
    return part(shown, lambda: Markup(render_template(template)))  # noqa: S704 - ours


def _kept(key: tuple[Hashable, ...], make: Callable[[], Any]) -> Any:
    where = (current_language().code, request.root_path)
    key = (*key, *where, _today(), contact(), *office.edition())
    return _known_as(key, make, among=PAGES)


def _known_as(key: Hashable, make: Callable[[], Any], *, among: _Shelf) -> Any:
    known: dict[Hashable, str] = current_app.extensions[among.name]
    if key in known:
        return known[key]
    page = make()
    body, status = page if isinstance(page, tuple) else (page, OK)
    if isinstance(body, str) and status == OK:
        _put(key, body, among=among)
    return page


def _put(key: Hashable, body: str, *, among: _Shelf) -> None:
    known: dict[Hashable, str] = current_app.extensions[among.name]
    if len(known) >= among.most:
        known.clear()
    known[key] = body


def _today() -> date:
    return clock.today(zone())
