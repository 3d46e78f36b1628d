"""How do the official Hauskoordinaten come in? By their columns, old layout or new.

The surveying offices hand them out as text: semicolons (Hesse: commas), UTF-8 (before
2014 Latin-1), coordinates in ETRS89/UTM (EPSG:25832; in the east of Germany 25833). Two
layouts are about, with a line of names or without one:

=========  ===========================================================================
since 2023 ``nba oid qua … gmd … str hnr adz zone ostwert nordwert postplz postonm …``
before     ``NBA OI QUA LAN RBZ KRS GMD OTT SSS HNR ADZ east north STN PLZ ONM ZON POT``
=========  ===========================================================================

We use street (``str``, ``STN``), number and its addition (``hnr``, ``adz``), postcode
(``postplz``, ``PLZ``; some Länder leave it empty), town (``postonm``, ``ONM``, else the
municipality ``gmd``), and the point. Lines that begin with ``L`` are withdrawn.
"""

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence

from booking.geography.address_book import House
from booking.geography.normalise import key
from booking.geography.rows import Line, Refused, UnreadableList, read_line

_NEW = (
    *("nba", "oid", "qua", "landschl", "land", "regbezschl", "regbez", "kreisschl"),
    *("kreis", "gmdschl", "gmd", "ottschl", "ott", "strschl", "str", "hnr", "adz"),
    *("zone", "ostwert", "nordwert", "postplz", "postonm", "postonmzus", "postott"),
)
_OLD = (
    *("nba", "oi", "qua", "lan", "rbz", "krs", "gmd", "ott", "sss", "hnr", "adz"),
    *("ostwert", "nordwert", "stn", "plz", "onm", "zon", "pot"),
)
_FIRST = "nba"  # begins the line of names
_WITHDRAWN = "L"
_NO_NUMBER = "0"
_MEANT = {
    "street": ("str", "stn"),
    "postcode": ("postplz", "plz"),
    "town": ("postonm", "onm"),
    "municipality": ("gmd",),  # in the old layout only its key
    "base": ("hnr",),
    "addition": ("adz",),
    "zone": ("zone",),
    "east": ("ostwert",),
    "north": ("nordwert",),
    "state": ("nba",),
}
_READ = ("street", "number", "postcode", "town", "east", "north", "zone")
_COLUMNS = {name: at for at, name in enumerate(_READ)}


def read_house_coordinates(
    content: bytes, *, towns: Collection[str] = ()
) -> Iterator[House | Refused]:
    """Yield the houses of these towns (or of all), and the lines that are none.

    A file of a whole Land has millions of lines: it is read line by line. Raises
    ``UnreadableList``.
    """
    wanted = frozenset(map(key, towns))
    columns: Mapping[str, int] = {}
    for number, cells in _lines(content):
        if not columns:
            columns = _columns(cells)
            if cells[0].casefold() == _FIRST:
                continue
        read = _read(number, Line(columns, cells), wanted)
        if read is not None:
            yield read
    if not columns:
        raise UnreadableList("The file is empty.")


def _read(number: int, line: Line, wanted: frozenset[str]) -> House | Refused | None:
    try:
        town = line["town"] or _name_of(line["municipality"])
        if line["state"] == _WITHDRAWN or (wanted and key(town) not in wanted):
            return None
        cells = _house_of(line, town)
    except ValueError as fault:
        return Refused(number, str(fault))
    return read_line(number, Line(_COLUMNS, cells))


def _lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield each line's cells; a line in Latin-1 is no fault."""
    for number, raw in enumerate(io.BytesIO(content), start=1):
        text = _decoded(raw).strip("\r\n")
        if text.strip() and not text.startswith("#"):
            yield number, _cells(text)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _cells(text: str) -> list[str]:
    delimiter = ";" if ";" in text else ","
    try:
        cells = next(csv.reader([text], delimiter=delimiter))
    except csv.Error as fault:
        raise UnreadableList("The file is no table of values.") from fault
    return [cell.strip() for cell in cells]


def _columns(cells: Sequence[str]) -> Mapping[str, int]:
    """Tell from the first line what stands where: by its names, or their number."""
    names: Sequence[str] = ()
    if cells[0].casefold() == _FIRST:
        names = [cell.casefold() for cell in cells]
    elif len(cells) == len(_OLD):
        names = _OLD
    elif len(cells) >= _NEW.index("postplz"):
        names = _NEW
    found = {
        meaning: names.index(name)
        for meaning, spellings in _MEANT.items()
        for name in spellings
        if name in names
    }
    if not found.keys() >= {"street", "base", "east", "north"}:
        raise UnreadableList(
            "These are no Hauskoordinaten: columns such as str, hnr, ostwert and "
            "nordwert are missing."
        )
    return found


def _house_of(line: Line, town: str) -> Sequence[str]:
    number = _number(line["base"], line["addition"])
    parts = ("street", "postcode", "east", "north", "zone")
    street, postcode, east, north, zone = (line[part] for part in parts)
    return street, number, postcode, town, east, north, zone


def _number(base: str, addition: str) -> str:
    """Join ``12`` and ``a``, ``49`` and ``2`` (or ``/2``): ``12a``, ``49/2``."""
    number = base.lstrip("0") if base != _NO_NUMBER else ""
    between = "/" if number and addition[:1].isdigit() else ""
    return f"{number}{between}{addition}" if number else ""


def _name_of(municipality: str) -> str:
    return "" if municipality.isdigit() else municipality
