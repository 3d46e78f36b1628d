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
from booking.geography.placing import SIDE, WIDTHS, Picture, View, pictured
from booking.geography.rows import Refused, UnreadableList, read_csv
from booking.geography.servers import GeocoderSilent, OwnServer
from booking.geography.sketch import Coordinates, Sketch, ToDraw, sketched
from booking.geography.street_map import Box, Lines, StreetMap, read_streets
from booking.geography.street_map import keep as keep_streets
from booking.geography.street_map import load as load_streets
from booking.geography.streets import Roads
from booking.geography.travel_servers import TravelServer
from booking.geography.ways import (
    MEASURED,
    NoTravelTimes,
    RoadMap,
    Rows,
    Ways,
    in_steps,
    known_ways,
)

__all__ = [
    "MEASURED",
    "SIDE",
    "WIDTHS",
    "Address",
    "Answer",
    "Box",
    "Coordinates",
    "Found",
    "GeocoderSilent",
    "House",
    "HouseNumber",
    "Lines",
    "LocalAddressBook",
    "NoTravelTimes",
    "OwnServer",
    "Picture",
    "Precision",
    "Refused",
    "RoadMap",
    "Roads",
    "Rows",
    "Sketch",
    "StreetMap",
    "ToDraw",
    "TravelServer",
    "UnreadableList",
    "View",
    "Ways",
    "in_steps",
    "keep_streets",
    "key",
    "known_ways",
    "load_streets",
    "pictured",
    "read_csv",
    "read_extract",
    "read_house_coordinates",
    "read_streets",
    "sketched",
    "split_street",
]
