"""What does a client fill in who would like to be visited at home?"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

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

from booking import clock
from booking.languages import gettext as _
from booking.languages import weekday
from booking.models import PartOfDay
from booking.models.running import zone
from booking.services.wishes import Door
from booking.web.client.answers import DOOR, WEEKDAYS, Answers, chosen_day
from booking.web.client.showing import part_name
from booking.web.forms import LINE_LENGTH, ask_for, too_long
from booking.web.reader import contact

FURTHEST = timedelta(days=366)  # a wish for later would be forgotten by its client


class DaysForm(Form):  # type: ignore[misc]  # WTForms has no types
    """When is somebody at home?"""

    weekdays = SelectMultipleField(validate_choice=False, coerce=int)
    parts = SelectMultipleField(validate_choice=False)
    from_day = StringField()

    def __init__(self, answers: Answers) -> None:
        super().__init__(
            data={
                "weekdays": answers.weekdays,
                "parts": answers.parts_of_day,
                "from_day": answers.given.get("from_day", ""),
            }
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

    def validate_from_day(self, field: Field) -> None:
        """Take any day of the coming year, or none: then the next that suits."""
        if not field.data:
            return
        today, day = clock.today(zone()), chosen_day(field.data)
        if day is None or not today <= day <= today + FURTHEST:
            raise ValidationError(_("Choose a day from today on, or leave this empty."))


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

    def __init__(self, answers: Mapping[str, str]) -> None:
        begun = any(name in answers for name in DOOR)
        super().__init__(
            MultiDict(answers) if begun else MultiDict({"door_town": contact().town})
        )

    def validate_door_street(self, field: Field) -> None:
        """Ask where the house is."""
        ask_for(field, _("Write your street and house number."))
        if not any(sign.isdigit() for sign in field.data):
            raise ValidationError(_("Write the house number too."))

    def validate_door_town(self, field: Field) -> None:
        """Ask where the street is."""
        ask_for(field, _("Write your town."))

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
        )
