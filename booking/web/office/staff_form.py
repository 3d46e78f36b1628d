"""What does the office fill in about somebody who works there?"""

from wtforms import (
    Field,
    Form,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice

from booking.languages import SPOKEN
from booking.languages import gettext as _
from booking.models import Role, StaffMember
from booking.services.accounts import NewStaffMember
from booking.web.forms import ask_for, email_address, spoken_languages
from booking.web.office.choices import AS_CHOSEN, IS_WOMAN, yes_no_unknown
from booking.web.office.roles import role_name

FULL_POST = 100  # percent
MOST_A_DAY = 40


class StaffForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Who works here, in which roles and languages, for how much of a post?"""

    name = StringField()
    email = StringField()
    roles = SelectMultipleField(validate_choice=False)
    languages = SelectMultipleField(validate_choice=False)
    post_share = StringField(default=str(FULL_POST))
    daily_maximum = StringField()
    is_woman = SelectField(validate_choice=False, default="")

    def __init__(self, *arguments: object, **facts: object) -> None:
        super().__init__(*arguments, **facts)
        self.roles.choices = [SelectChoice(one.value, role_name(one)) for one in Role]
        self.languages.choices = spoken_languages()
        self.is_woman.choices = yes_no_unknown()

    @classmethod
    def standing(cls, row: StaffMember) -> "StaffForm":
        """Show what is kept of her."""
        return cls(
            name=row.name,
            email=row.email,
            roles=sorted(row.roles),
            languages=sorted(row.languages),
            post_share=str(row.post_share),
            daily_maximum=str(row.daily_maximum or ""),
            is_woman=AS_CHOSEN[row.is_woman],
        )

    def validate_name(self, field: Field) -> None:
        """Ask for a name."""
        ask_for(field, _("Write the name."))

    def validate_email(self, field: Field) -> None:
        """Ask for an address that mail reaches."""
        field.data = email_address(field.data)

    def validate_roles(self, field: Field) -> None:
        """Ask for one role at least."""
        if not set(field.data or ()) & set(Role):
            raise ValidationError(_("Choose at least one role."))

    def validate_post_share(self, field: Field) -> None:
        """Ask for a share of a full post."""
        _ask_number(field, FULL_POST)

    def validate_daily_maximum(self, field: Field) -> None:
        """Ask for how many appointments a day; nothing means no limit of hers."""
        if (field.data or "").strip():
            _ask_number(field, MOST_A_DAY)

    def facts(self) -> NewStaffMember:
        """Hand over what was filled in."""
        most = (self.daily_maximum.data or "").strip()
        return NewStaffMember(
            name=self.name.data.strip(),
            email=self.email.data,
            roles=frozenset(map(Role, set(self.roles.data) & set(Role))),
            languages=frozenset(self.languages.data or ()) & frozenset(SPOKEN),
            post_share=int(self.post_share.data.strip()),
            daily_maximum=int(most) if most else None,
            is_woman=IS_WOMAN.get(self.is_woman.data),
        )


def _ask_number(field: Field, most: int) -> None:
    typed = (field.data or "").strip()
    # A short ASCII number: what int() takes is wider, and may be very long.
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= len(str(most))):
        raise ValidationError(_("Write a number from 1 to %(most)s.", most=most))
    if not 1 <= int(typed) <= most:
        raise ValidationError(_("Write a number from 1 to %(most)s.", most=most))
