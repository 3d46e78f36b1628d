"""How does a list of addresses come in? As CSV, whose columns are known by name."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import utm

from booking.geography.address_book import House
from booking.geography.normalise import split_street

NAMES = {
    "street": ("street", "strasse", "straße", "strassenname"),
    "number": ("house_number", "number", "housenumber", "hausnummer", "nr"),
    "postcode": ("postcode", "plz", "postleitzahl"),
    "town": ("town", "city", "ort", "gemeinde"),
    "latitude": ("lat", "latitude"),
    "longitude": ("lon", "lng", "longitude"),
    "east": ("east", "easting", "ostwert", "x"),
    "north": ("north", "northing", "nordwert", "y"),
}
ENCODINGS = ("utf-8-sig", "cp1252")
DELIMITERS = ";,\t|"
ZONE = 32  # of UTM, ETRS89: most of Germany
LONGEST = {"street": 120, "number": 20, "postcode": 10, "town": 80}


class UnreadableList(Exception):
    """This file is no list of addresses; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that could not be used, and why."""

    line: int
    why: str


def read_csv(content: bytes) -> Iterator[House | Refused]:
    """Yield the houses of a CSV file, and the lines that are none.

    Columns may stand in any order; coordinates are ``lat`` and ``lon`` in degrees, or
    ``east`` and ``north`` in ETRS89/UTM32 metres. Raises ``UnreadableList``.
    """
    text = _decoded(content)
    lines = csv.reader(io.StringIO(text), delimiter=_delimiter(text))
    try:
        columns = _columns(next(lines, []))
        for number, cells in enumerate(lines, start=2):
            if any(cell.strip() for cell in cells):
                yield _read(number, _Line(columns, cells))
    except csv.Error as fault:
        raise UnreadableList("The file is no table of values.") from fault


def _read(number: int, line: "_Line") -> House | Refused:
    try:
        return _house(line)
    except ValueError as fault:
        return Refused(number, str(fault))


@dataclass(frozen=True, slots=True)
class _Line:
    columns: Mapping[str, int]
    cells: list[str]

    def __getitem__(self, name: str) -> str:
        at = self.columns.get(name, len(self.cells))
        text = self.cells[at].strip() if at < len(self.cells) else ""
        if len(text) > LONGEST.get(name, len(text)):
            raise ValueError(f"The {name} is too long.")
        return text

    def degrees(self, name: str) -> float:
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


def _house(line: _Line) -> House:
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


def _point(line: _Line) -> tuple[float, float]:
    if line["latitude"] or "east" not in line.columns:
        latitude, longitude = line.degrees("latitude"), line.degrees("longitude")
    else:
        east = line.degrees("east")
        # Hauskoordinaten write the zone before the east: 32 547 123.
        east -= ZONE * 1e6 if east > ZONE * 1e6 else 0
        try:
            latitude, longitude = utm.to_latlon(
                east, line.degrees("north"), ZONE, northern=True
            )
        except utm.OutOfRangeError as fault:
            raise ValueError("East and north lie outside of UTM.") from fault
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004 - the ends of the earth
        raise ValueError("The point does not lie on the earth.")
    return round(float(latitude), 6), round(float(longitude), 6)
