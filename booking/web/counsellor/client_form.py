"""What does a client's file ask? Who she is, how to reach her, since when."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from booking.languages import gettext as _
from booking.models import Client, Reach, StaffMember
from booking.scheduling import (
    BackwardPeriod,
    CounsellingPeriod,
    PeriodTooLong,
)
from booking.services.clients import Facts
from booking.web.counsellor.forms import ContactForm, lines_of
from booking.web.dates import day_written
from booking.web.forms import ask_for, email_address, phone_number, spoken_languages

YEARS = range(2000, 2100)


class ClientForm(ContactForm):
    """Who is the client, and who counsels her?"""

    language = SelectField(validate_choice=False, default="de")
    discreet = BooleanField()
    counsellor = SelectField(validate_choice=False)
    counselling_from = StringField()
    counselling_until = StringField()

    def __init__(
        self, counsellors: Sequence[StaffMember], *arguments: object, **facts: object
    ) -> None:
        super().__init__(*arguments, **facts)
        self.language.choices = spoken_languages()
        self.counsellor.choices = [
            SelectChoice(str(one.uuid), one.name) for one in counsellors
        ]

    @classmethod
    def empty(cls, counsellors: Sequence[StaffMember], own: str) -> "ClientForm":
        """Return the form of a new file, kept by whoever opens it."""
        return cls(counsellors, counsellor=own)

    @classmethod
    def typed(
        cls, counsellors: Sequence[StaffMember], sent: MultiDict[str, str]
    ) -> "ClientForm":
        """Read what was filled in."""
        return cls(counsellors, sent)

    @classmethod
    def standing(cls, counsellors: Sequence[StaffMember], row: Client) -> "ClientForm":
        """Show what the file says."""
        kept = {
            name: getattr(row, name)
            for name in (
                *("name", "language", "reach", "phone", "email", "address"),
                *("no_message", "discreet"),
            )
        }
        return cls(
            counsellors,
            **kept,
            safe_hours=row.safe_hours or "any",
            counsellor=str(row.counsellor.uuid) if row.counsellor else "",
            counselling_from=_written(row.counselling_from),
            counselling_until=_written(row.counselling_until),
        )

    def validate_name(self, field: Field) -> None:
        """Ask for a name."""
        ask_for(field, _("Write the client's name. Any script is fine."))

    def validate_phone(self, field: Field) -> None:
        """Write a number the same way always, so that it is found again."""
        if field.data:
            field.data = phone_number(field.data)
        else:
            super().validate_phone(field)

    def validate_email(self, field: Field) -> None:
        """Accept an address that mail reaches, or none."""
        if field.data:
            field.data = email_address(field.data)
        else:
            super().validate_email(field)

    def validate_language(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose a language."))

    def validate_counsellor(self, field: Field) -> None:
        """Accept who counsels here."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose who counsels this client."))

    def validate_counselling_from(self, field: Field) -> None:
        """Accept a day, or none yet."""
        if field.data and _day(field.data) is None:
            raise ValidationError(_("Write a day, such as 2026-11-24."))
        if self.counselling_until.data and not field.data:
            raise ValidationError(_("Write the first day too."))

    def validate_counselling_until(self, field: Field) -> None:
        """Accept three years, or a longer period of four years at most."""
        if not field.data:
            return
        if _day(field.data) is None:
            raise ValidationError(_("Write a day, such as 2026-11-24."))
        try:
            self._period()
        except BackwardPeriod as fault:
            raise ValidationError(_("Write a day after the first one.")) from fault
        except PeriodTooLong as fault:
            sentence = _("Counselling lasts at most four years.")
            raise ValidationError(sentence) from fault

    def facts(self) -> Facts:
        """Hand over what was filled in."""
        return Facts(
            name=self.name.data,
            language=self.language.data,
            counsellor=UUID(self.counsellor.data),
            reach=Reach(self.reach.data),
            phone=self.phone.data or "",
            email=self.email.data or "",
            address=lines_of(self.address.data),
            safe_hours=self.safe_hours.data,
            no_message=self.no_message.data,
            discreet=self.discreet.data,
            period=self._period(),
        )

    def _period(self) -> CounsellingPeriod | None:
        first, last = (
            _day(self.counselling_from.data),
            _day(self.counselling_until.data),
        )
        if first is None:
            return None
        return (
            CounsellingPeriod(first, last)
            if last
            else CounsellingPeriod.from_start(first)
        )


def _day(text: str | None) -> date | None:
    """Read a day on which somebody alive may be counselled."""
    found = day_written(text)
    return found if found and found.year in YEARS else None


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""
