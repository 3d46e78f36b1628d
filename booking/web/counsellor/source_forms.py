"""What does a counsellor say of a calendar of hers? Its name, and how we come by it."""

from datetime import date, timedelta
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import Field, FileField, Form, StringField, ValidationError

from booking.calendars.sieve import MOST_BYTES
from booking.languages import gettext as _
from booking.models import CalendarSource
from booking.services.sources import LONGEST_VALID, USUALLY_VALID, NewFile
from booking.web import moments
from booking.web.dates import day_written
from booking.web.subscribing import LONGEST_LABEL

A_DAY = timedelta(days=1)


class _NamedForm(Form):  # type: ignore[misc]  # WTForms has no types
    """What is it called, and until when does a file speak?"""

    label = StringField()
    file = FileField()
    valid_until = StringField()

    def validate_label(self, field: Field) -> None:
        """Ask for a short name."""
        if not (field.data or "").strip():
            raise ValidationError(
                _("Write which calendar it is, such as “town hall” or “private”.")
            )
        if len(field.data) > LONGEST_LABEL:
            raise ValidationError(_("Write this in at most 40 characters."))

    def validate_valid_until(self, field: Field) -> None:
        """Ask for a day ahead, where a file speaks."""
        if not self.asks_for_a_day:
            return
        day, today = day_written(field.data), moments.today()
        if day is None or not today <= day <= today + LONGEST_VALID:
            raise ValidationError(_("Write a day from today on, within a year."))

    @property
    def asks_for_a_day(self) -> bool:
        """Whether the last day of a file must be known."""
        return self.has_file

    @property
    def has_file(self) -> bool:
        """Whether a file was chosen."""
        return isinstance(self.file.data, FileStorage) and bool(self.file.data.filename)

    @property
    def name(self) -> str:
        """What a valid form calls it."""
        return str(self.label.data).strip()

    @property
    def last_day(self) -> date:
        """Until when a valid form lets its file speak."""
        return day_written(self.valid_until.data) or date.min

    def new_file(self) -> NewFile:
        """Return the file of a valid form; of one too large, enough to tell."""
        content = self.file.data.read(MOST_BYTES + 1)
        return NewFile(content=content, valid_until=self.last_day)


class SourceForm(_NamedForm):
    """A calendar to be added: by its address, or as a file."""

    address = StringField()

    @classmethod
    def empty(cls) -> "SourceForm":
        """Return the form before anything is typed."""
        return cls(valid_until=(moments.today() + USUALLY_VALID).isoformat())

    def validate_address(self, field: Field) -> None:
        """Ask for one of the two."""
        if not (field.data or "").strip() and not self.has_file:
            raise ValidationError(_("Write the calendar's address, or choose a file."))

    def validate_file(self, field: Field) -> None:
        """Ask for no more than one of the two."""
        if self.has_file and (self.address.data or "").strip():
            raise ValidationError(
                _("Leave either the address or the file out: one calendar at a time.")
            )


class ChangedSourceForm(_NamedForm):
    """What can be said anew of a calendar: its name, a newer file, its last day."""

    def __init__(self, *arguments: Any, of_file: bool, **facts: Any) -> None:
        super().__init__(*arguments, **facts)
        self._of_file = of_file

    @classmethod
    def of(cls, row: CalendarSource) -> "ChangedSourceForm":
        """Fill in what is known."""
        until = row.valid_until
        return cls(
            of_file=until is not None,
            label=row.label,
            valid_until=until.isoformat() if until else "",
        )

    @classmethod
    def typed(cls, row: CalendarSource, *arguments: Any) -> "ChangedSourceForm":
        """Read what was typed; only of a file a last day is asked."""
        return cls(*arguments, of_file=row.valid_until is not None)

    @property
    def asks_for_a_day(self) -> bool:
        """Of a file the last day stands there already, and may be changed."""
        return self._of_file
