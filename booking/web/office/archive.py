"""Which files are offered to the archive, and what did it say? The head's list."""

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.models import ArchiveAnswer
from booking.services import archive
from booking.services.archive import NotExported, NotOffered
from booking.web import moments
from booking.web.access import Audience, only_fresh, open_to
from booking.web.office.pages import pages
from booking.web.signing_in import person

LONGEST_REFERENCE = 12  # signs


@pages.get("/office/archive", endpoint="archive")
@open_to(Audience.HEAD)
def show() -> str:
    """List what is to be offered, what is handed over, what is held."""
    return render_template(
        "office/archive.html",
        listed=archive.listed(now=clock.now()),
        saved="saved" in request.args,
        nothing_chosen="chosen" in request.args,
        today=moments.today(),
        moments=moments,
    )


@pages.post("/office/archive", endpoint="archive_answered")
@open_to(Audience.HEAD)
@only_fresh
def answered() -> Response:
    """Write down what the archive said of some files: afterwards they are erased."""
    # All means: all that she has seen on the page, not what came since.
    chosen = request.form.getlist("listed" if "all" in request.form else "file")
    references = [one[:LONGEST_REFERENCE] for one in chosen]
    said = request.form.get("answer", "")
    if said not in set(ArchiveAnswer):
        abort(400)
    if not references:
        return redirect(url_for("office.archive", chosen="none"), 303)
    try:
        archive.answered(
            references, ArchiveAnswer(said), by=person().id, now=clock.now()
        )
    except NotOffered:
        abort(409)
    return redirect(url_for("office.archive", saved="yes"), 303)


@pages.post("/office/archive/<string:reference>/handover", endpoint="archive_got")
@open_to(Audience.HEAD)
@only_fresh
def handed_over(reference: str) -> Response:
    """Write down that the archive has got a file."""
    try:
        archive.handed_over(reference, by=person().id, now=clock.now())
    except NotOffered:
        abort(404)
    except NotExported:
        abort(409)
    return redirect(url_for("office.archive", saved="yes"), 303)


@pages.get("/office/archive/<string:reference>/<any(handover):_noun>")
@open_to(Audience.HEAD)
def back_to_archive(reference: str, _noun: str) -> Response:  # noqa: ARG001 - the address has both
    """Lead somebody who reloads a deed back to the list."""
    return redirect(url_for("office.archive"), 303)
