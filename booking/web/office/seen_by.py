"""Whose data could an account have seen? The report after a breach (Art. 33)."""

from datetime import timedelta

from flask import abort, render_template, request
from wtforms import Field, SelectField, StringField

from booking import clock
from booking.models import Role
from booking.services import accounts, journal_reading
from booking.services.accounts import NoSuchStaff
from booking.services.journal_reading import Seen
from booking.web import moments
from booking.web.access import Audience, open_to
from booking.web.office.asking import (
    DaysForm,
    account_chosen,
    accounts_offered,
    ask_offered,
)
from booking.web.office.pages import pages
from booking.web.signing_in import person

Page = str | tuple[str, int]
A_MONTH = timedelta(days=30)


class SeenByForm(DaysForm):
    """Which account, since which day?"""

    staff = SelectField(validate_choice=False)
    first = StringField()

    def offer(self) -> "SeenByForm":
        """Say who may be chosen."""
        self.staff.choices = accounts_offered(accounts.listed())
        return self

    def validate_staff(self, field: Field) -> None:
        """Accept who was offered."""
        ask_offered(field)


@pages.get("/seen-by", endpoint="seen_by")
@open_to(Audience.DATA_PROTECTION)
def ask() -> str:
    """Ask for the account."""
    since = moments.today() - A_MONTH
    return _page(SeenByForm(first=since.isoformat()).offer())


@pages.post("/seen-by", endpoint="show_seen_by")
@open_to(Audience.DATA_PROTECTION)
def show() -> Page:
    """Show by signs whose data it has read or changed, and what was in its reach."""
    form = SeenByForm(request.form).offer()
    if not form.validate():
        return _page(form), 422
    staff = account_chosen(form.staff)
    assert staff is not None  # noqa: S101 - it was valid
    since = form.day("first")
    try:
        seen = journal_reading.seen_by(person(), staff, since, now=clock.now())
    except NoSuchStaff:
        abort(409)  # the form has offered her; since then she is gone
    return _page(form, seen)


def _page(form: SeenByForm, seen: Seen | None = None) -> str:
    return render_template(
        "office/seen_by.html",
        form=form,
        seen=seen,
        since=form.day("first"),
        now=clock.now(),
        Role=Role,
        moments=moments,
    )
