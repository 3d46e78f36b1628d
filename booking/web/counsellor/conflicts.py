"""She is busy by her own calendar, and has an appointment then. What becomes of it?"""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.services import conflicts
from booking.services.appointments import TooLate
from booking.services.claim import SlotTaken
from booking.services.desk import UnknownAppointment
from booking.web.access import Audience, open_to
from booking.web.counsellor import words
from booking.web.counsellor.pages import pages
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]


@pages.get("/calendar/conflicts", endpoint="conflicts")
@open_to(Audience.COUNSELLOR)
def show() -> str:
    """List them, with the ways out of each."""
    return _page()


@pages.post("/calendar/conflicts/<uuid:appointment>/keeping")
@open_to(Audience.COUNSELLOR)
def keep_both(appointment: UUID) -> Response:
    """Let both stand; it is not asked again."""
    try:
        conflicts.keep(person(), appointment, now=clock.now())
    except UnknownAppointment:
        abort(404)
    return redirect(url_for("counsellor.conflicts"), 303)


@pages.post("/calendar/conflicts/<uuid:appointment>/colleague")
@open_to(Audience.COUNSELLOR)
def give_away(appointment: UUID) -> Page:
    """Give it to the colleague whose name she has pressed."""
    try:
        chosen = UUID(request.form.get("colleague", ""))
        conflicts.give(person(), appointment, chosen, now=clock.now())
    except ValueError:
        return _page(_("Choose a colleague.")), 422
    except UnknownAppointment:
        abort(404)
    except SlotTaken:
        return _page(_("She cannot take it any more. Choose another way.")), 409
    except TooLate:
        pass  # the list says how it stands
    return redirect(url_for("counsellor.conflicts"), 303)


@pages.get("/calendar/conflicts/<uuid:_appointment>/<any(keeping, colleague):_noun>")
@open_to(Audience.COUNSELLOR)
def back_to_conflicts(_appointment: UUID, _noun: str) -> Response:
    """Lead somebody who reloads a deed back to the list."""
    return redirect(url_for("counsellor.conflicts"), 303)


def _page(complaint: str = "") -> str:
    return render_template(
        "counsellor/conflicts.html",
        conflicts=conflicts.listed(person(), now=clock.now()),
        complaint=complaint,
        words=words,
    )
