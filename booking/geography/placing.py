"""Where on this sketch did somebody tap? Houses of the book as dots, streets by name.

No map is needed: who places a door by hand knows the town, and comes closer by tapping
again. A picture of one fixed size tells in whole pixels where it was tapped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, radians

from booking.geography.address_book import House
from booking.geography.sketch import Coordinates
from booking.geography.street_map import Box, Lines, StreetMap

SIDE = 320  # pixels: the narrowest phone shows all of it
WIDTHS = (10.0, 3.0, 1.0, 0.25)  # kilometres from side to side, closer and closer
KM_PER_DEGREE = 111.195  # of latitude
MOST_DOTS = 1500  # more would only be a heavier picture
MOST_NAMES = 24
NUMBERS_FROM = 1.0  # kilometres: nearer than that, houses show their numbers
MOST_NUMBERS = 80
LETTER, LINE = 5.4, 11.0  # pixels that a name takes


@dataclass(frozen=True, slots=True)
class View:
    """A square of the town: its middle, and how close one looks."""

    middle: Coordinates
    closeness: int = 0

    def __post_init__(self) -> None:
        latitude, longitude = self.middle
        on_earth = -90 <= latitude <= 90 and -180 <= longitude <= 180  # noqa: PLR2004 - degrees
        if not (on_earth and 0 <= self.closeness < len(WIDTHS)):
            raise ValueError("There is no such view.")

    @property
    def width(self) -> float:
        """Kilometres from side to side."""
        return WIDTHS[self.closeness]

    @property
    def reach(self) -> float:
        """Degrees of latitude from the middle to the edge."""
        return self.width / 2 / KM_PER_DEGREE

    def tapped(self, x: int, y: int) -> Coordinates:
        """Return which place a pixel shows."""
        east, south = (min(max(one, 0), SIDE) - SIDE / 2 for one in (x, y))
        degrees = 2 * self.reach / SIDE
        latitude = self.middle[0] - south * degrees
        longitude = self.middle[1] + east * degrees / self._narrow
        return round(latitude, 6), round(longitude, 6)

    def pixel_of(self, point: Coordinates) -> tuple[float, float]:
        """Return where a place stands in the picture."""
        pixels = SIDE / (2 * self.reach)
        x = SIDE / 2 + (point[1] - self.middle[1]) * self._narrow * pixels
        y = SIDE / 2 - (point[0] - self.middle[0]) * pixels
        return round(x, 1), round(y, 1)

    @property
    def box(self) -> Box:
        """Which piece of the map is looked at."""
        latitude, longitude = self.middle
        east = self.reach / self._narrow
        return Box(
            latitude - self.reach,
            longitude - east,
            latitude + self.reach,
            longitude + east,
        )

    def closer(self, point: Coordinates) -> "View":
        """Look at one place from nearer by."""
        return View(point, min(self.closeness + 1, len(WIDTHS) - 1))

    @property
    def _narrow(self) -> float:
        return max(cos(radians(self.middle[0])), 0.01)


@dataclass(frozen=True, slots=True)
class Name:
    """A word in the picture."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What a template makes an SVG of."""

    dots: str  # a path
    names: tuple[Name, ...]
    numbers: tuple[Name, ...]
    office: tuple[float, float] | None
    chosen: tuple[float, float] | None
    streets: Lines | None
    width: float  # kilometres
    side: int = SIDE


def pictured(
    view: View,
    houses: Sequence[House],
    *,
    office: Coordinates | None,
    chosen: Coordinates | None,
    streets: StreetMap | None = None,
) -> Picture:
    """Draw the houses around a place, and the streets if they are known."""
    step = -(-len(houses) // MOST_DOTS) or 1
    shown = [(view.pixel_of((h.latitude, h.longitude)), h) for h in houses[::step]]
    near = view.width <= NUMBERS_FROM and len(shown) <= MOST_NUMBERS
    return Picture(
        dots="".join(f"M{x:g} {y:g}h0" for (x, y), _ in shown),
        names=tuple(_names(shown)),
        numbers=tuple(
            Name(x + 4, y + 3, house.house_number) for (x, y), house in shown if near
        ),
        office=view.pixel_of(office) if office else None,
        chosen=view.pixel_of(chosen) if chosen else None,
        streets=streets.lines(view.box, view.pixel_of) if streets else None,
        width=view.width,
    )


def _names(shown: Sequence[tuple[tuple[float, float], House]]) -> Iterator[Name]:
    """Yield street names where they hide each other not, long streets first."""
    streets: dict[str, list[tuple[float, float]]] = {}
    for pixel, house in shown:
        if all(0 <= one <= SIDE for one in pixel):
            streets.setdefault(house.street, []).append(pixel)
    taken: list[tuple[float, float, float]] = []
    for street, pixels in sorted(streets.items(), key=lambda one: -len(one[1])):
        x, y = sorted(pixels)[len(pixels) // 2]
        half = len(street) * LETTER / 2
        x = min(max(x, half), SIDE - half)
        hidden = any(
            abs(x - a) < half + other and abs(y - b) < LINE for a, b, other in taken
        )
        if not hidden and len(taken) < MOST_NAMES:
            taken.append((x, y, half))
            yield Name(round(x, 1), y, street)
