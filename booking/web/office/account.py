"""Your own account: another password, and where else you are signed in."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Field, Form, PasswordField, ValidationError

from booking import clock
from booking.languages import gettext as _
from booking.models.running import settings
from booking.services import own_account, passkeys, second_factor
from booking.services.limits import TooManyGuesses
from booking.services.own_account import SHORTEST, WeakPassword
from booking.services.passkeys import LONGEST_LABEL
from booking.services.second_factor import FEW_CODES, NoFactor
from booking.services.sessions import WrongPassword
from booking.web import moments
from booking.web.access import (
    EVERY_ROLE,
    GOES_ON,
    PASSWORD,
    asked_again,
    only_fresh,
    open_to,
)
from booking.web.office.pages import pages
from booking.web.office.sign_in import is_inside, wait_for
from booking.web.signing_in import person

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


class PasswordForm(Form):  # type: ignore[misc]  # WTForms has no types
    """The old password, and the new one twice."""

    old = PasswordField()
    new = PasswordField()
    again = PasswordField()

    def validate_again(self, field: Field) -> None:
        """Ask for the same twice: nobody sees what she types."""
        if field.data != self.new.data:
            raise ValidationError(_("Write the same new password twice."))


@pages.get("/account", endpoint="account")
@open_to(*EVERY_ROLE)
def show() -> str:
    """Show her own account."""
    return _page(PasswordForm())


@pages.post("/account/password", endpoint="change_password")
@open_to(*EVERY_ROLE)
def change_password() -> Page:
    """Take another password."""
    form = PasswordForm(request.form)
    if not form.validate():
        return _page(form), 422
    try:
        own_account.change_password(
            person(), form.old.data or "", form.new.data or "", now=clock.now()
        )
    except WrongPassword:
        form.old.errors = [_("This is not your present password.")]
    except WeakPassword:
        form.new.errors = [weak_password()]
    except TooManyGuesses as limit:
        form.old.errors = [wait_for(limit)]
        return _page(form), 429, {"Retry-After": str(limit.seconds)}
    else:
        return redirect(url_for("office.account", saved="password"), 303)
    return _page(form), 422


def weak_password() -> str:
    """Say what a password must be."""
    return str(
        _(
            "Write at least %(shortest)s signs, not your e-mail address, and not "
            "the old password. Several words are easy to remember.",
            shortest=SHORTEST,
        )
    )


@pages.post("/account/recovery-codes", endpoint="renew_codes")
@open_to(*EVERY_ROLE)
@only_fresh
def renew_codes() -> Page:
    """Show new codes for her paper, this once."""
    try:
        codes = second_factor.renew_codes(person(), now=clock.now())
    except NoFactor:
        return redirect(url_for("office.account"), 303)
    return render_template(
        "office/recovery_codes.html", codes=codes, wanted=url_for("office.account")
    )


@pages.get("/account/recovery-codes", endpoint="back_from_codes")
@open_to(*EVERY_ROLE)
def back_from_codes() -> Response:
    """Lead somebody who reloads a deed back to her account."""
    return redirect(url_for("office.account"), 303)


@pages.post("/account/browsers/removal", endpoint="sign_out_others")
@open_to(*EVERY_ROLE)
def sign_out_others() -> Response:
    """End her sessions in all other browsers."""
    own_account.sign_out_others(person(), now=clock.now())
    return redirect(url_for("office.account", saved="browsers"), 303)


@pages.post("/account/again", endpoint="prove_again")
@open_to(*EVERY_ROLE)
def prove_again() -> Page:
    """Take her password once more, and go on with the deed that asked for it."""
    path = request.form.get(GOES_ON, "")
    if not is_inside(path):
        return redirect(url_for("office.account"), 303)
    try:
        own_account.prove_again(
            person(), request.form.get(PASSWORD, ""), now=clock.now()
        )
    except WrongPassword:
        return asked_again(path, _("This is not your present password."), 422)
    except TooManyGuesses as limit:
        page, status = asked_again(path, wait_for(limit), 429)
        return page, status, {"Retry-After": str(limit.seconds)}
    return redirect(path, 307)  # the same form once more, as it was filled in


@pages.get("/account/again", endpoint="back_from_again")
@open_to(*EVERY_ROLE)
def back_from_again() -> Response:
    """Lead somebody who reloads a deed back to her account."""
    return redirect(url_for("office.account"), 303)


@pages.get("/account/password", endpoint="back_to_account")
@open_to(*EVERY_ROLE)
def back_to_account() -> Response:
    """Lead somebody who reloads a deed back to her account."""
    return redirect(url_for("office.account"), 303)


@pages.get("/account/browsers/removal", endpoint="back_from_browsers")
@open_to(*EVERY_ROLE)
def back_from_browsers() -> Response:
    """Lead somebody who reloads a deed back to her account."""
    return redirect(url_for("office.account"), 303)


def _page(form: PasswordForm) -> str:
    return render_template(
        "office/account.html",
        form=form,
        account=own_account.account(person(), now=clock.now()),
        saved=request.args.get("saved", ""),
        unnamed="unnamed" in request.args,
        few_codes=FEW_CODES,
        longest_label=LONGEST_LABEL,
        passkeys_home=passkeys.home(),
        moments=moments,
        settings=settings(),
    )
