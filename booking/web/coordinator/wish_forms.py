"""What does a coordinator fill in about a wish? How long, how urgent, when, by whom."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    Form,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.languages import gettext as _
from booking.models import PartOfDay, StaffMember
from booking.models.running import zone
from booking.routing import Distance
from booking.services.board_rows import TWO, WishRow
from booking.services.wish_changes import WishFacts
from booking.web.coordinator import wording
from booking.web.dates import day_written
from booking.web.visit_fields import FURTHEST, WEEKDAYS, DaysFields

MINUTES = (15, 30, 45, 60, 75, 90, 120, 150, 180)
NOBODY = ""


class WishForm(DaysFields):
    """What does planning need to know of this wish?"""

    minutes = SelectField(validate_choice=False, coerce=int)
    priority = SelectField(validate_choice=False, coerce=int)
    due_on = StringField()
    set_aside_until = StringField()
    crew = BooleanField()
    own = SelectField(validate_choice=False, default=NOBODY)
    excluded = SelectField(validate_choice=False, default=NOBODY)

    def __init__(
        self,
        staff: Sequence[StaffMember],
        standing: WishFacts,
        *arguments: object,
        **facts: object,
    ) -> None:
        super().__init__(*arguments, **facts)
        self._standing = standing
        self.priority.choices = [
            SelectChoice(0, _("like most")),
            SelectChoice(1, _("soon")),
            SelectChoice(2, _("urgent")),
        ]
        people = [SelectChoice(str(one.uuid), one.name) for one in staff]
        self.own.choices = [SelectChoice(NOBODY, _("nobody yet")), *people]
        self.excluded.choices = [SelectChoice(NOBODY, _("nobody")), *people]
        self.minutes.choices = [
            SelectChoice(one, wording.minutes(one * wording.MINUTE))
            for one in sorted({*MINUTES, standing.minutes})
        ]

    @classmethod
    def typed(
        cls,
        staff: Sequence[StaffMember],
        standing: WishFacts,
        sent: MultiDict[str, str],
    ) -> "WishForm":
        """Read what was filled in."""
        return cls(staff, standing, sent)

    @classmethod
    def standing(cls, staff: Sequence[StaffMember], facts: WishFacts) -> "WishForm":
        """Show what is known."""
        return cls(
            staff,
            facts,
            minutes=facts.minutes,
            priority=facts.priority,
            weekdays=facts.weekdays,
            parts=[part.value for part in facts.parts_of_day],
            from_day=_ahead(facts.from_day),
            due_on=_written(facts.due_on),
            set_aside_until=_ahead(facts.set_aside_until),
            crew=facts.crew == TWO,
            own=str(facts.own or NOBODY),
            excluded=str(facts.excluded or NOBODY),
        )

    def validate_minutes(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose how long the visit takes."))

    def validate_priority(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose how urgent it is."))

    def validate_due_on(self, field: Field) -> None:
        """Accept a day, a past one too: it is overdue then."""
        if field.data and day_written(field.data) is None:
            raise ValidationError(_("Write a day, such as 2026-11-24."))

    def validate_set_aside_until(self, field: Field) -> None:
        """Accept a day of the coming year."""
        if not field.data:
            return
        today, day = clock.today(zone()), day_written(field.data)
        if day is None or not today <= day <= today + FURTHEST:
            raise ValidationError(_("Choose a day from today on, or leave this empty."))

    def validate_own(self, field: Field) -> None:
        """Accept who counsels here, or nobody."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose one of these counsellors."))

    def validate_excluded(self, field: Field) -> None:
        """Accept anybody but her own counsellor."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose one of these counsellors."))
        if field.data and field.data == self.own.data:
            raise ValidationError(
                _("Her own counsellor cannot be left out. Choose somebody else.")
            )

    def facts(self) -> WishFacts:
        """Hand over what was filled in; an empty first day is the one that stood."""
        return WishFacts(
            minutes=self.minutes.data,
            priority=self.priority.data,
            weekdays=tuple(day for day in WEEKDAYS if day in self.weekdays.data),
            parts_of_day=tuple(one for one in PartOfDay if one in self.parts.data),
            from_day=day_written(self.from_day.data)
            or min(self._standing.from_day, clock.today(zone())),
            due_on=day_written(self.due_on.data),
            set_aside_until=day_written(self.set_aside_until.data),
            crew=TWO if self.crew.data else 1,
            own=UUID(self.own.data) if self.own.data else None,
            excluded=UUID(self.excluded.data) if self.excluded.data else None,
        )


class ApartForm(Form):  # type: ignore[misc]  # WTForms has no types
    """From which household is it kept apart, and how?"""

    other = SelectField(validate_choice=False)
    how = RadioField(validate_choice=False, default=Distance.COUNSELLOR.value)

    def __init__(
        self, others: Sequence[WishRow], *arguments: object, **facts: object
    ) -> None:
        super().__init__(*arguments, **facts)
        self.other.choices = [
            SelectChoice("", _("choose a wish")),
            *(
                SelectChoice(str(one.uuid), f"{one.reference}, {one.address}")
                for one in others
            ),
        ]
        self.how.choices = [
            SelectChoice(how.value, wording.apart(how)) for how in Distance
        ]

    def validate_other(self, field: Field) -> None:
        """Ask for one of the open wishes."""
        if not field.data or field.data not in {one.value for one in field.choices}:
            raise ValidationError(_("Choose the other wish."))

    def validate_how(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in set(Distance):
            raise ValidationError(_("Choose how they are kept apart."))


def _ahead(day: date | None) -> str:
    """Write a day unless it has passed: then it says nothing any more."""
    return _written(day) if day and day > clock.today(zone()) else ""


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""
