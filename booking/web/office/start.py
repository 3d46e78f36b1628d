"""Where does somebody's day begin? On the first page that her role opens."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from booking.web import signing_in
from booking.web.access import EVERY_ROLE, open_to
from booking.web.office.pages import pages
from booking.web.staff import first_page


@pages.get("", endpoint="start")
@open_to(*EVERY_ROLE)
def start() -> Response:
    """Lead to the first page of this person's navigation."""
    return redirect(url_for(first_page(signing_in.person())), 303)


@pages.get("/welcome", endpoint="welcome")
@open_to(*EVERY_ROLE)
def welcome() -> str:
    """Greet somebody whose role has no page yet."""
    return render_template("office/welcome.html")
