"""How is a time written in a calendar? As a day, in UTC, or on the clocks of a zone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum, auto

_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z?))?", re.ASCII)
# Synology writes PT1W; the RFC wants P1W.
_LENGTH = re.compile(
    r"([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)W)?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?",
    re.ASCII,
)
_PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)=(?:"([^"]*)"?|([^;]*))')
_ESCAPED = re.compile(r"\\([\\;,:])")
# A year of room at both ends of what Python can count, whatever the zone.
_EARLIEST = datetime(2, 1, 1)  # noqa: DTZ001 - wall time
_LATEST = datetime(9998, 12, 31)  # noqa: DTZ001 - wall time
_ONE_DAY = timedelta(days=1)
_UNITS = (
    timedelta(weeks=1),
    timedelta(days=1),
    timedelta(weeks=1),
    timedelta(hours=1),
    timedelta(minutes=1),
    timedelta(seconds=1),
)
_MOST_DIGITS = 12


class Unclear(Exception):
    """What is written is no time."""


class Form(Enum):
    """In which of its three forms a time is written (RFC 5545, 3.3.4 and 3.3.5)."""

    DAY = auto()
    UTC = auto()
    LOCAL = auto()


@dataclass(frozen=True, slots=True)
class Written:
    """A time as it stands in the file: what clocks show, and whose clocks."""

    at: datetime  # without a zone
    form: Form
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The value of a property and its parameters."""

    value: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def line(rest: str) -> Line:
    """Read what stands behind a property's name; no times or rules contain a colon."""
    if rest.startswith(":"):
        return Line(rest[1:].strip())
    # The last colon, so that a quotation mark without its twin costs nothing.
    head, _, value = rest.rpartition(":")
    found = _PARAMETER.finditer(head)
    return Line(
        value.strip(' "'),
        {each[1].upper(): plain(each[2] or each[3] or "") for each in found},
    )


def plain(text: str) -> str:
    """Undo escapes and quotation marks, as names of zones come with and without."""
    return _ESCAPED.sub(r"\1", text.strip().strip('"')).strip()


def written(value: str, parameters: Mapping[str, str]) -> Written:
    """Read one time; raises ``Unclear``."""
    found = _MOMENT.fullmatch(value.strip().upper())
    if found is None:
        raise Unclear
    year, month, day, hour, minute, second, utc = found.groups()
    if not _EARLIEST.year <= int(year) <= _LATEST.year:
        raise Unclear
    try:
        whole_day = date(int(year), int(month), int(day))
        at = _at(whole_day, int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError as fault:
        raise Unclear from fault
    # Some write VALUE=DATE before a time: the time itself says more.
    if hour is None:
        return Written(datetime.combine(at, time.min), Form.DAY)
    if utc:
        return Written(at, Form.UTC)
    return Written(at, Form.LOCAL, parameters.get("TZID") or None)


def _at(day: date, hour: int, minute: int, second: int) -> datetime:
    if (hour, minute, second) == (24, 0, 0):  # some end a day so
        return later(datetime.combine(day, time.min), _ONE_DAY)
    leap_seconds_left_out = min(second, 59)
    return datetime.combine(day, time(hour, minute, leap_seconds_left_out))


def length(value: str) -> timedelta:
    """Read a DURATION (RFC 5545, 3.3.6); raises ``Unclear``."""
    found = _LENGTH.fullmatch(value.strip().upper())
    if found is None or not any(found.groups()[1:]):
        raise Unclear
    sign, *numbers = found.groups()
    if any(len(number or "") > _MOST_DIGITS for number in numbers):
        raise Unclear
    parts = zip(numbers, _UNITS, strict=True)
    try:
        span = sum((int(number or 0) * unit for number, unit in parts), timedelta(0))
    except OverflowError as fault:
        raise Unclear from fault
    return -span if sign == "-" else span


def later(at: datetime, span: timedelta) -> datetime:
    """Return the wall time after ``span``, or the end of all calendars."""
    try:
        return min(max(at + span, _EARLIEST), _LATEST)
    except OverflowError:
        return _LATEST if span > timedelta(0) else _EARLIEST


def first_moment(at: datetime, zone: tzinfo) -> datetime:
    """Return when clocks first show this; a skipped time moves forward by the gap."""
    return at.replace(tzinfo=zone, fold=0).astimezone(UTC)


def last_moment(at: datetime, zone: tzinfo) -> datetime:
    """Return when clocks show this for the last time; once a year that is later."""
    if zone is UTC:
        return at.replace(tzinfo=UTC)
    second = at.replace(tzinfo=zone, fold=1).astimezone(UTC)
    # For a skipped time fold=1 lies before the gap, hence the later of the two.
    return max(first_moment(at, zone), second)


def on_clocks(moment: datetime, zone: tzinfo) -> datetime:
    """Return what clocks in ``zone`` show at a moment."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)
