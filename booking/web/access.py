"""Who may open which page? A page that does not say is closed to everybody."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from flask import Flask, abort, current_app, request

View = TypeVar("View", bound=Callable[..., object])


class Audience(StrEnum):
    """The kinds of visitor; staff pages bring theirs along."""

    ANYONE = "anyone"
    LINK_HOLDER = "link_holder"  # the secret in the address is what opens the page


def open_to(*audience: Audience) -> Callable[[View], View]:
    """Declare who may open the page below."""

    def declare(view: View) -> View:
        view.audience = frozenset(audience)  # type: ignore[attr-defined]  # a mark for turn_away_strangers
        return view

    return declare


def init_app(app: Flask) -> None:
    """Ask at every door."""
    app.before_request(turn_away_strangers)


def turn_away_strangers() -> None:
    """Refuse the request unless its page is open to this visitor."""
    if request.endpoint in {None, "static"}:
        return
    view = current_app.view_functions[str(request.endpoint)]
    audience: frozenset[Audience] = getattr(view, "audience", frozenset())
    # A link holder proves herself inside the page: an unknown token is a 404.
    if audience.isdisjoint({Audience.ANYONE, Audience.LINK_HOLDER}):
        abort(403)
