"""What a client fills in. Forms never raise; they say what to do, at the field."""

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from booking.languages import SPOKEN, name_of_language
from booking.languages import gettext as _
from booking.models import Place
from booking.services import availability
from booking.web.client.answers import OTHER_LANGUAGE


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


def place_name(place: Place) -> str:
    """Name a place as the first question does."""
    names = {
        Place.OFFICE: _("At the office"),
        Place.PHONE: _("On the phone"),
        Place.HOME: _("At my home"),
    }
    return str(names[place])
