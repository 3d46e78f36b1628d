"""From which day until which, whole days or a part of each? Absences, closed days."""

from datetime import date, time

from wtforms import Field, Form, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from booking.languages import gettext as _
from booking.models import PartOfDay
from booking.scheduling import LONGEST_STRETCH, Stretch
from booking.services.office import PARTS_OF_DAY
from booking.web import moments
from booking.web.dates import day_written

NOON = PARTS_OF_DAY[PartOfDay.MORNING][1]
WHOLE, MORNING, AFTERNOON, TIMES = "whole", "morning", "afternoon", "times"


class StretchForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Which days, and how much of each?"""

    first = StringField()
    last = StringField()
    part = SelectField(validate_choice=False, default=WHOLE)
    since = StringField()
    until = StringField()

    def __init__(self, *arguments: object, **facts: object) -> None:
        super().__init__(*arguments, **facts)
        noon = NOON.strftime("%H:%M")
        self.part.choices = [
            SelectChoice(WHOLE, _("the whole day")),
            SelectChoice(MORNING, _("the morning, until %(noon)s", noon=noon)),
            SelectChoice(AFTERNOON, _("the afternoon, from %(noon)s", noon=noon)),
            SelectChoice(TIMES, _("from one time to another")),
        ]

    def validate_first(self, field: Field) -> None:
        """Ask for a day that is not over."""
        day = day_written(field.data)
        if day is None:
            raise ValidationError(_("Write a day, such as 2026-11-24."))
        if day < moments.today():
            raise ValidationError(_("Write today or a later day."))

    def validate_last(self, field: Field) -> None:
        """Ask for a day that comes after the first one; none is the first day alone."""
        first, last = day_written(self.first.data), day_written(field.data)
        if not field.data or first is None:
            return
        if last is None:
            raise ValidationError(_("Write a day, such as 2026-11-24."))
        if last < first:
            raise ValidationError(_("Write a day after the first one."))
        if last - first > LONGEST_STRETCH:
            raise ValidationError(_("Write a day within a year of the first one."))

    def validate_part(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in {WHOLE, MORNING, AFTERNOON, TIMES}:
            raise ValidationError(_("Choose how much of the day."))

    def validate_since(self, field: Field) -> None:
        """Ask for a time where times are wanted."""
        if self.part.data == TIMES and time_written(field.data) is None:
            raise ValidationError(_("Write a time, such as 09:00."))

    def validate_until(self, field: Field) -> None:
        """Ask for a later time where times are wanted."""
        if self.part.data != TIMES:
            return
        since, until = time_written(self.since.data), time_written(field.data)
        if until is None:
            raise ValidationError(_("Write a time, such as 09:00."))
        if since and until <= since:
            raise ValidationError(_("Write a time after the first one."))

    def stretch(self) -> Stretch:
        """Return what a valid form says."""
        first = day_written(self.first.data) or date.min
        since, until = {
            WHOLE: (None, None),
            MORNING: (None, NOON),
            AFTERNOON: (NOON, None),
            TIMES: (time_written(self.since.data), time_written(self.until.data)),
        }[self.part.data]
        last = day_written(self.last.data) or first
        return Stretch(first=first, last=last, since=since, until=until)


def time_written(text: str | None) -> time | None:
    """Read a wall time as a browser sends it, or None."""
    try:
        found = time.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return None if found.tzinfo else found.replace(second=0, microsecond=0)


def in_words(stretch: Stretch) -> str:
    """Write which days are meant, and how much of each."""
    days = moments.long_day(stretch.first)
    if stretch.last != stretch.first:
        days = f"{days} \u2013 {moments.long_day(stretch.last)}"
    if stretch.is_whole:
        return days
    if stretch.since is None:
        part = _("until %(time)s", time=_clock(stretch.until))
    elif stretch.until is None:
        part = _("from %(time)s", time=_clock(stretch.since))
    else:
        part = f"{_clock(stretch.since)}\u2013{_clock(stretch.until)}"
    return f"{days}, {part}"


def _clock(wall: time | None) -> str:
    return wall.strftime("%H:%M") if wall else ""
