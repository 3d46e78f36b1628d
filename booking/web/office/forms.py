"""What does the office admin fill in? Numbers with bounds, and how people travel."""

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from booking.languages import gettext as _
from booking.models import StaffMember
from booking.services.office import Decisions
from booking.services.visit_settings import (
    LONGEST_VISIT,
    NARROWEST_TOLD,
    SHORTEST_VISIT,
    TRAVEL_MODES,
    USUAL_MODE,
    WIDEST_TOLD,
    VisitSettings,
)
from booking.web.travelling import mode_name

MODE = "mode-"  # begins the name of each counsellor's field; her uuid follows
LONGEST_NUMBER = 4  # digits


class VisitSettingsForm(Form):  # type: ignore[misc]  # WTForms has no types
    """How long is a visit, what is a client told, where does a route begin?"""

    visit_minutes = StringField()
    told_minutes = StringField()
    latitude = StringField()
    longitude = StringField()

    @classmethod
    def standing(
        cls, decided: Decisions, counsellors: Sequence[StaffMember]
    ) -> "VisitSettingsForm":
        """Show what the office has decided so far."""
        latitude, longitude = decided.point or ("", "")
        kept = {
            "visit_minutes": str(decided.visit_minutes),
            "told_minutes": str(decided.told_minutes),
            "latitude": str(latitude),
            "longitude": str(longitude),
        } | {f"{MODE}{uuid}": mode for uuid, mode in decided.modes.items()}
        return _with_modes(counsellors)(MultiDict(kept))

    @classmethod
    def typed(
        cls, sent: MultiDict[str, str], counsellors: Sequence[StaffMember]
    ) -> "VisitSettingsForm":
        """Read what was filled in."""
        return _with_modes(counsellors)(sent)

    def validate_visit_minutes(self, field: Field) -> None:
        """Ask for a length that a visit can have."""
        if not _is_between(SHORTEST_VISIT, whole_number(field), LONGEST_VISIT):
            raise ValidationError(
                _(
                    "Write how many minutes a visit takes: %(least)s to %(most)s.",
                    least=SHORTEST_VISIT,
                    most=LONGEST_VISIT,
                )
            )

    def validate_told_minutes(self, field: Field) -> None:
        """Ask for a width that a counsellor can keep to."""
        if not _is_between(NARROWEST_TOLD, whole_number(field), WIDEST_TOLD):
            raise ValidationError(
                _(
                    "Write how many minutes wide the told window is: "
                    "%(least)s to %(most)s.",
                    least=NARROWEST_TOLD,
                    most=WIDEST_TOLD,
                )
            )

    def validate_latitude(self, field: Field) -> None:
        """Ask for both halves of a point, or for none."""
        wanted = bool(text_in(field) or text_in(self.longitude))
        if wanted and not _is_between(-90, _degrees(field), 90):
            raise ValidationError(_("Write the latitude in degrees, like 48.7025."))

    def validate_longitude(self, field: Field) -> None:
        """Ask for both halves of a point, or for none."""
        wanted = bool(text_in(field) or text_in(self.latitude))
        if wanted and not _is_between(-180, _degrees(field), 180):
            raise ValidationError(_("Write the longitude in degrees, like 9.6528."))

    def wanted(self) -> VisitSettings:
        """Return what a valid form asks for."""
        return VisitSettings(
            visit_minutes=whole_number(self.visit_minutes) or 0,
            told_minutes=whole_number(self.told_minutes) or 0,
            point=self._point(),
            modes={field.name.removeprefix(MODE): field.data for field in self.modes},
        )

    def _point(self) -> tuple[float, float] | None:
        latitude, longitude = _degrees(self.latitude), _degrees(self.longitude)
        if latitude is None or longitude is None:
            return None
        return latitude, longitude

    @property
    def modes(self) -> list[Field]:
        """The choice of how she travels, for each counsellor."""
        return [field for field in self if field.name.startswith(MODE)]


def _with_modes(counsellors: Sequence[StaffMember]) -> type[VisitSettingsForm]:
    """Add a field for each counsellor: forms of WTForms are grown as classes."""
    fields = {
        f"{MODE}{one.uuid}": SelectField(
            one.name,
            choices=[SelectChoice(mode, mode_name(mode)) for mode in TRAVEL_MODES],
            default=USUAL_MODE,
            validate_choice=False,
            validators=[_known_mode],
        )
        for one in counsellors
    }
    return type("VisitSettingsForm", (VisitSettingsForm,), fields)


def _known_mode(_form: Form, field: Field) -> None:
    if field.data not in TRAVEL_MODES:
        raise ValidationError(
            _("Choose how %(name)s usually travels.", name=field.label.text)
        )


def text_in(field: Field) -> str:
    """Return what was typed, without the blanks around it."""
    return (field.data or "").strip()


def whole_number(field: Field) -> int | None:
    """Return the number that was typed, if it is one of a few digits."""
    typed = text_in(field)
    return int(typed) if typed.isdecimal() and len(typed) <= LONGEST_NUMBER else None


def _degrees(field: Field) -> float | None:
    try:
        return float(text_in(field).replace(",", "."))
    except ValueError:
        return None


def _is_between(least: float, value: float | None, most: float) -> bool:
    return value is not None and least <= value <= most
