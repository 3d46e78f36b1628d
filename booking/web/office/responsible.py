"""Who answers for these pages? What imprint, privacy notice and security.txt say."""

import re

from email_validator import EmailNotValidError, validate_email
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Field, Form, StringField, ValidationError

from booking import clock
from booking.languages import gettext as _
from booking.models import cleaned
from booking.services.deciding import Responsible, save_responsible
from booking.services.office import Decisions, decisions
from booking.web.access import Audience, open_to
from booking.web.forms import LINE_LENGTH, too_long
from booking.web.office.forms import text_in
from booking.web.office.pages import pages
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
FIELDS = ("representative", "privacy_officer", "vat_number", "security_contact")
WEB_ADDRESS = re.compile(r"https://[^\s<>\"']+\.[^\s<>\"']+")


class ResponsibleForm(Form):  # type: ignore[misc]  # WTForms has no types
    """One line each; an empty one leaves the line out."""

    representative = StringField()
    privacy_officer = StringField()
    vat_number = StringField()
    security_contact = StringField()

    @classmethod
    def standing(cls, decided: Decisions) -> "ResponsibleForm":
        """Show what counts now."""
        return cls(**{name: getattr(decided, name) for name in FIELDS})

    def validate_representative(self, field: Field) -> None:
        """Take one line."""
        _keep_short(field)

    def validate_privacy_officer(self, field: Field) -> None:
        """Take one line."""
        _keep_short(field)

    def validate_vat_number(self, field: Field) -> None:
        """Take one line."""
        _keep_short(field)

    def validate_security_contact(self, field: Field) -> None:
        """Take an e-mail address or a web address, as RFC 9116 wants it."""
        _keep_short(field)
        typed = text_in(field)
        if typed and not (WEB_ADDRESS.fullmatch(typed) or _is_email(typed)):
            raise ValidationError(
                _("Write an e-mail address, or a web address that begins with https.")
            )

    def wanted(self) -> Responsible:
        """Return what a valid form asks for."""
        return Responsible(
            **{
                name: " ".join(cleaned(self[name].data or "").split())
                for name in FIELDS
            }
        )


@pages.get("/office/responsible", endpoint="responsible")
@open_to(Audience.ADMIN)
def show() -> str:
    """Show who answers now."""
    return _page(ResponsibleForm.standing(decisions()))


@pages.post("/office/responsible", endpoint="save_responsible")
@open_to(Audience.ADMIN)
def save() -> Page:
    """Keep who answers from now on."""
    form = ResponsibleForm(request.form)
    if not form.validate():
        return _page(form), 422
    save_responsible(form.wanted(), by=person().id, now=clock.now())
    return redirect(url_for("office.responsible", saved="yes"), 303)


def _page(form: ResponsibleForm) -> str:
    saved = "saved" in request.args
    return render_template("office/responsible.html", form=form, saved=saved)


def _one_line(field: Field) -> str:
    return " ".join(cleaned(field.data or "").split())


def _keep_short(field: Field) -> None:
    if len(text_in(field)) > LINE_LENGTH:
        raise ValidationError(too_long())


def _is_email(typed: str) -> bool:
    try:
        validate_email(typed, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
