"""When do drafts become binding? Published all or nothing, or thrown away."""

from datetime import date

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.services import (
    publishing,
    visits,
)
from booking.services.availability import NothingOffered
from booking.services.board import week_of
from booking.services.publishing import Clash, NothingToPublish
from booking.web.access import Audience, open_to
from booking.web.coordinator import wording
from booking.web.coordinator.pages import pages
from booking.web.signing_in import person

Page = Response | tuple[str, int]


@pages.post("/visits/<date:day>/publication")
@open_to(Audience.COORDINATOR)
def publish(day: date) -> Page:
    """Make the drafts of a week binding, or name what is in the way."""
    try:
        publishing.publish(week_of(day), by=person().id, now=clock.now())
    except Clash as clash:
        return refused("clash", day, found=clash.found)
    except NothingToPublish:
        return refused("nothing", day)
    except NothingOffered:
        return refused("not_offered", day)
    return redirect(url_for("coordinator.visits", day=day), 303)


@pages.post("/visits/<date:day>/drafts/removal")
@open_to(Audience.COORDINATOR)
def discard(day: date) -> Response:
    """Throw the drafts of a week away; their wishes wait again."""
    visits.discard(week_of(day), by=person().id, now=clock.now())
    return redirect(url_for("coordinator.visits", day=day), 303)


def refused(why: str, day: date, **facts: object) -> tuple[str, int]:
    """Say why nothing was done."""
    page = render_template(
        "coordinator/refused.html", why=why, day=day, words=wording, **facts
    )
    return page, 409
