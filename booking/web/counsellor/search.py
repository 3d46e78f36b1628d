"""Where is what somebody asks about? By name, number, code or short name.

What is typed is sent by POST: so no name stands in an address, a history or a log.
"""

from flask import render_template, request

from booking import clock
from booking.languages import name_of_language
from booking.models import Role
from booking.services import finding
from booking.services.finding import Found
from booking.web.access import open_to
from booking.web.counsellor import words
from booking.web.counsellor.clients import WHO_LOOKS_UP, seen_at_the_desk
from booking.web.counsellor.pages import pages
from booking.web.forms import LINE_LENGTH
from booking.web.signing_in import person

NOBODY = Found((), ())


@pages.get("/search")
@open_to(*WHO_LOOKS_UP)
def search() -> str:
    """Ask whom to look for."""
    return _page("")


@pages.post("/search")
@open_to(*WHO_LOOKS_UP)
def found() -> str:
    """Show what fits: a counsellor's own, and what the desk may see."""
    return _page(request.form.get("typed", "").strip()[:LINE_LENGTH])


def _page(typed: str) -> str:
    counsels, at_desk = (
        person().may(one) for one in (Role.COUNSELLOR, Role.FRONT_DESK)
    )
    hers = counsels and typed
    return render_template(
        "counsellor/search.html",
        typed=typed,
        counsels=counsels,
        found=finding.found(person(), typed, now=clock.now()) if hers else NOBODY,
        at_desk=at_desk,
        seen=seen_at_the_desk(typed) if typed and at_desk else [],
        name_of_language=name_of_language,
        words=words,
    )
