"""What must be known to visit somebody: when is she at home, and where do we ring?

Clients fill this in on two pages, staff on one while somebody is on the phone.
"""

from datetime import timedelta
from typing import Any

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
from booking.services import told
from booking.services.office import PARTS_OF_DAY
from booking.services.wishes import Door
from booking.web.dates import day_written
from booking.web.forms import LINE_LENGTH, ask_for, too_long

FURTHEST = timedelta(days=366)  # a wish for later would be forgotten by its client
WEEKDAYS = range(5)  # nobody is visited at the weekend


def part_name(part: PartOfDay) -> str:
    """Name a part of the day with its hours."""
    opens, closes = PARTS_OF_DAY[part]
    names = {
        PartOfDay.MORNING: _("In the morning"),
        PartOfDay.MIDDAY: _("At midday"),
        PartOfDay.AFTERNOON: _("In the afternoon"),
    }
    hours = told.from_until(f"{opens:%H:%M}", f"{closes:%H:%M}")
    return str(_("%(part)s, %(hours)s", part=names[part], hours=hours))


class DaysFields(Form):  # type: ignore[misc]  # WTForms has no types
    """When is somebody at home?"""

    weekdays = SelectMultipleField(validate_choice=False, coerce=int)
    parts = SelectMultipleField(validate_choice=False)
    from_day = StringField()

    def __init__(self, *arguments: object, **facts: object) -> None:
        super().__init__(*arguments, **facts)
        self.weekdays.choices = [SelectChoice(day, weekday(day)) for day in WEEKDAYS]
        self.parts.choices = [
            SelectChoice(part.value, part_name(part)) for part in PartOfDay
        ]

    def validate_weekdays(self, field: Field) -> None:
        """Ask again if no day was ticked."""
        if not set(field.data or ()) & set(WEEKDAYS):
            raise ValidationError(_("Choose at least one day."))

    def validate_parts(self, field: Field) -> None:
        """Ask again if no part of the day was ticked."""
        if not set(field.data or ()) & set(PartOfDay):
            raise ValidationError(_("Choose at least one time of the day."))

    def validate_from_day(self, field: Field) -> None:
        """Take any day of the coming year, or none: then the next that suits."""
        if not field.data:
            return
        today, day = clock.today(zone()), day_written(field.data)
        if day is None or not today <= day <= today + FURTHEST:
            raise ValidationError(_("Choose a day from today on, or leave this empty."))


class DoorFields(Form):  # type: ignore[misc]  # WTForms has no types
    """Where shall we ring?"""

    door_street = StringField()
    door_postcode = StringField()
    door_town = StringField()
    entrance = StringField()
    floor = StringField()
    room = StringField()
    bell = StringField()
    downstairs = BooleanField()

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
        for name in _OF_A_DOOR:
            field = self[name]
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


_OF_A_DOOR = (
    *("door_street", "door_postcode", "door_town"),
    *("entrance", "floor", "room", "bell"),
)
