"""How long may somebody be counselled? Three years, with a good reason four."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

REGULAR = 3  # years; the grant for integration management pays for these
LONGEST = 4  # years; with a justified extension

_ONE_DAY = timedelta(days=1)


class BackwardPeriod(ValueError):
    """A period would end before it starts, or an extension before the period."""


class PeriodTooLong(ValueError):
    """A period would be longer than the four years that are allowed at most."""


@dataclass(frozen=True, order=True, slots=True)
class CounsellingPeriod:
    """From the first to the last day, both included."""

    starts: date
    ends: date

    def __post_init__(self) -> None:
        if self.ends < self.starts:
            raise BackwardPeriod(f"From {self.starts} to {self.ends} is backwards.")
        if self.ends > _last_day(self.starts, years=LONGEST):
            raise PeriodTooLong(
                f"From {self.starts} to {self.ends} is over {LONGEST} years."
            )

    @classmethod
    def from_start(cls, first_day: date) -> "CounsellingPeriod":
        """Return the regular three years from the first day on."""
        return cls(first_day, _last_day(first_day, years=REGULAR))

    def extended_to(self, last_day: date) -> "CounsellingPeriod":
        """Return the period with a later end, four years from its start at most."""
        if last_day < self.ends:
            raise BackwardPeriod(f"{last_day} would shorten what lasts to {self.ends}.")
        return replace(self, ends=last_day)

    def covers(self, day: date) -> bool:
        """Tell whether the day lies in the period."""
        return self.starts <= day <= self.ends


def _last_day(first_day: date, *, years: int) -> date:
    return _anniversary(first_day, years) - _ONE_DAY


def _anniversary(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February: without one, the year is full on 1 March
        return date(day.year + years, 3, 1)
