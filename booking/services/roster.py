"""Who is at work on these days? Hours, absences and holidays, parsed once.

Hours and absences change a few times a week and are asked for at every page. What
is made of them is remembered under the rows themselves: as long as the database
answers the same, the same roster is handed out, and a change shows at once.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.scheduling import (
    OpenDay,
    SlotRules,
    TimeWindow,
    WeeklyHours,
    day_window,
    floor,
    holidays_between,
    hours_on,
    merged,
    opened_day,
)


class HoursRow(NamedTuple):
    """A line of opening hours, with one of the types it is kept for."""

    id: int
    counsellor: int
    weekday: int
    opens: str  # as the database writes times and days
    closes: str
    valid_from: str
    valid_until: str | None
    every_weeks: int
    kind: int | None  # None: for all


class AwayRow(NamedTuple):
    """An absence, or the closure of the whole office."""

    counsellor: int | None  # None: everybody
    starts_at: datetime
    ends_at: datetime


Line = tuple[WeeklyHours, frozenset[int]]  # and the types it is kept for; none is all


# Compared as the thing it is: what is made of a roster is found by the roster itself.
@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """Hours and absences of all counsellors on some days."""

    zone: ZoneInfo
    days: tuple[date, ...]
    midnights: tuple[int, ...]  # seconds, one for each day
    _hours: dict[int, list[Line]]
    _away: dict[int, list[TimeWindow]]
    _closed: list[TimeWindow]

    def away(self, counsellor: int) -> list[TimeWindow]:
        """Return when she is not there, or the office is closed."""
        return self._away.get(counsellor, self._closed)

    def hours_on(
        self, counsellor: int, day: date, kind: int | None = None
    ) -> list[TimeWindow]:
        """Return her hours of a day, for one type or for all."""
        fitting = (
            line
            for line, kinds in self._hours.get(counsellor, ())
            if kind is None or not kinds or kind in kinds
        )
        return hours_on(fitting, day, self.zone)

    def duties(
        self, counsellor: int, day: date, kind: int | None = None
    ) -> list[TimeWindow]:
        """Return when she is at work on a day: her hours, less her absences."""
        return [
            stretch
            for opening in self.hours_on(counsellor, day, kind)
            for stretch in opening.without(self.away(counsellor))
        ]


@lru_cache(maxsize=64)
def roster_of(
    zone: ZoneInfo,
    days: tuple[date, ...],
    hours: tuple[HoursRow, ...],
    away: tuple[AwayRow, ...],
    region: tuple[str, str],
) -> Roster:
    """Make a roster of what the database holds; the same rows, the same roster."""
    closed = merged(
        [
            *(TimeWindow(row.starts_at, row.ends_at) for row in away if not row[0]),
            *(day_window(day, zone) for day in _holidays(days, region)),
        ]
    )
    absences: defaultdict[int, list[TimeWindow]] = defaultdict(list)
    for row in away:
        if row.counsellor:
            absences[row.counsellor].append(TimeWindow(row.starts_at, row.ends_at))
    return Roster(
        zone,
        days,
        tuple(floor(day_window(day, zone).start) for day in days),
        _lines(hours),
        {one: merged([*windows, *closed]) for one, windows in absences.items()},
        closed,
    )


@lru_cache(maxsize=512)
def open_days(
    roster: Roster, counsellor: int, kind: int, rules: SlotRules
) -> tuple[OpenDay, ...]:
    """Return her days before anybody is seen, one for each day of the roster."""
    away = roster.away(counsellor)
    return tuple(
        opened_day(
            day, roster.zone, roster.hours_on(counsellor, day, kind), away, rules
        )
        for day in roster.days
    )


@lru_cache(maxsize=512)
def hours_offered(roster: Roster, counsellor: int, days: tuple[date, ...]) -> timedelta:
    """Return how long she is at work on some days, all together."""
    return sum(
        (duty.length for day in days for duty in roster.duties(counsellor, day)),
        timedelta(),
    )


def _lines(rows: Iterable[HoursRow]) -> dict[int, list[Line]]:
    kinds: defaultdict[int, set[int]] = defaultdict(set)
    first: dict[int, HoursRow] = {}
    for row in rows:
        first.setdefault(row.id, row)
        kinds[row.id] |= {row.kind} if row.kind is not None else set()
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    for row in first.values():
        line = WeeklyHours(
            weekday=row.weekday,
            opens=time.fromisoformat(row.opens),
            closes=time.fromisoformat(row.closes),
            valid_from=date.fromisoformat(row.valid_from),
            valid_until=date.fromisoformat(row.valid_until)
            if row.valid_until
            else None,
            every_weeks=row.every_weeks,
        )
        lines[row.counsellor].append((line, frozenset(kinds[row.id])))
    return lines


def _holidays(days: tuple[date, ...], region: tuple[str, str]) -> Iterable[date]:
    country, subdivision = region
    return holidays_between(
        min(days), max(days), country=country, subdivision=subdivision or None
    )
