"""What a client fills in. Forms never raise; they say what to do, at the field."""

from collections.abc import Mapping

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    Form,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice

from booking.languages import SPOKEN, name_of_language
from booking.models import Place, Reach
from booking.services import availability
from booking.services.appointments import Person
from booking.services.letters import ways_out
from booking.web.client.answers import OTHER_LANGUAGE, PERSONAL
from booking.web.forms import LINE_LENGTH, ask_for, phone_number

MOST_PEOPLE = 20


class PlaceForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Where shall we meet?"""

    place = RadioField(validate_choice=False)

    def __init__(self, answers: Mapping[str, str]) -> None:
        super().__init__(MultiDict(answers))
        self.place.choices = [
            SelectChoice(place, place_name(place)) for place in availability.places()
        ]

    def validate_place(self, field: Field) -> None:
        """Ask again if nothing was chosen."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose where you would like to talk with us."))


class LanguageForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Which language, and is an interpreter needed?"""

    language = RadioField(validate_choice=False)
    interpreter = RadioField(validate_choice=False)

    def __init__(self, answers: Mapping[str, str]) -> None:
        super().__init__(MultiDict(answers))
        self.language.choices = [
            SelectChoice(code, name_of_language(code)) for code in SPOKEN
        ] + [SelectChoice(OTHER_LANGUAGE, _("Another language"))]
        self.interpreter.choices = [
            SelectChoice("no", _("No")),
            SelectChoice("yes", _("Yes, please")),
        ]

    def validate_language(self, field: Field) -> None:
        """Ask again if nothing was chosen."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose the language you speak best."))

    def validate_interpreter(self, field: Field) -> None:
        """Ask again if nothing was chosen."""
        if field.data not in {"yes", "no"}:
            raise ValidationError(_("Choose whether you need an interpreter."))


class TimeForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Which time? The template draws the times in two groups."""

    time = StringField()

    def complain(self, sentence: str) -> "TimeForm":
        """Say at the times what is wrong."""
        self.validate()
        self.time.errors = [sentence]
        return self


class CodeForm(Form):  # type: ignore[misc]  # WTForms has no types
    """The code from the paper slip."""

    code = StringField()

    def complain(self, sentence: str) -> "CodeForm":
        """Say at the code what is wrong."""
        self.validate()
        self.code.errors = [sentence]
        return self


class PersonForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Who comes, and how may we reach her?"""

    whose = RadioField(validate_choice=False, default="me")
    supporter = StringField()
    name = StringField()
    phone = StringField()
    reach = RadioField(validate_choice=False, default=None)
    email = StringField()
    safe_hours = SelectField(validate_choice=False)
    no_message = BooleanField()
    street = StringField()
    postcode_town = StringField()
    people = StringField(default="1")
    woman = BooleanField()

    def __init__(self, answers: Mapping[str, str], *, place: Place | None) -> None:
        super().__init__(MultiDict(answers) if _is_begun(answers) else None)
        self._at_home = place is Place.HOME
        called_at_the_door = self._at_home and "downstairs" in answers
        self.number_needed = place is Place.PHONE or called_at_the_door
        self.whose.choices = [
            SelectChoice("me", _("For me")),
            SelectChoice("other", _("For somebody else")),
        ]
        self.reach.choices = [SelectChoice(*way) for way in ways_to_reach()]
        self.safe_hours.choices = [SelectChoice(*hours) for hours in safe_hours()]

    def validate_whose(self, field: Field) -> None:
        """Ask again if nothing was chosen."""
        if field.data not in {"me", "other"}:
            raise ValidationError(_("Choose who the appointment is for."))

    def validate_name(self, field: Field) -> None:
        """Ask for a name; any script is fine."""
        ask_for(field, _("Write your name. Any script is fine."))

    def validate_supporter(self, field: Field) -> None:
        """Ask the helper for her own name."""
        if self.whose.data == "other":
            ask_for(field, _("Write your own name too."))

    def validate_reach(self, field: Field) -> None:
        """Ask again if nothing was chosen."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose how we may reach you."))

    def validate_phone(self, field: Field) -> None:
        """Ask for a number where one is needed, and write it the same way always."""
        if not self._calls():
            return
        if not field.data:
            raise ValidationError(_("Write a phone number, such as 0151 23456789."))
        field.data = phone_number(field.data)

    def validate_email(self, field: Field) -> None:
        """Ask for an address where letters go there."""
        if self.reach.data != Reach.EMAIL:
            return
        try:
            # Without SMTPUTF8: not every mail server between here and there knows it.
            found = validate_email(
                field.data or "", check_deliverability=False, allow_smtputf8=False
            )
        except EmailNotValidError as fault:
            sentence = _("Write an e-mail address, such as name@example.org.")
            raise ValidationError(sentence) from fault
        field.data = found.ascii_email

    def validate_street(self, field: Field) -> None:
        """Ask where a letter goes."""
        if self._asks_where_to_write():
            ask_for(field, _("Write your street and house number."))

    def validate_postcode_town(self, field: Field) -> None:
        """Ask where a letter goes."""
        if self._asks_where_to_write():
            ask_for(field, _("Write your postcode and town."))

    def validate_people(self, field: Field) -> None:
        """Accept one to twenty, in the digits of any script."""
        typed = field.data or ""
        digits = typed.isdecimal() and len(typed) <= LINE_LENGTH
        if not digits or not 1 <= int(typed) <= MOST_PEOPLE:
            raise ValidationError(_("Write a number from 1 to 20."))

    def _calls(self) -> bool:
        return self.number_needed or self.reach.data in {Reach.CALL, Reach.SMS}

    def _asks_where_to_write(self) -> bool:
        """Who is visited has said where she lives: letters go there too."""
        return self.reach.data == Reach.POST and not self._at_home

    def _safe_hours(self) -> str:
        known = [choice.value for choice in self.safe_hours.choices]
        return str(self.safe_hours.data if self.safe_hours.data in known else known[0])

    def person(self) -> Person:
        """Hand over what was filled in; ways not chosen keep their contact out."""
        reach = Reach(self.reach.data)
        written = self._asks_where_to_write()
        return Person(
            name=self.name.data,
            supporter=self.supporter.data if self.whose.data == "other" else "",
            reach=reach,
            phone=self.phone.data if self._calls() else "",
            email=self.email.data if reach is Reach.EMAIL else "",
            address=f"{self.street.data}\n{self.postcode_town.data}" if written else "",
            safe_hours=self._safe_hours() if reach is Reach.CALL else "",
            no_message=self.no_message.data and reach is Reach.CALL,
            people=int(self.people.data),
            # Not asked before a visit: a wish has no place to keep it yet.
            woman_preferred=self.woman.data and not self._at_home,
        )


def place_name(place: Place) -> str:
    """Name a place as the first question does."""
    names = {
        Place.OFFICE: _("At the office"),
        Place.PHONE: _("On the phone"),
        Place.HOME: _("At my home"),
    }
    return str(names[place])


def ways_to_reach() -> list[tuple[Reach, str]]:
    """Return the ways this office can keep: what goes out by itself must be set up."""
    ways = [
        (Reach.NONE, _("Do not write to me and do not call me")),
        # I18N: a text message to a mobile phone
        (Reach.SMS, _("By text message (SMS)")),
        (Reach.CALL, _("Call me")),
        (Reach.EMAIL, _("By e-mail")),
        (Reach.POST, _("By post")),
    ]
    by_hand = {Reach.NONE, Reach.CALL, Reach.POST}
    return [way for way in ways if way[0] in {*by_hand, *ways_out()}]


def safe_hours() -> list[tuple[str, str]]:
    """Return the hours in which a call may be safe."""
    return [
        ("any", _("At any time")),
        ("morning", _("In the morning")),
        ("afternoon", _("In the afternoon")),
        ("evening", _("In the evening")),
    ]


def _is_begun(answers: Mapping[str, str]) -> bool:
    # An empty form has no defaults: a box that was unticked must stay unticked.
    return any(name in answers for name in PERSONAL)
