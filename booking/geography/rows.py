"""How does a list of addresses come in? As CSV, whose columns are known by name."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import utm

from booking.geography.address_book import House
from booking.geography.normalise import key, split_street

NAMES = {
    "street": ("street", "strasse", "straße", "strassenname"),
    "number": ("house_number", "number", "housenumber", "hausnummer", "nr"),
    "postcode": ("postcode", "plz", "postleitzahl"),
    "town": ("town", "city", "ort", "gemeinde"),
    "latitude": ("lat", "latitude"),
    "longitude": ("lon", "lng", "longitude"),
    "east": ("east", "easting", "ostwert", "x"),
    "north": ("north", "northing", "nordwert", "y"),
    "zone": ("zone",),
}
ENCODINGS = ("utf-8-sig", "cp1252")
DELIMITERS = ";,\t|"
ZONE = 32  # of UTM, ETRS89: most of Germany
ZONES = range(1, 61)  # round the earth
A_ZONE = 1_000_000  # metres: an east of more begins with its zone, as in 32 547 123
LONGEST = {"street": 120, "number": 20, "postcode": 10, "town": 80}


class UnreadableList(Exception):
    """This file is no list of addresses; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that could not be used, and why."""

    line: int
    why: str


def read_csv(
    content: bytes, *, towns: Collection[str] = ()
) -> Iterator[House | Refused]:
    """Yield the houses of these towns (or of all), and the lines that are none.

    Columns may stand in any order; coordinates are ``lat`` and ``lon`` in degrees, or
    ``east`` and ``north`` in ETRS89/UTM32 metres. Raises ``UnreadableList``.
    """
    text, wanted = _decoded(content), frozenset(map(key, towns))
    lines = csv.reader(io.StringIO(text), delimiter=_delimiter(text))
    try:
        columns = _columns(next(lines, []))
        for number, cells in enumerate(lines, start=2):
            line = Line(columns, cells)
            if any(map(str.strip, cells)) and line.is_in(wanted):
                yield read_line(number, line)
    except csv.Error as fault:
        raise UnreadableList("The file is no table of values.") from fault


def read_line(number: int, line: "Line") -> House | Refused:
    """Return the house of one line, or why there is none."""
    try:
        return _house(line)
    except ValueError as fault:
        return Refused(number, str(fault))


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of one line, by what they mean."""

    columns: Mapping[str, int]
    cells: Sequence[str]

    def __getitem__(self, name: str) -> str:
        at = self.columns.get(name, len(self.cells))
        text = self.cells[at].strip() if at < len(self.cells) else ""
        if len(text) > LONGEST.get(name, len(text)):
            raise ValueError(f"The {name} is too long.")
        return text

    def is_in(self, towns: Collection[str]) -> bool:
        """Tell whether it is about one of these towns, in one spelling; or any."""
        at = self.columns.get("town", len(self.cells))
        return not towns or key("".join(self.cells[at : at + 1])) in towns

    def degrees(self, name: str) -> float:
        """Read a number, with a point or a comma."""
        try:
            return float(self[name].replace(",", "."))
        except ValueError as fault:
            raise ValueError(f"There is no number for {name}.") from fault


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
            return text.replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise UnreadableList("The file is neither UTF-8 nor Windows-1252.")


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(DELIMITERS, key=head.count)


def _columns(head: list[str]) -> dict[str, int]:
    given = {name.strip().casefold(): at for at, name in enumerate(head)}
    found = {
        meaning: given[spelling]
        for meaning, spellings in NAMES.items()
        for spelling in reversed(spellings)
        if spelling in given
    }
    degrees, metres = {"latitude", "longitude"}, {"east", "north"}
    if "street" not in found:
        raise UnreadableList("The first line names no column “street”.")
    if not (degrees <= found.keys() or metres <= found.keys()):
        raise UnreadableList(
            "The first line names neither “lat” and “lon” nor “east” and “north”."
        )
    return found


def _house(line: Line) -> House:
    latitude, longitude = _point(line)
    street, number = line["street"], line["number"]
    if not number:
        split = split_street(street)
        street, number = split.street, split.house_number
    if not street:
        raise ValueError("There is no street.")
    if not (line["postcode"] or line["town"]):
        raise ValueError("There is neither a postcode nor a town.")
    return House(street, number, line["postcode"], line["town"], latitude, longitude)


def _point(line: Line) -> tuple[float, float]:
    if line["latitude"] or "east" not in line.columns:
        latitude, longitude = line.degrees("latitude"), line.degrees("longitude")
    else:
        latitude, longitude = _from_metres(line)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004 - the ends of the earth
        raise ValueError("The point does not lie on the earth.")
    return round(float(latitude), 6), round(float(longitude), 6)


def _from_metres(line: Line) -> tuple[float, float]:
    east, north = line.degrees("east"), line.degrees("north")
    zone = int(line.degrees("zone")) if line["zone"] else ZONE
    if east >= A_ZONE and isfinite(east):
        zone, east = int(east // A_ZONE), east % A_ZONE
    if zone not in ZONES:
        raise ValueError("There is no such zone of UTM.")
    try:
        latitude, longitude = utm.to_latlon(east, north, zone, northern=True)
    except utm.OutOfRangeError as fault:
        raise ValueError("East and north lie outside of UTM.") from fault
    return float(latitude), float(longitude)
