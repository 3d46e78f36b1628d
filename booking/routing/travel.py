"""How long does it take from place to place? Great circles, detours, modes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import asin, cos, radians, sin, sqrt

from booking.routing.week import Point, TravelMode

EARTH = 6371.0088  # kilometres: the mean radius of the IUGG

# What an office plans with, in whole minutes: a route shows times as clocks do.
FOOT = TravelMode(kmh=4.8, detour=1.25, step=60)
# Detours: walking 1.21 to 1.23, roads of 300 European cities 1.343 in the mean
# (doi 10.1177/23998083231168870); extra minutes for locking, parking, waiting.
MODES = {
    "foot": FOOT,
    "bike": TravelMode(kmh=15, detour=1.3, extra_minutes=2, step=60),
    "car": TravelMode(kmh=28, detour=1.4, extra_minutes=4, step=60),
    "pt": TravelMode(kmh=16, detour=1.4, extra_minutes=8, slowest=FOOT, step=60),
}


@dataclass(frozen=True, slots=True)
class Circles:
    """Travel times by great circles: what a week uses that brings no others."""

    modes: Mapping[str, TravelMode]

    def matrix(self, points: Sequence[Point], mode: str) -> list[list[int]]:
        """Return the seconds from every point (row) to every other."""
        return matrix(points, self.modes[mode])


def kilometres(a: Point, b: Point) -> float:
    """Return the great circle between two points (haversine formula)."""
    la, lo, lb, lp = map(radians, (a.latitude, a.longitude, b.latitude, b.longitude))
    h = sin((lb - la) / 2) ** 2 + cos(la) * cos(lb) * sin((lp - lo) / 2) ** 2
    return 2 * EARTH * asin(sqrt(h))


def seconds(a: Point, b: Point, mode: TravelMode) -> int:
    """Return the travel time between two points; none between equal ones."""
    return 0 if a == b else _ridden(kilometres(a, b), mode)


def matrix(points: Sequence[Point], mode: TravelMode) -> list[list[int]]:
    """Return the travel times from every point (row) to every other, in seconds.

    The way there is the way back, so that half of them are measured.
    """
    half = [
        [seconds(here, there, mode) for there in points[:number]]
        for number, here in enumerate(points)
    ]
    return [
        [*half[one], 0, *(half[other][one] for other in range(one + 1, len(points)))]
        for one in range(len(points))
    ]


def shared(ways: list[list[int]]) -> list[list[int]]:
    """Return the same table with one object for each number: a third of the memory."""
    known = {way: way for way in set(chain.from_iterable(ways))}
    return [[known[way] for way in row] for row in ways]


def _ridden(km: float, mode: TravelMode) -> int:
    ridden = km * mode.detour / mode.kmh * 3600
    whole = round(ridden) + round(60 * mode.extra_minutes)
    whole = -(-whole // mode.step) * mode.step
    return min(whole, _ridden(km, mode.slowest)) if mode.slowest else whole
