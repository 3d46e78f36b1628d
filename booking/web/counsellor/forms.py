"""What do we ask a caller? Her name, and how to reach her."""

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from wtforms import Field, Form, IntegerField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from booking.languages import LANGUAGES
from booking.models import Reach
from booking.services.appointments import Person
from booking.services.letters import ways_out
from booking.web.forms import LINE_LENGTH, ask_for, phone_number, too_long

MOST_PEOPLE = 20
LONGEST_LABEL = 40


class CallerForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Who calls?"""

    name = StringField()
    reach = SelectField(validate_choice=False, default=Reach.NONE.value)
    phone = StringField()
    email = StringField()
    people = IntegerField(default=1)
    letter_language = SelectField(validate_choice=False, default="de")

    needs_number = False

    def __init__(self, *arguments: object, **facts: object) -> None:
        super().__init__(*arguments, **facts)
        self.reach.choices = [
            SelectChoice(Reach.NONE.value, _("not at all; she looks at her page")),
            SelectChoice(Reach.CALL.value, _("by a call")),
            SelectChoice(Reach.EMAIL.value, _("by e-mail")),
        ]
        if Reach.SMS in ways_out():
            by_sms = SelectChoice(Reach.SMS.value, _("by text message"))
            self.reach.choices.append(by_sms)
        self.letter_language.choices = [
            SelectChoice(language.code, language.name) for language in LANGUAGES
        ]

    @classmethod
    def empty(cls) -> "CallerForm":
        """Return the form before anything is typed."""
        return cls()

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
        if self.reach.data != Reach.EMAIL:
            return
        try:
            found = validate_email(
                field.data or "", check_deliverability=False, allow_smtputf8=False
            )
        except EmailNotValidError as fault:
            sentence = _("Write an e-mail address, such as name@example.org.")
            raise ValidationError(sentence) from fault
        field.data = found.ascii_email

    def validate_people(self, field: Field) -> None:
        """Accept one to twenty."""
        if field.data is None or not 1 <= field.data <= MOST_PEOPLE:
            field.errors = []
            raise ValidationError(_("Write a number from 1 to 20."))

    def validate_letter_language(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose a language."))

    def person(self) -> Person:
        """Hand over what was filled in; ways not chosen keep their contact out."""
        reach = Reach(self.reach.data)
        return Person(
            name=self.name.data,
            reach=reach,
            phone=self.phone.data if self._number_is_needed() else "",
            email=self.email.data if reach is Reach.EMAIL else "",
            people=self.people.data,
        )

    def _number_is_needed(self) -> bool:
        return self.needs_number or self.reach.data in {Reach.CALL, Reach.SMS}


class LabelForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Which device shall read the calendar?"""

    label = StringField()

    def validate_label(self, field: Field) -> None:
        """Ask for a short name."""
        if not (field.data or "").strip():
            raise ValidationError(_("Write which device it is, such as “phone”."))
        if len(field.data) > LONGEST_LABEL:
            raise ValidationError(_("Write this in at most 40 characters."))
