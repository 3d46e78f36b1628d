"""How long is what kept? The privacy notice's periods, and the law's way to count.

They are promises: ``templates/papers/privacy.txt`` names them in every language, so
no office changes one here or there alone. How long a file stays is an office's choice,
within that promise: see ``retention_settings``.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.scheduling import instant


@dataclass(frozen=True, slots=True)
class Days:
    """So many whole days; the one on which something ends does not count.

    So § 187 (1) and § 188 (1) BGB count: what ended on a first of March is kept for
    one day until the end of the second.
    """

    number: int

    def first_kept(self, today: date) -> date:
        """Return the earliest day of which everything stays today."""
        return today - timedelta(days=self.number)


@dataclass(frozen=True, slots=True)
class Months:
    """So many months, up to the day with the same number.

    A month without that day ends the period with its own last one: § 188 (3) BGB.
    """

    number: int

    def first_kept(self, today: date) -> date:
        """Return the earliest day of which everything stays today."""
        months = today.year * 12 + today.month - 1 - self.number
        year, month = months // 12, months % 12 + 1
        last = date(year, month, monthrange(year, month)[1])
        if today.day <= last.day:
            return last.replace(day=today.day)
        return last + timedelta(days=1)

    def last_kept(self, ended: date) -> date:
        """Return the last day on which what ended on a day stays."""
        months = ended.year * 12 + ended.month - 1 + self.number
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(ended.day, monthrange(year, month)[1]))


Period = Days | Months

APPOINTMENT = Days(90)  # without a file; time to ask again, and for a complaint
VISIT_REQUEST = Days(90)  # the same: a visit is an appointment too
WALK_IN = APPOINTMENT  # a talk is a talk, whether or not it was booked
SHORT_CONTACT = APPOINTMENT  # the same
WAITING = Days(30)  # as long as the link of a closed place opens (links)
LETTER = Days(30)  # "I never heard from you" comes within a month
FEEDBACK = Days(0)  # the notice: until the barrier is gone and she has an answer
JOURNAL = Months(12)


def kept_from(period: Period, *, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment before which everything has been kept long enough."""
    today = now.astimezone(zone).date()
    return instant(period.first_kept(today), time.min, zone)
