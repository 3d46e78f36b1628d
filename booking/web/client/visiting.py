"""The way to a visit at home: place, language, days, door, you, check, wish."""

from flask import redirect, render_template, url_for

from booking import clock
from booking.languages import current_language
from booking.languages import gettext as _
from booking.models import Place
from booking.models.running import zone
from booking.services import availability, wishes
from booking.services.wishes import VisitWish
from booking.web.access import Audience, open_to
from booking.web.client import summary
from booking.web.client.answers import DOOR, PERSONAL, WHEN_AT_HOME, Answers
from booking.web.client.contact_forms import PersonForm
from booking.web.client.first_questions import language_page, place_page
from booking.web.client.flow import Page, is_filled_in
from booking.web.client.pages import pages
from booking.web.client.pieces import person_fields
from booking.web.client.visit_forms import DaysForm, DoorForm
from booking.web.compression import compressible


@pages.route("/<lang:lang>/book/visit", methods=["GET", "POST"])
@open_to(Audience.ANYONE)
@compressible
def visit() -> Page:
    """Ask on which days somebody is at home."""
    answers = Answers.of_request()
    return _earlier_gap(answers) or _days_page(answers, DaysForm(answers))


@pages.route("/<lang:lang>/book/address", methods=["GET", "POST"])
@open_to(Audience.ANYONE)
def address() -> Page:
    """Ask where to ring, once the days are known."""
    answers = Answers.of_request()
    return _earlier_gap(answers) or _gap_of_days(answers) or _door_page(answers)


@pages.post("/<lang:lang>/book/contact", endpoint="contact")
@open_to(Audience.ANYONE)
def contact_() -> Page:
    """Ask who is visited."""
    answers = Answers.of_request()
    if gap := _gap_before_person(answers):
        return gap
    return _person_page(answers, PersonForm(answers.given, place=answers.place))


@pages.post("/<lang:lang>/book/summary")
@open_to(Audience.ANYONE)
def check_wish() -> Page:
    """Show every answer once more before anything is stored."""
    answers = Answers.of_request()
    form = PersonForm(answers.given, place=answers.place)
    if gap := _gap_before_person(answers):
        return gap
    if not is_filled_in(form):
        return _person_page(answers, form), 422
    return render_template(
        "client/check.html",
        answers=summary.lines_of_wish(answers, DoorForm(answers.given), form),
        step=answers.post("client.wish"),
        back=answers.post("client.contact"),
        button_label=_("Send this wish"),
    )


@pages.post("/<lang:lang>/book/wish")
@open_to(Audience.ANYONE)
def wish() -> Page:
    """Keep the wish, and lead to its own page."""
    answers = Answers.of_request()
    form = PersonForm(answers.given, place=answers.place)
    if gap := _gap_before_person(answers):
        return gap
    if not is_filled_in(form):
        return _person_page(answers, form), 422
    way = wishes.wish(_wanted(answers), form.person(), now=clock.now())
    return redirect(url_for("client.appointment", token=way.token), 303)


def _earlier_gap(answers: Answers) -> Page | None:
    """Return the first page whose answer is missing, or None."""
    if answers.place is not Place.HOME or Place.HOME not in availability.places():
        return place_page(answers, checked=True)
    if answers.wish is None:
        return language_page(answers, checked=True)
    return None


def _gap_of_days(answers: Answers) -> Page | None:
    form = DaysForm(answers)
    if form.validate():
        return None
    return _days_page(answers, form), 422


def _gap_before_person(answers: Answers) -> Page | None:
    found = _earlier_gap(answers) or _gap_of_days(answers)
    if found:
        return found
    form = DoorForm(answers.given)
    if not form.validate() or answers.key is None:
        return _door_page(answers, form), 422
    return None


def _days_page(answers: Answers, form: DaysForm) -> str:
    return render_template(
        "client/visit.html",
        form=form,
        step=answers.form("client.address", *WHEN_AT_HOME),
        back=answers.link("client.language"),
    )


def _door_page(answers: Answers, form: DoorForm | None = None) -> str:
    return render_template(
        "client/address.html",
        form=form or DoorForm(answers.given),
        step=answers.in_new_walk().post("client.contact", *DOOR),
        back=answers.link("client.visit"),
    )


def _person_page(answers: Answers, form: PersonForm) -> str:
    return render_template(
        "client/you.html",
        form=form,
        fields=person_fields(form),
        step=answers.post("client.check_wish", *PERSONAL),
        back=answers.post("client.address"),
    )


def _wanted(answers: Answers) -> VisitWish:
    # _gap_before_person has made sure of all three.
    assert answers.wish is not None  # noqa: S101 - narrows the type
    assert answers.key is not None  # noqa: S101 - narrows the type
    form = DoorForm(answers.given)
    form.validate()
    today = clock.today(zone())
    return VisitWish(
        key=answers.key,
        weekdays=answers.weekdays,
        parts_of_day=answers.parts_of_day,
        from_day=max(answers.from_day or today, today),
        language=answers.wish.language,
        letter_language=current_language().code,
        interpreter=answers.wish.interpreter,
        client=answers.client.id if answers.client else None,
        own=answers.wish.own,
        door=form.door(),
    )
