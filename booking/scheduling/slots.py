"""When is a counsellor free on one day? Hours, less what is taken, on the raster."""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from booking.scheduling.hours import day_window, instant, last_instant
from booking.scheduling.windows import TimeWindow, in_utc, merged

# Arbeitszeitgesetz § 4: whoever works more than six hours rests for thirty minutes,
# fixed beforehand. That it lies around noon is the office's own rule.
BREAK_AFTER = timedelta(hours=6)  # opening hours of a day that need no break
BREAK = timedelta(minutes=30)  # the rest, in one piece
BREAK_FROM = time(11, 30)  # local; the break starts no earlier
BREAK_UNTIL = time(14, 0)  # local; the break ends no later

FINEST_RASTER = timedelta(minutes=1)  # nobody keeps an appointment to the second

_NOTHING = timedelta(0)
_Span = tuple[datetime, datetime]


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


def free_slots(
    workday: Workday, rules: SlotRules, *, not_before: datetime, not_after: datetime
) -> list[TimeWindow]:
    """Return the slots that may be booked, earliest first, without their buffers.

    They start at ``not_before`` or later, and before ``not_after``. The raster counts
    from local midnight, in elapsed time. Whatever is in the way is turned into starts
    that it forbids; one sweep over these and the opening hours leaves ranges of
    starts, and the free slots are slices of all the day's slots.
    """
    if workday.is_full:
        return []
    starts, slots = _all_of_the_day(
        workday.day, workday.zone, rules.length, rules.raster
    )
    earliest, latest = in_utc(not_before), in_utc(not_after) - timedelta.resolution
    hours = merged(workday.hours)
    ranges = (
        (max(stretch.start, earliest), min(stretch.end - rules.length, latest))
        for opening in hours
        for stretch in opening.without(workday.away)
    )
    free: list[TimeWindow] = []
    for first, last in _cut(ranges, _forbidden(workday, hours, rules)):
        free += slots[bisect_left(starts, first) : bisect_right(starts, last)]
    return free


# A page asks for the same days for every counsellor: making the windows anew each
# time was most of the work. 512 days at 15 minutes are some 8 MB.
@lru_cache(maxsize=512)
def _all_of_the_day(
    day: date, zone: ZoneInfo, length: timedelta, raster: timedelta
) -> tuple[list[datetime], list[TimeWindow]]:
    whole = day_window(day, zone)
    starts = [whole.start]
    while (start := starts[-1] + raster) < whole.end:
        starts.append(start)
    return starts, [TimeWindow(start, start + length) for start in starts]


def _forbidden(
    workday: Workday, hours: Iterable[TimeWindow], rules: SlotRules
) -> list[_Span]:
    """List the starts, both ends excluded, that would collide; sorted."""
    reach = rules.length + rules.after
    collisions = [(taken.start, taken.end) for taken in workday.taken]
    if _need_a_break(hours):
        collisions.append(_last_chances_of_break(workday))
    spans = ((start - reach, end + rules.before) for start, end in collisions)
    return sorted(span for span in spans if span[0] < span[1])


def _need_a_break(hours: Iterable[TimeWindow]) -> bool:
    return sum((opening.length for opening in hours), _NOTHING) > BREAK_AFTER


def _last_chances_of_break(workday: Workday) -> _Span:
    """Return when the latest break would start and when the earliest would end.

    A slot leaves no break exactly when it starts before the earliest would end and
    ends after the latest would start. So it collides just as with a taken window,
    although this one may run backwards. With no break to save, all of noon is taken.
    """
    noon = _noon(workday.day, workday.zone)
    rests = [run for run in noon.without(workday.taken) if run.length >= BREAK]
    if not rests:
        return noon.start, noon.end
    return rests[-1].end - BREAK, rests[0].start + BREAK


@lru_cache(maxsize=512)
def _noon(day: date, zone: ZoneInfo) -> TimeWindow:
    return TimeWindow(
        instant(day, BREAK_FROM, zone), last_instant(day, BREAK_UNTIL, zone)
    )


def _cut(ranges: Iterable[_Span], forbidden: Iterable[_Span]) -> Iterator[_Span]:
    """Yield what remains of ranges of starts, ends included; both come sorted."""
    ahead = deque(forbidden)
    for earliest, last in ranges:
        first = earliest
        while ahead and ahead[0][0] < last:
            low, high = ahead[0]
            if first <= low:
                yield first, low
            first = max(first, high)
            if high > last:
                break  # it may reach into the next range
            ahead.popleft()
        if first <= last:
            yield first, last
