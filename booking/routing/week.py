"""What is a week of home visits made of? Visits, counsellors, and what they share.

Every time is a whole number of seconds on one time line, whichever the caller has
chosen (the engine never asks what o'clock it is); every length is in seconds too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

A_DAY = 86_400  # seconds; on the time line no duty runs over the end of a day


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


@dataclass(frozen=True, slots=True)
class Promise:
    """What has been published to a client: who comes, and at what time she begins."""

    counsellor: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visit that is wished for.

    ``allowed`` is None when every counsellor may come; ``priority`` is an index into
    ``Costs.unplanned``. ``address`` tells equal front doors from different ones.
    ``familiar`` are the deputy and whoever came in the last three visits; ``overdue``
    counts weeks. ``crew`` is how many counsellors come at once: the first speaks the
    language, all of them are allowed. With ``interpreters`` one of these comes along
    and the counsellor need not speak it; None asks for nobody.
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
    familiar: frozenset[str] = frozenset()
    overdue: int = 0
    published: Promise | None = None
    crew: int = 1
    interpreters: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if self.service <= 0:
            raise ImpossibleWeek(f"The visit {self.id} takes no time.")
        if self.crew not in {1, 2}:
            raise ImpossibleWeek(f"To {self.id} go one counsellor or two.")
        if self.overdue < 0:
            raise ImpossibleWeek(f"{self.id} cannot be overdue by less than nothing.")

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
        named = self.allowed is not None and len(self.allowed) == self.crew
        return one_moment and named


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
    own_vehicle: bool = False  # then she needs none of the pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """Somebody who comes along, within her hours, to one visit at a time.

    ``between`` is what she needs from the end of one visit to the next, in seconds.
    """

    id: str
    hours: tuple[tuple[int, int], ...]
    between: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """One bike or car of the office's pool, and when it is away or in repair.

    Where the pool has a vehicle of a mode, whoever travels by this mode takes one of
    them, from leaving the office until she is back.
    """

    id: str
    mode: str
    busy: tuple[tuple[int, int], ...] = ()


class Distance(StrEnum):
    """How two households are kept apart."""

    COUNSELLOR = "counsellor"  # never the same counsellor for both
    ORDER = "order"  # never one straight after the other


@dataclass(frozen=True, slots=True)
class Apart:
    """Two visits that staff keep apart."""

    one: str
    other: str
    how: Distance = Distance.ORDER


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


class TravelTimes(Protocol):
    """How long the ways are: roads, a town's own server, or the great circle."""

    def matrix(self, points: Sequence[Point], mode: str) -> list[list[int]]:
        """Return the seconds from every point (row) to every other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What the search weighs, in seconds of travel.

    ``moved_hour`` is paid in full from an hour on, and in part for less.
    ``unfair`` is the share, in percent, of every second by which somebody's load
    differs from her fair share of it.
    """

    other_counsellor: int = 900
    familiar: int = 300
    unplanned: tuple[int, ...] = (4 * 3600, 8 * 3600, 16 * 3600)  # by priority
    overdue: int = 2 * 3600  # per week
    moved_counsellor: int = 600
    moved_day: int = 300
    moved_hour: int = 300
    unfair: int = 0


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
    apart: tuple[Apart, ...] = ()
    interpreters: tuple[Interpreter, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    travel: TravelTimes | None = None  # None: great circles, by ``modes``

    def __post_init__(self) -> None:
        _refuse_twins("counsellor", [one.id for one in self.counsellors])
        _refuse_twins("interpreter", [one.id for one in self.interpreters])
        _refuse_twins("vehicle", [one.id for one in self.vehicles])
        _refuse_twins("visit", names := [one.id for one in self.visits])
        _refuse_strangers(self.apart, frozenset(names))
        for counsellor in self.counsellors:
            if counsellor.mode not in self.modes:
                raise ImpossibleWeek(
                    f"{counsellor.id} travels by {counsellor.mode}, which is no mode."
                )
        for visit in self.visits:
            if not 0 <= visit.priority < len(self.costs.unplanned):
                raise ImpossibleWeek(f"{visit.id} has no known priority.")


def _refuse_twins(kind: str, ids: list[str]) -> None:
    twins = (
        sorted({one for one in ids if ids.count(one) > 1})
        if len(set(ids)) < len(ids)
        else []
    )
    if twins:
        raise ImpossibleWeek(f"The {kind} {twins[0]} is there twice.")


def _refuse_strangers(apart: tuple[Apart, ...], visits: frozenset[str]) -> None:
    for pair in apart:
        if pair.one == pair.other or not {pair.one, pair.other} <= visits:
            raise ImpossibleWeek(f"{pair.one} and {pair.other} are no two visits.")
