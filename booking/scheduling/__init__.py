"""When can somebody be seen? Pure rules about time; no database, no web."""

from booking.scheduling.choice import Candidate, by_preference
from booking.scheduling.counselling_period import (
    BackwardPeriod,
    CounsellingPeriod,
    PeriodTooLong,
)
from booking.scheduling.holidays import holidays_between, subdivisions_of
from booking.scheduling.hours import (
    ImpossibleHours,
    WeeklyHours,
    day_window,
    hours_on,
    instant,
    last_instant,
)
from booking.scheduling.nearest import nearest
from booking.scheduling.slots import ImpossibleRules, SlotRules, Workday, free_slots
from booking.scheduling.windows import (
    BackwardWindow,
    NaiveTime,
    TimeWindow,
    in_utc,
    merged,
)

__all__ = [
    "BackwardPeriod",
    "BackwardWindow",
    "Candidate",
    "CounsellingPeriod",
    "ImpossibleHours",
    "ImpossibleRules",
    "NaiveTime",
    "PeriodTooLong",
    "SlotRules",
    "TimeWindow",
    "WeeklyHours",
    "Workday",
    "by_preference",
    "day_window",
    "free_slots",
    "holidays_between",
    "hours_on",
    "in_utc",
    "instant",
    "last_instant",
    "merged",
    "nearest",
    "subdivisions_of",
]
