"""Who did or read what? The journal, for the data protection officer.

It is asked by POST: whom somebody looks for stays out of addresses and histories.
"""

from datetime import timedelta

from flask import render_template, request
from wtforms import Field, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from booking import clock
from booking.languages import gettext as _
from booking.models import cleaned
from booking.services import accounts, journal_reading
from booking.services.accounts import NoSuchStaff
from booking.services.clients import UnknownClient
from booking.services.journal_reading import Found, Question
from booking.web import moments
from booking.web.access import Audience, open_to
from booking.web.office.asking import (
    ANYBODY,
    DaysForm,
    account_chosen,
    accounts_offered,
    ask_day,
    ask_offered,
    ask_short,
)
from booking.web.office.pages import pages
from booking.web.signing_in import person

Page = str | tuple[str, int]
A_WEEK = timedelta(days=6)
MOST_PAGES = 10_000


class JournalForm(DaysForm):
    """Of whom, about whom, which deed, on which days?"""

    staff = SelectField(validate_choice=False, default=ANYBODY)
    reference = StringField(default="")
    deed = SelectField(validate_choice=False, default="")
    first = StringField()
    last = StringField()
    page = IntegerField(default=1, validators=[Optional(), NumberRange(1, MOST_PAGES)])

    def offer(self) -> "JournalForm":
        """Say who and what may be chosen."""
        self.staff.choices = [
            SelectChoice(ANYBODY, _("anybody")),
            *accounts_offered(accounts.listed()),
        ]
        self.deed.choices = [
            SelectChoice("", _("any")),
            *(SelectChoice(one, one) for one in journal_reading.deeds()),
        ]
        return self

    def validate_staff(self, field: Field) -> None:
        """Accept who was offered."""
        ask_offered(field)

    def validate_deed(self, field: Field) -> None:
        """Accept what was offered."""
        ask_offered(field)

    def validate_reference(self, field: Field) -> None:
        """Take a line."""
        ask_short(field)

    def validate_last(self, field: Field) -> None:
        """Ask for a day."""
        ask_day(field)

    def question(self) -> Question:
        """Return what a valid form asks."""
        return Question(
            first=self.day("first"),
            last=self.day("last"),
            staff=account_chosen(self.staff),
            reference=cleaned(self.reference.data or ""),
            deed=self.deed.data,
            page=self.page.data or 1,
        )


@pages.get("/journal", endpoint="journal")
@open_to(Audience.DATA_PROTECTION)
def ask() -> str:
    """Ask what is looked for; nothing is shown, and nothing written down, yet."""
    today = moments.today()
    form = JournalForm(
        first=(today - A_WEEK).isoformat(), last=today.isoformat()
    ).offer()
    return _page(form)


@pages.post("/journal", endpoint="search_journal")
@open_to(Audience.DATA_PROTECTION)
def search() -> Page:
    """Show the lines that fit; that they were read is a line itself."""
    form = JournalForm(request.form).offer()
    if not form.validate():
        return _page(form), 422
    try:
        found = journal_reading.search(person(), form.question(), now=clock.now())
    except (UnknownClient, NoSuchStaff):
        form.reference.errors = [_("There is no such file, and no such code.")]
        return _page(form), 422
    return _page(form, found)


def _page(form: JournalForm, found: Found | None = None) -> str:
    return render_template(
        "office/journal.html", form=form, found=found, moments=moments
    )
