"""What comes out of planning? Routes, what they cost, and why somebody is left out."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit on a route: when to leave for it, be there, begin, go on.

    The first stop is left for just in time; from then on she goes straight from door
    to door, so that waiting happens at the next door. ``arrives`` includes no setup;
    it lies between arriving and starting.
    """

    visit: str
    leaves_for: int
    arrives: int
    starts: int
    ends: int
    interpreter: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """What one counsellor drives within one shift; ``back`` is at the office again."""

    counsellor: str
    shift_starts: int
    shift_ends: int
    stops: tuple[Stop, ...]
    back: int
    travel: int  # setup included
    waiting: int
    vehicle: str | None = None  # of the pool


class ReasonCode(StrEnum):
    """Why a visit is left out, in the order in which it is asked."""

    NO_LANGUAGE = "no_language"
    NOBODY_ALLOWED = "nobody_allowed"
    NO_INTERVAL = "no_interval"
    TOO_SHORT = "too_short"
    NO_INTERPRETER = "no_interpreter"
    NO_CREW = "no_crew"
    NO_VEHICLE = "no_vehicle"
    NO_ROOM = "no_room"


@dataclass(frozen=True, slots=True)
class Change:
    """The least by which a window would have to grow, and what could then be.

    ``earlier`` or ``later`` is by how many seconds; the other one is 0.
    """

    counsellor: str
    start: int
    earlier: int = 0
    later: int = 0


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A visit that no route takes, and why.

    ``minutes`` is by how much the best interval is too short; ``others`` are the
    visits that take the place; ``change`` is what would help as the plan stands.
    """

    visit: str
    reason: ReasonCode
    minutes: int = 0
    others: tuple[str, ...] = ()
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a plan costs, in seconds."""

    travel: int
    strangers: int
    unplanned: int
    moved: int = 0
    unfair: int = 0

    @property
    def total(self) -> int:
        """Everything together: what the search makes small."""
        planned = self.travel + self.strangers + self.moved + self.unfair
        return planned + self.unplanned


@dataclass(frozen=True, slots=True)
class Plan:
    """Routes for a week, and whom they leave out."""

    routes: tuple[Route, ...]
    unplanned: tuple[Unplanned, ...]
    cost: Cost
