"""Where is an address, and what do routes look like? Without asking a stranger."""

from booking.geography.address_book import (
    Answer,
    Found,
    House,
    LocalAddressBook,
    Precision,
)
from booking.geography.extract import read_extract
from booking.geography.house_coordinates import read_house_coordinates
from booking.geography.normalise import Address, HouseNumber, key, split_street
from booking.geography.rows import Refused, UnreadableList, read_csv
from booking.geography.servers import GeocoderSilent, OwnServer
from booking.geography.sketch import Sketch, ToDraw, sketched

__all__ = [
    "Address",
    "Answer",
    "Found",
    "GeocoderSilent",
    "House",
    "HouseNumber",
    "LocalAddressBook",
    "OwnServer",
    "Precision",
    "Refused",
    "Sketch",
    "ToDraw",
    "UnreadableList",
    "key",
    "read_csv",
    "read_extract",
    "read_house_coordinates",
    "sketched",
    "split_street",
]
