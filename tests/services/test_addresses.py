"""Does the address book keep what was imported, and find it again at once?"""

from booking.geography import Address, House, Refused
from booking.models import AddressBookEntry, db
from booking.services import addresses

KIRCHSTRASSE = House("Kirchstraße", "11", "73033", "Göppingen", 48.7025, 9.6528)
ASKED = Address("Kirchstr.", "11", "73033", "Göppingen")


def test_an_imported_address_is_found(app, now):
    assert addresses.find(ASKED).found is None
    imported = addresses.take_in(
        [KIRCHSTRASSE, Refused(3, "No street.")], now=now.now()
    )
    assert (imported.kept, len(imported.refused)) == (1, 1)
    found = addresses.find(ASKED).found
    assert (found.latitude, found.longitude) == (48.7025, 9.6528)


def test_the_same_list_twice_is_one_list_and_a_better_point_replaces_a_worse(app, now):
    better = House("Kirchstraße", "11", "73033", "Göppingen", 48.7031, 9.6530)
    addresses.take_in([KIRCHSTRASSE, KIRCHSTRASSE], now=now.now())
    addresses.find(ASKED)
    addresses.take_in([better], now=now.now())
    assert addresses.count() == 1
    assert addresses.find(ASKED).found.latitude == 48.7031


def test_thousands_of_rows_are_taken_in(app, now):
    street = [
        House("Musterweg", str(n), "73033", "Göppingen", 48.7, 9.6 + n / 1e5)
        for n in range(1, 2_001)
    ]
    assert addresses.take_in(street, now=now.now()).kept == 2_000
    assert db.session.query(AddressBookEntry).count() == 2_000
    asked = Address("Musterweg", "1999", "", "Göppingen")
    assert addresses.find(asked).found.longitude == 9.61999


def test_equal_addresses_have_equal_hashes_that_tell_nothing(app):
    one, other = (
        addresses.address_hash(ASKED),
        addresses.address_hash(Address("Kirchstraße", "11", "73033", "GÖPPINGEN")),
    )
    assert one == other
    assert b"irchstra" not in one
