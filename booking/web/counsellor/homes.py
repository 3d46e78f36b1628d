"""To which homes does nobody go alone? Marked by counsellors, seen by the head."""

from datetime import date, timedelta
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import Field, Form, RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.languages import gettext as _
from booking.models import Role, StaffMember, TwoTogether, WhyTwo
from booking.services import homes
from booking.services.homes import (
    LONGEST,
    LOOK_AGAIN,
    ImpossibleMark,
    Mark,
    UnknownHome,
)
from booking.web import moments
from booking.web.access import Audience, open_to
from booking.web.counsellor.pages import pages
from booking.web.dates import day_written
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
HEADS = ""


class MarkForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Why do two go, who is told, when is it looked at again?"""

    reason = RadioField(validate_choice=False)
    alerts = SelectField(validate_choice=False, default=HEADS)
    review_on = StringField()

    def __init__(
        self, colleagues: list[StaffMember], *arguments: object, **facts: object
    ) -> None:
        super().__init__(*arguments, **facts)
        self.reason.choices = [SelectChoice(one.value, why(one)) for one in WhyTwo]
        self.alerts.choices = [
            SelectChoice(HEADS, _("the head of department")),
            *(SelectChoice(str(one.uuid), one.name) for one in colleagues),
        ]

    @classmethod
    def typed(cls, sent: MultiDict[str, str]) -> "MarkForm":
        """Read what was filled in."""
        return cls(homes.who_can_be_told(), sent)

    @classmethod
    def standing(cls, mark: TwoTogether | None) -> "MarkForm":
        """Show the mark as it stands, or what is usual."""
        usual = moments.today() + LOOK_AGAIN
        if mark is None:
            return cls(homes.who_can_be_told(), review_on=usual.isoformat())
        return cls(
            homes.who_can_be_told(),
            reason=mark.reason,
            alerts=str(mark.alerts.uuid) if mark.alerts else HEADS,
            review_on=max(mark.review_on, _tomorrow()).isoformat(),
        )

    def validate_reason(self, field: Field) -> None:
        """Ask for one of them."""
        if field.data not in set(WhyTwo):
            raise ValidationError(_("Choose why nobody should go there alone."))

    def validate_alerts(self, field: Field) -> None:
        """Accept who was offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose who is told."))

    def validate_review_on(self, field: Field) -> None:
        """Ask for a day of the coming year."""
        day = day_written(field.data)
        if day is None or not _tomorrow() <= day <= moments.today() + LONGEST:
            raise ValidationError(_("Choose a day from tomorrow on, within a year."))

    def mark(self) -> Mark:
        """Hand over what was filled in."""
        return Mark(
            reason=WhyTwo(self.reason.data),
            alerts=UUID(self.alerts.data) if self.alerts.data else None,
            review_on=day_written(self.review_on.data) or date.max,
        )


def why(reason: WhyTwo) -> str:
    """Say why two go to a home."""
    words = {
        WhyTwo.THREAT: _("somebody there has threatened us"),
        WhyTwo.ANIMAL: _("an animal"),
        WhyTwo.PLACE: _("the house or the way there"),
        WhyTwo.ILLNESS: _("an illness"),
        WhyTwo.OTHER: _("something else"),
    }
    return str(words[reason])


@pages.get("/homes", endpoint="homes")
@open_to(Audience.HEAD)
def listed() -> str:
    """List the homes to which nobody goes alone, with reason and day of review."""
    return render_template(
        "counsellor/homes.html",
        homes=homes.marked(),
        today=moments.today(),
        moments=moments,
        why=why,
    )


@pages.get("/wishes/<uuid:wish>/two-together", endpoint="two_together")
@open_to(Audience.COUNSELLOR, Audience.HEAD)
def two_together(wish: UUID) -> str:
    """Show whether two go to this home, and why."""
    return _page(wish)


@pages.post("/wishes/<uuid:wish>/two-together", endpoint="mark_home")
@open_to(Audience.COUNSELLOR, Audience.HEAD)
def mark(wish: UUID) -> Page:
    """Let nobody go there alone from now on."""
    form = MarkForm.typed(request.form)
    if not form.validate():
        return _page(wish, form), 422
    try:
        homes.mark(person(), wish, form.mark(), now=clock.now())
    except UnknownHome:
        abort(404)
    except ImpossibleMark:  # meanwhile her colleague has left, or midnight has passed
        form = MarkForm.typed(request.form)
        form.validate()
        return _page(wish, form), 409
    return _saved(wish)


@pages.post("/wishes/<uuid:wish>/two-together/removal", endpoint="clear_home")
@open_to(Audience.COUNSELLOR, Audience.HEAD)
def clear(wish: UUID) -> Response:
    """Let one counsellor go there again."""
    try:
        homes.clear(person(), wish, now=clock.now())
    except UnknownHome:
        abort(404)
    if person().may(Role.COUNSELLOR):
        return _saved(wish)
    return redirect(url_for("counsellor.homes"), 303)


@pages.get("/wishes/<uuid:wish>/two-together/removal", endpoint="back_to_home")
@open_to(Audience.COUNSELLOR, Audience.HEAD)
def back_to_home(wish: UUID) -> Response:
    """Lead somebody who reloads a deed back to the home."""
    return redirect(url_for("counsellor.two_together", wish=wish), 303)


def _saved(wish: UUID) -> Response:
    return redirect(url_for("counsellor.two_together", wish=wish, saved="yes"), 303)


def _tomorrow() -> date:
    return moments.today() + timedelta(days=1)


def _page(wish: UUID, form: MarkForm | None = None) -> str:
    try:
        row, standing = homes.standing(person(), wish)
    except UnknownHome:
        abort(404)
    return render_template(
        "counsellor/two_together.html",
        wish=row,
        mark=standing,
        form=form or MarkForm.standing(standing),
        why=why,
        sees_all=person().may(Role.HEAD),
        saved="saved" in request.args,
        moments=moments,
    )
