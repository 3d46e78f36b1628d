"""How long is the way on the roads of an OpenStreetMap extract? Extra [roads].

Every node of every way for feet, bikes or cars is a node of one graph, whose arcs have
a length in time for each of the three; a customisable contraction hierarchy (Dibbelt,
Strasser, Wagner 2016; here RoutingKit's) answers a whole table in milliseconds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import Any

from booking.geography.road_rules import speeds_on
from booking.geography.ways import MEASURED, NoTravelTimes, Rows
from booking.routing import Point
from booking.routing.travel import kilometres

A_TENTH = 10  # weights are whole tenths of a second
NO_WAY = 2_147_483_647  # RoutingKit's infinity
FARTHEST = 1.0  # kilometres from a door to the next road
KMH_TO_THE_ROAD = 4.8
KM_PER_DEGREE = 111.195  # of latitude
FEWEST = 2  # nodes of a way
ALONG, BACK = 0, 1  # the two directions of a way


@dataclass(frozen=True, slots=True)
class _Arc:
    """A piece of a way in one direction: nodes, and tenths of a second by mode."""

    tail: int
    head: int
    spent: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Roads:
    """The roads of an extract; read at the first question, once a process."""

    path: Path

    @property
    def modes(self) -> tuple[str, ...]:
        """By which modes it knows the ways."""
        return MEASURED

    def measured(self, points: Sequence[Point], mode: str) -> Rows:
        """Measure all ways among these points; raises ``NoTravelTimes``."""
        try:
            network = _network(self.path, self.path.stat().st_mtime)
        except (ImportError, OSError, RuntimeError) as fault:
            raise NoTravelTimes(type(fault).__name__) from fault
        return network.measured(points, mode)


@dataclass(frozen=True, slots=True)
class _Network:
    latitudes: Any  # numpy arrays, one value a node
    longitudes: Any
    metrics: Mapping[str, Any]
    reached: Mapping[str, Any]  # node numbers of the largest connected part

    def measured(self, points: Sequence[Point], mode: str) -> Rows:
        """Return the seconds from each point to each."""
        doors = [self._nearest(point, mode) for point in points]
        nodes = [node for node, _ in doors]
        table = self.metrics[mode].distances_many_to_many(nodes, nodes)
        return [
            [
                _joined(int(table[i][j]), here, there)
                for j, (_, there) in enumerate(doors)
            ]
            for i, (_, here) in enumerate(doors)
        ]

    def _nearest(self, point: Point, mode: str) -> tuple[int, float | None]:
        """Return the node next to a door, and the seconds from door to node."""
        nodes = self.reached[mode]
        if not len(nodes):
            return 0, None
        narrow = cos(radians(point.latitude))
        north = self.latitudes[nodes] - point.latitude
        east = (self.longitudes[nodes] - point.longitude) * narrow
        node = int(nodes[(north * north + east * east).argmin()])
        road = Point(float(self.latitudes[node]), float(self.longitudes[node]))
        far = kilometres(point, road)
        return node, None if far > FARTHEST else far / KMH_TO_THE_ROAD * 3600


def _joined(tenths: int, here: float | None, there: float | None) -> float | None:
    if tenths >= NO_WAY or here is None or there is None:
        return None
    return tenths / A_TENTH + here + there


@lru_cache(maxsize=1)
def _network(path: Path, _written: float) -> _Network:
    import numpy as np  # noqa: PLC0415 - an extra
    from pyroutingkit import CCHMetric, CCHTopology  # noqa: PLC0415 - an extra

    places: dict[int, tuple[int, float, float]] = {}
    arcs = list(_arcs(path, places))
    if not arcs:
        raise RuntimeError
    latitudes = np.array([at[1] for at in places.values()])
    longitudes = np.array([at[2] for at in places.values()])
    tails = np.array([arc.tail for arc in arcs], dtype=np.uint32)
    heads = np.array([arc.head for arc in arcs], dtype=np.uint32)
    topology = CCHTopology()
    topology.build(
        tails,
        heads,
        latitudes.astype(np.float32),
        longitudes.astype(np.float32),
        len(places),
    )
    metrics, reached = {}, {}
    for mode in MEASURED:
        weights = [arc.spent.get(mode, NO_WAY) for arc in arcs]
        metrics[mode] = CCHMetric(topology)
        metrics[mode].customize(np.array(weights, dtype=np.uint32))
        reached[mode] = np.array(_largest(arcs, mode, len(places)), dtype=np.uint32)
    return _Network(latitudes, longitudes, metrics, reached)


def _arcs(path: Path, places: dict[int, tuple[int, float, float]]) -> Iterator[_Arc]:
    """Yield the arcs of all ways; ``places`` numbers the nodes as they come."""
    import osmium  # noqa: PLC0415 - an extra

    ways: Iterable[Any] = (
        osmium.FileProcessor(str(path))
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(osmium.filter.KeyFilter("highway"))
    )
    for way in ways:
        speeds = speeds_on(dict(way.tags))
        nodes = [node for node in way.nodes if node.location.valid()]
        if not speeds or len(nodes) < FEWEST:
            continue
        numbers = [
            places.setdefault(one.ref, (len(places), one.lat, one.lon)) for one in nodes
        ]
        for (tail, *a), (head, *b) in pairwise(numbers):
            far = kilometres(Point(*a), Point(*b))
            yield _Arc(tail, head, _spent(far, speeds, ALONG))
            yield _Arc(head, tail, _spent(far, speeds, BACK))


def _spent(
    far: float, speeds: Mapping[str, tuple[float, float]], direction: int
) -> dict[str, int]:
    return {
        mode: max(1, round(far / both[direction] * 3600 * A_TENTH))
        for mode, both in speeds.items()
        if both[direction]
    }


def _largest(arcs: Sequence[_Arc], mode: str, number: int) -> list[int]:
    """Return the nodes of the largest part of the graph that hangs together."""
    root = list(range(number))
    used = set()
    for arc in arcs:
        if mode in arc.spent:
            used |= {arc.tail, arc.head}
            root[_find(root, arc.tail)] = _find(root, arc.head)
    parts: dict[int, list[int]] = {}
    for node in sorted(used):
        parts.setdefault(_find(root, node), []).append(node)
    return max(parts.values(), key=len, default=[])


def _find(root: list[int], node: int) -> int:
    while root[node] != node:
        root[node] = root[root[node]]
        node = root[node]
    return node
