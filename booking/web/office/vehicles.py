"""Which bikes and cars are shared, and when is one away? For the office admin."""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Field, Form, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.languages import gettext as _
from booking.models import cleaned
from booking.models.running import zone
from booking.services import vehicles
from booking.services.vehicles import LONGEST_NAME, POOLED, NewVehicle, UnknownVehicle
from booking.web import moments
from booking.web.access import Audience, open_to
from booking.web.office.pages import pages
from booking.web.signing_in import person
from booking.web.stretch_form import StretchForm
from booking.web.travelling import mode_name

Page = str | Response | tuple[str, int]


class VehicleForm(Form):  # type: ignore[misc]  # WTForms has no types
    """What is it called, and what is it?"""

    name = StringField()
    mode = SelectField(validate_choice=False, default=POOLED[0])

    def __init__(self, *arguments: object, **facts: object) -> None:
        super().__init__(*arguments, **facts)
        self.mode.choices = [SelectChoice(one, mode_name(one)) for one in POOLED]

    def validate_name(self, field: Field) -> None:
        """Ask for a name that fits on a sheet."""
        if not cleaned(field.data or ""):
            raise ValidationError(_("Write what it is called, such as “Bike 2”."))
        if len(cleaned(field.data)) > LONGEST_NAME:
            raise ValidationError(
                _(
                    "Write this in at most %(longest)s characters.",
                    longest=LONGEST_NAME,
                )
            )

    def validate_mode(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in POOLED:
            raise ValidationError(_("Choose a bike or a car."))


@pages.get("/office/vehicles", endpoint="vehicles")
@open_to(Audience.ADMIN)
def show() -> str:
    """Show the pool."""
    return _page(VehicleForm(), StretchForm())


@pages.post("/office/vehicles", endpoint="add_vehicle")
@open_to(Audience.ADMIN)
def add() -> Page:
    """Put a vehicle into the pool."""
    form = VehicleForm(request.form)
    if not form.validate():
        return _page(form, StretchForm()), 422
    new = NewVehicle(name=form.name.data, mode=form.mode.data)
    vehicles.add(new, by=person().id, now=clock.now())
    return _back()


@pages.post("/office/vehicles/<uuid:vehicle>/away", endpoint="send_vehicle_away")
@open_to(Audience.ADMIN)
def send_away(vehicle: UUID) -> Page:
    """Say when it cannot be had."""
    form = StretchForm(request.form)
    if not form.validate():
        return _page(VehicleForm(), form, of=vehicle), 422
    try:
        for window in form.stretch().windows(zone()):
            vehicles.send_away(vehicle, window, by=person().id, now=clock.now())
    except UnknownVehicle:
        abort(404)
    return _back()


@pages.post("/office/vehicles/<uuid:vehicle>/removal", endpoint="retire_vehicle")
@open_to(Audience.ADMIN)
def retire(vehicle: UUID) -> Response:
    """Give it away."""
    vehicles.retire(vehicle, by=person().id, now=clock.now())
    return _back()


@pages.post("/office/vehicles/away/<uuid:away>/removal", endpoint="take_vehicle_back")
@open_to(Audience.ADMIN)
def take_back(away: UUID) -> Response:
    """Say that it is there after all."""
    vehicles.take_back(away, by=person().id, now=clock.now())
    return _back()


@pages.get("/office/vehicles/<uuid:vehicle>/<any(away, removal):_noun>")
@open_to(Audience.ADMIN)
def back_to_vehicles(vehicle: UUID, _noun: str) -> Response:  # noqa: ARG001 - the address has both
    """Lead somebody who reloads a deed back to the pool."""
    return redirect(url_for("office.vehicles"), 303)


@pages.get("/office/vehicles/away/<uuid:away>/removal")
@open_to(Audience.ADMIN)
def back_from_return(away: UUID) -> Response:  # noqa: ARG001 - the address has it
    """Lead somebody who reloads a return back to the pool."""
    return redirect(url_for("office.vehicles"), 303)


def _back() -> Response:
    return redirect(url_for("office.vehicles", saved="yes"), 303)


def _page(form: VehicleForm, away: StretchForm, of: UUID | None = None) -> str:
    return render_template(
        "office/vehicles.html",
        form=form,
        away=away,
        of=of,
        vehicles=vehicles.listed(),
        mode_name=mode_name,
        moments=moments,
        saved="saved" in request.args,
    )
