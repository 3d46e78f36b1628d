"""Where is this address? Looked up in the office's own list; no socket is opened.

Street names are compared with those of the same postcode or town. At one typo the
nearest name is right 97 times in a hundred and wrong 3 times: therefore it is never
taken silently below a score, but asked about ("Did you mean …?").
"""

import ssl
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from math import cos, radians
from statistics import median
from typing import Any

from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from rapidfuzz import fuzz, process

from booking.geography.normalise import Address, HouseNumber, key

CERTAIN = 100.0  # the same name in another spelling
ASKED_FROM = 75.0  # below, two names have too little in common to ask
SUGGESTIONS = 3
_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(frozen=True, slots=True)
class House:
    """One row of the list: an address with its point (WGS 84, degrees)."""

    street: str
    house_number: str
    postcode: str
    town: str
    latitude: float
    longitude: float

    @property
    def line(self) -> str:
        """The address on one line."""
        where = f"{self.postcode} {self.town}".strip()
        return f"{self.street} {self.house_number}".strip() + f", {where}"


class Precision(StrEnum):
    """How well a point is known."""

    HOUSE = "house"
    STREET = "street"
    DISTRICT = "district"


class Agreement(IntEnum):
    """How well a place of the list agrees with what somebody wrote of it."""

    CONTRADICTED = 0  # the town's name, under another postcode
    ENOUGH = 1
    BOTH = 2

    @classmethod
    def of(cls, written: tuple[str, str], place: tuple[str, str]) -> "Agreement":
        """Compare postcode and town."""
        if all(map(_agree, written, place)):
            return cls.BOTH
        another_postcode = all((written[0], place[0])) and written[0] != place[0]
        return cls.CONTRADICTED if another_postcode else cls.ENOUGH


@dataclass(frozen=True, slots=True)
class Found:
    """A point for an address, how well it is known, and how alike the names are."""

    line: str
    latitude: float
    longitude: float
    precision: Precision
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the list says: a point, or what might have been meant, or nothing."""

    found: Found | None = None
    suggestions: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class _Street:
    houses: tuple[tuple[HouseNumber, House], ...]

    def point_for(self, number: HouseNumber, score: float) -> Found:
        """Return the house, else its neighbour on the same side, else the middle."""
        if number.number:
            if exact := self._meant(number):
                return _found(exact, Precision.HOUSE, score)
            numbered = [one for one in self.houses if one[0].number]
            if numbered:
                _, near = min(numbered, key=lambda one: one[0].distance(number))
                return _found(near, Precision.STREET, score)
        return self._middle(score)

    def _meant(self, number: HouseNumber) -> House | None:
        """Return the house of this number, or the first one of a range."""
        covering = (row for own, row in self.houses if own.covers(number))
        first = min(
            (one for one in self.houses if number.until and number.covers(one[0])),
            key=lambda one: one[0].number,
            default=(None, None),
        )
        return next(covering, first[1])

    def _middle(self, score: float) -> Found:
        latitude = median(row.latitude for _, row in self.houses)
        longitude = median(row.longitude for _, row in self.houses)
        nearest = min(
            (row for _, row in self.houses),
            key=lambda row: (
                abs(row.latitude - latitude) + abs(row.longitude - longitude),
                row.line,
            ),
        )
        return _found(nearest, Precision.STREET, score)


class LocalAddressBook(Geocoder):  # type: ignore[misc]  # geopy has no types
    """A geopy geocoder over rows in memory; Nominatim could stand in its place."""

    def __init__(self, houses: Iterable[House]) -> None:
        # It calls nobody; geopy would read all certificates for it (45 ms).
        super().__init__(ssl_context=_NO_CERTIFICATES)
        self._streets: dict[tuple[str, str], dict[str, _Street]] = {}
        grouped: defaultdict[tuple[str, str, str], list[tuple[HouseNumber, House]]]
        grouped = defaultdict(list)
        for house in houses:
            place = (house.postcode.strip(), key(house.town), key(house.street))
            grouped[place].append((HouseNumber.read(house.house_number), house))
        for (postcode, town, street), rows in grouped.items():
            by_name = self._streets.setdefault((postcode, town), {})
            by_name[street] = _Street(tuple(rows))

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,
    ) -> Any:
        """Return geopy's ``Location`` for one line, a list of them, or None."""
        answer = self.find(Address.read(str(query)))
        if answer.found is None:
            return None
        return _location(answer.found) if exactly_one else [_location(answer.found)]

    def find(self, address: Address) -> Answer:
        """Look an address up; what is not certain is asked about.

        A name that is only similar never is, nor a street of this name that stands
        under another postcode than the one written, nor one of several.
        """
        wanted, number = key(address.street), HouseNumber.read(address.house_number)
        if not wanted:
            return Answer()
        districts = self._districts(address)
        best: list[Found] = []
        for agreement in sorted({rank for rank, _ in districts}, reverse=True):
            best = [
                street.point_for(number, CERTAIN)
                for rank, streets in districts
                if rank == agreement and (street := streets.get(wanted))
            ]
            if best:
                certain = len(best) == 1 and agreement >= Agreement.ENOUGH
                return Answer(best[0]) if certain else Answer(suggestions=_few(best))
        return Answer(suggestions=self._similar(districts, wanted, number))

    def around(self, point: tuple[float, float], *, degrees: float) -> list[House]:
        """Return the houses that lie within so many degrees of latitude of a point."""
        narrow = cos(radians(point[0]))
        return [
            house
            for streets in self._streets.values()
            for street in streets.values()
            for _, house in street.houses
            if abs(house.latitude - point[0]) <= degrees
            and abs(house.longitude - point[1]) * narrow <= degrees
        ]

    def _districts(self, address: Address) -> list[tuple[int, dict[str, _Street]]]:
        """Return the streets to look among, and how well each place agrees."""
        written = (address.postcode.strip(), key(address.town))
        ranked = [
            (Agreement.of(written, place), place)
            for place in self._streets
            if not any(written) or any(map(_agree, written, place))
        ]
        ranked.sort(key=lambda one: (-one[0], one[1]))
        return [(rank, self._streets[place]) for rank, place in ranked]

    def _similar(
        self,
        districts: Sequence[tuple[int, dict[str, _Street]]],
        wanted: str,
        number: HouseNumber,
    ) -> tuple[Found, ...]:
        found: dict[str, Found] = {}
        for _, streets in districts:
            for name, score, _ in process.extract(
                wanted,
                streets.keys(),
                scorer=fuzz.ratio,
                limit=SUGGESTIONS,
                score_cutoff=ASKED_FROM,
            ):
                near = streets[name].point_for(number, round(score, 1))
                found.setdefault(near.line, near)
        return _few(sorted(found.values(), key=lambda one: (-one.score, one.line)))


def _agree(written: str, known: str) -> bool:
    return bool(written) and written == known


def _few(found: Sequence[Found]) -> tuple[Found, ...]:
    return tuple(found[:SUGGESTIONS])


def _found(house: House, precision: Precision, score: float) -> Found:
    return Found(house.line, house.latitude, house.longitude, precision, score)


def _location(found: Found) -> Location:
    raw = {"precision": found.precision.value, "score": found.score}
    return Location(found.line, (found.latitude, found.longitude), raw)
