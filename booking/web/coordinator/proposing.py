"""What do counsellors say to their routes? Asked by the coordinator, answered here."""

from datetime import date
from uuid import UUID

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.models import Word
from booking.services import proposing
from booking.services.board import week_of
from booking.services.proposing import (
    LONGEST_REASON,
    NotAsked,
    NothingToPropose,
    ReasonTooLong,
)
from booking.web.access import Audience, open_to
from booking.web.coordinator.pages import pages
from booking.web.coordinator.publishing import refused
from booking.web.coordinator.routes import routes_page
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]


@pages.post("/visits/<date:day>/proposals")
@open_to(Audience.COORDINATOR)
def propose(day: date) -> Page:
    """Ask each counsellor about her draft routes of a week."""
    try:
        proposing.propose(week_of(day), by=person().id, now=clock.now())
    except NothingToPropose:
        return refused("nothing", day)
    return redirect(url_for("coordinator.visits", day=day), 303)


@pages.get("/visits/<date:day>/proposals")
@open_to(Audience.COORDINATOR)
def back_from_proposals(day: date) -> Response:
    """Lead somebody who reloads a deed back to the board."""
    return redirect(url_for("coordinator.visits", day=day), 303)


@pages.post("/routes/<date:day>/answers")
@open_to(Audience.COUNSELLOR)
def answer(day: date) -> Page:
    """Take her yes or no to one stop, or her yes to all that are left."""
    try:
        if "all" in request.form:
            proposing.say_yes_to_all(person(), day, now=clock.now())
        else:
            _answer_one()
    except NotAsked:
        return redirect(url_for("coordinator.routes", day=day), 303)
    except ReasonTooLong:
        sentence = _(
            "Write this in at most %(longest)s characters.", longest=LONGEST_REASON
        )
        typed = {request.form.get("stop", ""): request.form.get("why", "")}
        return routes_page(day, complaint=sentence, typed=typed), 422
    return redirect(f"{url_for('coordinator.routes', day=day)}#answer", 303)


@pages.get("/routes/<date:day>/answers")
@open_to(Audience.COUNSELLOR)
def back_from_answers(day: date) -> Response:
    """Lead somebody who reloads a deed back to her route."""
    return redirect(url_for("coordinator.routes", day=day), 303)


def _answer_one() -> None:
    try:
        stop, word = UUID(request.form["stop"]), Word(request.form["word"])
    except ValueError:
        abort(400)
    why = request.form.get("why", "")
    proposing.answer(person(), stop, word, why=why, now=clock.now())
