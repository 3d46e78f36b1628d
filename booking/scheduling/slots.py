"""When is a counsellor free on one day? Hours, less what is taken, on the raster."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from booking.scheduling.hours import instant, last_instant
from booking.scheduling.starts import (
    Raster,
    Span,
    ceiling,
    floor,
    raster_of,
    runs_without,
    span,
)
from booking.scheduling.windows import TimeWindow, merged

# Arbeitszeitgesetz § 4: whoever works more than six hours rests for thirty minutes,
# fixed beforehand. That it lies around noon is the office's own rule.
BREAK_AFTER = timedelta(hours=6)  # opening hours of a day that need no break
BREAK = timedelta(minutes=30)  # the rest, in one piece
BREAK_FROM = time(11, 30)  # local; the break starts no earlier
BREAK_UNTIL = time(14, 0)  # local; the break ends no later

FINEST_RASTER = timedelta(minutes=1)  # nobody keeps an appointment to the second

_NOTHING = timedelta(0)
_SECOND = timedelta(seconds=1)
_BREAK = BREAK // _SECOND


class ImpossibleRules(ValueError):
    """Slot rules by which no slot could be cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRules:
    """How slots are cut: their length, the buffers around them, where they start."""

    length: timedelta
    raster: timedelta
    before: timedelta = _NOTHING
    after: timedelta = _NOTHING

    def __post_init__(self) -> None:
        if self.length <= _NOTHING:
            raise ImpossibleRules("A slot cannot be over when it starts.")
        if self.raster < FINEST_RASTER:
            raise ImpossibleRules("Slots start a minute apart or more.")
        if self.before < _NOTHING or self.after < _NOTHING:
            raise ImpossibleRules("A buffer cannot be less than nothing.")

    def busy(self, slot: TimeWindow) -> TimeWindow:
        """Return the time that the slot costs the counsellor, buffers included."""
        return slot.widened(before=self.before, after=self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workday:
    """One counsellor's day: her hours, when she is away, what is taken already.

    ``taken`` are busy windows, buffers included; they may stick out of the hours.
    """

    day: date
    zone: ZoneInfo
    hours: tuple[TimeWindow, ...]
    away: tuple[TimeWindow, ...] = ()
    taken: tuple[TimeWindow, ...] = ()
    appointments: int = 0
    daily_maximum: int | None = None

    @property
    def is_full(self) -> bool:
        """Whether she has as many appointments as she takes on one day."""
        return self.daily_maximum is not None and (
            self.appointments >= self.daily_maximum
        )


# Compared as the thing it is: what is remembered of a day is found by the day itself.
@dataclass(frozen=True, slots=True, eq=False)
class OpenDay:
    """A day before anybody is seen: the starts that hours and absences allow."""

    raster: Raster
    starts: int  # bits
    reach: int  # seconds from a start to the end of what it costs
    before: int  # seconds it costs ahead of the start
    noon: Span | None  # in which a break must be left

    def left(self, taken: Iterable[Span]) -> int:
        """Return the starts that remain once these spans are taken."""
        taken, starts = tuple(taken), self.starts
        for begin, end in taken:
            starts &= ~self.raster.between(begin - self.reach, end + self.before)
        if starts and self.noon:
            begin, end = _last_chances_of_break(self.noon, taken)
            starts &= ~self.raster.between(begin - self.reach, end + self.before)
        return starts


def free_slots(
    workday: Workday, rules: SlotRules, *, not_before: datetime, not_after: datetime
) -> list[TimeWindow]:
    """Return the slots that may be booked, earliest first, without their buffers.

    They start at ``not_before`` or later, and before ``not_after``.
    """
    if workday.is_full:
        return []
    opened = opened_day(workday.day, workday.zone, workday.hours, workday.away, rules)
    starts = opened.left(span(window) for window in workday.taken)
    starts &= opened.raster.from_until(ceiling(not_before), ceiling(not_after))
    return [
        TimeWindow(start, start + rules.length)
        for start in opened.raster.moments(starts)
    ]


def opened_day(
    day: date,
    zone: ZoneInfo,
    hours: Iterable[TimeWindow],
    away: Iterable[TimeWindow],
    rules: SlotRules,
) -> OpenDay:
    """Open a counsellor's day: her hours, less her absences, with a break at noon."""
    hours, away = merged(hours), tuple(away)
    noon = span(_noon(day, zone)) if _need_a_break(hours) else None
    return _opened(raster_of(day, zone, rules.raster), hours, away, rules, noon)


def opened_hours(
    day: date, zone: ZoneInfo, hours: Iterable[TimeWindow], rules: SlotRules
) -> OpenDay:
    """Open the day of an interpreter, who sees to her breaks herself."""
    return _opened(raster_of(day, zone, rules.raster), merged(hours), (), rules, None)


def _opened(
    raster: Raster,
    hours: Iterable[TimeWindow],
    away: tuple[TimeWindow, ...],
    rules: SlotRules,
    noon: Span | None,
) -> OpenDay:
    length = rules.length // _SECOND
    starts = 0
    for opening in hours:
        for stretch in opening.without(away):
            begin, end = ceiling(stretch.start), floor(stretch.end)
            starts |= raster.from_until(begin, end - length + 1)
    return OpenDay(
        raster,
        starts,
        reach=length + rules.after // _SECOND,
        before=rules.before // _SECOND,
        noon=noon,
    )


def _need_a_break(hours: Iterable[TimeWindow]) -> bool:
    return sum((opening.length for opening in hours), _NOTHING) > BREAK_AFTER


def _last_chances_of_break(noon: Span, taken: Iterable[Span]) -> Span:
    """Return when the latest break would start and when the earliest would end.

    A slot leaves no break exactly when it starts before the earliest would end and
    ends after the latest would start. So it collides just as with a taken span,
    although this one may run backwards. With no break to save, all of noon is taken.
    """
    rests = [run for run in runs_without(noon, taken) if run[1] - run[0] >= _BREAK]
    if not rests:
        return noon
    return rests[-1][1] - _BREAK, rests[0][0] + _BREAK


@lru_cache(maxsize=512)
def _noon(day: date, zone: ZoneInfo) -> TimeWindow:
    return TimeWindow(
        instant(day, BREAK_FROM, zone), last_instant(day, BREAK_UNTIL, zone)
    )
