"""How does a moment read? 24 hours, Western digits, the weekday in words."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list

from booking.languages.catalogue import gettext as _
from booking.languages.spoken import OWN_NAMES, current_language
from booking.languages.tables import (
    DAY_PATTERNS,
    FIRST_OF_MONTH,
    LANGUAGE_NAMES,
    WEEKDAYS,
)

NOON, EVENING = 12, 17  # hours
LEFT_TO_RIGHT_ISOLATE, POP_ISOLATE = "\u2066", "\u2069"


def day_in_words(day: date, *, today: date) -> str:
    """Write a day: “Dienstag, 24. November”, with the year if it is another one."""
    locale = current_language().locale
    this_year, another_year = DAY_PATTERNS[locale]
    pattern = this_year if day.year == today.year else another_year
    if day.day == 1 and locale in FIRST_OF_MONTH:
        pattern = pattern.replace("d\u00a0", f"{FIRST_OF_MONTH[locale]}\u00a0")
    if locale in WEEKDAYS:
        pattern = pattern.replace("EEEE", f"'{weekday(day.weekday())}'")
    return _written(day, pattern, locale)


# Every page with a list of days writes the same few weeks; Babel takes its time.
@lru_cache(maxsize=4096)
def _written(day: date, pattern: str, locale: str) -> str:
    return str(format_date(day, pattern, locale=locale))


def weekday(number: int) -> str:
    """Name a day of the week; Monday is 0."""
    locale = current_language().locale
    names = WEEKDAYS.get(locale) or Locale.parse(locale).days["format"]["wide"]
    return str(names[number])


def listed(words: Sequence[str]) -> str:
    """Write several as a reader's language does: “Tuesday and Thursday”."""
    locale = current_language().locale
    # Babel's plain English is American: a comma before the last “and”.
    return str(format_list(words, locale="en_GB" if locale == "en" else locale))


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """Write a time of day: “09:05”."""
    return moment.astimezone(zone).strftime("%H:%M")


def part_of_day(moment: datetime, zone: ZoneInfo) -> str:
    """Say the part of the day, for those whose clock starts at six."""
    hour = moment.astimezone(zone).hour
    if hour < NOON:
        return str(_("in the morning"))
    return str(_("in the afternoon") if hour < EVENING else _("in the evening"))


def isolated(text: str) -> str:
    """Keep a number or code in its own order within text written from right to left.

    “07161 650 55730” would else read with its groups turned round (UAX #9).
    """
    text = text.replace(" ", "\u00a0")  # nor may a number break in two
    if current_language().direction == "ltr":
        return text
    return f"{LEFT_TO_RIGHT_ISOLATE}{text}{POP_ISOLATE}"


def name_of_language(code: str) -> str:
    """Name a language in the language now spoken."""
    locale = current_language().locale
    ours = LANGUAGE_NAMES.get(locale, {}).get(code)
    name = ours or Locale.parse(locale).languages.get(code)
    return str(name) if name else OWN_NAMES.get(code, code)
