"""When may anybody come without an appointment? The office decides, week by week."""

from datetime import date, time
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Field, Form, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.languages import gettext as _
from booking.languages import weekday
from booking.scheduling import WeeklyHours
from booking.services import open_hours as hours
from booking.services.open_hours import UnknownOpenHour
from booking.web import moments
from booking.web.access import Audience, open_to
from booking.web.dates import day_written
from booking.web.office.pages import pages
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
WEEKDAYS = range(7)


class OpenHourForm(Form):  # type: ignore[misc]  # WTForms has no types
    """On which day, from when to when, and from which day on?"""

    weekday = SelectField(validate_choice=False, default="0")
    opens = StringField()
    closes = StringField()
    valid_from = StringField()
    valid_until = StringField()

    def __init__(self, *arguments: object, **facts: object) -> None:
        super().__init__(*arguments, **facts)
        self.weekday.choices = [SelectChoice(str(n), weekday(n)) for n in WEEKDAYS]

    def validate_weekday(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in set(map(str, WEEKDAYS)):
            raise ValidationError(_("Choose a day of the week."))

    def validate_opens(self, field: Field) -> None:
        """Ask for a time of day."""
        if _time(field) is None:
            raise ValidationError(_("Write a time, such as 09:00."))

    def validate_closes(self, field: Field) -> None:
        """Ask for a later time of day."""
        opens, closes = _time(self.opens), _time(field)
        if closes is None:
            raise ValidationError(_("Write a time, such as 09:00."))
        if opens and closes <= opens:
            raise ValidationError(_("Write a time after the first one."))

    def validate_valid_from(self, field: Field) -> None:
        """Ask for a day."""
        if _day(field) is None:
            raise ValidationError(_("Write a day, such as 2026-11-24."))

    def validate_valid_until(self, field: Field) -> None:
        """Accept a later day, or none."""
        if not field.data:
            return
        first, last = _day(self.valid_from), _day(field)
        if last is None:
            raise ValidationError(_("Write a day, such as 2026-11-24."))
        if first and last < first:
            raise ValidationError(_("Write a day after the first one."))

    def hours(self) -> WeeklyHours:
        """Return what a valid form says."""
        return WeeklyHours(
            weekday=int(self.weekday.data),
            opens=_time(self.opens) or time.min,
            closes=_time(self.closes) or time.max,
            valid_from=_day(self.valid_from) or date.min,
            valid_until=_day(self.valid_until),
        )


@pages.get("/office/open-hours", endpoint="open_hours")
@open_to(Audience.ADMIN)
def show() -> str:
    """List the open hours, and ask for another one."""
    return _page(OpenHourForm(valid_from=moments.today().isoformat()))


@pages.post("/office/open-hours", endpoint="add_open_hour")
@open_to(Audience.ADMIN)
def add() -> Page:
    """Let anybody come at these hours, too."""
    form = OpenHourForm(request.form)
    if not form.validate():
        return _page(form), 422
    hours.add(form.hours(), by=person().id, now=clock.now())
    return redirect(url_for("office.open_hours", saved="yes"), 303)


@pages.post("/office/open-hours/<uuid:open_hour>/removal", endpoint="end_open_hour")
@open_to(Audience.ADMIN)
def remove(open_hour: UUID) -> Response:
    """Take one out."""
    try:
        hours.remove(open_hour, by=person().id, now=clock.now())
    except UnknownOpenHour:
        abort(404)
    return redirect(url_for("office.open_hours", saved="yes"), 303)


@pages.get(
    "/office/open-hours/<uuid:open_hour>/<any(removal):_noun>",
    endpoint="back_to_open_hours",
)
@open_to(Audience.ADMIN)
def back(open_hour: UUID, _noun: str) -> Response:  # noqa: ARG001 - the address has both
    """Lead somebody who reloads a deed back to the list."""
    return redirect(url_for("office.open_hours"), 303)


def _page(form: OpenHourForm) -> str:
    return render_template(
        "office/open_hours.html",
        form=form,
        listed=hours.standing(now=clock.now()),
        saved="saved" in request.args,
        weekday=weekday,
        long_day=moments.long_day,
    )


def _time(field: Field) -> time | None:
    try:
        found = time.fromisoformat(field.data or "")
    except ValueError:
        return None
    return None if found.tzinfo else found.replace(second=0, microsecond=0)


def _day(field: Field) -> date | None:
    return day_written(field.data)
