"""What is filled in to place a door? A choice, another spelling, or a point."""

from collections.abc import Mapping, Sequence

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, HiddenField, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from booking.geography import Address, Coordinates, Found, View
from booking.languages import gettext as _
from booking.models import cleaned
from booking.services.locating import Unplaced, address_of

TAP = "map"  # the sketch; a tap sends map.x and map.y


class SpellingForm(Form):  # type: ignore[misc]  # WTForms has no types
    """How is the address really written?"""

    street = StringField()
    postcode = StringField()
    town = StringField()

    @classmethod
    def standing(cls, one: Unplaced) -> "SpellingForm":
        """Show what the client wrote."""
        return cls(street=one.street, postcode=one.postcode, town=one.town)

    @property
    def address(self) -> Address:
        """The address that was typed."""
        parts = (self.street, self.postcode, self.town)
        return address_of(*(cleaned(part.data or "").strip()[:120] for part in parts))


class ChoiceForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Which of these addresses is meant?"""

    line = RadioField()

    @classmethod
    def among(cls, found: Sequence[Found], sent: MultiDict[str, str]) -> "ChoiceForm":
        """Offer what was found."""
        form = cls(sent)
        form.line.choices = [SelectChoice(one.line, one.line) for one in found]
        form.line.validate_choice = False
        form.found = {one.line: one for one in found}
        return form

    def validate_line(self, field: Field) -> None:
        """Ask for one of them."""
        if field.data not in self.found:
            raise ValidationError(_("Choose one of these addresses."))

    def wanted(self) -> Found:
        """Return what a valid form chose."""
        found: Mapping[str, Found] = self.found
        return found[self.line.data]


class PointForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Where is the door, in degrees; and which part of the town is looked at?"""

    latitude = StringField()
    longitude = StringField()
    middle = HiddenField()  # latitude and longitude, a blank between
    closeness = HiddenField()
    tap: tuple[int, int] | None = None

    @classmethod
    def typed(cls, sent: MultiDict[str, str]) -> "PointForm":
        """Read what was filled in, or where the sketch was tapped."""
        form = cls(sent)
        across, down = (sent.get(f"{TAP}.{axis}", type=int) for axis in "xy")
        if across is not None and down is not None:
            form.tap = (across, down)
        return form

    @classmethod
    def standing(cls, point: Coordinates | None, view: View) -> "PointForm":
        """Show the point as far as it is known, and the town around it."""
        form = cls()
        if point:
            form.latitude.data, form.longitude.data = map(str, point)
        form.look_at(view)
        return form

    def validate_latitude(self, field: Field) -> None:
        """Ask for degrees."""
        if not _is_between(-90, field, 90):
            raise ValidationError(_("Write the latitude in degrees, like 48.7025."))

    def validate_longitude(self, field: Field) -> None:
        """Ask for degrees."""
        if not _is_between(-180, field, 180):
            raise ValidationError(_("Write the longitude in degrees, like 9.6528."))

    def wanted(self) -> Coordinates:
        """Return the point of a valid form."""
        return self.chosen or (0.0, 0.0)

    @property
    def chosen(self) -> Coordinates | None:
        """The point, if both numbers are some of the earth."""
        if _is_between(-90, self.latitude, 90) and _is_between(
            -180, self.longitude, 180
        ):
            return _degrees(self.latitude), _degrees(self.longitude)
        return None

    @property
    def view(self) -> View:
        """The part of the town that is looked at."""
        try:
            latitude, longitude = map(float, (self.middle.data or "").split())
            return View((latitude, longitude), int(self.closeness.data or 0))
        except ValueError:
            return View(self.chosen or (0.0, 0.0))

    @property
    def was_tapped(self) -> bool:
        """Whether the sketch was tapped, not the button pressed."""
        return self.tap is not None

    def look_at(self, view: View) -> None:
        """Look at a part of the town."""
        self.middle.data = "{} {}".format(*view.middle)
        self.closeness.data = str(view.closeness)

    def look_closer(self) -> None:
        """Take the tapped place as the point, and come closer."""
        if self.tap is None:
            return
        point = self.view.tapped(*self.tap)
        self.latitude.data, self.longitude.data = map(str, point)
        self.look_at(self.view.closer(point))


def _is_between(least: float, field: Field, most: float) -> bool:
    try:
        return least <= _degrees(field) <= most
    except ValueError:
        return False


def _degrees(field: Field) -> float:
    return float((field.data or "").strip().replace(",", "."))
