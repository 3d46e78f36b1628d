"""Who may open which page? A page that does not say is closed to everybody."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from flask import (
    Flask,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from booking import clock
from booking.models import Role
from booking.models.running import settings
from booking.web.signing_in import half_way, signed_in

View = TypeVar("View", bound=Callable[..., object])


class Audience(StrEnum):
    """The kinds of visitor: anybody, or a staff member with a role."""

    ANYONE = "anyone"
    LINK_HOLDER = "link_holder"  # the secret in the address is what opens the page
    COUNSELLOR = Role.COUNSELLOR
    FRONT_DESK = Role.FRONT_DESK
    COORDINATOR = Role.COORDINATOR
    HEAD = Role.HEAD
    DATA_PROTECTION = Role.DATA_PROTECTION
    ADMIN = Role.ADMIN


# A link holder proves herself inside the page: an unknown token is a 404.
NO_SIGN_IN = frozenset({Audience.ANYONE, Audience.LINK_HOLDER})
PASSWORD, GOES_ON = "password_again", "goes_on"  # fields of the page that asks again
EVERY_ROLE = tuple(Audience(role.value) for role in Role)


def open_to(*audience: Audience) -> Callable[[View], View]:
    """Declare who may open the page below."""

    def declare(view: View) -> View:
        view.audience = frozenset(audience)  # type: ignore[attr-defined]  # a mark for turn_away_strangers
        return view

    return declare


def only_fresh(view: View) -> View:
    """Declare that the deed below asks once more who she is, unless she just said."""
    view.only_fresh = True  # type: ignore[attr-defined]  # a mark for turn_away_strangers
    return view


def init_app(app: Flask) -> None:
    """Ask at every door."""
    app.before_request(turn_away_strangers)


def turn_away_strangers() -> Response | None:
    """Refuse the request unless its page is open to this visitor."""
    if request.endpoint in {None, "static"}:
        return None
    view = current_app.view_functions[str(request.endpoint)]
    audience: frozenset[Audience] = getattr(view, "audience", frozenset())
    if audience & NO_SIGN_IN:
        return None
    if not audience:
        abort(403)
    person = signed_in()
    if person is None:
        step = "office.second_step" if half_way() else "office.sign_in"
        return redirect(url_for(step, next=_wanted()), 303)
    if audience.isdisjoint(Audience(role.value) for role in person.roles):
        abort(403)
    if getattr(view, "only_fresh", False) and not person.is_fresh(clock.now()):
        return current_app.make_response(asked_again(request.full_path))
    return None


def asked_again(path: str, complaint: str = "", status: int = 403) -> tuple[str, int]:
    """Ask who she is; what she has filled in is carried along, and sent on then."""
    carried = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in {"csrf_token", PASSWORD, GOES_ON}
    ]
    by_town = settings().closes_passwords
    page = render_template(
        "office/again_by_town.html" if by_town else "office/again.html",
        path=path.rstrip("?"),
        carried=carried,
        complaint=complaint,
        password=PASSWORD,
        goes_on=GOES_ON,
        settings=settings(),
    )
    return page, status


def _wanted() -> str | None:
    """Return what to show after signing in; a form is not sent again by itself."""
    return request.full_path.rstrip("?") if request.method == "GET" else None
