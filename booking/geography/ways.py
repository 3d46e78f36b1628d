"""How long are the ways between some doors? Measured if it is known, else guessed.

Servers and roads say how long somebody moves. What else a way takes (parking, locking
a bike) and the rush hour belong to the office's own settings, and so do ways that it
knows better than any map ("this bus takes 35 minutes").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from booking.routing import Point, TravelMode
from booking.routing.travel import seconds

LONGEST = 24 * 3600  # seconds; no way within a town takes a day

Rows = list[list[float | None]]  # seconds, None where there is no way


class NoTravelTimes(Exception):
    """The source does not answer, or answers nonsense."""


class RoadMap(Protocol):
    """Who measures ways: the roads of an extract, or a server of the town's own."""

    @property
    def modes(self) -> tuple[str, ...]:
        """By which modes it knows the ways."""

    def measured(self, points: Sequence[Point], mode: str) -> Rows:
        """Return the seconds from each point to each; raises ``NoTravelTimes``."""


MEASURED = ("foot", "bike", "car")  # buses and trains have timetables, not roads


@dataclass(frozen=True, slots=True)
class Ways:
    """Travel times between points, in seconds, by mode: a value for the planner."""

    modes: Mapping[str, TravelMode]
    known: Mapping[str, Mapping[tuple[Point, Point], int]] = field(default_factory=dict)

    def matrix(self, points: Sequence[Point], mode: str) -> list[list[int]]:
        """Return the seconds from every point (row) to every other."""
        how, known = self.modes[mode], self.known.get(mode, {})
        return [
            [known[a, b] if (a, b) in known else seconds(a, b, how) for b in points]
            for a in points
        ]


def known_ways(
    points: Sequence[Point], rows: Rows, mode: TravelMode, *, slower: float = 1
) -> dict[tuple[Point, Point], int]:
    """Turn what was measured into travel times; where there is no way, there is none.

    ``slower`` is by how much the rush hour stretches the moving.
    """
    return {
        (a, b): in_steps(spent * slower + 60 * mode.extra_minutes, mode)
        for a, row in zip(points, rows, strict=True)
        for b, spent in zip(points, row, strict=True)
        if spent is not None and a != b
    }


def in_steps(length: float, mode: TravelMode) -> int:
    """Round up to what a clock shows."""
    return -(-round(length) // mode.step) * mode.step


def sound(rows: Sequence[Sequence[object]], across: int) -> Rows:
    """Return the rows as seconds, or refuse what no server in its senses says."""
    found: Rows = []
    for row in rows:
        if len(row) != across:
            raise NoTravelTimes("rows of different lengths")
        found.append([_seconds(value) for value in row])
    return found


def _seconds(value: object) -> float | None:
    if value is None:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (is_number and 0 <= value <= LONGEST):  # type: ignore[operator]  # a number, as asked before
        raise NoTravelTimes("no number of seconds")
    return float(value)  # type: ignore[arg-type]  # the same
