"""How are offers and appointments shown? Values in the reader's words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from booking import clock
from booking.languages import (
    clock_time,
    day_in_words,
    listed,
    name_of_language,
    part_of_day,
    weekday,
)
from booking.languages import gettext as _
from booking.models import Appointment, PartOfDay, Status, VisitState
from booking.models.running import zone
from booking.scheduling import TimeWindow
from booking.services import told
from booking.services.links import WayBack, WayToWish, readable
from booking.services.rota import DayOffer, Slot
from booking.web.client.answers import OTHER_LANGUAGE, Answers, wall_time
from booking.web.client.steps import Step
from booking.web.visit_fields import part_name

MINUTE = 60  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A start, in words."""

    value: str  # 2026-11-24T09:15
    day_label: str
    time_label: str
    part_label: str
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class DayChoice:
    """A day with free times."""

    date: str
    label: str
    count: int
    step: Step


@dataclass(frozen=True, slots=True)
class TimeChoice:
    """A time of the chosen day."""

    value: str
    label: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the check page."""

    label: str
    value: str
    ltr: bool
    change: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An appointment as its own page shows it: no name, no number, no topic."""

    state: str
    changed_by: str  # “office” or “client”; empty until it is moved or cancelled
    value: str
    day_label: str
    time_label: str
    until_label: str
    part_label: str
    place: str
    phone_hint: bool
    language_name: str
    interpreter: bool
    code: str
    minutes: int

    @classmethod
    def of(cls, way: WayBack, now: datetime) -> "Shown":
        """Put an appointment into words."""
        appointment = way.appointment
        when = in_words(appointment.starts_at)
        return cls(
            state=_state(appointment, now),
            changed_by=_changed_by(appointment),
            value=when.value,
            day_label=when.day_label,
            time_label=when.time_label,
            until_label=clock_time(appointment.ends_at, zone()),
            part_label=when.part_label,
            place=appointment.type.place,
            phone_hint=appointment.phone_sealed is not None,
            language_name=language_name(appointment.language),
            interpreter=appointment.interpreter_wanted,
            code=readable(way.code),
            minutes=int(appointment.window.length.total_seconds()) // MINUTE,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownVisit:
    """A wish for a visit as its own page shows it; no address, no name.

    Day and window are empty until the visit is published; ``state`` may also be
    “over”, when nobody has yet written down whether we met.
    """

    state: str
    day_label: str
    window_label: str
    part_label: str
    weekdays: str
    parts: str
    language_name: str
    interpreter: bool
    code: str

    @classmethod
    def of(cls, way: WayToWish, now: datetime) -> "ShownVisit":
        """Put a wish into words; drafts are not told."""
        request = way.request
        window = request.told
        return cls(
            state=_state_of_wish(way, now),
            day_label=in_words(window.start).day_label if window else "",
            window_label=told.in_words(window) if window else "",
            part_label=in_words(window.start).part_label if window else "",
            weekdays=weekdays_in_words(request.weekdays),
            parts="; ".join(part_name(PartOfDay(one)) for one in request.parts_of_day),
            language_name=language_name(request.language),
            interpreter=request.interpreter_wanted,
            code=readable(way.code),
        )


def weekdays_in_words(days: Iterable[int]) -> str:
    """List days of the week as a reader's language does: “Tuesday and Thursday”."""
    return listed([weekday(day) for day in days])


def in_words(start: datetime, step: Step | None = None) -> Moment:
    """Put a start into words."""
    day = start.astimezone(zone()).date()
    return Moment(
        value=f"{day.isoformat()}T{wall_time(start)}",
        day_label=day_label(day),
        time_label=clock_time(start, zone()),
        part_label=part_of_day(start, zone()),
        step=step,
    )


def day_label(day: date) -> str:
    """Put a day into words."""
    return day_in_words(day, today=clock.today(zone()))


def day_choices(
    days: Iterable[DayOffer], answers: Answers, endpoint: str
) -> list[DayChoice]:
    """List days with the number of their free times."""
    return [
        DayChoice(
            offer.day.isoformat(),
            day_label(offer.day),
            offer.count,
            answers.link(endpoint, day=offer.day.isoformat()),
        )
        for offer in days
    ]


def time_groups(
    slots: Iterable[Slot], chosen: str
) -> list[tuple[str, list[TimeChoice]]]:
    """Sort the times of a day into morning, afternoon and evening."""
    groups: dict[str, list[TimeChoice]] = {}
    for slot in slots:
        value = wall_time(slot.window.start)
        label = clock_time(slot.window.start, zone())
        part = part_of_day(slot.window.start, zone())
        groups.setdefault(part, []).append(TimeChoice(value, label, value == chosen))
    return [(_capital(part), times) for part, times in groups.items()]


def nearest_in_words(windows: Iterable[TimeWindow]) -> list[Moment]:
    """Put the nearest free times into words."""
    return [in_words(window.start) for window in windows]


def language_name(code: str) -> str:
    """Name the language of a talk."""
    if code == OTHER_LANGUAGE:
        return str(_("another language"))
    return name_of_language(code)


def chosen(pairs: Iterable[tuple[str, str]], values: Iterable[str]) -> Iterator[str]:
    """Yield the labels of the chosen values."""
    wanted = set(values)
    return (label for value, label in pairs if value in wanted)


def _state(appointment: Appointment, now: datetime) -> str:
    over = appointment.status == Status.BOOKED and appointment.ends_at <= now
    return "over" if over else appointment.status


def _changed_by(appointment: Appointment) -> str:
    """Say who moved or cancelled it last: the office, she herself, or nobody."""
    cancelled = appointment.status == Status.CANCELLED
    by_office = (
        appointment.cancelled_by_office if cancelled else appointment.moved_by_office
    )
    if by_office is None:
        return ""
    return "office" if by_office else "client"


def _state_of_wish(way: WayToWish, now: datetime) -> str:
    if way.request.state == VisitState.PLANNED:
        return VisitState.WISHED
    published = way.request.state == VisitState.PUBLISHED
    over = way.appointment is not None and way.appointment.ends_at <= now
    return "over" if published and over else way.request.state


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
