"""What do staff fill in who take a wish for a visit, on the phone or at the desk?"""

from wtforms import BooleanField, Field, SelectField, ValidationError

from booking.languages import gettext as _
from booking.languages import language_of_code
from booking.models import Client, PartOfDay
from booking.services.wishes import VisitWish
from booking.web import moments
from booking.web.counsellor.forms import CallerForm
from booking.web.dates import day_written
from booking.web.forms import ask_for, spoken_languages
from booking.web.reader import contact
from booking.web.visit_fields import WEEKDAYS, DaysFields, DoorFields


class TakenWishForm(CallerForm, DaysFields, DoorFields):
    """Who wishes a visit, when is she at home, where do we ring?"""

    language = SelectField(validate_choice=False, default="de")
    interpreter = BooleanField()
    woman = BooleanField()

    def __init__(self, *arguments: object, **facts: object) -> None:
        super().__init__(*arguments, **facts)
        self.language.choices = spoken_languages()

    @classmethod
    def begun(cls, client: Client | None) -> "TakenWishForm":
        """Fill in what a file says; every weekday suits until she says otherwise."""
        usual = {"weekdays": tuple(WEEKDAYS), "door_town": contact().town}
        if client is None:
            return cls(**usual)
        return cls(
            **(usual | _door_of(client.address)),
            name=client.name,
            reach=client.reach,
            phone=client.phone,
            email=client.email,
            safe_hours=client.safe_hours or "any",
            no_message=client.no_message,
            language=client.language,
            letter_language=language_of_code(client.language).code,
        )

    def validate_name(self, field: Field) -> None:
        """Ask for a name."""
        ask_for(field, _("Write the client's name. Any script is fine."))

    def validate_address(self, field: Field) -> None:
        """Ask for none: letters by post go to the door that is visited."""

    def validate_language(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose a language."))

    def validate_door_street(self, field: Field) -> None:
        """Ask where the house is."""
        ask_for(field, _("Write the street and the house number."))
        if not any(sign.isdigit() for sign in field.data):
            raise ValidationError(_("Write the house number too."))

    def validate_door_town(self, field: Field) -> None:
        """Ask where the street is."""
        ask_for(field, _("Write the town."))

    def validate_downstairs(self, field: Field) -> None:
        """Ask for a number to be called from downstairs."""
        if field.data and not self.phone.data:
            raise ValidationError(_("Write the number that is called from downstairs."))

    def wish(self, key: str, client: Client | None, *, taken_by: int) -> VisitWish:
        """Hand over what was filled in."""
        own = client.counsellor_id if client else None
        return VisitWish(
            key=key,
            weekdays=tuple(day for day in WEEKDAYS if day in self.weekdays.data),
            parts_of_day=tuple(one for one in PartOfDay if one in self.parts.data),
            from_day=day_written(self.from_day.data) or moments.today(),
            language=self.language.data,
            letter_language=self.letter_language.data,
            interpreter=self.interpreter.data,
            door=self.door(),
            client=client.id if client else None,
            own=own,
            taken_by=taken_by,
        )

    def _number_is_needed(self) -> bool:
        return super()._number_is_needed() or bool(self.downstairs.data)


def _door_of(address: str) -> dict[str, str]:
    """Read street, postcode and town of a letter's address, as far as it is plain."""
    lines = [line.strip() for line in address.splitlines() if line.strip()]
    if len(lines) < 2:  # noqa: PLR2004 - a street and a town
        return {}
    postcode, _space, town = lines[-1].partition(" ")
    if not (postcode.isdigit() and town):
        return {}
    return {"door_street": lines[-2], "door_postcode": postcode, "door_town": town}
