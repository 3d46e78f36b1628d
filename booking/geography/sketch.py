"""What do the routes look like? A drawing in values; the template makes SVG of it.

No tiles: who looks at it knows the town, and asks which doors lie together. The streets
of the office's own extract may lie behind.
Routes differ in colour, in their dashes and in the numbers at their doors, so that
neither colour-blind eyes nor a black-and-white printer mix them up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

from booking.geography.street_map import Box, Lines, StreetMap

Coordinates = tuple[float, float]  # latitude and longitude, degrees

WIDTH, HEIGHT, MARGIN = 720.0, 440.0, 36.0
MARK = 22.0  # the diameter of a numbered mark
# After Okabe and Ito (2008), darkened to a contrast of 3 or more on white.
COLOURS = (
    *("#0072b2", "#b34700", "#00785a", "#a3448a"),
    *("#8a6d00", "#3f3f3f", "#2f6fd0", "#7a3b00"),
)
DASHES = ("", "10 5", "2 5", "12 4 2 4", "6 3", "16 6", "2 3 8 3", "4 8")
ALONG = 0.2  # how far marks that would hide each other are moved, each time
TRIES = 60


@dataclass(frozen=True, slots=True)
class DrawnRoute:
    """A line from the office from door to door and back."""

    number: int
    label: str
    colour: str
    dash: str
    points: str  # of an SVG polyline


@dataclass(frozen=True, slots=True)
class Mark:
    """A door with the numbers of its stops."""

    x: float
    y: float
    text: str
    colour: str
    door_x: float
    door_y: float

    @property
    def is_moved(self) -> bool:
        """Whether the mark stands beside its door, to which a thin line leads."""
        return (self.x, self.y) != (self.door_x, self.door_y)


@dataclass(frozen=True, slots=True)
class Sketch:
    """A drawing of ``WIDTH`` by ``HEIGHT``; y grows downwards."""

    office: tuple[float, float]
    routes: tuple[DrawnRoute, ...]
    marks: tuple[Mark, ...]
    streets: Lines | None = None
    width: float = WIDTH
    height: float = HEIGHT


@dataclass(frozen=True, slots=True)
class ToDraw:
    """One route: what the legend says, and where its doors are, in order."""

    label: str
    doors: tuple[Coordinates, ...]


def sketched(
    office: Coordinates,
    routes: Sequence[ToDraw],
    streets: StreetMap | None = None,
) -> Sketch:
    """Draw routes around the office, as large as the paper allows."""
    project = _projection([office, *(door for one in routes for door in one.doors)])
    home = project(office)
    drawn = tuple(
        DrawnRoute(
            number=number + 1,
            label=route.label,
            colour=COLOURS[number % len(COLOURS)],
            dash=DASHES[number % len(DASHES)],
            points=" ".join(
                f"{x:.1f},{y:.1f}" for x, y in (home, *map(project, route.doors), home)
            ),
        )
        for number, route in enumerate(routes)
    )
    marks = tuple(_spread(_doors(routes, project), home))
    behind = streets.lines(project.paper, project) if streets else None
    return Sketch(home, drawn, marks, behind)


class _projection:  # noqa: N801 - used as the function it is
    """Equirectangular around the middle of the drawing: true enough for one town."""

    def __init__(self, points: Sequence[Coordinates]) -> None:
        north, south = max(p[0] for p in points), min(p[0] for p in points)
        east, west = max(p[1] for p in points), min(p[1] for p in points)
        self._middle = ((north + south) / 2, (east + west) / 2)
        self._narrow = cos(radians(self._middle[0]))
        across, upright = (east - west) * self._narrow, north - south
        self._scale = min(
            (WIDTH - 2 * MARGIN) / across if across else float("inf"),
            (HEIGHT - 2 * MARGIN) / upright if upright else float("inf"),
        )
        if self._scale == float("inf"):
            self._scale = 1.0

    @property
    def paper(self) -> Box:
        """Which piece of the map the paper shows."""
        north = HEIGHT / 2 / self._scale
        east = WIDTH / 2 / self._scale / self._narrow
        latitude, longitude = self._middle
        return Box(
            latitude - north, longitude - east, latitude + north, longitude + east
        )

    def __call__(self, point: Coordinates) -> tuple[float, float]:
        east = (point[1] - self._middle[1]) * self._narrow * self._scale
        north = (point[0] - self._middle[0]) * self._scale
        return round(WIDTH / 2 + east, 1), round(HEIGHT / 2 - north, 1)


def _doors(routes: Sequence[ToDraw], project: _projection) -> Iterator[Mark]:
    """Yield one mark for each door of a route; stops at one door share it."""
    for number, route in enumerate(routes):
        stops: dict[tuple[float, float], list[str]] = {}
        for position, door in enumerate(route.doors, start=1):
            stops.setdefault(project(door), []).append(str(position))
        for (x, y), positions in stops.items():
            colour = COLOURS[number % len(COLOURS)]
            yield Mark(x, y, ", ".join(positions), colour, x, y)


def _spread(marks: Iterator[Mark], office: tuple[float, float]) -> Iterator[Mark]:
    """Move each mark, in a spiral around its door, to where it hides no other."""
    taken = [office]
    for mark in marks:
        x, y = next(
            (
                place
                for place in _around(mark)
                if all(hypot(place[0] - a, place[1] - b) >= MARK for a, b in taken)
            ),
            (mark.door_x, mark.door_y),
        )
        taken.append((x, y))
        yield Mark(x, y, mark.text, mark.colour, mark.door_x, mark.door_y)


def _around(mark: Mark) -> Iterator[tuple[float, float]]:
    yield mark.x, mark.y
    for step in range(1, TRIES):
        angle, far = 2.4 * step, MARK * (0.6 + ALONG * step)
        x = mark.x + far * cos(angle)
        y = mark.y + far * cos(angle - 1.5708)
        if MARK / 2 <= x <= WIDTH - MARK / 2 and MARK / 2 <= y <= HEIGHT - MARK / 2:
            yield round(x, 1), round(y, 1)
