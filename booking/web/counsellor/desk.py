"""The client says at the desk, or on the phone, that she does not come."""

from contextlib import suppress
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.services import appointments, front_desk
from booking.services.appointments import TooLate, Whose
from booking.services.front_desk import Seen
from booking.web.access import Audience, open_to
from booking.web.counsellor import words
from booking.web.counsellor.pages import pages
from booking.web.signing_in import person


@pages.get("/desk/<uuid:appointment>/cancel")
@open_to(Audience.FRONT_DESK)
def call_off(appointment: UUID) -> str:
    """Ask once more: the time goes to somebody else at once."""
    return render_template(
        "counsellor/call_off.html", seen=_coming(appointment), words=words
    )


@pages.post("/desk/<uuid:appointment>/cancellation")
@open_to(Audience.FRONT_DESK)
def called_off(appointment: UUID) -> Response:
    """Write down what the client has said; a visit goes back to the wishes."""
    _coming(appointment)
    with suppress(TooLate):  # it has just begun: her counsellor records what came of it
        appointments.cancel(
            appointment, now=clock.now(), by=person().id, whose=Whose.CLIENT
        )
    return redirect(url_for("counsellor.search", saved="cancelled"), 303)


@pages.get("/desk/<uuid:appointment>/cancellation")
@open_to(Audience.FRONT_DESK)
def back_to_search(appointment: UUID) -> Response:  # noqa: ARG001 - the address has it
    """Lead somebody who reloads a deed back to the search."""
    return redirect(url_for("counsellor.search"), 303)


def _coming(appointment: UUID) -> Seen:
    return front_desk.coming(appointment, now=clock.now()) or abort(404)
