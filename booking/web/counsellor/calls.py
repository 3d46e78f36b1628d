"""Whom to call today, and which letters to print?"""

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.models import Reach
from booking.services import calls as lists
from booking.services import resending
from booking.services.calls import UnknownCall
from booking.web.access import Audience, open_to
from booking.web.counsellor import words
from booking.web.counsellor.pages import pages
from booking.web.signing_in import person

WHO_CALLS = (Audience.COUNSELLOR, Audience.COORDINATOR, Audience.FRONT_DESK)


@pages.get("/calls")
@open_to(*WHO_CALLS)
def calls() -> str:
    """List whom to call, those not reached yet first, and what goes by post."""
    now = clock.now()
    return render_template(
        "counsellor/calls.html",
        calls=lists.due(person(), Reach.CALL, now=now),
        letters=lists.due(person(), Reach.POST, now=now),
        failed=resending.failed(person(), now=now),
        resending=resending,
        now=now,
        words=words,
    )


@pages.post("/calls/<uuid:letter>/reached")
@open_to(*WHO_CALLS)
def reached(letter: UUID) -> Response:
    """Tick off: she knows now, or her letter is in the post."""
    try:
        lists.reached(person(), letter, now=clock.now())
    except UnknownCall:
        abort(404)
    return redirect(url_for("counsellor.calls"), 303)


@pages.post("/calls/<uuid:letter>/try")
@open_to(*WHO_CALLS)
def tried(letter: UUID) -> Response:
    """Remember that nobody answered."""
    try:
        lists.not_reached(person(), letter, now=clock.now())
    except UnknownCall:
        abort(404)
    return redirect(url_for("counsellor.calls"), 303)


@pages.get("/calls/<uuid:letter>/<any(reached, try):_noun>")
@open_to(*WHO_CALLS)
def back_to_calls(letter: UUID, _noun: str) -> Response:  # noqa: ARG001 - the address has both
    """Lead somebody who reloads a deed back to the list."""
    return redirect(url_for("counsellor.calls"), 303)
