"""A letter that did not arrive: send it again, or call instead."""

from uuid import UUID

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.services import resending
from booking.services.resending import NoNumber, UnknownLetter
from booking.web.access import open_to
from booking.web.counsellor.calls import WHO_CALLS
from booking.web.counsellor.pages import pages
from booking.web.signing_in import person


@pages.post("/letters/<uuid:letter>/again")
@open_to(*WHO_CALLS)
def again(letter: UUID) -> Response:
    """Send the same letter once more."""
    try:
        resending.send_again(person(), letter, now=clock.now())
    except UnknownLetter:
        abort(404)
    return _back()


@pages.post("/letters/<uuid:letter>/call")
@open_to(*WHO_CALLS)
def call(letter: UUID) -> Response:
    """Put it on the call list instead."""
    try:
        resending.call_instead(person(), letter, now=clock.now())
    except UnknownLetter:
        abort(404)
    except NoNumber:
        abort(409)
    return _back()


@pages.get("/letters/<uuid:letter>/<any(again, call):_noun>")
@open_to(*WHO_CALLS)
def back_from_letter(letter: UUID, _noun: str) -> Response:  # noqa: ARG001 - the address has both
    """Lead somebody who reloads a deed back to the list."""
    return redirect(url_for("counsellor.calls"), 303)


def _back() -> Response:
    """Return to where the button stood: the appointment's page, or the list."""
    appointment = request.form.get("appointment", type=UUID)
    if appointment:
        url = url_for("counsellor.appointment", appointment=appointment)
        return redirect(url, 303)
    return redirect(url_for("counsellor.calls"), 303)
