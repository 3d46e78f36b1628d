"""The way to an appointment, once the first questions are answered: day to book."""

from dataclasses import replace
from datetime import date, datetime

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Form

from booking import clock
from booking.languages import clock_time, current_language
from booking.languages import gettext as _
from booking.models import Place, keyring
from booking.models.running import zone
from booking.services import appointments, availability, holds, waiting
from booking.services.availability import Offer, Wish
from booking.services.claim import SlotTaken
from booking.services.holds import Choice
from booking.web.access import Audience, open_to
from booking.web.client import showing, summary
from booking.web.client.answers import PERSONAL, Answers
from booking.web.client.contact_forms import PersonForm
from booking.web.client.first_questions import language_page, place_page
from booking.web.client.forms import TimeForm
from booking.web.client.pages import pages
from booking.web.client.pieces import day_rows, person_fields, time_rows
from booking.web.compression import compressible
from booking.web.proxies import network_of

Page = str | Response | tuple[str, int]


@pages.route("/<lang:lang>/book/day", methods=["GET", "POST"])
@open_to(Audience.ANYONE)
@compressible
def day() -> Page:
    """List the days with free times."""
    answers = Answers.of_request()
    if answers.wish is None or answers.wish.place is Place.HOME:
        return first_gap(answers)
    return _day_page(answers, answers.wish)


@pages.route("/<lang:lang>/book/time", methods=["GET", "POST"])
@open_to(Audience.ANYONE)
def time() -> Page:
    """List the free times of the day."""
    answers = Answers.of_request()
    if answers.wish is None or answers.wish.place is Place.HOME:
        return first_gap(answers)
    return _time_page(answers, answers.wish)


@pages.post("/<lang:lang>/book/you")
@open_to(Audience.ANYONE)
def you() -> Page:
    """Keep the chosen time for a while, and ask who comes."""
    answers = Answers.of_request()
    choice = _choice(answers)
    if choice is None:
        return first_gap(answers)
    try:
        until = holds.hold(choice, network=_network(), now=clock.now())
    except SlotTaken:
        return _taken_page(answers, choice, "client.you")
    form = PersonForm(answers.given, place=answers.place)
    return _you_page(answers, choice, form, until)


@pages.post("/<lang:lang>/book/check")
@open_to(Audience.ANYONE)
def check() -> Page:
    """Show every answer once more before anything is stored."""
    answers = Answers.of_request()
    choice = _choice(answers)
    if choice is None:
        return first_gap(answers)
    form = PersonForm(answers.given, place=answers.place)
    if not is_filled_in(form):
        return _you_page(answers, choice, form, _held_until(choice)), 422
    return render_template(
        "client/check.html",
        answers=summary.lines(answers, form),
        step=answers.post("client.book"),
        back=answers.post("client.you"),
        held_until=_wall(_held_until(choice)),
    )


@pages.post("/<lang:lang>/book/appointment")
@open_to(Audience.ANYONE)
def book() -> Page:
    """Book, and lead to the appointment's own page."""
    answers = Answers.of_request()
    choice = _choice(answers)
    if choice is None:
        return first_gap(answers)
    form = PersonForm(answers.given, place=answers.place)
    if not is_filled_in(form):
        return _you_page(answers, choice, form, _held_until(choice)), 422
    try:
        way = appointments.book(choice, form.person(), now=clock.now())
    except SlotTaken:
        return _taken_page(answers, choice, "client.check")
    if answers.listed:
        waiting.booked(answers.listed, way.appointment.uuid, now=clock.now())
    return redirect(url_for("client.appointment", token=way.token), 303)


@pages.get(
    "/<lang:lang>/book/<any(you, check, appointment, contact, summary, wish,"
    " waiting, 'call-back'):_page>"
)
@open_to(Audience.ANYONE)
def book_again(_page: str) -> Response:
    """Lead somebody who opens a POST page by its address to the first question."""
    return redirect(url_for("client.place"), 303)


def _day_page(answers: Answers, wish: Wish, complaint: str = "") -> Page:
    offer = _offer(answers, wish)
    free = offer.next_free()
    interpreted = offer.interpreted and not wish.interpreter
    page = render_template(
        "client/day.html",
        complaint=complaint,
        days=day_rows(offer.days, answers),
        next_free=_one_tap(answers, free.window.start) if free else None,
        interpreter_comes=showing.language_name(wish.language) if interpreted else None,
        wait=answers.link("client.wait"),
        call_back=answers.link("client.call_back"),
        back=answers.link("client.language"),
    )
    return page, 422 if complaint else 200


def _time_page(answers: Answers, wish: Wish, complaint: str = "") -> Page:
    if answers.day is None:
        return _day_page(answers, wish, _("Choose a day for your appointment."))
    offered = _offer(answers, wish, answers.day).of_day(answers.day)
    if offered is None:
        nothing = _("No time is free on this day. Choose another day.")
        return _day_page(answers, wish, nothing)
    form = TimeForm()
    if complaint:
        form.complain(complaint)
    page = render_template(
        "client/time.html",
        form=form,
        day_label=showing.day_label(answers.day),
        times=time_rows(offered, answers.given.get("time", "")),
        step=answers.in_new_walk().post("client.you", "time"),
        back=answers.link("client.day"),
    )
    return page, 422 if complaint else 200


def _you_page(
    answers: Answers, choice: Choice, form: PersonForm, until: datetime | None
) -> str:
    return render_template(
        "client/you.html",
        form=form,
        fields=person_fields(form),
        when=showing.in_words(choice.start),
        held_until=_wall(until),
        step=answers.post("client.check", *PERSONAL),
        back=answers.post("client.time"),
    )


def _taken_page(answers: Answers, choice: Choice, onward: str) -> Page:
    """Show the nearest free times; everything typed so far goes along."""
    offer = _offer(answers, choice.wish)
    page = render_template(
        "client/taken.html",
        nearest=showing.nearest_in_words(offer.nearest_to(choice.start)),
        step=answers.post(onward, "day", "time"),
        other_days=answers.post("client.day") if offer.days else None,
        wait=answers.post("client.wait"),
        call_back=answers.post("client.call_back"),
    )
    return page, 409


def first_gap(answers: Answers) -> Page:
    """Show the first page whose answer is missing, and say what to do there."""
    if answers.place is None:
        return place_page(answers, checked=True)
    if answers.wish is None:
        return language_page(answers, checked=True)
    if answers.place is Place.HOME:  # a visit has no time to choose
        return redirect(replace(answers, posted=False).link("client.visit").action, 303)
    if answers.start and not answers.key:
        sentence = _("This page was open for a long time. Choose the time again.")
    else:
        sentence = _("Choose a time for your appointment.")
    return _time_page(answers, answers.wish, complaint=sentence)


def _choice(answers: Answers) -> Choice | None:
    if answers.wish is None or answers.start is None or answers.key is None:
        return None
    if answers.wish.place is Place.HOME:
        return None
    return Choice(
        wish=answers.wish,
        start=answers.start,
        key=answers.key,
        letter_language=current_language().code,
        client=answers.client.id if answers.client else None,
    )


def _offer(answers: Answers, wish: Wish, day: date | None = None) -> Offer:
    """Return the free times, of one day or of all.

    What this very walk through the form holds is free for itself.
    """
    own = holds.kept_by(answers.key) if answers.key else None
    days = 1 if day else None
    return availability.offer(
        wish, now=clock.now(), first=day, days=days, excluding=own
    )


def _one_tap(answers: Answers, start: datetime) -> showing.Moment:
    value = showing.in_words(start).value
    day, _t, wall = value.partition("T")
    walk = answers.in_new_walk().with_answers(day=day, time=wall)
    return showing.in_words(start, walk.post("client.you"))


def _held_until(choice: Choice) -> datetime | None:
    return holds.held_until(choice, now=clock.now())


def _wall(until: datetime | None) -> str | None:
    return clock_time(until, zone()) if until else None


def is_filled_in(form: Form) -> bool:
    """Validate, and tell a program that filled in every field what it did wrong."""
    complete: bool = form.validate()
    if not request.form.get("website"):
        return complete
    form.form_errors.append(_("Send the form again without changing hidden fields."))
    return False


def _network() -> bytes:
    return keyring().lookup("network", network_of(request.remote_addr or ""))
