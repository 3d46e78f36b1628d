"""Are different spellings of an address the same address?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.geography import Address, HouseNumber, key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kirchstr.", "Kirchstraße"),
        ("KIRCHSTRASSE", "kirchstraße"),
        ("Obere Str.", "Obere Straße"),
        ("Hauptstr", "Hauptstrasse"),
        ("Müllerweg", "Muellerweg"),
        ("Karl-Schurz-Str.", "Karl Schurz Strasse"),
        ("Am Mühlbach", "AM MÜHLBACH"),
    ],
)
def test_spellings_of_one_street_have_one_key(one, other):
    assert key(one) == key(other)


def test_streets_that_only_look_alike_keep_their_own_keys():
    names = ["Kirchstraße", "Kirchweg", "Kirchgasse", "Strehlastraße", "Strandweg"]
    assert len({key(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Kirchstr. 11, 73033 Göppingen", ("Kirchstr.", "11", "73033", "Göppingen")),
        ("Göppingen, Kirchstraße 11a", ("Kirchstraße", "11a", "", "Göppingen")),
        ("Kirchstraße 11 73033 Göppingen", ("Kirchstraße", "11", "73033", "Göppingen")),
        ("Ulmenweg 3-7, Göppingen", ("Ulmenweg", "3-7", "", "Göppingen")),
        (
            "Boller Straße 49/2\n73035 Göppingen",
            ("Boller Straße", "49/2", "73035", "Göppingen"),
        ),
        ("Straße des 17. Juni 5, Berlin", ("Straße des 17. Juni", "5", "", "Berlin")),
        ("Musterweg", ("Musterweg", "", "", "")),
        ("", ("", "", "", "")),
    ],
)
def test_a_line_is_read_as_people_write_it(text, address):
    found = Address.read(text)
    assert (found.street, found.house_number, found.postcode, found.town) == address


@given(st.text(max_size=200))
def test_no_line_breaks_the_reader(text):
    assert isinstance(Address.read(text).canonical, str)
    HouseNumber.read(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", HouseNumber(12)),
        ("12 a", HouseNumber(12, "a")),
        ("12A", HouseNumber(12, "a")),
        ("3-7", HouseNumber(3, until=7)),
        ("3 \u2013 7", HouseNumber(3, until=7)),
        ("49/2", HouseNumber(49, sub=2)),
        ("at the back", HouseNumber()),
    ],
)
def test_house_numbers_are_read_in_their_parts(text, number):
    assert HouseNumber.read(text) == number


@given(st.integers(1, 99), st.integers(0, 10), st.integers(1, 120))
def test_a_range_covers_its_own_side_of_the_street(first, length, asked):
    row = HouseNumber(first, until=first + 2 * length)
    inside = first <= asked <= first + 2 * length and (asked - first) % 2 == 0
    assert row.covers(HouseNumber(asked)) == (inside if length else asked == first)


def test_one_address_in_two_spellings_has_one_canonical_text():
    one = Address("Kirchstr.", "11 A", "73033", "Göppingen")
    other = Address("Kirchstraße", "11a", "73033", "GOEPPINGEN")
    assert one.canonical == other.canonical
    assert one.canonical != Address("Kirchstraße", "11", "73033", "Göppingen").canonical
