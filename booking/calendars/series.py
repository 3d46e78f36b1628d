"""When does an entry with a rule take place? Its own times, changed and left out."""

from collections.abc import Iterator, Sequence
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
_LAST_SECOND = time(23, 59, 59)


def times(
    master: Entry, changed: Sequence[Entry], window: TimeWindow, doubted: Doubted
) -> Iterator[TimeWindow]:
    """Yield when a series blocks around a window, in no order.

    The library sees only wall time of one zone: what it adds, compares and leaves out
    is then the same on any day of the year, and each result is made a moment after.
    """
    first = later(on_clocks(window.start, master.zone), -_ROOM)
    last = later(on_clocks(window.end, master.zone), _ROOM)
    calendar = Calendar()
    for each in _events(master, changed, first, doubted):
        calendar.add_component(each)
    for found in CalendarQuery(calendar).between(first, last):
        if "TRANSP" in found:
            continue
        yield from _on(found["DTSTART"].dt, found["DTEND"].dt, master)


def _on(start: datetime, end: datetime, master: Entry) -> Iterator[TimeWindow]:
    found = blocked(start, end, master.zone)
    if found is not None:
        yield found


def _events(
    master: Entry, changed: Sequence[Entry], first: datetime, doubted: Doubted
) -> Iterator[Event]:
    rules, refused = _rules(master, doubted)
    if refused and not rules:
        master = master.lasting_a_moment()
    moved = [(each, instance_of(master, _named(each))) for each in changed]
    begin = master.start
    if len(rules) == 1:
        towards = later(first, -_reach(master, moved))
        begin = moved_forward(rules[0], master.start, towards=towards)
    yield _series(master, begin, rules, doubted)
    for each, instance in moved:
        yield _change(each, instance, master)


def _named(changed: Entry) -> Written:
    if changed.replaces is None:
        raise ValueError("only what replaces a time belongs to a series")
    return changed.replaces


def _reach(master: Entry, moved: Sequence[tuple[Entry, datetime]]) -> timedelta:
    """Return how far a time may begin before the window and still lie in it."""
    spans = [each.end - each.start for each in (master, *(each for each, _ in moved))]
    shifts = [abs(each.start - instance) for each, instance in moved if each.onwards]
    return max(spans) + max(shifts, default=timedelta(0))


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
    more = [at if own is None else (at, own) for at, own in extras(master, doubted)]
    if more:
        event["RDATE"] = vDDDLists(more)
    gone = list(exceptions(master, doubted))
    if gone:
        event["EXDATE"] = vDDDLists(gone)
    return event


def _change(changed: Entry, instance: datetime, master: Entry) -> Event:
    start, end = changed.start, changed.end
    if changed.zone is not master.zone:
        start = on_clocks(first_moment(start, changed.zone), master.zone)
        end = on_clocks(last_moment(end, changed.zone), master.zone)
    event = _event(changed, start, end)
    event["RECURRENCE-ID"] = vDDDTypes(instance)
    if changed.onwards:
        event["RECURRENCE-ID"].params["RANGE"] = "THISANDFUTURE"
    return event


def _event(entry: Entry, start: datetime, end: datetime) -> Event:
    event = Event()
    event["UID"] = "series"
    event["SEQUENCE"] = entry.sequence
    event["DTSTART"] = vDDDTypes(start)
    event["DTEND"] = vDDDTypes(end)
    if not entry.blocks:
        event["TRANSP"] = "TRANSPARENT"
    return event
