"""Where shall we meet, and in which language? Asked first, of a talk and of a visit."""

from flask import render_template
from werkzeug.wrappers import Response

from booking.languages import OWN_NAMES, Language
from booking.languages import gettext as _
from booking.languages.spoken import RIGHT_TO_LEFT
from booking.models import Place
from booking.services import availability
from booking.web.access import Audience, open_to
from booking.web.client.answers import Answers
from booking.web.client.forms import LanguageForm, PlaceForm
from booking.web.client.pages import pages
from booking.web.compression import compressible
from booking.web.remembered import remembered

Page = str | Response | tuple[str, int]


@pages.route("/<lang:lang>/book", methods=["GET", "POST"], endpoint="place")
@pages.route("/<lang:lang>/book/place", methods=["GET", "POST"], endpoint="place")
@open_to(Audience.ANYONE)
@compressible
@remembered(availability.places)
def place() -> Page:
    """Ask where to meet."""
    return place_page(Answers.of_request())


@pages.route("/<lang:lang>/book/language", methods=["GET", "POST"])
@open_to(Audience.ANYONE)
@compressible
@remembered()
def language() -> Page:
    """Ask for the language, once the place is known."""
    answers = Answers.of_request()
    if answers.place is None:
        return place_page(answers, checked=True)
    return language_page(answers)


def place_page(answers: Answers, *, checked: bool = False) -> Page:
    """Show the first question; ``checked`` says what is missing."""
    form = PlaceForm(answers.given)
    status = 422 if checked and not form.validate() else 200
    page = render_template(
        "client/place.html",
        form=form,
        hints={
            Place.OFFICE: _("You come to us. There is time and quiet."),
            Place.PHONE: _("We call you at the agreed time."),
            Place.HOME: _("You tell us when you are at home. We tell you the day."),
        },
        step=answers.form("client.language", "place"),
        back=Answers({}, posted=False).link("client.start"),
    )
    return page, status


def language_page(answers: Answers, *, checked: bool = False) -> Page:
    """Show the second question; ``checked`` says what is missing."""
    form = LanguageForm(answers.given)
    status = 422 if checked and not form.validate() else 200
    page = render_template(
        "client/language.html",
        form=form,
        own_names={
            code: (name, Language(code, name).tag, _direction(code))
            for code, name in OWN_NAMES.items()
        },
        step=answers.form(_after_language(answers), "language", "interpreter"),
        back=answers.link("client.place"),
    )
    return page, status


def _after_language(answers: Answers) -> str:
    return "client.visit" if answers.place is Place.HOME else "client.day"


def _direction(code: str) -> str:
    return "rtl" if code in RIGHT_TO_LEFT else "ltr"
