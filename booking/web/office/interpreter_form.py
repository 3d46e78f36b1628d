"""What does the office fill in about an interpreter? Facts, and a line per weekday."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    Form,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice

from booking.languages import SPOKEN, weekday
from booking.languages import gettext as _
from booking.models import Interpreter, InterpreterKind
from booking.services.interpreter_list import (
    LONGEST_LEAD,
    USUAL_LEAD,
    Hours,
    InterpreterFacts,
)
from booking.web.dates import day_written
from booking.web.forms import ask_for, email_address, phone_number, spoken_languages
from booking.web.moments import today
from booking.web.office.choices import AS_CHOSEN, IS_WOMAN, yes_no_unknown

SPARE_LINES = 2
MOST_LINES = 40
REMOVED = "remove"  # chosen instead of a weekday
PARTS = ("weekday", "opens", "closes", "from", "until")


@dataclass(frozen=True, slots=True)
class Line:
    """The five fields of one line of hours."""

    weekday: Field
    opens: Field
    closes: Field
    valid_from: Field
    valid_until: Field

    @property
    def is_used(self) -> bool:
        """Tell whether somebody has filled in anything of it."""
        if self.weekday.data == REMOVED:
            return False
        return bool(self.weekday.data or self.opens.data or self.closes.data)

    def hours(self) -> Hours:
        """Return what a valid line says."""
        until = self.valid_until.data
        return Hours(
            weekday=int(self.weekday.data),
            opens=time.fromisoformat(self.opens.data),
            closes=time.fromisoformat(self.closes.data),
            valid_from=date.fromisoformat(self.valid_from.data),
            valid_until=date.fromisoformat(until) if until else None,
        )


class InterpreterForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Who interprets, in which languages, and how soon can she come?"""

    name = StringField()
    kind = SelectField(validate_choice=False, default=InterpreterKind.ON_SITE.value)
    phone = StringField()
    email = StringField()
    lead_hours = StringField(default=str(USUAL_LEAD))
    languages = SelectMultipleField(validate_choice=False)
    is_woman = SelectField(validate_choice=False, default="")
    active = BooleanField(default=True)

    count = 0  # of lines

    def __init__(self, *arguments: object, **facts: object) -> None:
        super().__init__(*arguments, **facts)
        self.kind.choices = [SelectChoice(one.value, kind_name(one)) for one in KINDS]
        self.languages.choices = spoken_languages()
        self.is_woman.choices = yes_no_unknown()

    @classmethod
    def empty(cls) -> "InterpreterForm":
        """Return the form for somebody new."""
        return _with_lines(SPARE_LINES)()

    @classmethod
    def standing(cls, row: Interpreter, hours: Sequence[Hours]) -> "InterpreterForm":
        """Show what is kept of her."""
        kept = [
            ("name", row.name),
            ("kind", row.kind),
            ("phone", row.phone),
            ("email", row.email),
            ("lead_hours", str(row.lead_hours)),
            ("is_woman", AS_CHOSEN[row.is_woman]),
            *(("languages", code) for code in sorted(row.languages)),
            *(pair for n, one in enumerate(hours) for pair in _kept(n, one)),
        ]
        if row.active:
            kept.append(("active", "y"))
        return _with_lines(len(hours) + SPARE_LINES)(MultiDict(kept))

    @classmethod
    def typed(cls, sent: MultiDict[str, str]) -> "InterpreterForm":
        """Read what was filled in."""
        count = sum(name.startswith("weekday-") for name in sent)
        return _with_lines(min(max(count, SPARE_LINES), MOST_LINES))(sent)

    @property
    def lines(self) -> list[Line]:
        """The lines of hours."""
        return [self.line(number) for number in range(self.count)]

    def line(self, number: int | str) -> Line:
        """Return one line of hours."""
        return Line(*(self[f"{part}-{number}"] for part in PARTS))

    def validate_name(self, field: Field) -> None:
        """Ask for a name."""
        ask_for(field, _("Write the interpreter's name."))

    def validate_kind(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in list(InterpreterKind):
            raise ValidationError(_("Choose how she or he interprets."))

    def validate_phone(self, field: Field) -> None:
        """Ask for one way to reach her at least."""
        if field.data:
            field.data = phone_number(field.data)
        elif not self.email.data:
            sentence = _("Write a phone number or an e-mail address, to ask her.")
            raise ValidationError(sentence)

    def validate_email(self, field: Field) -> None:
        """Accept an address that mail reaches."""
        if field.data:
            field.data = email_address(field.data)

    def validate_lead_hours(self, field: Field) -> None:
        """Ask for hours within a month."""
        typed = (field.data or "").strip()
        if not typed.isdecimal() or len(typed) > 3 or int(typed) > LONGEST_LEAD:  # noqa: PLR2004 - digits
            raise ValidationError(
                _("Write a number of hours from 0 to %(most)s.", most=LONGEST_LEAD)
            )

    def validate_languages(self, field: Field) -> None:
        """Ask for one language at least."""
        if not set(field.data or ()) & set(SPOKEN):
            raise ValidationError(_("Choose at least one language."))

    def facts(self) -> InterpreterFacts:
        """Hand over what was filled in."""
        return InterpreterFacts(
            name=self.name.data,
            kind=InterpreterKind(self.kind.data),
            languages=frozenset(self.languages.data) & frozenset(SPOKEN),
            phone=self.phone.data or "",
            email=self.email.data or "",
            lead_hours=int(self.lead_hours.data.strip()),
            is_woman=IS_WOMAN.get(self.is_woman.data),
            active=self.active.data,
            hours=tuple(line.hours() for line in self.lines if line.is_used),
        )


KINDS = tuple(InterpreterKind)


def kind_name(kind: str) -> str:
    """Say how an interpreter joins a talk."""
    names = {
        InterpreterKind.ON_SITE: _("comes to the office"),
        InterpreterKind.PHONE: _("by phone"),
        InterpreterKind.VIDEO: _("by video"),
    }
    return str(names[InterpreterKind(kind)])


def _kept(number: int, hours: Hours) -> list[tuple[str, str]]:
    written = (
        str(hours.weekday),
        hours.opens.strftime("%H:%M"),
        hours.closes.strftime("%H:%M"),
        hours.valid_from.isoformat(),
        hours.valid_until.isoformat() if hours.valid_until else "",
    )
    return [
        (f"{part}-{number}", text) for part, text in zip(PARTS, written, strict=True)
    ]


def _with_lines(count: int) -> type[InterpreterForm]:
    """Add the fields of each line: forms of WTForms are grown as classes."""
    fields: dict[str, object] = {"count": count}
    for number in range(count):
        fields |= {
            f"weekday-{number}": SelectField(
                choices=_weekdays(), validate_choice=False, validators=[_a_weekday]
            ),
            f"opens-{number}": StringField(validators=[_a_time]),
            f"closes-{number}": StringField(validators=[_a_time, _a_later_time]),
            f"from-{number}": StringField(
                default=today().isoformat(), validators=[_a_day]
            ),
            f"until-{number}": StringField(validators=[_a_later_day]),
        }
    return type("InterpreterForm", (InterpreterForm,), fields)


def _weekdays() -> list[SelectChoice]:
    days = [SelectChoice(str(number), weekday(number)) for number in range(7)]
    return [SelectChoice("", "\u2013"), *days, SelectChoice(REMOVED, _("Remove"))]


def _line_of(form: InterpreterForm, field: Field) -> Line:
    return form.line(field.name.rpartition("-")[2])


def _a_weekday(form: InterpreterForm, field: Field) -> None:
    known = {str(number) for number in range(7)}
    if _line_of(form, field).is_used and field.data not in known:
        raise ValidationError(_("Choose a day of the week."))


def _a_time(form: InterpreterForm, field: Field) -> None:
    if _line_of(form, field).is_used and _time(field.data) is None:
        raise ValidationError(_("Write a time, such as 09:00."))


def _a_later_time(form: InterpreterForm, field: Field) -> None:
    line = _line_of(form, field)
    opens, closes = _time(line.opens.data), _time(line.closes.data)
    if line.is_used and opens and closes and closes <= opens:
        raise ValidationError(_("Write a time after the first one."))


def _a_day(form: InterpreterForm, field: Field) -> None:
    if _line_of(form, field).is_used and _date(field.data) is None:
        raise ValidationError(_("Write a day, such as 2026-11-24."))


def _a_later_day(form: InterpreterForm, field: Field) -> None:
    line = _line_of(form, field)
    if not line.is_used or not field.data:
        return
    first, last = _date(line.valid_from.data), _date(field.data)
    if last is None:
        raise ValidationError(_("Write a day, such as 2026-11-24."))
    if first and last < first:
        raise ValidationError(_("Write a day after the first one."))


def _time(text: str | None) -> time | None:
    try:
        found = time.fromisoformat(text or "")
    except ValueError:
        return None
    return found.replace(second=0, microsecond=0) if found.tzinfo is None else None


def _date(text: str | None) -> date | None:
    return day_written(text)
