"""Where do the demo's invented people live? On streets that no map knows.

They lie within the real town's extent, so that routes look like routes; no house
stands there under these names.
"""

import random
from collections.abc import Iterator
from math import cos, radians

from sqlalchemy.orm import Session

from booking.geography.street_map import Street
from booking.models import AddressBookEntry

POSTCODE, TOWN = "73033", "Göppingen"
# The Bürgerhaus, approximately (Kirchstraße 11).
OFFICE_POINT = (48.7025, 9.6528)
# Where each street begins and leads to: kilometres east and north of the office.
STREETS = {
    "Musterweg": ((0.4, 0.6), (1.3, 0.9)),
    "Beispielgasse": ((-0.9, 0.3), (-1.4, -0.2)),
    "Probestraße": ((-0.3, -0.9), (0.6, -1.6)),
    "Am Erfundenen": ((2.1, -0.4), (2.6, 0.4)),
    "Demohof": ((-2.4, 1.1), (-1.9, 1.6)),
    "Fantasieallee": ((0.2, 1.9), (-0.8, 2.3)),
    "Irgendwoweg": ((1.4, -2.2), (2.3, -1.8)),
}
HOUSES = 40  # to a street, odd numbers on one side
KM_PER_DEGREE = 111.195  # of latitude, on a sphere of 6371.0088 km


def streets_laid_out(session: Session) -> None:
    """Enter every invented house into the address book."""
    session.add_all(
        AddressBookEntry(
            street=street,
            house_number=str(number),
            postcode=POSTCODE,
            town=TOWN,
            latitude=latitude,
            longitude=longitude,
        )
        for street in STREETS
        for number, (latitude, longitude) in _houses(street)
    )


def streets_drawn() -> Iterator[Street]:
    """Yield the invented streets as lines, and the ways that lead to them."""
    for (east, north), (to_east, to_north) in STREETS.values():
        here, there = _point(east, north), _point(to_east, to_north)
        yield Street(is_main=False, points=(here, there))
        yield Street(is_main=True, points=(OFFICE_POINT, _point(east, 0.2), here))


def an_address(chance: random.Random) -> tuple[str, str, str]:
    """Return street with number, postcode and town of some invented house."""
    street = chance.choice(sorted(STREETS))
    return f"{street} {chance.randrange(1, HOUSES + 1)}", POSTCODE, TOWN


def _houses(street: str) -> Iterator[tuple[int, tuple[float, float]]]:
    (east, north), (to_east, to_north) = STREETS[street]
    for number in range(1, HOUSES + 1):
        share = number / HOUSES
        # Thirty metres lie between the two sides of a street.
        side = 0.03 if number % 2 else 0.0
        yield (
            number,
            _point(
                east + share * (to_east - east) + side,
                north + share * (to_north - north) + side,
            ),
        )


def _point(east: float, north: float) -> tuple[float, float]:
    latitude = OFFICE_POINT[0] + north / KM_PER_DEGREE
    longitude = OFFICE_POINT[1] + east / (KM_PER_DEGREE * cos(radians(OFFICE_POINT[0])))
    return round(latitude, 6), round(longitude, 6)
