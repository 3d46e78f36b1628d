"""The first pages: which language, what this is, and what the law asks to publish."""

from flask import render_template, request

from booking import clock
from booking.languages import SPOKEN, current_language, language_from_browser
from booking.models import Place
from booking.services import availability, office
from booking.services.availability import NothingOffered, Wish
from booking.web import reader
from booking.web.access import Audience, open_to
from booking.web.client.pages import pages
from booking.web.client.showing import Moment, in_words
from booking.web.compression import compressible
from booking.web.remembered import rendered


@pages.get("/")
@open_to(Audience.ANYONE)
@compressible
def languages() -> str:
    """Ask for the language; the browser's own is a first guess for the question."""
    in_use = office.decisions().languages
    accepted = request.accept_languages.values()
    reader.settle(language_from_browser(accepted, among=in_use))
    return rendered("client/languages.html")


@pages.get("/<lang:lang>/")
@open_to(Audience.ANYONE)
@compressible
def start() -> str:
    """Say what this is, and lead to booking or back to an appointment."""
    online = office.decisions().online_booking
    return rendered(
        "client/start.html", online=online, next_free=_next_free() if online else None
    )


@pages.get("/<lang:lang>/privacy")
@open_to(Audience.ANYONE)
@compressible
def privacy() -> str:
    """Say what is stored, why, and who may see it."""
    return render_template("client/privacy.html")


@pages.get("/<lang:lang>/imprint")
@open_to(Audience.ANYONE)
@compressible
def imprint() -> str:
    """Say who is responsible."""
    return render_template("client/imprint.html")


@pages.get("/<lang:lang>/accessibility")
@open_to(Audience.ANYONE)
@compressible
def accessibility() -> str:
    """Say how well everybody can use these pages."""
    return render_template("client/accessibility.html")


def _next_free() -> Moment | None:
    """Return the next free time at the office for somebody who reads this page."""
    spoken = current_language().locale
    wish = Wish(place=Place.OFFICE, language=spoken if spoken in SPOKEN else "de")
    try:
        slot = availability.next_free(wish, now=clock.now())
    except NothingOffered:
        return None
    return in_words(slot.window.start) if slot else None
