"""The shelf on which all of a client's pages stand, and what is true of them all."""

from flask import Blueprint, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from booking.languages import current_language
from booking.services.availability import NothingOffered
from booking.web.decided import decided
from booking.web.reader import contact

pages = Blueprint("client", __name__)

# The ways to an appointment and to a visit; both close when the office asks people
# to phone.
FLOW = frozenset(
    f"client.{page}"
    for page in (
        *("place", "language", "day", "time", "you", "check", "book"),
        *("visit", "address", "contact", "check_wish", "wish"),
        *("wait", "join", "call_back", "ask_for_call"),
    )
)

# What stands in an address as its secret: of one appointment, or of one client.
SECRETS = frozenset({"token", "secret"})


@pages.before_request
def keep_to_the_decisions() -> Response | None:
    """Speak only languages in use, and book online only while that is switched on.

    Who holds a link from a letter may read its page in any language.
    """
    if not SECRETS.isdisjoint(request.view_args or {}):
        return None
    decisions = decided()
    contact()  # read with the decisions, and not once more after a deed
    if "language" in g and current_language() not in decisions.languages:
        abort(404)
    if request.endpoint in FLOW and not decisions.online_booking:
        return redirect(url_for("client.start"), 303)
    return None


@pages.errorhandler(NothingOffered)
def ask_for_the_place(_error: NothingOffered) -> Response:
    """Ask again where to meet when the office no longer offers that."""
    return redirect(url_for("client.place"), 303)
