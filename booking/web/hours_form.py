"""What does somebody fill in about one line of weekly hours?"""

from collections.abc import Sequence
from datetime import date, timedelta

from wtforms import Field, Form, SelectField, SelectMultipleField, StringField
from wtforms import ValidationError as Wrong
from wtforms.fields.choices import SelectChoice

from booking.languages import gettext as _
from booking.languages import weekday
from booking.models import ConsultationType, OpeningHours
from booking.scheduling import WeeklyHours
from booking.services.opening_hours import HoursCollide, Line
from booking.web import moments, weekly
from booking.web.dates import day_written
from booking.web.stretch_form import time_written

MOST_WEEKS = 4
A_DAY = timedelta(days=1)


class HoursForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Which weekday, from when until when, for what, and from which day on?"""

    weekday = SelectField(validate_choice=False)
    opens = StringField()
    closes = StringField()
    every_weeks = SelectField(validate_choice=False, default="1")
    kinds = SelectMultipleField(validate_choice=False)
    valid_from = StringField()
    valid_until = StringField()

    def offer(self, kinds: Sequence[ConsultationType]) -> "HoursForm":
        """Say what may be chosen."""
        self.weekday.choices = [SelectChoice(str(n), weekday(n)) for n in range(7)]
        self.every_weeks.choices = [
            SelectChoice(str(n), weekly.rhythm(n)) for n in range(1, MOST_WEEKS + 1)
        ]
        self.kinds.choices = [
            SelectChoice(str(one.id), weekly.kind_name(one)) for one in kinds
        ]
        return self

    @classmethod
    def empty(cls, today: date) -> "HoursForm":
        """Return the form for a new line, from tomorrow on."""
        return cls(valid_from=(today + A_DAY).isoformat(), weekday="0")

    @classmethod
    def standing(cls, row: OpeningHours, today: date) -> "HoursForm":
        """Show a line as it is, to be another one from its next day on."""
        hours = row.as_weekly_hours()
        following = hours.first_day(today + A_DAY)
        until = row.valid_until
        return cls(
            weekday=str(row.weekday),
            opens=row.opens.strftime("%H:%M"),
            closes=row.closes.strftime("%H:%M"),
            every_weeks=str(row.every_weeks),
            kinds=[str(one.id) for one in row.types],
            valid_from=(following or today + A_DAY).isoformat(),
            valid_until=until.isoformat() if until else "",
        )

    def validate_weekday(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in {one.value for one in field.choices}:
            raise Wrong(_("Choose a day of the week."))

    def validate_opens(self, field: Field) -> None:
        """Ask for a time."""
        if time_written(field.data) is None:
            raise Wrong(_("Write a time, such as 09:00."))

    def validate_closes(self, field: Field) -> None:
        """Ask for a later time."""
        opens, closes = time_written(self.opens.data), time_written(field.data)
        if closes is None:
            raise Wrong(_("Write a time, such as 09:00."))
        if opens and closes <= opens:
            raise Wrong(_("Write a time after the first one."))

    def validate_every_weeks(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in {one.value for one in field.choices}:
            raise Wrong(_("Choose how often."))

    def validate_kinds(self, field: Field) -> None:
        """Accept what was offered; nothing ticked is everything."""
        if not set(field.data or ()) <= {one.value for one in field.choices}:
            raise Wrong(_("Choose what it is for."))

    def validate_valid_from(self, field: Field) -> None:
        """Ask for a day from today on: what was true stays."""
        day = day_written(field.data)
        if day is None:
            raise Wrong(_("Write a day, such as 2026-11-24."))
        if day < moments.today():
            raise Wrong(_("Write today or a later day."))

    def validate_valid_until(self, field: Field) -> None:
        """Ask for a day that comes after the first one, or none."""
        first, last = day_written(self.valid_from.data), day_written(field.data)
        if not field.data:
            return
        if last is None:
            raise Wrong(_("Write a day, such as 2026-11-24."))
        if first and last < first:
            raise Wrong(_("Write a day after the first one."))

    def refuse(self, fault: HoursCollide) -> None:
        """Say with which other line it collides."""
        other = weekly.line_in_words(fault.other)
        sentence = _("There are hours at this time already: %(other)s.", other=other)
        self.opens.errors = [sentence]

    def line(self) -> Line:
        """Return what a valid form says."""
        opens, closes = time_written(self.opens.data), time_written(self.closes.data)
        first = day_written(self.valid_from.data)
        assert opens and closes and first  # noqa: S101, PT018 - it was valid
        return Line(
            WeeklyHours(
                weekday=int(self.weekday.data),
                opens=opens,
                closes=closes,
                valid_from=first,
                valid_until=day_written(self.valid_until.data),
                every_weeks=int(self.every_weeks.data),
            ),
            frozenset(map(int, self.kinds.data or ())),
        )


class EndForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Which day is the last one?"""

    last_day = StringField()

    def validate_last_day(self, field: Field) -> None:
        """Ask for a day; yesterday ends it at once."""
        day = day_written(field.data)
        if day is None:
            raise Wrong(_("Write a day, such as 2026-11-24."))
        if day < moments.today() - A_DAY:
            raise Wrong(_("Write today or a later day."))

    def last(self) -> date:
        """Return what a valid form says."""
        return day_written(self.last_day.data) or date.min
