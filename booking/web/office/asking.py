"""What do the officer's questions ask for alike? An account, a person, days."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from wtforms import Field, Form, ValidationError
from wtforms.fields.choices import SelectChoice

from booking.languages import gettext as _
from booking.models import StaffMember
from booking.web.dates import day_written
from booking.web.forms import LINE_LENGTH, too_long

ANYBODY = ""


class DaysForm(Form):  # type: ignore[misc]  # WTForms has no types
    """A form that asks for days by names of its own."""

    def validate_first(self, field: Field) -> None:
        """Ask for a day."""
        ask_day(field)

    def day(self, name: str) -> date:
        """Return a day of a valid form."""
        return day_written(self[name].data) or date.min


def ask_day(field: Field) -> None:
    """Insist on a day."""
    if day_written(field.data) is None:
        raise ValidationError(_("Write a day, such as 2026-11-24."))


def ask_offered(field: Field) -> None:
    """Insist on one that was offered."""
    if field.data not in {one.value for one in field.choices}:
        raise ValidationError(_("Choose one of the list."))


def ask_short(field: Field) -> None:
    """Take a line that is not too long."""
    if len(field.data or "") > LINE_LENGTH:
        raise ValidationError(too_long())


def accounts_offered(staff: Sequence[StaffMember]) -> list[SelectChoice]:
    """List accounts by name, the closed ones too: what they did stays written."""
    return [
        SelectChoice(
            str(one.uuid),
            _("%(name)s (closed)", name=one.name) if one.disabled_at else one.name,
        )
        for one in staff
    ]


def account_chosen(field: Field) -> UUID | None:
    """Return which account a valid form names."""
    return UUID(field.data) if field.data else None
