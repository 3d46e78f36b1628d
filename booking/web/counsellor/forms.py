"""What do staff write down of a person? Her name, and how to reach her."""

from wtforms import (
    BooleanField,
    Field,
    Form,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice

from booking.languages import LANGUAGES, language_of_code
from booking.languages import gettext as _
from booking.models import NEVER_REMIND, Client, Reach, Waiting
from booking.services.appointments import Person
from booking.services.letters import ways_out
from booking.web.forms import (
    LINE_LENGTH,
    ask_for,
    email_address,
    phone_number,
    too_long,
)

MOST_PEOPLE = 20
MOST_LINES = 4  # of an address in a window envelope
REMIND_DAYS = (0, 1, 2, 7)
USUALLY = ""


class ContactForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Who is it, and how may we reach her?"""

    name = StringField()
    reach = SelectField(validate_choice=False, default=Reach.NONE.value)
    phone = StringField()
    email = StringField()
    address = TextAreaField()
    safe_hours = SelectField(validate_choice=False, default="any")
    no_message = BooleanField()

    needs_number = False

    def __init__(self, *arguments: object, **facts: object) -> None:
        super().__init__(*arguments, **facts)
        self.reach.choices = [SelectChoice(*way) for way in _ways()]
        self.safe_hours.choices = [
            SelectChoice("any", _("at any time")),
            SelectChoice("morning", _("in the morning")),
            SelectChoice("afternoon", _("in the afternoon")),
            SelectChoice("evening", _("in the evening")),
        ]

    def validate_name(self, field: Field) -> None:
        """Ask for a name."""
        ask_for(field, _("Write the caller's name."))

    def validate_reach(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose how we may reach her."))

    def validate_phone(self, field: Field) -> None:
        """Ask for a number where somebody will call it."""
        if not self._number_is_needed():
            if field.data and len(field.data) > LINE_LENGTH:
                raise ValidationError(too_long())
            return
        if not field.data:
            raise ValidationError(_("Write a phone number, such as 0151 23456789."))
        field.data = phone_number(field.data)

    def validate_email(self, field: Field) -> None:
        """Ask for an address where letters go there."""
        if self.reach.data == Reach.EMAIL:
            field.data = email_address(field.data)

    def validate_address(self, field: Field) -> None:
        """Ask where a letter goes."""
        lines = (field.data or "").splitlines()
        if not lines and self.reach.data == Reach.POST:
            raise ValidationError(
                _("Write street and house number, postcode and town.")
            )
        if len(lines) > MOST_LINES or any(len(line) > LINE_LENGTH for line in lines):
            raise ValidationError(_("Write the address in at most 4 short lines."))

    def validate_safe_hours(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose when a call is safe."))

    def _number_is_needed(self) -> bool:
        return self.needs_number or self.reach.data in {Reach.CALL, Reach.SMS}


class CallerForm(ContactForm):
    """Who calls, and shall we remind her?"""

    people = IntegerField(default=1)
    letter_language = SelectField(validate_choice=False, default="de")
    remind = SelectField(validate_choice=False, default=USUALLY)

    def __init__(self, *arguments: object, **facts: object) -> None:
        super().__init__(*arguments, **facts)
        self.letter_language.choices = [
            SelectChoice(language.code, language.name) for language in LANGUAGES
        ]
        self.remind.choices = [SelectChoice(*one) for one in _reminders()]

    @classmethod
    def empty(cls) -> "CallerForm":
        """Return the form before anything is typed."""
        return cls()

    @classmethod
    def of_client(cls, client: Client) -> "CallerForm":
        """Fill in what the client's file says."""
        letters = language_of_code(client.language).code  # or what we write instead
        return cls(**_contact(client), letter_language=letters)

    @classmethod
    def of_waiting(cls, row: Waiting) -> "CallerForm":
        """Fill in what somebody on the waiting list has said."""
        return cls(
            **_contact(row), letter_language=row.letter_language, people=row.people
        )

    def validate_people(self, field: Field) -> None:
        """Accept one to twenty."""
        if field.data is None or not 1 <= field.data <= MOST_PEOPLE:
            field.errors = []
            raise ValidationError(_("Write a number from 1 to 20."))

    def validate_letter_language(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose a language."))

    def validate_remind(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose when we remind her."))

    def person(self, *, woman_preferred: bool = False) -> Person:
        """Hand over what was filled in; ways not chosen keep their contact out."""
        reach = Reach(self.reach.data)
        called = reach is Reach.CALL
        remind = self.remind.data
        return Person(
            name=self.name.data,
            reach=reach,
            phone=self.phone.data if self._number_is_needed() else "",
            email=self.email.data if reach is Reach.EMAIL else "",
            address=lines_of(self.address.data) if reach is Reach.POST else "",
            safe_hours=self.safe_hours.data if called else "",
            no_message=self.no_message.data and called,
            people=self.people.data,
            woman_preferred=woman_preferred,
            remind_days=None if remind == USUALLY else int(remind),
        )


def lines_of(address: str | None) -> str:
    """Return an address without what is blank in it."""
    lines = (line.strip() for line in (address or "").splitlines())
    return "\n".join(line for line in lines if line)


def _contact(row: Client | Waiting) -> dict[str, object]:
    return {
        "name": row.name,
        "reach": row.reach,
        "phone": row.phone,
        "email": row.email,
        "address": row.address,
        "safe_hours": row.safe_hours or "any",
        "no_message": row.no_message,
    }


def _ways() -> list[tuple[str, str]]:
    """Return the ways this office can keep: e-mail and SMS only where they leave."""
    ways = [
        (Reach.NONE, _("not at all; she looks at her page")),
        (Reach.CALL, _("by a call")),
        (Reach.SMS, _("by text message")),
        (Reach.EMAIL, _("by e-mail")),
        (Reach.POST, _("by post")),
    ]
    kept = {Reach.NONE, Reach.CALL, Reach.POST, *ways_out()}
    return [(way.value, words) for way, words in ways if way in kept]


def _reminders() -> list[tuple[str, str]]:
    names = {
        0: _("that very morning"),
        1: _("the day before"),
        2: _("two days before"),
        7: _("a week before"),
    }
    return [
        (USUALLY, _("as usual")),
        *((str(days), names[days]) for days in REMIND_DAYS),
        (str(NEVER_REMIND), _("not at all")),
    ]
