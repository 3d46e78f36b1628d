"""How fast does one get about here? Speeds, detours and the rush hour, with bounds."""

from collections.abc import Mapping
from datetime import time

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import Field, Form, StringField, ValidationError

from booking import clock
from booking.languages import gettext as _
from booking.models.running import settings
from booking.services.office import decisions
from booking.services.travel_settings import (
    DETOURS,
    EXTRAS,
    RUSH,
    SPEEDS,
    TravelSettings,
    save_travel_settings,
    travel_modes,
    travel_settings,
)
from booking.services.visit_settings import TRAVEL_MODES
from booking.web.access import Audience, open_to
from booking.web.office.forms import text_in
from booking.web.office.pages import pages
from booking.web.signing_in import person
from booking.web.travelling import mode_name

Page = str | Response | tuple[str, int]
BOUNDS: Mapping[str, tuple[float, float]] = {
    **{f"kmh_{mode}": SPEEDS[mode] for mode in TRAVEL_MODES},
    **{f"detour_{mode}": (DETOURS[0] / 100, DETOURS[1] / 100) for mode in TRAVEL_MODES},
    **{f"extra_{mode}": EXTRAS for mode in TRAVEL_MODES},
    "rush_percent": RUSH,
}
SPANS = (("morning_from", "morning_until"), ("evening_from", "evening_until"))


class TravelForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Three numbers for each mode of travel, and when the streets are full."""

    rush_percent = StringField()
    morning_from = StringField()
    morning_until = StringField()
    evening_from = StringField()
    evening_until = StringField()

    @classmethod
    def standing(cls, decided: TravelSettings) -> "TravelForm":
        """Show what counts now."""
        kept = {"rush_percent": str(decided.rush_percent)}
        for name, mode in decided.modes.items():
            kept[f"kmh_{name}"] = f"{mode.kmh:g}"
            kept[f"detour_{name}"] = f"{mode.detour:g}"
            kept[f"extra_{name}"] = f"{mode.extra_minutes:g}"
        for (begins, ends), span in zip(SPANS, decided.rush_hours, strict=False):
            kept[begins], kept[ends] = (f"{one:%H:%M}" for one in span)
        return cls.typed(MultiDict(kept))

    @classmethod
    def typed(cls, sent: MultiDict[str, str]) -> "TravelForm":
        """Read what was filled in."""
        return _with_numbers()(sent)

    def of(self, mode: str) -> list[Field]:
        """Return the fields of one mode."""
        return [self[f"{part}_{mode}"] for part in ("kmh", "detour", "extra")]

    def wanted(self) -> TravelSettings:
        """Return what a valid form asks for."""
        figures = {mode: self._figures(mode) for mode in TRAVEL_MODES}
        spans = ((_time(self[a]), _time(self[b])) for a, b in SPANS)
        return TravelSettings(
            modes=travel_modes(figures),
            rush_percent=int(_number(self.rush_percent) or 0),
            rush_hours=tuple((a, b) for a, b in spans if a and b),
        )

    def _figures(self, mode: str) -> tuple[float, float, float]:
        kmh, detour, extra = (_number(field) or 0.0 for field in self.of(mode))
        return kmh, detour, extra


@pages.get("/office/travel", endpoint="travel")
@open_to(Audience.ADMIN)
def show() -> str:
    """Show what counts now."""
    return _page(TravelForm.standing(travel_settings(decisions())))


@pages.post("/office/travel", endpoint="save_travel")
@open_to(Audience.ADMIN)
def save() -> Page:
    """Keep how travel is planned from now on."""
    form = TravelForm.typed(request.form)
    if not form.validate():
        return _page(form), 422
    save_travel_settings(form.wanted(), by=person().id, now=clock.now())
    return redirect(url_for("office.travel", saved="yes"), 303)


def _page(form: TravelForm) -> str:
    return render_template(
        "office/travel.html",
        form=form,
        modes=TRAVEL_MODES,
        mode_name=mode_name,
        measured_by=settings().travel,
        saved="saved" in request.args,
    )


def _with_numbers() -> type[TravelForm]:
    """Add the fields of each mode, and what every field asks for."""
    numbers = {
        name: StringField(validators=[_within])
        for name in BOUNDS
        if name != "rush_percent"
    }
    spans = {begins: StringField(validators=[_whole_span]) for begins, _until in SPANS}
    rush = {"rush_percent": StringField(validators=[_within, _whole])}
    return type("TravelForm", (TravelForm,), numbers | spans | rush)


def _within(_form: Form, field: Field) -> None:
    least, most = BOUNDS[field.name]
    number = _number(field)
    if number is None or not least <= number <= most:
        raise ValidationError(
            _("Write a number from %(least)s to %(most)s.", least=least, most=most)
        )


def _whole(_form: Form, field: Field) -> None:
    if not text_in(field).isdecimal():
        raise ValidationError(_("Write a whole number."))


def _whole_span(form: Form, field: Field) -> None:
    """Ask for both ends, the later one second; two empty ones are no rush hour."""
    until = form[dict(SPANS)[field.name]]
    if not (text_in(field) or text_in(until)):
        return
    begins, ends = _time(field), _time(until)
    if begins is None or ends is None or begins >= ends:
        raise ValidationError(
            _("Write two times such as 7:00 and 9:00, or leave both empty.")
        )


def _number(field: Field) -> float | None:
    try:
        return float(text_in(field).replace(",", "."))
    except ValueError:
        return None


def _time(field: Field) -> time | None:
    try:
        hours, _colon, minutes = text_in(field).partition(":")
        return time(int(hours), int(minutes or 0))
    except (ValueError, OverflowError):  # 1e309 hours are no time either
        return None
