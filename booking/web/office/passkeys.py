"""A key of your own device instead of a password: sign in by it, add it, remove it.

The two pages that ask a browser for a passkey need a script (``headers``); whoever
runs none signs in with password and code.
"""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.services import passkeys
from booking.services.limits import TooManyGuesses
from booking.services.office import the_office
from booking.services.passkeys import LONGEST_LABEL, PasskeyRefused, UnknownPasskey
from booking.web import signing_in
from booking.web.access import EVERY_ROLE, Audience, only_fresh, open_to
from booking.web.headers import with_our_script
from booking.web.office.pages import pages
from booking.web.office.sign_in import wait_for, wanted
from booking.web.signing_in import person

Page = Response | tuple[Response, int] | tuple[Response, int, dict[str, str]]


@pages.post("/passkey/challenge", endpoint="ask_passkey")
@open_to(Audience.ANYONE)
def ask() -> Page:
    """Ask this browser for a passkey of ours."""
    if passkeys.home() is None:
        return redirect(url_for("office.sign_in"), 303)
    return _asking()


@pages.post("/passkey", endpoint="sign_in_by_passkey")
@open_to(Audience.ANYONE)
def sign_in() -> Page:
    """Begin a session by the passkey's answer."""
    if passkeys.home() is None:
        return redirect(url_for("office.sign_in"), 303)
    answer, now = request.form.get("answer", ""), clock.now()
    try:
        secret = passkeys.sign_in(signing_in.browser(), answer, now=now)
    except PasskeyRefused:
        return _asking(_("This passkey opens nothing here. Try again.")), 422
    except TooManyGuesses as limit:
        return _asking(wait_for(limit)), 429, {"Retry-After": str(limit.seconds)}
    signing_in.begin(secret)
    return redirect(wanted(), 303)


@pages.get("/passkey", endpoint="back_from_passkey")
@pages.get("/passkey/challenge", endpoint="back_from_challenge")
@open_to(Audience.ANYONE)
def back_to_sign_in() -> Response:
    """Lead somebody who reloads a deed back to the sign-in page."""
    return redirect(url_for("office.sign_in"), 303)


@pages.post("/account/passkeys/challenge", endpoint="new_passkey")
@open_to(*EVERY_ROLE)
@only_fresh
def new() -> Page:
    """Ask this browser to make a passkey of the name she has chosen."""
    label = " ".join(request.form.get("label", "").split())[:LONGEST_LABEL]
    if passkeys.home() is None:
        return redirect(url_for("office.account"), 303)
    if not label:
        return redirect(url_for("office.account", unnamed="yes"), 303)
    return _making(label)


@pages.post("/account/passkeys", endpoint="add_passkey")
@open_to(*EVERY_ROLE)
@only_fresh
def add() -> Page:
    """Keep the passkey that her device has made."""
    label = request.form.get("label", "")[:LONGEST_LABEL]
    if passkeys.home() is None or not label:
        return redirect(url_for("office.account"), 303)
    answer, browser = request.form.get("answer", ""), signing_in.browser()
    try:
        passkeys.add(person(), browser, answer, label, now=clock.now())
    except PasskeyRefused:
        return _making(label, _("The passkey could not be added. Try again.")), 422
    return redirect(url_for("office.account", saved="passkey"), 303)


@pages.post("/account/passkeys/<uuid:passkey>/removal", endpoint="remove_passkey")
@open_to(*EVERY_ROLE)
@only_fresh
def remove(passkey: UUID) -> Response:
    """Let a passkey open nothing any more."""
    try:
        passkeys.remove(person(), passkey, now=clock.now())
    except UnknownPasskey:
        abort(404)
    return redirect(url_for("office.account", saved="removal"), 303)


@pages.get("/account/passkeys", endpoint="back_from_passkeys")
@pages.get("/account/passkeys/challenge", endpoint="back_from_new_passkey")
@open_to(*EVERY_ROLE)
def back_to_account() -> Response:
    """Lead somebody who reloads a deed back to her account."""
    return redirect(url_for("office.account"), 303)


@pages.get("/account/passkeys/<uuid:passkey>/<any(removal):_noun>")
@open_to(*EVERY_ROLE)
def back_from_removal(passkey: UUID, _noun: str) -> Response:  # noqa: ARG001 - the address has both
    """Lead somebody who reloads a deed back to her account."""
    return redirect(url_for("office.account"), 303)


def _asking(complaint: str = "") -> Response:
    browser, now = signing_in.browser(), clock.now()
    page = render_template(
        "office/passkey.html",
        options=passkeys.to_sign_in(browser, now=now),
        complaint=complaint,
        wanted=request.form.get("next", ""),
    )
    return with_our_script(page)


def _making(label: str, complaint: str = "") -> Response:
    options = passkeys.to_add(
        person(),
        signing_in.browser(),
        service=the_office().service,
        now=clock.now(),
    )
    page = render_template(
        "office/passkey_new.html", options=options, label=label, complaint=complaint
    )
    return with_our_script(page)
