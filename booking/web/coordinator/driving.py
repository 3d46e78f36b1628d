"""What is marked on the way, and what does a map app get? For who drives."""

import json
from datetime import date
from uuid import UUID

from flask import Response as FlaskResponse
from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.services import driving, route_exports
from booking.services.desk import NotYet
from booking.services.driving import Mark, NotHerStop
from booking.web.access import Audience, open_to
from booking.web.coordinator.pages import pages
from booking.web.coordinator.routes import routes_page
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
GPX, GEOJSON = "application/gpx+xml", "application/geo+json"


@pages.post("/routes/<date:day>/marks")
@open_to(Audience.COUNSELLOR)
def mark(day: date) -> Page:
    """Mark what happened at a door."""
    try:
        stop, what = UUID(request.form["stop"]), Mark(request.form["mark"])
    except ValueError:
        abort(400)
    try:
        driving.mark(person(), stop, what, now=clock.now())
    except NotHerStop:
        abort(404)
    except NotYet:
        sentence = _("This visit has not begun yet. Mark it once its time has come.")
        return routes_page(day, complaint=sentence), 409
    return redirect(f"{url_for('coordinator.routes', day=day)}#stop-{stop}", 303)


@pages.get("/routes/<date:day>/marks")
@open_to(Audience.COUNSELLOR)
def back_from_marks(day: date) -> Response:
    """Lead somebody who reloads a deed back to her route."""
    return redirect(url_for("coordinator.routes", day=day), 303)


@pages.get("/routes/<date:day>/<uuid:route>.gpx")
@open_to(Audience.COUNSELLOR)
def gpx(day: date, route: UUID) -> FlaskResponse:
    """Hand out her route for a map app: numbered points, no names."""
    found = route_exports.points(person(), route, day)
    if found is None:
        abort(404)
    return _file(route_exports.as_gpx(found), GPX, f"{day}.gpx")


@pages.get("/routes/<date:day>/<uuid:route>.geojson")
@open_to(Audience.COUNSELLOR)
def geojson(day: date, route: UUID) -> FlaskResponse:
    """Hand out the same for a map program."""
    found = route_exports.points(person(), route, day)
    if found is None:
        abort(404)
    text = json.dumps(route_exports.as_geojson(found))
    return _file(text, GEOJSON, f"{day}.geojson")


def _file(text: str, kind: str, name: str) -> FlaskResponse:
    answer = FlaskResponse(text, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
