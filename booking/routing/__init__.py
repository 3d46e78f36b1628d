"""In which order are the homes visited? Pure rules; no database, no web, no clock."""

from booking.routing import vroom
from booking.routing.breaches import Breach, BreachCode
from booking.routing.editing import Kept, OnPaper, Paper, Tour
from booking.routing.explain import sentence
from booking.routing.files import UnreadableWeek, read_week
from booking.routing.grouping import shifts_of, with_break
from booking.routing.improve import Progress, Watch
from booking.routing.outcome import (
    Change,
    Cost,
    Plan,
    ReasonCode,
    Route,
    Stop,
    Unplanned,
)
from booking.routing.plan import Earlier, Rounds, plan
from booking.routing.plan_files import written_plan
from booking.routing.replan import moved, sick
from booking.routing.standing import Insertion, Push, Spot, Standing, places_for
from booking.routing.travel import MODES
from booking.routing.week import (
    Apart,
    Costs,
    Counsellor,
    Distance,
    Duty,
    ImpossibleWeek,
    Interpreter,
    Point,
    Promise,
    StartWindow,
    TravelMode,
    TravelTimes,
    Vehicle,
    Visit,
    Week,
)

__all__ = [
    "MODES",
    "Apart",
    "Breach",
    "BreachCode",
    "Change",
    "Cost",
    "Costs",
    "Counsellor",
    "Distance",
    "Duty",
    "Earlier",
    "ImpossibleWeek",
    "Insertion",
    "Interpreter",
    "Kept",
    "OnPaper",
    "Paper",
    "Plan",
    "Point",
    "Progress",
    "Promise",
    "Push",
    "ReasonCode",
    "Rounds",
    "Route",
    "Spot",
    "Standing",
    "StartWindow",
    "Stop",
    "Tour",
    "TravelMode",
    "TravelTimes",
    "Unplanned",
    "UnreadableWeek",
    "Vehicle",
    "Visit",
    "Watch",
    "Week",
    "moved",
    "places_for",
    "plan",
    "read_week",
    "sentence",
    "shifts_of",
    "sick",
    "vroom",
    "with_break",
    "written_plan",
]
