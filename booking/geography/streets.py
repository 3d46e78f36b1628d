"""How long is the way on the roads of an OpenStreetMap extract? Extra [roads].

Every node of every way for feet, bikes or cars is a node of one graph, whose arcs have
a length in time for each of the three; a customisable contraction hierarchy (Dibbelt,
Strasser, Wagner 2016; here RoutingKit's) answers a whole table in milliseconds.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import Any

from booking.geography.road_rules import Both, speeds_on
from booking.geography.ways import MEASURED, NoTravelTimes, Rows
from booking.routing import Point
from booking.routing.travel import kilometres

A_TENTH = 10  # weights are whole tenths of a second
PER_HOUR = 3600 * A_TENTH
NO_WAY = 2_147_483_647  # RoutingKit's infinity
FARTHEST = 1.0  # kilometres from a door to the next road
KMH_TO_THE_ROAD = 4.8
KM_PER_DEGREE = 111.195  # of latitude
FEWEST = 2  # nodes of a way
ALONG, BACK = 0, 1  # the two directions of a way


@dataclass(frozen=True, slots=True)
class _Graph:
    """Nodes and arcs as bare numbers: a district has hundreds of thousands."""

    latitudes: "array[float]" = field(default_factory=lambda: array("d"))
    longitudes: "array[float]" = field(default_factory=lambda: array("d"))
    tails: "array[int]" = field(default_factory=lambda: array("I"))
    heads: "array[int]" = field(default_factory=lambda: array("I"))
    # Tenths of a second for each arc, NO_WAY where it is closed.
    spent: "dict[str, array[int]]" = field(
        default_factory=lambda: {mode: array("I") for mode in MEASURED}
    )
    numbers: dict[int, int] = field(default_factory=dict)  # of nodes, by OSM's own

    def number(self, node: Any) -> int:
        """Return which number a node has here."""
        known = self.numbers.setdefault(node.ref, len(self.latitudes))
        if known == len(self.latitudes):
            self.latitudes.append(node.lat)
            self.longitudes.append(node.lon)
        return known

    def place(self, node: int) -> Point:
        """Return where a node is."""
        return Point(self.latitudes[node], self.longitudes[node])

    def join(self, here: int, there: int, speeds: Mapping[str, Both]) -> None:
        """Lay a piece of a way, in both directions."""
        far = kilometres(self.place(here), self.place(there))
        for direction, tail, head in ((ALONG, here, there), (BACK, there, here)):
            self.tails.append(tail)
            self.heads.append(head)
            for mode, spent in self.spent.items():
                fast = speeds[mode][direction] if mode in speeds else 0
                spent.append(max(1, round(far / fast * PER_HOUR)) if fast else NO_WAY)


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
                _joined(spent, here, there)
                for spent, (_, there) in zip(row, doors, strict=True)
            ]
            for row, (_, here) in zip(table.tolist(), doors, strict=True)
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

    graph = _read(path)
    if not graph.tails:
        raise RuntimeError
    latitudes, longitudes = np.array(graph.latitudes), np.array(graph.longitudes)
    topology = CCHTopology()
    topology.build(
        np.array(graph.tails, dtype=np.uint32),
        np.array(graph.heads, dtype=np.uint32),
        latitudes.astype(np.float32),
        longitudes.astype(np.float32),
        len(latitudes),
    )
    metrics, reached = {}, {}
    for mode, spent in graph.spent.items():
        metrics[mode] = CCHMetric(topology)
        metrics[mode].customize(np.array(spent, dtype=np.uint32))
        reached[mode] = np.array(_largest(graph, mode), dtype=np.uint32)
    return _Network(latitudes, longitudes, metrics, reached)


def _read(path: Path) -> _Graph:
    import osmium  # noqa: PLC0415 - an extra

    graph = _Graph()
    ways: Iterable[Any] = (
        osmium.FileProcessor(str(path))
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(osmium.filter.KeyFilter("highway"))
    )
    for way in ways:
        speeds = speeds_on(dict(way.tags))
        nodes = [node for node in way.nodes if node.location.valid()]
        if speeds and len(nodes) >= FEWEST:
            for here, there in pairwise([graph.number(node) for node in nodes]):
                graph.join(here, there, speeds)
    return graph


def _largest(graph: _Graph, mode: str) -> list[int]:
    """Return the nodes of the largest part of the graph that hangs together."""
    root = list(range(len(graph.latitudes)))
    used = set()
    for tail, head, spent in zip(
        graph.tails, graph.heads, graph.spent[mode], strict=True
    ):
        if spent < NO_WAY:
            used |= {tail, head}
            root[_find(root, tail)] = _find(root, head)
    parts: dict[int, list[int]] = {}
    for node in sorted(used):
        parts.setdefault(_find(root, node), []).append(node)
    return max(parts.values(), key=len, default=[])


def _find(root: list[int], node: int) -> int:
    while root[node] != node:
        root[node] = root[root[node]]
        node = root[node]
    return node
