"""What does a client fill in who would like to be visited at home?"""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    Form,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice

from booking.languages import weekday
from booking.models import PartOfDay
from booking.services.wishes import Door
from booking.web.client.answers import WEEKDAYS, Answers
from booking.web.client.forms import LINE_LENGTH, ask_for, phone_number, too_long
from booking.web.client.showing import part_name
from booking.web.reader import contact


class DaysForm(Form):  # type: ignore[misc]  # WTForms has no types
    """When is somebody at home?"""

    weekdays = SelectMultipleField(validate_choice=False, coerce=int)
    parts = SelectMultipleField(validate_choice=False)

    def __init__(self, answers: Answers) -> None:
        super().__init__(
            data={"weekdays": answers.weekdays, "parts": answers.parts_of_day}
        )
        self.weekdays.choices = [SelectChoice(day, weekday(day)) for day in WEEKDAYS]
        self.parts.choices = [
            SelectChoice(part.value, part_name(part)) for part in PartOfDay
        ]

    def validate_weekdays(self, field: Field) -> None:
        """Ask again if no day was ticked."""
        if not field.data:
            raise ValidationError(_("Choose at least one day."))

    def validate_parts(self, field: Field) -> None:
        """Ask again if no part of the day was ticked."""
        if not field.data:
            raise ValidationError(_("Choose at least one time of the day."))


class DoorForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Where shall we ring?"""

    door_street = StringField()
    door_postcode = StringField()
    door_town = StringField()
    entrance = StringField()
    floor = StringField()
    room = StringField()
    bell = StringField()
    downstairs = BooleanField()
    door_phone = StringField()

    def __init__(self, answers: Mapping[str, str]) -> None:
        super().__init__(MultiDict({"door_town": contact().town} | dict(answers)))

    def validate_door_street(self, field: Field) -> None:
        """Ask where the house is."""
        ask_for(field, _("Write your street and house number."))
        if not any(sign.isdigit() for sign in field.data):
            raise ValidationError(_("Write the house number too."))

    def validate_door_town(self, field: Field) -> None:
        """Ask where the street is."""
        ask_for(field, _("Write your town."))

    def validate_door_phone(self, field: Field) -> None:
        """Ask for a number if we shall call from downstairs."""
        if not self.downstairs.data:
            return
        if not field.data:
            raise ValidationError(_("Write a phone number, such as 0151 23456789."))
        field.data = phone_number(field.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every line's length too."""
        right: bool = super().validate(extra_validators)
        for field in self:
            if isinstance(field.data, str) and len(field.data) > LINE_LENGTH:
                field.errors = [too_long()]
                right = False
        return right

    def door(self) -> Door:
        """Hand over what was filled in."""
        return Door(
            street=self.door_street.data,
            postcode=self.door_postcode.data or "",
            town=self.door_town.data,
            entrance=self.entrance.data or "",
            floor=self.floor.data or "",
            room=self.room.data or "",
            bell=self.bell.data or "",
            call_from_downstairs=self.downstairs.data,
            phone=self.door_phone.data if self.downstairs.data else "",
        )
