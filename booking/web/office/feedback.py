"""What hinders people on our pages? Their words, and what is dealt with."""

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.languages import language_of_code
from booking.services import feedback
from booking.services.feedback import NoSuchFeedback
from booking.web.access import Audience, open_to
from booking.web.office.pages import pages
from booking.web.signing_in import person


@pages.get("/office/feedback", endpoint="feedback")
@open_to(Audience.ADMIN)
def show() -> str:
    """List what people told us, what is open first."""
    return render_template(
        "office/feedback.html",
        rows=feedback.listed(),
        places=_places(),
        written_in=language_of_code,
    )


@pages.post("/office/feedback/<uuid:told>/answer", endpoint="dealt_with")
@open_to(Audience.ADMIN)
def done(told: UUID) -> Response:
    """Say that one of them is dealt with."""
    try:
        feedback.done(told, by=person().id, now=clock.now())
    except NoSuchFeedback:
        abort(404)
    return redirect(url_for("office.feedback"), 303)


@pages.get("/office/feedback/<uuid:_told>/answer")
@open_to(Audience.ADMIN)
def back_to_feedback(_told: UUID) -> Response:
    """Lead somebody who reloads the deed back to the list."""
    return redirect(url_for("office.feedback"), 303)


def _places() -> dict[str, str]:
    return {
        "everywhere": _("on all pages"),
        "booking": _("when booking"),
        "appointment": _("on the page of an appointment"),
        "letter": _("in a letter"),
        "other": _("somewhere else"),
    }
