"""On which days is the office closed by law?"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from holidays import country_holidays


def holidays_between(
    first: date, last: date, *, country: str = "DE", subdivision: str | None = "BW"
) -> dict[date, str]:
    """Return the public holidays from first to last day, named as the country does."""
    return {
        day: name
        for year in range(first.year, last.year + 1)
        for day, name in _holidays_of(country, subdivision, year).items()
        if first <= day <= last
    }


def subdivisions_of(country: str) -> tuple[str, ...]:
    """Return the parts of a country that have holidays of their own (ISO 3166-2)."""
    return tuple(country_holidays(country).subdivisions)


@lru_cache(maxsize=64)
def _holidays_of(
    country: str, subdivision: str | None, year: int
) -> Mapping[date, str]:
    # Left to itself the library names the days in the language of the machine (LANG).
    own_language = country_holidays(country).default_language
    found = country_holidays(
        country, subdiv=subdivision, years=year, language=own_language
    )
    return dict(sorted(found.items()))
