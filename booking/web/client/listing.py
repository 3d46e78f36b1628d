"""Nothing is free, or no time suits: a place on the waiting list, or a call of ours."""

from flask import redirect, render_template, url_for

from booking import clock
from booking.languages import current_language
from booking.models import Place, WaitingKind
from booking.services import waiting
from booking.services.links import WayToWaiting
from booking.web.access import Audience, open_to
from booking.web.client.answers import PERSONAL, Answers
from booking.web.client.contact_forms import CallForm, WaitingForm
from booking.web.client.flow import Page, first_gap, is_filled_in
from booking.web.client.pages import pages
from booking.web.compression import compressible


@pages.route("/<lang:lang>/book/wait", methods=["GET", "POST"])
@open_to(Audience.ANYONE)
@compressible
def wait() -> Page:
    """Ask how to tell her when a time becomes free."""
    answers = Answers.of_request()
    return _gap(answers) or _waiting_page(answers, WaitingForm(answers.given))


@pages.post("/<lang:lang>/book/waiting")
@open_to(Audience.ANYONE)
def join() -> Page:
    """Put her on the list, and lead to her place's own page."""
    answers = Answers.of_request()
    form = WaitingForm(answers.given)
    if gap := _gap(answers):
        return gap
    if not is_filled_in(form) or answers.key is None:
        return _waiting_page(answers, form), 422
    return _kept(answers, WaitingKind.SLOT, form)


@pages.route("/<lang:lang>/book/call", methods=["GET", "POST"])
@open_to(Audience.ANYONE)
@compressible
def call_back() -> Page:
    """Ask for a number: we call her."""
    answers = Answers.of_request()
    return _gap(answers) or _call_page(answers, CallForm(answers.given))


@pages.post("/<lang:lang>/book/call-back")
@open_to(Audience.ANYONE)
def ask_for_call() -> Page:
    """Put her on our list of calls, and lead to the page that says so."""
    answers = Answers.of_request()
    form = CallForm(answers.given)
    if gap := _gap(answers):
        return gap
    if not is_filled_in(form) or answers.key is None:
        return _call_page(answers, form), 422
    return _kept(answers, WaitingKind.CALL_BACK, form)


def _gap(answers: Answers) -> Page | None:
    """Return the first page whose answer is missing, or None."""
    if answers.wish is None or answers.wish.place is Place.HOME:
        return first_gap(answers)
    return None


def _waiting_page(answers: Answers, form: WaitingForm) -> str:
    return render_template(
        "client/wait.html",
        form=form,
        step=answers.in_new_walk().post("client.join", *PERSONAL),
        call_back=answers.link("client.call_back"),
        back=answers.link("client.day"),
    )


def _call_page(answers: Answers, form: CallForm) -> str:
    return render_template(
        "client/call_back.html",
        form=form,
        step=answers.in_new_walk().post("client.ask_for_call", *PERSONAL),
        back=answers.link("client.day"),
    )


def _kept(answers: Answers, kind: WaitingKind, form: CallForm) -> Page:
    way = waiting.join(_place(answers, kind, form), form.person(), now=clock.now())
    return redirect(_own_page(way), 303)


def _place(answers: Answers, kind: WaitingKind, form: CallForm) -> waiting.Place:
    # The views have made sure of both.
    assert answers.wish is not None  # noqa: S101 - narrows the type
    assert answers.key is not None  # noqa: S101 - narrows the type
    furthest = waiting.furthest(answers.wish, now=clock.now())
    return waiting.Place(
        key=answers.key,
        kind=kind,
        wish=answers.wish,
        letter_language=current_language().code,
        until=form.last_day(furthest) if isinstance(form, WaitingForm) else furthest,
        client=answers.client.id if answers.client else None,
    )


def _own_page(way: WayToWaiting) -> str:
    return url_for("client.appointment", token=way.token)
