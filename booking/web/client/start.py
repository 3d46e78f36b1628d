"""The first pages: which language, and what this is."""

from dataclasses import replace
from datetime import datetime

from flask import render_template, request
from markupsafe import Markup

from booking import clock
from booking.languages import SPOKEN, current_language, language_from_browser
from booking.models import Place
from booking.services import availability
from booking.services.availability import NothingOffered, Wish
from booking.services.files import FILM, file_among
from booking.web import reader
from booking.web.access import Audience, open_to
from booking.web.client.answers import Answers
from booking.web.client.pages import pages
from booking.web.client.showing import Moment, in_words
from booking.web.client.signed import WALK, new_walk
from booking.web.compression import compressible
from booking.web.decided import decided
from booking.web.remembered import part, rendered
from booking.web.texts import areas

GAP = Markup("<!-- the next free time -->")
OWN_KEY = "the-key-of-a-walk-of-its-own"


@pages.get("/")
@open_to(Audience.ANYONE)
@compressible
def languages() -> str:
    """Ask for the language; the browser's own is a first guess for the question."""
    in_use = decided().languages
    reader.settle(language_from_browser(request.accept_languages, among=in_use))
    return rendered("client/languages.html")


@pages.get("/<lang:lang>/")
@open_to(Audience.ANYONE)
@compressible
def start() -> str:
    """Say what this is, and lead to booking or back to an appointment."""
    online = decided().online_booking
    free = _next_free() if online else None
    page = rendered(
        "client/start.html",
        online=online,
        gap=GAP if free else "",
        areas=areas,
        film=file_among(decided(), FILM, ""),
    )
    # The rest of the page is one for all; the next free time is made anew.
    return page.replace(GAP, free) if free else page


def _next_free() -> Markup | None:
    """Offer the next free time at the office to somebody who reads this page."""
    spoken = current_language().locale
    wish = Wish(place=Place.OFFICE, language=spoken if spoken in SPOKEN else "de")
    try:
        slot = availability.next_free(wish, now=clock.now())
    except NothingOffered:
        return None
    return _ticket(wish, slot.window.start) if slot else None


def _ticket(wish: Wish, start: datetime) -> Markup:
    """Show a time, made once for all; the key of the walk is each reader's own."""
    template = "client/_next_free.html"
    ticket = part(
        (template, wish.language, start),
        lambda: Markup(render_template(template, next_free=_one_tap(wish, start))),  # noqa: S704 - ours
    )
    return ticket.replace(OWN_KEY, new_walk())


def _one_tap(wish: Wish, start: datetime) -> Moment:
    """Lead straight to who comes; every answer can still be changed there."""
    when = in_words(start)
    day, _t, wall = when.value.partition("T")
    choices = {"place": wish.place, "language": wish.language, "interpreter": "no"}
    walk = Answers(choices | {"day": day, "time": wall, WALK: OWN_KEY}, posted=False)
    return replace(when, step=walk.post("client.you"))
