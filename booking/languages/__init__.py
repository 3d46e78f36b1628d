"""In which language do we speak, and how do dates read in it?"""

from booking.languages.catalogue import CatalogueBabel, gettext, speaking
from booking.languages.coverage import Coverage, coverage_of
from booking.languages.moments import (
    clock_time,
    day_in_words,
    isolated,
    listed,
    name_of_language,
    part_of_day,
    weekday,
)
from booking.languages.spoken import (
    LANGUAGES,
    OWN_NAMES,
    SPOKEN,
    Language,
    current_language,
    language_from_browser,
    language_of_code,
    language_of_path,
)

__all__ = [
    "LANGUAGES",
    "OWN_NAMES",
    "SPOKEN",
    "CatalogueBabel",
    "Coverage",
    "Language",
    "clock_time",
    "coverage_of",
    "current_language",
    "day_in_words",
    "gettext",
    "isolated",
    "language_from_browser",
    "language_of_code",
    "language_of_path",
    "listed",
    "name_of_language",
    "part_of_day",
    "speaking",
    "weekday",
]
