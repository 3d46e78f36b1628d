"""Which rules of repetition may be followed? Those that end, or can be made to.

A rule passes as plain parts that were each checked; anything else is refused, and then
the entry's first time blocks. Nobody's rule may keep the reader looking for ever.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count

from dateutil.rrule import rrulestr

MOST_A_DAY = 96  # every quarter of an hour; more is MINUTELY in disguise
MOST_HOURLY = 5_000
WIDEST_INTERVAL = 1_000
MOST_COUNTED = 200_000  # every day since 1601, with room

_FREQUENCIES = {"YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"}
_WEEKDAY = re.compile(r"[+-]?(?:[1-9]|[1-4]\d|5[0-3])?(?:MO|TU|WE|TH|FR|SA|SU)")
_LISTS = {
    "BYSECOND": range(60),
    "BYMINUTE": range(60),
    "BYHOUR": range(24),
    "BYMONTH": range(1, 13),
    "BYMONTHDAY": range(-31, 32),
    "BYYEARDAY": range(-366, 367),
    "BYWEEKNO": range(-53, 54),
    "BYSETPOS": range(-366, 367),
}
_FROM_THE_END = {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"}  # 0 is nothing
_CLOCK = ("BYHOUR", "BYMINUTE", "BYSECOND")
# The Gregorian calendar repeats every 400 years, weekdays included, and the library
# stops at the year 9999. So a rule is tried in those last centuries: if it does not
# match there, it never does, and that is known after 60 to 460 years instead of 8,000.
_CYCLE = 400
_LAST_TRY = 9_939
_NARROW = set(_LISTS) - set(_CLOCK) | {"BYDAY"}


class RuleRefused(Exception):
    """This rule is not followed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that passed: its checked parts, and its last moment on the wall clock."""

    parts: tuple[tuple[str, str], ...]
    until: datetime | None = None

    def __str__(self) -> str:
        """Return the rule as RFC 5545 writes it."""
        ends = (f"UNTIL={self.until:%Y%m%dT%H%M%S}",) if self.until else ()
        return ";".join((*(f"{name}={value}" for name, value in self.parts), *ends))

    @property
    def frequency(self) -> str:
        """How often, before anything narrows it."""
        return dict(self.parts)["FREQ"]

    @property
    def interval(self) -> int:
        """Every how many days, weeks, months or years."""
        return int(dict(self.parts).get("INTERVAL", "1"))

    @property
    def counted(self) -> int | None:
        """After how many times it ends, if it says so."""
        found = dict(self.parts).get("COUNT")
        return None if found is None else int(found)


def parts_of(text: str) -> dict[str, str]:
    """Take a rule apart into names and values; raises ``RuleRefused``."""
    parts: dict[str, str] = {}
    for piece in text.upper().replace(" ", "").split(";"):
        name, equals, value = piece.partition("=")
        if piece and not equals:
            raise RuleRefused
        if value:
            parts.setdefault(name, value)
    return parts


def opened(parts: dict[str, str], *, start: datetime, until: datetime | None) -> Rule:
    """Let a rule through that can be followed; else raise ``RuleRefused``."""
    # RFC 5545 allows COUNT or UNTIL; of both, the one that names a moment counts.
    left_out = {"UNTIL"} if until is None else {"UNTIL", "COUNT"}
    checked = tuple(
        (name, _checked(name, value))
        for name, value in parts.items()
        if name not in left_out and not _says_nothing(name, value)
    )
    rule = Rule(checked, until)
    if "FREQ" not in parts or _times_a_day(rule) > MOST_A_DAY:
        raise RuleRefused
    if rule.frequency == "HOURLY" and _hourly_times(rule, start) > MOST_HOURLY:
        raise RuleRefused
    if not _ever_matches(rule, start):
        raise RuleRefused
    return rule


def _says_nothing(name: str, value: str) -> bool:
    # Exchange writes COUNT=-1 for "without end"; the other two name the default.
    endless = name == "COUNT" and re.fullmatch(r"-\d+|0", value)
    return bool(endless) or (name, value) in {
        ("RSCALE", "GREGORIAN"),
        ("SKIP", "OMIT"),
    }


def _checked(name: str, value: str) -> str:
    if name in _LISTS:
        return _numbers(name, value)
    if name == "FREQ" and value in _FREQUENCIES:
        return value
    if name == "INTERVAL" and _number(value) in range(1, WIDEST_INTERVAL + 1):
        return value
    if name == "COUNT" and _number(value) in range(1, MOST_COUNTED + 1):
        return value
    if name == "WKST" and value in {"MO", "TU", "WE", "TH", "FR", "SA", "SU"}:
        return value
    if name == "BYDAY" and all(map(_WEEKDAY.fullmatch, _listed(value))):
        return ",".join(dict.fromkeys(_listed(value)))
    raise RuleRefused


def _numbers(name: str, value: str) -> str:
    found = dict.fromkeys(map(_number, _listed(value)))
    for number in found:
        if number not in _LISTS[name] or (number == 0 and name in _FROM_THE_END):
            raise RuleRefused
    return ",".join(map(str, found))


def _listed(value: str) -> list[str]:
    return [each for each in value.split(",") if each]


def _number(text: str) -> int:
    if re.fullmatch(r"[+-]?\d{1,7}", text, re.ASCII) is None:
        raise RuleRefused
    return int(text)


def _times_a_day(rule: Rule) -> int:
    times = 24 if rule.frequency == "HOURLY" else 1
    parts = dict(rule.parts)
    for name in _CLOCK:
        if name in parts and not (name == "BYHOUR" and rule.frequency == "HOURLY"):
            times *= len(_listed(parts[name]))
    return times


def _hourly_times(rule: Rule, start: datetime) -> float:
    if rule.counted is not None:
        return rule.counted
    if rule.until is None:
        return float("inf")
    hours = (rule.until - start) / timedelta(hours=rule.interval)
    return hours * _times_a_day(rule) / 24


@lru_cache(maxsize=4096)
def _ever_matches(rule: Rule, start: datetime) -> bool:
    names = {name for name, _ in rule.parts} & _NARROW
    if not names or (names == {"BYDAY"} and rule.frequency == "WEEKLY"):
        return True
    endless = Rule(tuple(part for part in rule.parts if part[0] != "COUNT"))
    late = start.replace(
        year=start.year + (_LAST_TRY - start.year) // _CYCLE * _CYCLE, microsecond=0
    )
    try:
        return next(iter(rrulestr(str(endless), dtstart=late)), None) is not None
    except (ValueError, OverflowError):  # "Invalid combination of interval and byhour"
        return False


def moved_forward(rule: Rule, start: datetime, *, towards: datetime) -> datetime:
    """Return a later start, not after ``towards``, from which the rule goes on alike.

    Whole intervals are skipped, so that what the rule takes from its start stays.
    """
    if rule.counted is not None or start >= towards or rule.frequency == "HOURLY":
        return start
    if rule.frequency in {"DAILY", "WEEKLY"}:
        days = rule.interval * (7 if rule.frequency == "WEEKLY" else 1)
        return start + timedelta(days=(towards - start).days // days * days)
    months = rule.interval * (12 if rule.frequency == "YEARLY" else 1)
    apart = (towards.year - start.year) * 12 + towards.month - start.month - 1
    for skipped in count(apart // months, -1):
        if skipped <= 0:
            break
        moved = _months_later(start, skipped * months)
        if moved is not None:
            return moved
    return start


def _months_later(start: datetime, months: int) -> datetime | None:
    years, month = divmod(start.month - 1 + months, 12)
    try:
        return start.replace(year=start.year + years, month=month + 1)
    except ValueError:  # not every month has a 31st, nor every February a 29th
        return None
