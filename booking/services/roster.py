"""Who is at work on these days? Hours, absences and holidays, parsed once.

Hours and absences change a few times a week and are asked for at every page. What
is made of them is remembered under the rows themselves: as long as the database
answers the same, the same roster is handed out, and a change shows at once.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
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

BETWEEN, WITHIN = ";", "|"  # rows, and fields of a row, in one text of the database


def fields(text: str, *, between: str = BETWEEN) -> list[list[str]]:
    """Return the rows of a text that the database wrote."""
    return [line.split(WITHIN) for line in text.split(between)] if text else []


def moment(text: str) -> datetime:
    """Read a moment as the database writes it; without a zone it is in UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


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
    hours: str,
    absences: str,
    closures: str,
    region: str,
) -> Roster:
    """Make a roster of what the database holds; the same texts, the same roster."""
    closed = merged(
        [
            *(_window(*closure) for closure in fields(closures)),
            *(day_window(day, zone) for day in _holidays(days, region)),
        ]
    )
    away: defaultdict[int, list[TimeWindow]] = defaultdict(list)
    for one, *window in fields(absences):
        away[int(one)].append(_window(*window))
    return Roster(
        zone,
        days,
        tuple(floor(day_window(day, zone).start) for day in days),
        _lines(hours),
        {one: merged([*windows, *closed]) for one, windows in away.items()},
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


def _lines(hours: str) -> dict[int, list[Line]]:
    kinds: defaultdict[str, set[int]] = defaultdict(set)
    first: dict[str, list[str]] = {}
    for number, *row, kind in fields(hours):
        first.setdefault(number, row)
        kinds[number] |= {int(kind)} if kind else set()
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    for number, (one, *line) in first.items():
        lines[int(one)].append((_weekly(*line), frozenset(kinds[number])))
    return lines


def _weekly(
    weekday: str, opens: str, closes: str, since: str, until: str, every: str
) -> WeeklyHours:
    return WeeklyHours(
        weekday=int(weekday),
        opens=time.fromisoformat(opens),
        closes=time.fromisoformat(closes),
        valid_from=date.fromisoformat(since),
        valid_until=date.fromisoformat(until) if until else None,
        every_weeks=int(every),
    )


def _window(starts_at: str, ends_at: str) -> TimeWindow:
    return TimeWindow(moment(starts_at), moment(ends_at))


def _holidays(days: tuple[date, ...], region: str) -> Iterable[date]:
    country, subdivision = region.split(WITHIN) if region else ("DE", "BW")
    return holidays_between(
        min(days), max(days), country=country, subdivision=subdivision or None
    )
