"""What does a plan weigh, how are routes published and driven? Numbers in sentences."""

from dataclasses import asdict, fields

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import BooleanField, Field, Form, StringField, ValidationError

from booking import clock
from booking.languages import gettext as _
from booking.services.office import ImpossibleSetting, decisions
from booking.services.route_settings import (
    BOUNDS,
    RouteSettings,
    route_settings,
    save_route_settings,
)
from booking.web.access import Audience, open_to
from booking.web.office.forms import text_in
from booking.web.office.pages import pages
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]


def _within(_form: Form, field: Field) -> None:
    least, most = BOUNDS[field.name]
    text = text_in(field)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ValidationError(
            _("Write a number from %(least)s to %(most)s.", least=least, most=most)
        )


class RouteForm(Form):  # type: ignore[misc]  # WTForms has no types
    """All numbers of ``RouteSettings``, and what maps may be told."""

    may_export = BooleanField(false_values=("",))
    map_link = StringField()

    @classmethod
    def typed(cls, sent: MultiDict[str, str]) -> "RouteForm":
        """Read what was filled in."""
        numbers = {name: StringField(validators=[_within]) for name in BOUNDS}
        form: RouteForm = type("RouteForm", (cls,), numbers)(sent)
        return form

    @classmethod
    def standing(cls, decided: RouteSettings) -> "RouteForm":
        """Show what counts now."""
        kept = {name: str(value) for name, value in asdict(decided).items()}
        kept["may_export"] = "y" if decided.may_export else ""
        return cls.typed(MultiDict(kept))

    def validate_map_link(self, field: Field) -> None:
        """Ask for an address with a place for both coordinates."""
        try:
            RouteSettings(map_link=text_in(field))
        except ImpossibleSetting as fault:
            raise ValidationError(
                _("Write an address with {lat} and {lon} in it, or leave it empty.")
            ) from fault

    def wanted(self) -> RouteSettings:
        """Return what a valid form asks for."""
        return RouteSettings(
            **{name: int(text_in(self[name])) for name in BOUNDS},
            may_export=bool(self.may_export.data),
            map_link=text_in(self.map_link),
        )


assert {one.name for one in fields(RouteSettings)} == {  # noqa: S101 - no number is forgotten
    *BOUNDS,
    *("may_export", "map_link"),
}


@pages.get("/office/routes", endpoint="routes")
@open_to(Audience.ADMIN)
def show() -> str:
    """Show what counts now."""
    return _page(RouteForm.standing(route_settings(decisions())))


@pages.post("/office/routes", endpoint="save_routes")
@open_to(Audience.ADMIN)
def save() -> Page:
    """Keep what counts from now on."""
    form = RouteForm.typed(request.form)
    if not form.validate():
        return _page(form), 422
    save_route_settings(form.wanted(), by=person().id, now=clock.now())
    return redirect(url_for("office.routes", saved="yes"), 303)


def _page(form: RouteForm) -> str:
    return render_template(
        "office/routes.html", form=form, saved="saved" in request.args
    )
