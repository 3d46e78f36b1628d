"""What is a week of home visits made of? Visits, counsellors, shifts, a plan.

Every time is a whole number of seconds on one time line, whichever the caller has
chosen (the engine never asks what o'clock it is); every length is in seconds too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ImpossibleWeek(ValueError):
    """A week says something that cannot be; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the earth, in degrees (WGS 84)."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):  # noqa: PLR2004 - the ends of the earth
            raise ImpossibleWeek(f"No place has the coordinates {self}.")


@dataclass(frozen=True, order=True, slots=True)
class StartWindow:
    """When a visit may begin: from ``earliest`` to ``latest``, both included.

    A pin has both equal. Not a ``scheduling.TimeWindow``, which is half-open and
    holds the whole meeting.
    """

    earliest: int
    latest: int

    def __post_init__(self) -> None:
        if self.latest < self.earliest:
            raise ImpossibleWeek("A window cannot end before it begins.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visit that is wished for.

    ``allowed`` is None when every counsellor may come; ``priority`` is an index into
    ``Costs.unplanned``. ``address`` tells equal front doors from different ones.
    """

    id: str
    address: str
    point: Point
    service: int
    language: str
    windows: tuple[StartWindow, ...]
    priority: int = 0
    own: str | None = None
    allowed: frozenset[str] | None = None
    excluded: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.service <= 0:
            raise ImpossibleWeek(f"The visit {self.id} takes no time.")

    def admits(self, counsellor: str) -> bool:
        """Tell whether this counsellor may come, languages aside."""
        named = self.allowed is None or counsellor in self.allowed
        return named and counsellor not in self.excluded

    @property
    def is_pinned(self) -> bool:
        """Whether staff have fixed who comes and when."""
        one_moment = len(self.windows) == 1 and (
            self.windows[0].earliest == self.windows[0].latest
        )
        return one_moment and self.allowed is not None and len(self.allowed) == 1


@dataclass(frozen=True, slots=True)
class Duty:
    """A stretch of work that begins and ends at the office, and what is busy in it."""

    start: int
    end: int
    busy: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if self.end <= self.start or any(b <= a for a, b in self.busy):
            raise ImpossibleWeek(
                "Work and what is busy in it must end after it begins."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counsellor:
    """Somebody who can be sent: what she speaks, how she travels, when she works."""

    id: str
    languages: frozenset[str]
    mode: str
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelMode:
    """How fast somebody gets from place to place.

    ``detour`` is roads over great circle; ``extra_minutes`` go to parking or waiting.
    ``slowest`` is the mode taken instead where it is quicker: nobody waits for a bus
    longer than the walk takes. Times are rounded up to whole ``step`` seconds.
    """

    kmh: float
    detour: float
    extra_minutes: float = 0
    slowest: "TravelMode | None" = None
    step: int = 1

    def __post_init__(self) -> None:
        impossible = self.kmh <= 0 or self.detour < 1 or self.extra_minutes < 0
        if impossible or self.step < 1:
            raise ImpossibleWeek("Nobody travels like that: check speed and detour.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What the search weighs, in seconds of travel."""

    other_counsellor: int = 900
    unplanned: tuple[int, ...] = (4 * 3600, 8 * 3600, 16 * 3600)  # by priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """All that a plan depends on."""

    name: str
    office: Point
    setup: int
    shortest_shift: int
    modes: Mapping[str, TravelMode]
    counsellors: tuple[Counsellor, ...]
    visits: tuple[Visit, ...]
    costs: Costs = field(default_factory=Costs)

    def __post_init__(self) -> None:
        _refuse_twins("counsellor", [one.id for one in self.counsellors])
        _refuse_twins("visit", [one.id for one in self.visits])
        for counsellor in self.counsellors:
            if counsellor.mode not in self.modes:
                raise ImpossibleWeek(
                    f"{counsellor.id} travels by {counsellor.mode}, which is no mode."
                )
        for visit in self.visits:
            if not 0 <= visit.priority < len(self.costs.unplanned):
                raise ImpossibleWeek(f"{visit.id} has no known priority.")


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


class ReasonCode(StrEnum):
    """Why a visit is left out, in the order in which it is asked."""

    NO_LANGUAGE = "no_language"
    NOBODY_ALLOWED = "nobody_allowed"
    NO_INTERVAL = "no_interval"
    TOO_SHORT = "too_short"
    NO_ROOM = "no_room"


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A visit that no route takes, and why.

    ``minutes`` is by how much the best interval is too short; ``others`` are the
    visits that take the place.
    """

    visit: str
    reason: ReasonCode
    minutes: int = 0
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """What a plan costs, in seconds."""

    travel: int
    strangers: int
    unplanned: int

    @property
    def total(self) -> int:
        """Everything together: what the search makes small."""
        return self.travel + self.strangers + self.unplanned


@dataclass(frozen=True, slots=True)
class Plan:
    """Routes for a week, and whom they leave out."""

    routes: tuple[Route, ...]
    unplanned: tuple[Unplanned, ...]
    cost: Cost


def _refuse_twins(kind: str, ids: list[str]) -> None:
    twins = (
        sorted({one for one in ids if ids.count(one) > 1})
        if len(set(ids)) < len(ids)
        else []
    )
    if twins:
        raise ImpossibleWeek(f"The {kind} {twins[0]} is there twice.")
