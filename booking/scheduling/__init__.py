"""When can somebody be seen? Pure rules about time; no database, no web."""

from booking.scheduling.away import LONGEST_STRETCH, ImpossibleStretch, Stretch
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
from booking.scheduling.slots import (
    FINEST_RASTER,
    ImpossibleRules,
    OpenDay,
    SlotRules,
    Workday,
    free_slots,
    opened_day,
    opened_hours,
)
from booking.scheduling.starts import Raster, Span, ceiling, floor, raster_of, span
from booking.scheduling.windows import (
    BackwardWindow,
    NaiveTime,
    TimeWindow,
    in_utc,
    merged,
)

__all__ = [
    "FINEST_RASTER",
    "LONGEST_STRETCH",
    "BackwardPeriod",
    "BackwardWindow",
    "Candidate",
    "CounsellingPeriod",
    "ImpossibleHours",
    "ImpossibleRules",
    "ImpossibleStretch",
    "NaiveTime",
    "OpenDay",
    "PeriodTooLong",
    "Raster",
    "SlotRules",
    "Span",
    "Stretch",
    "TimeWindow",
    "WeeklyHours",
    "Workday",
    "by_preference",
    "ceiling",
    "day_window",
    "floor",
    "free_slots",
    "holidays_between",
    "hours_on",
    "in_utc",
    "instant",
    "last_instant",
    "merged",
    "nearest",
    "opened_day",
    "opened_hours",
    "raster_of",
    "span",
    "subdivisions_of",
]
