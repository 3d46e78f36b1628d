"""Which houses does an OpenStreetMap extract know? Read with osmium (extra [roads]).

A house is a node or a closed way with a number and a street (or a place, where streets
have no names). A building that is a relation of several outlines is left out: it is
rare, and its entrances usually carry the address as well.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from booking.geography.address_book import House
from booking.geography.normalise import key
from booking.geography.rows import LONGEST, Refused, UnreadableList

NEEDS_ROADS = "To read an OpenStreetMap extract, install “lotse[roads]”."


def read_extract(
    path: Path, *, towns: Collection[str] = ()
) -> Iterator[House | Refused]:
    """Yield the houses of these towns (or of all), and what could not be used.

    Raises ``UnreadableList``.
    """
    wanted = frozenset(map(key, towns))
    try:
        for thing in _addressed(path):
            read = _read(thing, wanted)
            if read is not None:
                yield read
    except (RuntimeError, OSError) as fault:
        raise UnreadableList("The file is no OpenStreetMap extract.") from fault


def _addressed(path: Path) -> Iterator[Any]:
    try:
        import osmium  # noqa: PLC0415 - an extra: most offices read a table
    except ImportError as fault:
        raise UnreadableList(NEEDS_ROADS) from fault
    numbered = osmium.filter.KeyFilter("addr:housenumber")
    yield from osmium.FileProcessor(str(path)).with_locations().with_filter(numbered)


def _read(thing: Any, wanted: frozenset[str]) -> House | Refused | None:
    tags = thing.tags
    town = tags.get("addr:city", "")
    if wanted and key(town) not in wanted:
        return None
    street = tags.get("addr:street") or tags.get("addr:place") or ""
    postcode, number = tags.get("addr:postcode", ""), tags["addr:housenumber"]
    texts = {"street": street, "number": number, "postcode": postcode, "town": town}
    point = _middle(thing)
    if thing.is_relation() or point is None:
        return None
    if not street:
        return Refused(thing.id, "There is no street.")
    if not (postcode or town):
        return Refused(thing.id, "There is neither a postcode nor a town.")
    if any(len(text) > LONGEST[name] for name, text in texts.items()):
        return Refused(thing.id, "A part of the address is too long.")
    return House(street, number, postcode, town, *point)


def _middle(thing: Any) -> tuple[float, float] | None:
    """Return where a node is, or the middle of a building's corners."""
    places = [thing.location] if thing.is_node() else []
    if thing.is_way():
        corners = list(thing.nodes)
        # The first corner of a closed way is its last one, too.
        closed = len(corners) > 1 and corners[0].ref == corners[-1].ref
        places = [corner.location for corner in corners[closed:]]
    known = [place for place in places if place.valid()]
    if not known:
        return None
    latitude = sum(place.lat for place in known) / len(known)
    longitude = sum(place.lon for place in known) / len(known)
    return round(latitude, 6), round(longitude, 6)
