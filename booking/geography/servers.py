"""What does the town's own geocoder say? Nominatim, Photon or Pelias, through geopy.

They get an address and nothing else. What they answer is taken only if its street and
its place are those that were written: servers like to answer with what is merely near.
Everything else is asked about ("Did you mean …?").
"""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import GeocoderServiceError, GeopyError
from geopy.geocoders import Nominatim, Pelias, Photon
from geopy.geocoders.base import Geocoder
from geopy.location import Location

from booking import outside
from booking.geography.address_book import SUGGESTIONS, Answer, Found, Precision
from booking.geography.normalise import Address, HouseNumber, key
from booking.outside import Call, Named, NotAllowed, NotNow

WITHIN = 5.0  # seconds; a plan waits for it, no client does
OK = 200
AS_WHOM = "lotse"  # Nominatim refuses geopy's usual name
CERTAIN = 100.0
ASKED_ABOUT = 50.0
# What it leads to when parts are missing, are others, or are numbers beyond all bounds.
NONSENSE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)

# At debug level it writes down whole requests, and with them addresses.
logging.getLogger("geopy").setLevel(logging.CRITICAL)


class GeocoderSilent(Exception):
    """The town's geocoder does not answer, or answers nonsense."""


@dataclass(frozen=True, slots=True)
class _Place:
    """What a server says of a point, in our words."""

    street: str
    house_number: str
    postcode: str
    towns: tuple[str, ...]  # town, village, part of it


class OwnServer:
    """A geocoder on a server of the town's own."""

    def __init__(self, kind: str, url: str) -> None:
        self._kind, self._geocoder = kind, _geocoder(kind, url)

    def find(self, address: Address) -> Answer:
        """Ask for one address; raises ``GeocoderSilent``."""
        if not key(address.street):
            return Answer()
        read = _PLACES[self._kind]
        try:
            places = [(one, read(one.raw)) for one in self._asked(address)]
            return _judged(address, places)
        except (GeopyError, *NONSENSE) as fault:
            raise GeocoderSilent(type(fault).__name__) from fault

    def _asked(self, address: Address) -> Iterable[Location]:
        number = f" {address.house_number}" if address.house_number else ""
        place = f"{address.postcode} {address.town}".strip()
        line = f"{address.street}{number}, {place}".removesuffix(", ")
        found = self._geocoder.geocode(line, exactly_one=False, **_ASKS[self._kind])
        return found or ()


class _ThroughTheDoor(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """Let geopy call by our one door: pinned, limited, without redirects."""

    def get_json(self, url: str, *, timeout: Any, headers: Mapping[str, str]) -> Any:
        """Return what the server says; whatever else is a fault of the service."""
        try:
            return json.loads(self.get_text(url, timeout=timeout, headers=headers))
        except (ValueError, RecursionError) as fault:  # lists in lists in lists
            raise GeocoderServiceError("no JSON") from fault

    def get_text(self, url: str, *, timeout: Any, headers: Mapping[str, str]) -> str:
        """Ask, and give the body of a good answer."""
        call = Call(
            url=url, named=Named.BY_THE_OPERATOR, headers=headers, within=WITHIN
        )
        try:
            answer = outside.ask(call)
        except (NotNow, NotAllowed) as fault:
            raise GeocoderServiceError(type(fault).__name__) from fault
        if answer.status != OK or not answer.whole:
            # Its body may quote the address: it goes nowhere, neither into a log.
            raise AdapterHTTPError(
                f"status {answer.status}",
                status_code=answer.status,
                headers=answer.headers,
                text=None,
            )
        return answer.body.decode("utf-8", errors="replace")


def _geocoder(kind: str, url: str) -> Geocoder:
    parts = urlsplit(url)
    made = _MADE[kind]
    return made(
        domain=f"{parts.netloc}{parts.path}".strip("/"),
        scheme=parts.scheme,
        user_agent=AS_WHOM,
        adapter_factory=_ThroughTheDoor,
    )


def _judged(address: Address, places: list[tuple[Location, _Place]]) -> Answer:
    """Take the first that is what was written; else show what there is."""
    found = [
        _found(address, location, place)
        for location, place in places
        if (place.street or place.towns) and _is_on_earth(location)
    ]
    for one in found:
        if one.score == CERTAIN:
            return Answer(one)
    return Answer(suggestions=tuple(found[:SUGGESTIONS]))


def _found(address: Address, location: Location, place: _Place) -> Found:
    town = place.towns[0] if place.towns else ""
    number = f" {place.house_number}" if place.house_number else ""
    street = f"{place.street}{number}, " if place.street else ""
    return Found(
        line=f"{street}{place.postcode} {town}".strip(" ,"),
        latitude=round(location.latitude, 6),
        longitude=round(location.longitude, 6),
        precision=_precision(address, place),
        score=CERTAIN if _is_meant(address, place) else ASKED_ABOUT,
    )


def _precision(address: Address, place: _Place) -> Precision:
    if not place.street:
        return Precision.DISTRICT  # shown, but never taken without asking
    wanted = HouseNumber.read(address.house_number)
    is_house = wanted.number and HouseNumber.read(place.house_number) == wanted
    return Precision.HOUSE if is_house else Precision.STREET


def _is_meant(address: Address, place: _Place) -> bool:
    postcode, town = address.postcode.strip(), key(address.town)
    same_postcode = not postcode or place.postcode == postcode
    same_town = not town or town in map(key, place.towns)
    # A part of a town is often written as the town: there the postcode decides.
    same_place = same_town if not postcode else same_postcode
    return key(place.street) == key(address.street) and same_place


def _is_on_earth(location: Location) -> bool:
    return bool(abs(location.latitude) <= 90 and abs(location.longitude) <= 180)  # noqa: PLR2004 - degrees


def _of_nominatim(raw: Mapping[str, Any]) -> _Place:
    said = raw.get("address", {})
    parts = ("city", "town", "village", "municipality", "suburb", "city_district")
    street = said.get("road") or said.get("pedestrian") or said.get("footway") or ""
    return _place(said, street, "house_number", "postcode", parts)


def _of_photon(raw: Mapping[str, Any]) -> _Place:
    said = raw["properties"]
    parts = ("city", "district", "locality")
    # A street itself is its own name.
    street = said.get("street") or (said.get("type") == "street" and said.get("name"))
    return _place(said, street or "", "housenumber", "postcode", parts)


def _of_pelias(raw: Mapping[str, Any]) -> _Place:
    said = raw["properties"]
    parts = ("locality", "localadmin", "borough", "neighbourhood")
    street = said.get("street") or ""
    return _place(said, street, "housenumber", "postalcode", parts)


def _place(
    said: Mapping[str, Any],
    street: str,
    number: str,
    postcode: str,
    towns: Iterable[str],
) -> _Place:
    return _Place(
        street=str(street),
        house_number=str(said.get(number) or ""),
        postcode=str(said.get(postcode) or ""),
        towns=tuple(str(said[town]) for town in towns if said.get(town)),
    )


_MADE = {"nominatim": Nominatim, "photon": Photon, "pelias": Pelias}
_PLACES = {"nominatim": _of_nominatim, "photon": _of_photon, "pelias": _of_pelias}
_ASKS: Mapping[str, Mapping[str, Any]] = {
    "nominatim": {"addressdetails": True, "limit": SUGGESTIONS},
    "photon": {"limit": SUGGESTIONS},
    "pelias": {},
}
