"""How long do files stay after counselling? Two numbers of the office."""

from dataclasses import asdict

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Field, Form, StringField, ValidationError

from booking import clock
from booking.languages import gettext as _
from booking.services import storage_periods
from booking.services.office import decisions
from booking.services.retention_settings import (
    BOUNDS,
    RetentionSettings,
    retention_settings,
    save_retention_settings,
)
from booking.web.access import Audience, open_to
from booking.web.office.forms import whole_number
from booking.web.office.pages import pages
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]


def _within(_form: Form, field: Field) -> None:
    least, most = BOUNDS[field.name]
    number = whole_number(field)
    if number is None or not least <= number <= most:
        raise ValidationError(
            _("Write a number from %(least)s to %(most)s.", least=least, most=most)
        )


class RetentionForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Months of aftercare, and months after that."""

    aftercare_months = StringField(validators=[_within])
    keep_months = StringField(validators=[_within])

    def wanted(self) -> RetentionSettings:
        """Return what a valid form asks for."""
        return RetentionSettings(
            **{name: whole_number(self[name]) or 0 for name in BOUNDS}
        )


@pages.get("/office/retention", endpoint="retention")
@open_to(Audience.ADMIN)
def show() -> str:
    """Show how long files stay now."""
    kept = asdict(retention_settings(decisions()))
    return _page(RetentionForm(**{name: str(kept[name]) for name in BOUNDS}))


@pages.post("/office/retention", endpoint="save_retention")
@open_to(Audience.ADMIN)
def save() -> Page:
    """Keep how long files stay from now on."""
    form = RetentionForm(request.form)
    if not form.validate():
        return _page(form), 422
    save_retention_settings(form.wanted(), by=person().id, now=clock.now())
    return redirect(url_for("office.retention", saved="yes"), 303)


def _page(form: RetentionForm) -> str:
    saved = "saved" in request.args
    return render_template(
        "office/retention.html", form=form, saved=saved, periods=storage_periods
    )
