"""Which streets lie behind a sketch? Of the office's own extract: no tiles, no server.

An extract is read once, when addresses are imported from it; what is drawn is kept as
whole hundred-thousandths of a degree (about a metre), one street a line, compressed.
"""

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from math import hypot
from pathlib import Path
from typing import Any

from booking.geography.rows import UnreadableList

Coordinates = tuple[float, float]  # latitude and longitude, degrees
Pixel = tuple[float, float]
MAIN = frozenset({"motorway", "trunk", "primary", "secondary", "tertiary"})
SIDE_STREETS = frozenset(
    {"unclassified", "residential", "living_street", "pedestrian", "road"}
)
PRECISION = 100_000  # parts of a degree
FEWEST = 2  # points of a street
CLOSE = 2.0  # pixels: points nearer than that to the last one are not seen
MOST_SIDE_STREETS = 3000  # in one picture; of a whole district only the main ones


@dataclass(frozen=True, slots=True)
class Street:
    """A line on the map."""

    is_main: bool
    points: tuple[Coordinates, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Streets as two paths of an SVG."""

    main: str
    side: str


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of the map, in degrees."""

    south: float
    west: float
    north: float
    east: float

    def meets(self, other: "Box") -> bool:
        """Tell whether two pieces have anything in common."""
        return (
            self.south <= other.north
            and other.south <= self.north
            and self.west <= other.east
            and other.west <= self.east
        )

    @classmethod
    def around(cls, points: Iterable[Coordinates]) -> "Box":
        """Return the smallest piece with all these points."""
        latitudes, longitudes = zip(*points, strict=True)
        return cls(min(latitudes), min(longitudes), max(latitudes), max(longitudes))


@dataclass(frozen=True, slots=True)
class StreetMap:
    """All streets that can be drawn, each with the piece of the map it lies in."""

    streets: tuple[tuple[Box, Street], ...]

    @classmethod
    def of(cls, streets: Iterable[Street]) -> "StreetMap":
        """Keep streets, and where each of them lies."""
        return cls(tuple((Box.around(one.points), one) for one in streets))

    def lines(self, box: Box, pixel_of: Callable[[Coordinates], Pixel]) -> Lines:
        """Draw what lies in a piece of the map."""
        here = [street for around, street in self.streets if around.meets(box)]
        side = [street for street in here if not street.is_main]
        if len(side) > MOST_SIDE_STREETS:
            side = []
        main = (street for street in here if street.is_main)
        return Lines(_path(main, pixel_of), _path(side, pixel_of))


def read_streets(path: Path) -> Iterator[Street]:
    """Yield the streets of an OpenStreetMap extract that are drawn (extra [roads]).

    Raises ``UnreadableList``.
    """
    try:
        for way in _ways(path):
            kind = way.tags["highway"].removesuffix("_link")
            points = tuple(
                (node.lat, node.lon) for node in way.nodes if node.location.valid()
            )
            if len(points) >= FEWEST and kind in MAIN | SIDE_STREETS:
                yield Street(kind in MAIN, points)
    except (RuntimeError, OSError) as fault:
        raise UnreadableList("The file is no OpenStreetMap extract.") from fault


def keep(streets: Iterable[Street], file: Path) -> int:
    """Write streets into a file that ``load`` reads; return how many."""
    count = 0
    partial = file.with_suffix(".partial")
    with gzip.open(partial, "wt", encoding="ascii") as lines:
        for count, street in enumerate(streets, start=1):  # noqa: B007 - the last one counts
            lines.write(json.dumps([street.is_main, *_steps(street.points)]) + "\n")
    partial.replace(file)
    return count


def load(file: Path) -> StreetMap | None:
    """Return the streets of a file, read once a process; None if there is none."""
    try:
        return _loaded(file, file.stat().st_mtime)
    except (OSError, ValueError, EOFError):
        return None


@lru_cache(maxsize=1)
def _loaded(file: Path, _written: float) -> StreetMap:
    with gzip.open(file, "rt", encoding="ascii") as lines:
        return StreetMap.of(_street(json.loads(line)) for line in lines)


def _steps(points: tuple[Coordinates, ...]) -> Iterator[int]:
    """Yield the first point, then how far each lies from the one before."""
    whole = [(round(a * PRECISION), round(b * PRECISION)) for a, b in points]
    yield from whole[0]
    for before, after in pairwise(whole):
        yield after[0] - before[0]
        yield after[1] - before[1]


def _street(kept: list[Any]) -> Street:
    is_main, *steps = kept
    latitudes, longitudes = accumulate(steps[0::2]), accumulate(steps[1::2])
    points = tuple(
        (a / PRECISION, b / PRECISION)
        for a, b in zip(latitudes, longitudes, strict=True)
    )
    return Street(bool(is_main), points)


def _ways(path: Path) -> Iterator[Any]:
    import osmium  # noqa: PLC0415 - an extra

    yield from (
        osmium.FileProcessor(str(path))
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(osmium.filter.KeyFilter("highway"))
    )


def _path(streets: Iterable[Street], pixel_of: Callable[[Coordinates], Pixel]) -> str:
    return "".join(
        _line([pixel_of(one) for one in street.points]) for street in streets
    )


def _line(pixels: list[Pixel]) -> str:
    """Write one line, without points that nobody can tell from the last one."""
    x, y = pixels[0]
    written = [f"M{x:.0f} {y:.0f}"]
    for number, (a, b) in enumerate(pixels[1:], start=2):
        if number == len(pixels) or hypot(a - x, b - y) >= CLOSE:
            x, y = a, b
            written.append(f"L{x:.0f} {y:.0f}")
    return "".join(written)
