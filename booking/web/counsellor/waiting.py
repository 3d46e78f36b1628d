"""Who waits for a time, and whom have we promised to call back?"""

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.models import Role
from booking.services import waiting as lists
from booking.services.waiting import UnknownWaiting
from booking.web.access import Audience, open_to
from booking.web.counsellor import words
from booking.web.counsellor.pages import pages
from booking.web.signing_in import person

WHO_SEES_IT = (Audience.COUNSELLOR, Audience.FRONT_DESK, Audience.COORDINATOR)


@pages.get("/waiting")
@open_to(*WHO_SEES_IT)
def waiting() -> str:
    """List whom to call back and who waits for a time, the longest first."""
    return render_template(
        "counsellor/waiting.html",
        call_backs=lists.call_backs(),
        waits=lists.open_list(),
        may_book=person().may(Role.COUNSELLOR, Role.FRONT_DESK),
        mine=person().id,
        words=words,
    )


@pages.post("/waiting/<uuid:waiting>/call")
@open_to(*WHO_SEES_IT)
def called_back(waiting: UUID) -> Response:
    """Tick off: she was called."""
    try:
        lists.called(waiting, by=person().id, now=clock.now())
    except UnknownWaiting:
        abort(404)
    return redirect(url_for("counsellor.waiting"), 303)


@pages.post("/waiting/<uuid:waiting>/removal")
@open_to(*WHO_SEES_IT)
def taken_off(waiting: UUID) -> Response:
    """Take somebody off the list who waits no more."""
    try:
        lists.leave(waiting, by=person().id, now=clock.now())
    except UnknownWaiting:
        abort(404)
    return redirect(url_for("counsellor.waiting"), 303)


@pages.get("/waiting/<uuid:waiting>/<any(call, removal):_noun>")
@open_to(*WHO_SEES_IT)
def back_to_waiting(waiting: UUID, _noun: str) -> Response:  # noqa: ARG001 - the address has both
    """Lead somebody who reloads a deed back to the list."""
    return redirect(url_for("counsellor.waiting"), 303)
