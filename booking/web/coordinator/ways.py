"""Which ways do coordinators know better than the map? "This bus takes 35 minutes."."""

from collections.abc import Sequence
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import Field, Form, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.languages import gettext as _
from booking.models import LONGEST_WAY
from booking.services import known_ways
from booking.services.known_ways import OFFICE, Door, DoorGone, ImpossibleWay
from booking.services.office import the_office
from booking.services.visit_settings import TRAVEL_MODES
from booking.web.access import Audience, open_to
from booking.web.coordinator import wording
from booking.web.coordinator.pages import pages
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
LONGEST_NUMBER = 3  # digits
USUAL = "pt"  # what maps know least of


class WayForm(Form):  # type: ignore[misc]  # WTForms has no types
    """From where to where, how, and how long?"""

    one = SelectField(validate_choice=False)
    other = SelectField(validate_choice=False)
    mode = SelectField(validate_choice=False, default=USUAL)
    minutes = StringField()

    @classmethod
    def among(cls, doors: Sequence[Door], sent: MultiDict[str, str]) -> "WayForm":
        """Offer the office and every door where somebody waits."""
        form = cls(sent)
        places = [SelectChoice(OFFICE, the_office().name)]
        places += [SelectChoice(door.key, door.address) for door in doors]
        form.one.choices = form.other.choices = places
        form.mode.choices = [
            SelectChoice(mode, wording.mode(mode)) for mode in TRAVEL_MODES
        ]
        return form

    def validate_other(self, field: Field) -> None:
        """Ask for two doors."""
        offered = {choice.value for choice in field.choices}
        if field.data not in offered or self.one.data not in offered:
            raise ValidationError(_("Choose two of these addresses."))
        if field.data == self.one.data:
            raise ValidationError(_("Choose two different addresses."))

    def validate_mode(self, field: Field) -> None:
        """Ask for a mode of travel."""
        if field.data not in TRAVEL_MODES:
            raise ValidationError(_("Choose how one travels."))

    def validate_minutes(self, field: Field) -> None:
        """Ask for a number."""
        if not 1 <= self.length <= LONGEST_WAY:
            raise ValidationError(
                _(
                    "Write a number from %(least)s to %(most)s.",
                    least=1,
                    most=LONGEST_WAY,
                )
            )

    @property
    def length(self) -> int:
        """The minutes that were typed, or 0."""
        typed = (self.minutes.data or "").strip()
        return int(typed) if typed.isdecimal() and len(typed) <= LONGEST_NUMBER else 0


@pages.get("/visits/ways", endpoint="ways")
@open_to(Audience.COORDINATOR)
def show() -> str:
    """Show the ways that are known, and a form for one more."""
    return _page(WayForm.among(known_ways.doors(), request.form))


@pages.post("/visits/ways")
@open_to(Audience.COORDINATOR)
def keep() -> Page:
    """Keep how long a way takes."""
    form = WayForm.among(known_ways.doors(), request.form)
    if not form.validate():
        return _page(form), 422
    try:
        known_ways.keep(
            (form.one.data, form.other.data),
            form.mode.data,
            form.length,
            by=person().id,
            now=clock.now(),
        )
    except (ImpossibleWay, DoorGone):
        return _page(form, met=True), 409
    return redirect(url_for("coordinator.ways", saved="yes"), 303)


@pages.post("/visits/ways/<uuid:way>/removal", endpoint="forget_way")
@open_to(Audience.COORDINATOR)
def forget(way: UUID) -> Response:
    """Let the map count again."""
    known_ways.forget(way, by=person().id, now=clock.now())
    return redirect(url_for("coordinator.ways"), 303)


@pages.get("/visits/ways/<uuid:_way>/removal")
@open_to(Audience.COORDINATOR)
def back_to_ways(_way: UUID) -> Response:
    """Lead somebody who reloads a deed back to the list."""
    return redirect(url_for("coordinator.ways"), 303)


def _page(form: WayForm, *, met: bool = False) -> str:
    return render_template(
        "coordinator/ways.html",
        form=form,
        known=known_ways.listed(),
        met=met,
        saved="saved" in request.args,
        words=wording,
    )
