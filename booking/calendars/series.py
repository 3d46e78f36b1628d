"""When does an entry with a rule take place? Its own times, changed and left out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event
from icalendar.prop import vDDDLists, vDDDTypes, vRecur
from recurring_ical_events import CalendarQuery

from booking.calendars.busy import Doubt
from booking.calendars.entries import (
    Doubted,
    Entry,
    blocked,
    exceptions,
    extras,
    instance_of,
)
from booking.calendars.gate import (
    Rule,
    RuleRefused,
    moved_forward,
    opened,
    parts_of,
)
from booking.calendars.moments import (
    Form,
    Unclear,
    Written,
    first_moment,
    last_moment,
    later,
    line,
    on_clocks,
    written,
)
from booking.scheduling import TimeWindow

_ROOM = timedelta(days=2)  # wall clocks and moments are never further apart
_LONGEST = timedelta(days=3_660)  # what lasts, or moves, ten years is a slip
_MOST_ONWARDS = 50  # changes of "this and all that follow" in one series
_LAST_SECOND = time(23, 59, 59)

# A change, and the time of the series that it stands for.
_Change = tuple[Entry, datetime]


def times(
    master: Entry, changed: Sequence[Entry], window: TimeWindow, doubted: Doubted
) -> Iterator[TimeWindow]:
    """Yield when a series blocks around a window, in no order.

    The library sees only wall time of one zone: what it adds, compares and leaves out
    is then the same on any day of the year, and each result is made a moment after.
    """
    first = later(on_clocks(window.start, master.zone), -_ROOM)
    last = later(on_clocks(window.end, master.zone), _ROOM)
    rules, refused = _rules(master, doubted)
    if refused and not rules:
        master = master.lasting_a_moment()
    moved = _moved(master, changed)
    towards = later(first, -_reach(master, moved))
    if not moved and _over(master, rules, towards):
        return
    events = _events(master, moved, rules, towards, doubted)
    found = _expanded(events, first=first, last=last)
    if found is None:
        # Whatever the library stumbled over, the first time blocks all the same.
        doubted(Doubt.REFUSED_RULE, master.day)
        alone = (master.lasting_a_moment(), *(each for each, _ in moved))
        found = [(each.start, each.end) for each in alone if each.blocks]
    for start, end in found:
        blocking = blocked(start, end, master.zone)
        if blocking is not None:
            yield blocking


def _moved(master: Entry, changed: Sequence[Entry]) -> list[_Change]:
    """Return each change, on the master's clocks, with the time that it stands for."""
    moved: list[_Change] = []
    onwards = 0
    for each in changed:
        change = _on_clocks_of(master, each)
        instance = master.start
        if each.replaces is not None:
            instance = instance_of(master, each.replaces)
        onwards += each.onwards
        far = abs(change.start - instance) > _LONGEST or onwards > _MOST_ONWARDS
        moved.append((replace(change, onwards=each.onwards and not far), instance))
    return moved


def _on_clocks_of(master: Entry, changed: Entry) -> Entry:
    if changed.zone is master.zone:
        return changed
    start = on_clocks(first_moment(changed.start, changed.zone), master.zone)
    end = on_clocks(last_moment(changed.end, changed.zone), master.zone)
    return replace(changed, start=start, end=end, zone=master.zone)


def _reach(master: Entry, moved: Sequence[_Change]) -> timedelta:
    """Return how far a time may begin before the window and still lie in it."""
    spans = [each.end - each.start for each in (master, *(each for each, _ in moved))]
    shifts = [abs(each.start - instance) for each, instance in moved if each.onwards]
    return min(max(spans), _LONGEST) + max(shifts, default=timedelta(0))


def _over(master: Entry, rules: Sequence[Rule], towards: datetime) -> bool:
    """Tell whether the series ended long before the window, as most have."""
    ends = [rule.until for rule in rules]
    if not ends or master.source.all("RDATE"):
        return False
    return all(end is not None and end < towards for end in ends)


def _expanded(
    events: Iterable[Event], *, first: datetime, last: datetime
) -> list[tuple[datetime, datetime]] | None:
    calendar = Calendar()
    for each in events:
        calendar.add_component(each)
    try:
        found = CalendarQuery(calendar).between(first, last)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None
    return [
        (each["DTSTART"].dt, each["DTEND"].dt) for each in found if "TRANSP" not in each
    ]


def _events(
    master: Entry,
    moved: Sequence[_Change],
    rules: Sequence[Rule],
    towards: datetime,
    doubted: Doubted,
) -> Iterator[Event]:
    begin = master.start
    if len(rules) == 1:
        begin = moved_forward(rules[0], master.start, towards=towards)
    yield _series(master, begin, rules, doubted)
    for each, instance in moved:
        yield _change(each, instance)


def _rules(master: Entry, doubted: Doubted) -> tuple[list[Rule], bool]:
    rules = []
    written_rules = list(dict.fromkeys(master.source.all("RRULE")))
    for rest in written_rules:
        try:
            parts = parts_of(line(rest).value)
            until = _until(parts.get("UNTIL"), master)
            rules.append(opened(parts, start=master.start, until=until))
        except RuleRefused:
            doubted(Doubt.REFUSED_RULE, master.day)
    return rules, len(rules) < len(written_rules)


def _until(value: str | None, master: Entry) -> datetime | None:
    """Return the last moment of a rule on the entry's own clocks."""
    if value is None:
        return None
    try:
        until = written(value, {})
    except Unclear as fault:
        raise RuleRefused from fault
    if master.form is Form.DAY:
        return datetime.combine(_last_day(until, master), time.min)
    if until.form is Form.DAY:
        return datetime.combine(until.at, _LAST_SECOND)
    return instance_of(master, until)


def _last_day(until: Written, master: Entry) -> date:
    if until.form is not Form.UTC:
        return until.at.date()
    # Exchange writes the last day's midnight in UTC, others the end of the day itself.
    here = on_clocks(until.at.replace(tzinfo=UTC), master.zone)
    return here.date() if here.time() == time.min else until.at.date()


def _series(
    master: Entry, begin: datetime, rules: Sequence[Rule], doubted: Doubted
) -> Event:
    event = _event(master, begin, later(begin, master.end - master.start))
    if rules:
        event["RRULE"] = [vRecur.from_ical(str(rule)) for rule in rules]
    more = [
        at if own is None else (at, min(own, _LONGEST))
        for at, own in extras(master, doubted)
    ]
    if more:
        event["RDATE"] = vDDDLists(more)
    gone = list(exceptions(master, doubted))
    if gone:
        event["EXDATE"] = vDDDLists(gone)
    return event


def _change(changed: Entry, instance: datetime) -> Event:
    event = _event(changed, changed.start, changed.end)
    event["RECURRENCE-ID"] = vDDDTypes(instance)
    if changed.onwards:
        event["RECURRENCE-ID"].params["RANGE"] = "THISANDFUTURE"
    if changed.repeats:
        # A rule on a change is not followed, but the library must see that it is there:
        # such a change is gone once a newer SEQUENCE of the series leaves its time out.
        event["RRULE"] = vRecur()
    return event


def _event(entry: Entry, start: datetime, end: datetime) -> Event:
    event = Event()
    event["UID"] = "series"
    event["SEQUENCE"] = entry.sequence
    event["DTSTART"] = vDDDTypes(start)
    event["DTEND"] = vDDDTypes(min(end, later(start, _LONGEST)))
    if not entry.blocks:
        event["TRANSP"] = "TRANSPARENT"
    return event
