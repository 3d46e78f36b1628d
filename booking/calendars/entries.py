"""What does one VEVENT say about busy time? Its times on the clocks of its own zone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from booking.calendars.busy import Doubt
from booking.calendars.moments import (
    Form,
    Line,
    Unclear,
    Written,
    first_moment,
    last_moment,
    later,
    length,
    line,
    on_clocks,
    written,
)
from booking.calendars.sieve import Component
from booking.calendars.zones import Clocks
from booking.scheduling import TimeWindow

A_MOMENT = timedelta(minutes=1)  # the least that takes a slot away
_ONE_DAY = timedelta(days=1)
_NOTHING = timedelta(0)

# Is told of each doubt and of the day it is about.
Doubted = Callable[[Doubt, date | None], None]
# A time of its own (RDATE), for as long as it says, or as the entry lasts.
Extra = tuple[datetime, timedelta | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event; start and end are what clocks in ``zone`` show."""

    source: Component
    clocks: Clocks
    uid: str
    sequence: int
    blocks: bool
    start: datetime
    end: datetime
    zone: tzinfo
    form: Form
    replaces: Written | None = None  # RECURRENCE-ID
    onwards: bool = False  # THISANDFUTURE

    @property
    def day(self) -> date:
        """The day it starts on."""
        return self.start.date()

    @property
    def repeats(self) -> bool:
        """Whether it may have more times than one."""
        return bool(self.source.all("RRULE") or self.source.all("RDATE"))

    def lasting_a_moment(self) -> "Entry":
        """Return the entry with a length, for when its rule cannot be trusted."""
        return replace(self, end=max(self.end, later(self.start, A_MOMENT)))


def entry(component: Component, clocks: Clocks, doubted: Doubted) -> Entry | None:
    """Read one VEVENT; None if nobody can say when it is."""
    start = _time(component, "DTSTART")
    if start is None:
        doubted(Doubt.NO_DATE, None)
        return None
    zone = clocks.of(start)
    end = _end(component, start, clocks, doubted)
    if end < start.at:
        doubted(Doubt.BACKWARD, start.at.date())
    replaced, onwards = _replaced(component)
    return Entry(
        source=component,
        clocks=clocks,
        uid=_value(component, "UID"),
        sequence=_sequence(component),
        blocks=_blocks(component),
        start=min(start.at, end),
        end=max(start.at, end),
        zone=zone,
        form=start.form,
        replaces=replaced,
        onwards=onwards,
    )


def _value(component: Component, name: str) -> str:
    rest = component.first(name)
    return "" if rest is None else line(rest).value


def _time(component: Component, name: str) -> Written | None:
    rest = component.first(name)
    if rest is None:
        return None
    read = line(rest)
    try:
        return written(read.value, read.parameters)
    except Unclear:
        return None


def _end(
    component: Component, start: Written, clocks: Clocks, doubted: Doubted
) -> datetime:
    end = _time(component, "DTEND")
    if end is not None:
        return shown_in(clocks.of(start), end, clocks)
    return later(start.at, _length(component, start, doubted))


def _length(component: Component, start: Written, doubted: Doubted) -> timedelta:
    is_day = start.form is Form.DAY
    rest = component.first("DURATION")
    if rest is None and component.first("DTEND") is None:
        return _ONE_DAY if is_day else _NOTHING
    try:
        return length(line(rest or "").value)
    except Unclear:
        doubted(Doubt.NO_END, start.at.date())
        return _ONE_DAY if is_day else A_MOMENT


def shown_in(zone: tzinfo, time: Written, clocks: Clocks) -> datetime:
    """Return what clocks in ``zone`` show at a time written for perhaps another."""
    own = clocks.of(time)
    return time.at if own is zone else on_clocks(last_moment(time.at, own), zone)


def _replaced(component: Component) -> tuple[Written | None, bool]:
    rest = component.first("RECURRENCE-ID")
    if rest is None:
        return None, False
    read = line(rest)
    try:
        replaced = written(read.value, read.parameters)
    except Unclear:
        return None, False
    return replaced, read.parameters.get("RANGE", "").upper() == "THISANDFUTURE"


def _sequence(component: Component) -> int:
    digits = _value(component, "SEQUENCE")[:9]
    return int(digits) if digits.isdecimal() else 0


def _blocks(component: Component) -> bool:
    return not (
        _value(component, "STATUS").upper() == "CANCELLED"
        or _value(component, "TRANSP").upper() == "TRANSPARENT"
        or _value(component, "X-MICROSOFT-CDO-BUSYSTATUS").upper() == "FREE"
    )


def extras(entry: Entry, doubted: Doubted) -> Iterator[Extra]:
    """Yield the times of RDATE on the entry's own clocks, with their own length."""
    for read, value in _listed(entry.source, "RDATE"):
        first, slash, last = value.partition("/")
        try:
            begin = written(first, read.parameters)
            own = _period_length(begin, last, read, entry.clocks) if slash else None
        except Unclear:
            doubted(Doubt.SKIPPED_TIMES, entry.day)
            continue
        at = instance_of(entry, begin)
        if own is not None and own < _NOTHING:
            doubted(Doubt.BACKWARD, at.date())
            at, own = later(at, own), -own
        yield at, own


def _listed(component: Component, name: str) -> Iterator[tuple[Line, str]]:
    for rest in component.all(name):
        read = line(rest)
        yield from ((read, value) for value in read.value.split(",") if value.strip())


def _period_length(begin: Written, last: str, read: Line, clocks: Clocks) -> timedelta:
    if last.strip().upper().lstrip("+-").startswith("P"):
        return length(last)
    ending = shown_in(clocks.of(begin), written(last, read.parameters), clocks)
    return ending - begin.at


def exceptions(entry: Entry, doubted: Doubted) -> Iterator[datetime | date]:
    """Yield the times of EXDATE on the entry's own clocks; a date is the whole day."""
    for read, value in _listed(entry.source, "EXDATE"):
        try:
            gone = written(value, read.parameters)
        except Unclear:
            doubted(Doubt.SKIPPED_TIMES, entry.day)
            continue
        whole_day = gone.form is Form.DAY and entry.form is not Form.DAY
        yield gone.at.date() if whole_day else instance_of(entry, gone)


def instance_of(entry: Entry, named: Written) -> datetime:
    """Return which of an entry's times is meant, on the entry's own clocks.

    By the instant, as RFC 5545 has it; but a time without a zone is on these clocks
    already, and of whole days only the day counts, in whatever zone it is named.
    """
    if entry.form is Form.DAY:
        return datetime.combine(_day_meant(entry, named), time.min)
    if named.form is Form.DAY:
        return datetime.combine(named.at, entry.start.time())
    if named.form is Form.LOCAL and named.zone is None:
        return named.at
    own = entry.clocks.of(named)
    if own is entry.zone:
        return named.at
    return on_clocks(first_moment(named.at, own), entry.zone)


def _day_meant(entry: Entry, named: Written) -> date:
    if named.form is Form.UTC:
        return on_clocks(named.at.replace(tzinfo=UTC), entry.zone).date()
    return named.at.date()


def periods(
    component: Component, clocks: Clocks, doubted: Doubted
) -> Iterator[TimeWindow]:
    """Yield the busy periods of a VFREEBUSY."""
    for read, value in _listed(component, "FREEBUSY"):
        if read.parameters.get("FBTYPE", "").upper() == "FREE":
            continue
        first, _, last = value.partition("/")
        try:
            begin = written(first, read.parameters)
            lasts = _period_length(begin, last, read, clocks)
        except Unclear:
            doubted(Doubt.SKIPPED_TIMES, None)
            continue
        window = blocked(begin.at, later(begin.at, lasts), clocks.of(begin))
        if window is not None:
            yield window


def blocked(start: datetime, end: datetime, zone: tzinfo) -> TimeWindow | None:
    """Return the time from start to end on a zone's clocks, or None if there is none.

    A time that clocks show twice blocks from the first to the second. A start that
    they skip moves forward, and takes its end along if it lies in the same gap.
    """
    if start == end:
        return None
    start, end = min(start, end), max(start, end)
    begin, finish = first_moment(start, zone), last_moment(end, zone)
    return TimeWindow(begin, finish if begin < finish else begin + (end - start))
