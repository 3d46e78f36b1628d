"""Does something not work for you? A form for everybody, as the law asks."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import (
    Field,
    Form,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.languages import current_language
from booking.languages import gettext as _
from booking.models import cleaned, keyring
from booking.services import feedback
from booking.services.feedback import LONGEST_FEEDBACK, Told
from booking.web.access import Audience, open_to
from booking.web.client.answers import Answers
from booking.web.client.pages import pages
from booking.web.client.signed import WALK
from booking.web.compression import compressible
from booking.web.forms import LINE_LENGTH, too_long
from booking.web.proxies import network_of

Page = str | Response | tuple[str, int]


class FeedbackForm(Form):  # type: ignore[misc]  # WTForms has no types
    """What does not work, where, and how to answer."""

    page = SelectField(validate_choice=False)
    text = TextAreaField()
    contact = StringField()

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.page.choices = [SelectChoice(*page) for page in _places()]

    def validate_page(self, field: Field) -> None:
        """Take only a place that we know."""
        if field.data not in {value for value, _label in _places()}:
            raise ValidationError(_("Choose where it does not work."))

    def validate_text(self, field: Field) -> None:
        """Ask for words, but not for too many."""
        written = cleaned(field.data or "")
        if not written:
            raise ValidationError(_("Write what does not work."))
        if len(written) > LONGEST_FEEDBACK:
            raise ValidationError(
                _("Write at most %(longest)s characters.", longest=LONGEST_FEEDBACK)
            )

    def validate_contact(self, field: Field) -> None:
        """Take one line, if there is any."""
        if len(field.data or "") > LINE_LENGTH:
            raise ValidationError(too_long())

    def told(self, key: str) -> Told:
        """Return what a valid form tells."""
        return Told(
            text=self.text.data,
            page=self.page.data,
            contact=self.contact.data or "",
            language=current_language().code,
            key=key,
        )


@pages.get("/<lang:lang>/accessibility/feedback", endpoint="feedback")
@open_to(Audience.ANYONE)
@compressible
def ask() -> str:
    """Ask what does not work."""
    return _page(FeedbackForm(None))


@pages.post("/<lang:lang>/accessibility/feedback", endpoint="tell")
@open_to(Audience.ANYONE)
def tell() -> Page:
    """Keep what somebody tells us, once for each form."""
    form, key = FeedbackForm(request.form), Answers.of_request().key
    if not form.validate():
        return _page(form), 422
    if key is None or request.form.get("website"):
        form.form_errors.append(_("This page was open too long. Send the form again."))
        return _page(form), 422
    network = keyring().lookup("feedback", network_of(request.remote_addr or ""))
    feedback.tell(form.told(key), network=network, now=clock.now())
    return redirect(url_for("client.thanks"), 303)


@pages.get("/<lang:lang>/accessibility/thanks")
@open_to(Audience.ANYONE)
@compressible
def thanks() -> str:
    """Say that we know now, and what happens next."""
    return render_template("client/thanks.html")


def _page(form: FeedbackForm) -> str:
    walk = Answers({WALK: request.form.get(WALK, "")}, posted=True).in_new_walk()
    return render_template(
        "client/feedback.html",
        form=form,
        step=walk.form("client.tell"),
        longest=LONGEST_FEEDBACK,
    )


def _places() -> list[tuple[str, str]]:
    return [
        ("everywhere", _("On all pages")),
        ("booking", _("When I book an appointment")),
        ("appointment", _("On the page of my appointment")),
        ("letter", _("In a letter from you")),
        ("other", _("Somewhere else")),
    ]
