"""Who comes, or waits, and how may we reach her?"""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from datetime import date, timedelta

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

from booking import clock
from booking.languages import gettext as _
from booking.models import NEVER_REMIND, Place, Reach
from booking.models.running import zone
from booking.services.appointments import Person
from booking.services.letters import ways_out
from booking.web.client.answers import PERSONAL, chosen_day
from booking.web.decided import decided
from booking.web.forms import LINE_LENGTH, ask_for, email_address, phone_number

MOST_PEOPLE = 20
FURTHEST = timedelta(days=366)  # nobody waits longer than that for a time


class WhoseForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Who fills this in: she herself, or somebody for her?"""

    whose = RadioField(validate_choice=False, default="me")
    supporter = StringField()

    def validate_whose(self, field: Field) -> None:
        """Ask again if nothing was chosen."""
        if field.data not in {"me", "other"}:
            raise ValidationError(_("Choose who the appointment is for."))

    def validate_supporter(self, field: Field) -> None:
        """Ask the helper for her own name."""
        if self.whose.data == "other":
            ask_for(field, _("Write your own name too."))


class CallForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Whom do we call back, and when?"""

    name = StringField()
    phone = StringField()
    safe_hours = SelectField(validate_choice=False)
    no_message = BooleanField()

    def __init__(self, answers: Mapping[str, str]) -> None:
        # An empty form has no defaults: a box that was unticked must stay unticked.
        self.is_begun = any(name in answers for name in PERSONAL)
        super().__init__(MultiDict(answers) if self.is_begun else None)
        self.safe_hours.choices = [SelectChoice(*hours) for hours in safe_hours()]

    def validate_name(self, field: Field) -> None:
        """Ask for a name; any script is fine."""
        ask_for(field, _("Write your name. Any script is fine."))

    def validate_phone(self, field: Field) -> None:
        """Ask for a number where one is needed, and write it the same way always."""
        if not self._calls():
            return
        if not field.data:
            raise ValidationError(_("Write a phone number, such as 0151 23456789."))
        field.data = phone_number(field.data)

    def _calls(self) -> bool:
        return True

    def _safe_hours(self) -> str:
        known = [choice.value for choice in self.safe_hours.choices]
        return str(self.safe_hours.data if self.safe_hours.data in known else known[0])

    def person(self) -> Person:
        """Hand over what was filled in."""
        return Person(
            name=self.name.data,
            reach=Reach.CALL,
            phone=self.phone.data,
            safe_hours=self._safe_hours(),
            no_message=self.no_message.data,
        )


class ContactForm(CallForm):
    """How may we reach her?"""

    reach = RadioField(validate_choice=False, default=None)
    email = StringField()
    street = StringField()
    postcode_town = StringField()

    number_needed = False

    def __init__(self, answers: Mapping[str, str]) -> None:
        super().__init__(answers)
        self.reach.choices = [SelectChoice(*way) for way in ways_to_reach()]

    def validate_reach(self, field: Field) -> None:
        """Ask again if nothing was chosen."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose how we may reach you."))

    def validate_email(self, field: Field) -> None:
        """Ask for an address where letters go there."""
        if self.reach.data == Reach.EMAIL:
            field.data = email_address(field.data)

    def validate_street(self, field: Field) -> None:
        """Ask where a letter goes."""
        if self._asks_where_to_write():
            ask_for(field, _("Write your street and house number."))

    def validate_postcode_town(self, field: Field) -> None:
        """Ask where a letter goes."""
        if self._asks_where_to_write():
            ask_for(field, _("Write your postcode and town."))

    def _calls(self) -> bool:
        return self.number_needed or self.reach.data in {Reach.CALL, Reach.SMS}

    def _asks_where_to_write(self) -> bool:
        return bool(self.reach.data == Reach.POST)

    def person(self) -> Person:
        """Hand over what was filled in; ways not chosen keep their contact out."""
        reach = Reach(self.reach.data)
        written = self._asks_where_to_write()
        return Person(
            name=self.name.data,
            reach=reach,
            phone=self.phone.data if self._calls() else "",
            email=self.email.data if reach is Reach.EMAIL else "",
            address=f"{self.street.data}\n{self.postcode_town.data}" if written else "",
            safe_hours=self._safe_hours() if reach is Reach.CALL else "",
            no_message=self.no_message.data and reach is Reach.CALL,
        )


class WaitingForm(ContactForm):
    """How do we tell her of a free time, and until when does one help?"""

    until = StringField()

    def __init__(self, answers: Mapping[str, str]) -> None:
        super().__init__(answers)
        # Who cannot be reached cannot be told.
        self.reach.choices = [
            choice for choice in self.reach.choices if choice.value != Reach.NONE
        ]
        self.until.data = answers.get("until", "")

    def validate_until(self, field: Field) -> None:
        """Take any day of the coming year, or none: then every day helps."""
        if not field.data:
            return
        today, day = clock.today(zone()), chosen_day(field.data)
        if day is None or not today <= day <= today + FURTHEST:
            raise ValidationError(_("Choose a day from today on, or leave this empty."))

    def last_day(self, furthest: date) -> date:
        """Return the last day on which a time still helps."""
        return chosen_day(self.until.data) or furthest


class PersonForm(WhoseForm, ContactForm):
    """Who comes, and how may we reach her?"""

    remind_call = SelectField(validate_choice=False)
    remind_sms = SelectField(validate_choice=False)
    remind_email = SelectField(validate_choice=False)
    people = StringField(default="1")
    woman = BooleanField()

    def __init__(self, answers: Mapping[str, str], *, place: Place | None) -> None:
        super().__init__(answers)
        self.at_home = place is Place.HOME
        called_at_the_door = self.at_home and "downstairs" in answers
        self.number_needed = place is Place.PHONE or called_at_the_door
        self.whose.choices = [
            SelectChoice("me", _("For me")),
            SelectChoice("other", _("For somebody else")),
        ]
        self._offer_reminders()

    def _offer_reminders(self) -> None:
        offered = [SelectChoice(*one) for one in reminders()]
        for field in (self.remind_call, self.remind_sms, self.remind_email):
            field.choices = offered
            if field.data not in {choice.value for choice in offered}:
                field.data = str(decided().remind_days)

    @property
    def as_offered(self) -> tuple[Hashable, ...] | None:
        """All that its fields show as long as nobody has filled in any, else None."""
        if self.is_begun or self.errors:
            return None
        return (self.at_home, self.number_needed, *(_shown(field) for field in self))

    def validate_people(self, field: Field) -> None:
        """Accept one to twenty, in the digits of any script."""
        typed = field.data or ""
        digits = typed.isdecimal() and len(typed) <= LINE_LENGTH
        if not digits or not 1 <= int(typed) <= MOST_PEOPLE:
            raise ValidationError(_("Write a number from 1 to 20."))

    def _asks_where_to_write(self) -> bool:
        """Who is visited has said where she lives: letters go there too."""
        return bool(self.reach.data == Reach.POST) and not self.at_home

    def _remind_days(self) -> int | None:
        """Return when to remind her; a letter by post would come too late."""
        chosen = {
            Reach.CALL: self.remind_call,
            Reach.SMS: self.remind_sms,
            Reach.EMAIL: self.remind_email,
        }.get(Reach(self.reach.data))
        return int(chosen.data) if chosen else None

    def person(self) -> Person:
        """Hand over what was filled in; ways not chosen keep their contact out."""
        return replace(
            super().person(),
            supporter=self.supporter.data if self.whose.data == "other" else "",
            people=int(self.people.data),
            woman_preferred=self.woman.data,
            remind_days=self._remind_days(),
        )


def ways_to_reach() -> list[tuple[Reach, str]]:
    """Return the ways this office can keep: those without a server are not offered."""
    kept = {Reach.NONE, Reach.CALL, Reach.POST, *ways_out()}
    ways = [
        (Reach.NONE, _("Do not write to me and do not call me")),
        # I18N: a text message to a mobile phone
        (Reach.SMS, _("By text message (SMS)")),
        (Reach.CALL, _("Call me")),
        (Reach.EMAIL, _("By e-mail")),
        (Reach.POST, _("By post")),
    ]
    return [way for way in ways if way[0] in kept]


def safe_hours() -> list[tuple[str, str]]:
    """Return the hours in which a call may be safe."""
    return [
        ("any", _("At any time")),
        ("morning", _("In the morning")),
        ("afternoon", _("In the afternoon")),
        ("evening", _("In the evening")),
    ]


def reminders() -> list[tuple[str, str]]:
    """Return when a reminder may come."""
    return [
        ("0", _("On the same morning")),
        ("1", _("The day before")),
        ("2", _("Two days before")),
        (str(NEVER_REMIND), _("Do not remind me")),
    ]


def _shown(field: Field) -> tuple[Hashable, ...]:
    offered = getattr(field, "choices", None) or ()
    return (field.name, field.data, *(choice.value for choice in offered))
