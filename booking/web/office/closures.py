"""When is the whole office closed? Days that the office names, and public holidays."""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.models.running import zone
from booking.services import absences
from booking.services.absences import Closed, UnknownClosure
from booking.web import hits, moments, stretch_form, windows
from booking.web.access import Audience, open_to
from booking.web.hits import Question
from booking.web.office.pages import pages
from booking.web.signing_in import person
from booking.web.stretch_form import StretchForm

Page = str | Response | tuple[str, int]


@pages.get("/office/closures", endpoint="closures")
@open_to(Audience.ADMIN)
def show() -> str:
    """List when the office will be closed, and ask about more."""
    return _page(StretchForm(first=moments.today().isoformat()))


@pages.post("/office/closures", endpoint="close")
@open_to(Audience.ADMIN)
def close() -> Page:
    """Close it; ask before, if it hits anybody."""
    form = StretchForm(request.form)
    if not form.validate():
        return _page(form), 422
    stretch = form.stretch()
    when = stretch_form.in_words(stretch)
    question = Question(
        sentence=_("The office is about to be closed: %(when)s.", when=when),
        action=url_for("office.close"),
        back=url_for("office.closures"),
        after=url_for("office.closures", saved="yes"),
    )
    return hits.saved_or_asked(Closed(stretch.windows(zone())), question)


@pages.post("/office/closures/<uuid:closure>/removal", endpoint="reopen")
@open_to(Audience.ADMIN)
def reopen(closure: UUID) -> Response:
    """Open it after all."""
    try:
        absences.reopen(closure, by=person().id, now=clock.now())
    except UnknownClosure:
        abort(404)
    return redirect(url_for("office.closures"), 303)


@pages.get("/office/closures/<uuid:closure>/<any(removal):_noun>")
@open_to(Audience.ADMIN)
def back_to_closures(closure: UUID, _noun: str) -> Response:  # noqa: ARG001 - the address has both
    """Lead somebody who reloads a deed back to the list."""
    return redirect(url_for("office.closures"), 303)


def _page(form: StretchForm) -> str:
    return render_template(
        "office/closures.html",
        form=form,
        closures=absences.closures(now=clock.now()),
        holidays=absences.holidays(moments.today()),
        saved="saved" in request.args,
        in_words=windows.in_words,
        long_day=moments.long_day,
    )
