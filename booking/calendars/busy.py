"""What does a foreign calendar tell us? When somebody is busy, and what was unclear.

A value here has no field for a title, a place, a person or a UID: what must not be
kept cannot be carried out of the reader.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from booking.scheduling import TimeWindow


class CalendarRefused(Exception):
    """A file of which nothing is taken; the last known busy times stay."""


class Unreadable(CalendarRefused):
    """This is no calendar at all."""


class Truncated(CalendarRefused):
    """The end of the calendar is missing, so more than its end may be."""


class TooLarge(CalendarRefused):
    """The file is larger than any honest calendar."""


class TooManyEvents(CalendarRefused):
    """The file holds more events than any honest calendar."""


class Doubt(StrEnum):
    """What was unclear, and what was made of it."""

    NO_DATE = "no_date"
    NO_END = "no_end"
    BACKWARD = "backward"
    UNKNOWN_ZONE = "unknown_zone"
    REFUSED_RULE = "refused_rule"
    SKIPPED_TIMES = "skipped_times"
    LONG_LINE = "long_line"
    TOO_MANY_TIMES = "too_many_times"


_SENTENCES = {
    Doubt.NO_DATE: "An entry has no date that can be read. It is left out.",
    Doubt.NO_END: "The end of an entry cannot be read. Its start blocks.",
    Doubt.BACKWARD: "An entry ends before it starts. The time between blocks.",
    Doubt.UNKNOWN_ZONE: "A time zone is unknown. The office's own zone is used.",
    Doubt.REFUSED_RULE: "A rule cannot be followed. Only the first time blocks.",
    Doubt.SKIPPED_TIMES: "A time in a list cannot be read. It is left out.",
    Doubt.LONG_LINE: "A line is too long. It is left out.",
    Doubt.TOO_MANY_TIMES: "There are too many times. Not all of them block.",
}


@dataclass(frozen=True, slots=True)
class Caution:
    """One doubt and the day of the entry it is about, where that is known."""

    doubt: Doubt
    day: date | None = None

    def __str__(self) -> str:
        """Return the doubt as a sentence, with the day in front."""
        sentence = _SENTENCES[self.doubt]
        return sentence if self.day is None else f"{self.day.isoformat()}: {sentence}"


@dataclass(frozen=True, slots=True)
class Busy:
    """When somebody is busy within a window: merged, in order, clipped to it."""

    windows: tuple[TimeWindow, ...]
    warnings: tuple[Caution, ...]
    events: int  # how many VEVENTs the file has, whether they block or not
