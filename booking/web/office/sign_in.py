"""Who are you? Signing in and out."""

from math import ceil

from flask import redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.models.running import settings
from booking.services import passkeys, sessions, single_sign_on
from booking.services.limits import TooManyGuesses
from booking.services.sessions import PasswordsClosed, WrongPassword
from booking.web import signing_in
from booking.web.access import Audience, open_to
from booking.web.office.pages import pages
from booking.web.office.sign_on_words import trouble

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
A_MINUTE = 60  # seconds


@pages.get("/sign-in", endpoint="sign_in")
@open_to(Audience.ANYONE)
def show() -> Page:
    """Ask for address and password."""
    if signing_in.signed_in():
        return redirect(wanted(), 303)
    return page(trouble())


@pages.post("/sign-in", endpoint="signed_in")
@open_to(Audience.ANYONE)
def sign_in() -> Page:
    """Begin a session and lead to the page that was wanted."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        secret = sessions.sign_in(email, password, now=clock.now())
    except WrongPassword:
        sentence = _("E-mail address and password do not belong together. Try again.")
        return page(sentence), 422
    except PasswordsClosed:
        return page(_("Sign in with your town account.")), 403
    except TooManyGuesses as limit:
        sentence = wait_for(limit)
        return page(sentence), 429, {"Retry-After": str(limit.seconds)}
    signing_in.begin(secret)
    return redirect(wanted(), 303)


@pages.post("/sign-out", endpoint="sign_out")
@open_to(Audience.ANYONE)
def sign_out() -> Page:
    """End the session on our side and forget the cookie; half-way too."""
    if person := signing_in.half_way():
        sessions.sign_out(person, now=clock.now())
    signing_in.end()
    has_left = "yes" if single_sign_on.is_offered() else None
    return redirect(url_for("office.sign_in", signed_out=has_left), 303)


def wait_for(limit: TooManyGuesses) -> str:
    """Say how long nothing is tried any more."""
    minutes = ceil(limit.seconds / A_MINUTE)
    return str(
        ngettext(
            "Too many attempts. Wait %(num)s minute, then try again.",
            "Too many attempts. Wait %(num)s minutes, then try again.",
            minutes,
        )
    )


def page(complaint: str = "") -> str:
    """Return the page that asks who she is."""
    by_town = settings().closes_passwords
    return render_template(
        "office/sign_in_by_town.html" if by_town else "office/sign_in.html",
        complaint=complaint,
        email=request.form.get("email", ""),
        wanted=request.values.get("next", ""),
        settings=settings(),
        has_left="signed_out" in request.args,
        by_passkey=passkeys.home() is not None,
    )


def wanted() -> str:
    """Return a page of ours; whoever sent the link cannot lead elsewhere."""
    path = request.values.get("next", "")
    return path if is_inside(path) else url_for("office.start")


def is_inside(path: str) -> bool:
    """Tell whether this is the path of a page of staff, and nothing else."""
    return path.startswith("/staff/") and not {"\\", "\n", "\r", "\t"} & set(path)
