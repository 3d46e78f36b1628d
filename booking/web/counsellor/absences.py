"""When is she away? She enters it herself; why, nobody asks."""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.models.running import zone
from booking.services import absences as stored
from booking.services.absences import Away, UnknownAbsence
from booking.web import hits, moments, stretch_form, windows
from booking.web.access import Audience, open_to
from booking.web.counsellor.pages import pages
from booking.web.hits import Question
from booking.web.signing_in import person
from booking.web.stretch_form import StretchForm

Page = str | Response | tuple[str, int]


@pages.get("/absences")
@open_to(Audience.COUNSELLOR)
def absences() -> str:
    """List when she will be away, and ask about more."""
    return _page(StretchForm(first=moments.today().isoformat()))


@pages.post("/absences")
@open_to(Audience.COUNSELLOR)
def enter_absence() -> Page:
    """Enter it; ask before, if it hits anybody."""
    form = StretchForm(request.form)
    if not form.validate():
        return _page(form), 422
    stretch = form.stretch()
    when = stretch_form.in_words(stretch)
    question = Question(
        sentence=_("You are about to be away: %(when)s.", when=when),
        action=url_for("counsellor.enter_absence"),
        back=url_for("counsellor.absences"),
        after=url_for("counsellor.absences", saved="yes"),
    )
    away = Away((person().id,), stretch.windows(zone()))
    return hits.saved_or_asked(away, question)


@pages.post("/absences/<uuid:absence>/removal")
@open_to(Audience.COUNSELLOR)
def end_absence(absence: UUID) -> Response:
    """Be there after all."""
    try:
        stored.take_back(absence, whose=person().id, now=clock.now())
    except UnknownAbsence:
        abort(404)
    return redirect(url_for("counsellor.absences"), 303)


@pages.get("/absences/<uuid:absence>/<any(removal):_noun>")
@open_to(Audience.COUNSELLOR)
def back_to_absences(absence: UUID, _noun: str) -> Response:  # noqa: ARG001 - the address has both
    """Lead somebody who reloads a deed back to the list."""
    return redirect(url_for("counsellor.absences"), 303)


def _page(form: StretchForm) -> str:
    return render_template(
        "counsellor/absences.html",
        form=form,
        absences=stored.coming(person().id, now=clock.now()),
        saved="saved" in request.args,
        today=moments.today(),
        in_words=windows.in_words,
    )
