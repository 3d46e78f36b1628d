"""Choose your own password: by the link of an invitation, or when it is forgotten."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Field, Form, PasswordField, ValidationError

from booking import clock
from booking.languages import gettext as _
from booking.models.running import settings
from booking.services import sign_in_links
from booking.services.limits import TooManyGuesses
from booking.services.own_account import WeakPassword
from booking.services.sign_in_links import UnknownSignInLink
from booking.web import signing_in
from booking.web.access import Audience, open_to
from booking.web.office.account import weak_password
from booking.web.office.pages import pages
from booking.web.office.sign_in import wait_for

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


class NewPasswordForm(Form):  # type: ignore[misc]  # WTForms has no types
    """A new password, twice."""

    new = PasswordField()
    again = PasswordField()

    def validate_again(self, field: Field) -> None:
        """Ask for the same twice: nobody sees what she types."""
        if field.data != self.new.data:
            raise ValidationError(_("Write the same new password twice."))


@pages.get("/links/<string:key>", endpoint="sign_in_link")
@open_to(Audience.LINK_HOLDER)
def show(key: str) -> Page:
    """Ask for a password; looking does not use the link up."""
    return _page(NewPasswordForm(), key)


@pages.post("/links/<string:key>", endpoint="set_password")
@open_to(Audience.LINK_HOLDER)
def set_password(key: str) -> Page:
    """Take the password, and go on to the second factor."""
    form, now = NewPasswordForm(request.form), clock.now()
    if not form.validate():
        return _page(form, key, 422)
    try:
        secret = sign_in_links.set_password(key, form.new.data or "", now=now)
    except WeakPassword:
        form.new.errors = [weak_password()]
        return _page(form, key, 422)
    except UnknownSignInLink:
        return _over()
    signing_in.begin(secret)
    return redirect(url_for("office.second_step"), 303)


@pages.get("/forgotten-password", endpoint="forgotten")
@open_to(Audience.ANYONE)
def forgotten() -> str:
    """Ask for the address that a link is mailed to."""
    return _asking()


@pages.post("/forgotten-password", endpoint="ask_link")
@open_to(Audience.ANYONE)
def ask_link() -> Page:
    """Mail a link, if somebody has this address; the answer is always the same."""
    if not sign_in_links.are_mailed():
        return redirect(url_for("office.forgotten"), 303)
    try:
        sign_in_links.ask(request.form.get("email", ""), now=clock.now())
    except TooManyGuesses as limit:
        return _asking(wait_for(limit)), 429, {"Retry-After": str(limit.seconds)}
    return redirect(url_for("office.forgotten", asked="yes"), 303)


def _page(form: NewPasswordForm, key: str, status: int = 200) -> Page:
    try:
        link = sign_in_links.opened(key, now=clock.now())
    except UnknownSignInLink:
        return _over()
    return render_template("office/set_password.html", form=form, link=link), status


def _over() -> tuple[str, int]:
    return render_template("office/link_over.html"), 404


def _asking(complaint: str = "") -> str:
    return render_template(
        "office/forgotten.html",
        complaint=complaint,
        email=request.form.get("email", ""),
        asked="asked" in request.args,
        can_mail=sign_in_links.are_mailed(),
        by_town=settings().closes_passwords,
    )
