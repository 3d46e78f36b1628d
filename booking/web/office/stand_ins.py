"""Who stands in for whom? The head names them, for some days."""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Field, Form, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.languages import gettext as _
from booking.models import StaffMember
from booking.services import archive, homes, opening_hours, stand_ins
from booking.services.stand_ins import (
    NewStandIn,
    NoStretch,
    StandsForHerself,
    UnknownStandIn,
)
from booking.web import moments
from booking.web.access import Audience, open_to
from booking.web.dates import day_written
from booking.web.office.pages import pages
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
EVERYBODY = "all"


class StandInForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Who, for whom, and on which days?"""

    deputy = SelectField(validate_choice=False)
    counsellor = SelectField(validate_choice=False, default=EVERYBODY)
    first = StringField()
    last = StringField()

    def offer(
        self, staff: list[StaffMember], counsellors: list[StaffMember]
    ) -> "StandInForm":
        """Say who may be named, and for whom."""
        self.deputy.choices = [SelectChoice(str(one.uuid), one.name) for one in staff]
        self.counsellor.choices = [
            SelectChoice(EVERYBODY, _("everybody")),
            *(SelectChoice(str(one.uuid), one.name) for one in counsellors),
        ]
        return self

    def validate_deputy(self, field: Field) -> None:
        """Accept who was offered."""
        _ask_offered(field, _("Choose who stands in."))

    def validate_counsellor(self, field: Field) -> None:
        """Accept who was offered, but not the same person."""
        _ask_offered(field, _("Choose for whom."))
        if field.data == self.deputy.data:
            raise ValidationError(_("Nobody stands in for herself."))

    def validate_first(self, field: Field) -> None:
        """Ask for a day."""
        if day_written(field.data) is None:
            raise ValidationError(_("Write a day, such as 2026-11-24."))

    def validate_last(self, field: Field) -> None:
        """Ask for a day from today on that comes after the first one."""
        first, last = day_written(self.first.data), day_written(field.data)
        if last is None:
            raise ValidationError(_("Write a day, such as 2026-11-24."))
        if last < moments.today():
            raise ValidationError(_("Write today or a later day."))
        if first and last < first:
            raise ValidationError(_("Write a day after the first one."))

    def wanted(self) -> NewStandIn:
        """Return what a valid form says."""
        first, last = day_written(self.first.data), day_written(self.last.data)
        assert first and last  # noqa: S101, PT018 - it was valid
        whom = self.counsellor.data
        return NewStandIn(
            deputy=UUID(self.deputy.data),
            counsellor=None if whom == EVERYBODY else UUID(whom),
            first=first,
            last=last,
        )


@pages.get("/office/stand-ins", endpoint="stand_ins")
@open_to(Audience.HEAD)
def show() -> str:
    """List who stands in now and later, and ask about more."""
    today = moments.today().isoformat()
    return _page(_offered(StandInForm(first=today, last=today)))


@pages.post("/office/stand-ins", endpoint="name_stand_in")
@open_to(Audience.HEAD)
def name() -> Page:
    """Let somebody stand in."""
    form = _offered(StandInForm(request.form))
    if not form.validate():
        return _page(form), 422
    try:
        stand_ins.name(form.wanted(), by=person().id, now=clock.now())
    except (UnknownStandIn, NoStretch, StandsForHerself):
        abort(409)  # the form has said so; since then the day, or the staff, changed
    return redirect(url_for("office.stand_ins", saved="yes"), 303)


@pages.post("/office/stand-ins/<uuid:stand_in>/removal", endpoint="end_stand_in")
@open_to(Audience.HEAD)
def end(stand_in: UUID) -> Response:
    """Let somebody stand in no longer."""
    try:
        stand_ins.end(stand_in, by=person().id, now=clock.now())
    except UnknownStandIn:
        abort(404)
    return redirect(url_for("office.stand_ins"), 303)


@pages.get("/office/stand-ins/<uuid:stand_in>/<any(removal):_noun>")
@open_to(Audience.HEAD)
def back_to_stand_ins(stand_in: UUID, _noun: str) -> Response:  # noqa: ARG001 - the address has both
    """Lead somebody who reloads a deed back to the list."""
    return redirect(url_for("office.stand_ins"), 303)


def _ask_offered(field: Field, sentence: str) -> None:
    if field.data not in {one.value for one in field.choices}:
        raise ValidationError(sentence)


def _offered(form: StandInForm) -> StandInForm:
    return form.offer(stand_ins.everybody(), opening_hours.counsellors())


def _page(form: StandInForm) -> str:
    return render_template(
        "office/stand_ins.html",
        form=form,
        stand_ins=stand_ins.listed(today=moments.today()),
        homes_due=homes.due(moments.today()),
        files_due=archive.waiting(now=clock.now()),
        saved="saved" in request.args,
        today=moments.today(),
        long_day=moments.long_day,
    )
