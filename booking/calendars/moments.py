"""How is a time written in a calendar? As a day, in UTC, or on the clocks of a zone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import Enum, auto

_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z?))?", re.ASCII)
# Synology writes PT1W; the RFC wants P1W.
_LENGTH = re.compile(
    r"([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)W)?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?",
    re.ASCII,
)
_PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)=(?:"([^"]*)"?|([^;]*))')
_ESCAPED = re.compile(r"\\([\\;,:])")
_FIRST_YEAR, _LAST_YEAR = 2, 9998  # a day of room, whatever the zone
_ONE_DAY = timedelta(days=1)
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
    if not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        raise Unclear
    at = _on_the_clock(int(year), int(month), int(day), (hour, minute, second))
    # Some write VALUE=DATE before a time: the time itself says more.
    if hour is None:
        return Written(datetime.combine(at, time.min), Form.DAY)
    if utc:
        return Written(at, Form.UTC)
    return Written(at, Form.LOCAL, parameters.get("TZID") or None)


def _on_the_clock(
    year: int, month: int, day: int, clock: tuple[str | None, ...]
) -> datetime:
    hour, minute, second = (int(part or 0) for part in clock)
    later = _ONE_DAY if (hour, minute, second) == (24, 0, 0) else timedelta(0)
    try:
        return later + datetime(  # noqa: DTZ001 - whose clocks is said elsewhere
            year, month, day, 0 if later else hour, minute, min(second, 59)
        )
    except ValueError as fault:
        raise Unclear from fault


def length(value: str) -> timedelta:
    """Read a DURATION (RFC 5545, 3.3.6); raises ``Unclear``."""
    found = _LENGTH.fullmatch(value.strip().upper())
    if found is None or not any(found.groups()[1:]):
        raise Unclear
    sign, *numbers = found.groups()
    if any(len(number or "") > _MOST_DIGITS for number in numbers):
        raise Unclear
    weeks, days, more_weeks, hours, minutes, seconds = (int(n or 0) for n in numbers)
    try:
        span = timedelta(
            weeks=weeks + more_weeks,
            days=days,
            hours=hours,
            minutes=minutes,
            seconds=seconds,
        )
    except OverflowError as fault:
        raise Unclear from fault
    return -span if sign == "-" else span


def later(at: datetime, span: timedelta) -> datetime:
    """Return the wall time after ``span``, or the end of all calendars."""
    try:
        moved = at + span
    except OverflowError:
        return datetime(_LAST_YEAR if span > timedelta(0) else _FIRST_YEAR, 1, 1)  # noqa: DTZ001 - wall time
    return min(max(moved, datetime(_FIRST_YEAR, 1, 1)), datetime(_LAST_YEAR, 12, 31))  # noqa: DTZ001 - wall time


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
