"""In which order are the homes visited? Pure rules; no database, no web, no clock."""

from booking.routing.explain import sentence
from booking.routing.files import UnreadableWeek, read_week, written_plan
from booking.routing.grouping import with_break
from booking.routing.improve import Progress, Watch
from booking.routing.plan import Rounds, plan
from booking.routing.travel import MODES
from booking.routing.week import (
    Cost,
    Costs,
    Counsellor,
    Duty,
    ImpossibleWeek,
    Plan,
    Point,
    ReasonCode,
    Route,
    StartWindow,
    Stop,
    TravelMode,
    Unplanned,
    Visit,
    Week,
)

__all__ = [
    "MODES",
    "Cost",
    "Costs",
    "Counsellor",
    "Duty",
    "ImpossibleWeek",
    "Plan",
    "Point",
    "Progress",
    "ReasonCode",
    "Rounds",
    "Route",
    "StartWindow",
    "Stop",
    "TravelMode",
    "Unplanned",
    "UnreadableWeek",
    "Visit",
    "Watch",
    "Week",
    "plan",
    "read_week",
    "sentence",
    "with_break",
    "written_plan",
]
