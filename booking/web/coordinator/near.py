"""Who is near? For a counsellor on her way, at a door that she has left."""

from datetime import date
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.services import near
from booking.services.driving import NotHerStop
from booking.services.near import NobodyFitsNow
from booking.web.access import Audience, open_to
from booking.web.coordinator import wording
from booking.web.coordinator.pages import pages
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]


@pages.get("/routes/<date:day>/stops/<uuid:stop>/near", endpoint="near")
@open_to(Audience.COUNSELLOR)
def show(day: date, stop: UUID) -> str:
    """Show who lives within ten minutes and could be visited now."""
    return _page(day, stop)


@pages.post("/routes/<date:day>/stops/<uuid:stop>/near", endpoint="go_near")
@open_to(Audience.COUNSELLOR)
def go(day: date, stop: UUID) -> Page:
    """Put the visit behind this stop."""
    try:
        near.go(person(), stop, UUID(request.form.get("wish", "")), now=clock.now())
    except (ValueError, NobodyFitsNow):
        sentence = _("This visit does not fit any more. Look at who is left.")
        return _page(day, stop, sentence), 409
    except NotHerStop:
        abort(404)
    return redirect(url_for("coordinator.routes", day=day), 303)


def _page(day: date, stop: UUID, complaint: str = "") -> str:
    try:
        found = near.near(person(), stop, now=clock.now())
    except NotHerStop:
        abort(404)
    return render_template(
        "coordinator/near.html",
        day=day,
        stop=stop,
        found=found,
        complaint=complaint,
        words=wording,
    )
