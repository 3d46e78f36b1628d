"""What do the clocks of a zone show that only this file defines? By its VTIMEZONE."""

import re
from bisect import bisect_right
from datetime import UTC, datetime, timedelta, tzinfo

from dateutil.rrule import rrulestr

from booking.calendars.gate import Rule, RuleRefused, moved_forward, opened, parts_of
from booking.calendars.moments import Unclear, Written, line, written
from booking.calendars.sieve import Component
from booking.scheduling import TimeWindow

_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d):?(\d\d)?", re.ASCII)
_WIDEST = timedelta(hours=15)  # no place on earth is further from UTC
# Clocks are known this long around the window; what is moved further is very rare.
_BEFORE, _AFTER = timedelta(days=5 * 366), timedelta(days=2 * 366)
_MOST_CHANGES = 500

# When (on the clocks before), from which offset, to which.
_Change = tuple[datetime, timedelta, timedelta]


class NoZone(Exception):
    """This VTIMEZONE defines nothing that clocks could follow."""


class FileZone(tzinfo):
    """The clocks of one VTIMEZONE; another file's zone of that name is another zone."""

    def __init__(self, changes: list[_Change]) -> None:
        changes.sort(key=lambda change: change[0] - change[1])
        self._before = changes[0][1]
        self._moments = [at - before for at, before, _ in changes]
        self._offsets = [after for _, _, after in changes]
        # As in zoneinfo: fold says which of two offsets a gap or an overlap means.
        self._walls = [
            [at - before + pick(before, after) for at, before, after in changes]
            for pick in (max, min)
        ]

    def utcoffset(self, at: datetime | None, /) -> timedelta:
        """Return the offset from UTC when the clocks show this."""
        if at is None:
            return self._before
        return self._offset(bisect_right(self._walls[at.fold], at.replace(tzinfo=None)))

    def fromutc(self, at: datetime, /) -> datetime:
        """Return what the clocks show at a moment."""
        number = bisect_right(self._moments, at.replace(tzinfo=None))
        return at + self._offset(number)

    def dst(self, at: datetime | None, /) -> None:
        """Return nothing: whether it is summer is not asked."""

    def tzname(self, at: datetime | None, /) -> str:
        """Return the name of every such zone."""
        return "file"

    def _offset(self, changes_gone: int) -> timedelta:
        return self._offsets[changes_gone - 1] if changes_gone else self._before


def file_zone(component: Component, around: TimeWindow) -> FileZone:
    """Read a VTIMEZONE as far as it matters around a window; raises ``NoZone``."""
    changes = [change for part in component.parts for change in _changes(part, around)]
    if not changes:
        raise NoZone
    return FileZone(changes)


def _changes(part: Component, around: TimeWindow) -> list[_Change]:
    try:
        start = _moment(part.first("DTSTART") or "").at
    except Unclear as fault:
        raise NoZone from fault
    before, after = (
        _offset(part.first(name)) for name in ("TZOFFSETFROM", "TZOFFSETTO")
    )
    onsets = {start, *_listed(part), *_ruled(part, start, around)}
    return [(onset, before, after) for onset in sorted(onsets)[-_MOST_CHANGES:]]


def _offset(rest: str | None) -> timedelta:
    found = _OFFSET.fullmatch(line(rest or "").value)
    if found is None:
        raise NoZone
    sign, hours, minutes, seconds = found.groups()
    offset = timedelta(
        hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0)
    )
    if offset > _WIDEST:
        raise NoZone
    return -offset if sign == "-" else offset


def _moment(rest: str) -> Written:
    read = line(rest)
    return written(read.value, read.parameters)


def _listed(part: Component) -> list[datetime]:
    found = []
    for rest in part.all("RDATE"):
        read = line(rest)
        for value in read.value.split(","):
            try:
                found.append(written(value, read.parameters).at)
            except Unclear:
                continue
    return found


def _ruled(part: Component, start: datetime, around: TimeWindow) -> list[datetime]:
    first = (around.start - _BEFORE).astimezone(UTC).replace(tzinfo=None)
    last = (around.end + _AFTER).astimezone(UTC).replace(tzinfo=None)
    found: list[datetime] = []
    for rest in part.all("RRULE"):
        try:
            rule = _zone_rule(line(rest).value, start)
        except RuleRefused:
            continue
        begin = moved_forward(rule, start, towards=first)
        found += rrulestr(str(rule), dtstart=begin).between(begin, last, inc=True)
    return found


def _zone_rule(text: str, start: datetime) -> Rule:
    parts = parts_of(text)
    if parts.get("FREQ") not in {"YEARLY", "MONTHLY"}:
        raise RuleRefused  # no clocks change every week
    return opened(parts, start=start, until=_until(parts.get("UNTIL")))


def _until(value: str | None) -> datetime | None:
    try:
        return written(value, {}).at if value else None
    except Unclear as fault:
        raise RuleRefused from fault
