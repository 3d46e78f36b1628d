"""Is an address found, asked about, or honestly not known? Without a socket."""

import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.geography import Address, House, LocalAddressBook, Precision

TOWN = ("73033", "Göppingen")


def house(street, number, latitude=48.70, longitude=9.65, place=TOWN):
    return House(street, str(number), *place, latitude, longitude)


@pytest.fixture
def book():
    """A street with even and odd sides, two towns with a street of one name."""
    rows = [house("Kirchstraße", n, 48.7 + n / 1000) for n in (1, 2, 3, 4, 9, 10)]
    rows += [house("Ulmenweg", "3-7", 48.66), house("Bahnhofstraße", 5, 48.71)]
    rows.append(house("Bahnhofstraße", 5, 48.60, place=("73061", "Ebersbach")))
    return LocalAddressBook(rows)


def found(book, street, number="", postcode="73033", town="Göppingen"):
    return book.find(Address(street, str(number), postcode, town)).found


@pytest.mark.parametrize("street", ["Kirchstraße", "kirchstr.", "KIRCHSTRASSE"])
def test_a_known_house_is_found_in_any_spelling(book, street):
    answer = found(book, street, 3)
    assert (answer.latitude, answer.precision) == (48.703, Precision.HOUSE)
    assert answer.score == 100


def test_a_number_within_a_range_is_that_house(book):
    assert found(book, "Ulmenweg", 5).precision == Precision.HOUSE
    assert found(book, "Ulmenweg", 4).precision == Precision.STREET


@pytest.mark.parametrize(("number", "near"), [(5, 3), (7, 9), (12, 10), (99, 9)])
def test_an_unknown_number_is_its_neighbour_on_the_same_side(book, number, near):
    answer = found(book, "Kirchstraße", number)
    assert answer.line.startswith(f"Kirchstraße {near},")
    assert answer.precision == Precision.STREET


@pytest.mark.parametrize(
    ("asked", "near", "precision"),
    [
        ("12", "12", Precision.HOUSE),
        ("12 A", "12a", Precision.HOUSE),
        ("12c", "12", Precision.STREET),
        ("12/2", "12", Precision.STREET),
        ("49/2", "49/2", Precision.HOUSE),
        ("49/7", "49/2", Precision.STREET),
        ("3-7", "3", Precision.HOUSE),
        ("13-17", "13 b", Precision.HOUSE),
        ("15-17", "13 b", Precision.STREET),
        ("12 a-c", "12a", Precision.HOUSE),
    ],
)
def test_letters_ranges_and_back_houses_find_their_house(asked, near, precision):
    numbers = ("3", "12a", "12", "13 b", "49/2", "60")
    book = LocalAddressBook(house("Am Markt", number) for number in numbers)
    answer = found(book, "Am Markt", asked)
    assert answer.line == f"Am Markt {near}, 73033 Göppingen"
    assert answer.precision == precision


def test_another_postcode_than_the_one_written_is_asked_about(book):
    answer = book.find(Address("Kirchstr.", "3", "73037", "Göppingen"))
    assert answer.found is None
    assert [one.line for one in answer.suggestions] == [
        "Kirchstraße 3, 73033 Göppingen"
    ]


def test_two_streets_of_one_name_are_asked_about(book):
    answer = book.find(Address("Bahnhofstraße", "5"))
    assert answer.found is None
    assert len(answer.suggestions) == 2


def test_a_list_without_postcodes_answers_whoever_writes_one():
    book = LocalAddressBook([house("Am Markt", 1, place=("", "Göppingen"))])
    assert found(book, "Am Markt", 1).precision == Precision.HOUSE


def test_a_street_without_a_number_is_its_middle(book):
    assert found(book, "Kirchstraße").precision == Precision.STREET
    assert found(book, "Kirchstraße").line in {
        "Kirchstraße 3, 73033 Göppingen",
        "Kirchstraße 4, 73033 Göppingen",
    }


def test_the_town_decides_between_two_streets_of_one_name(book):
    assert found(book, "Bahnhofstr.", 5).latitude == 48.71
    assert found(book, "Bahnhofstr.", 5, "", "Ebersbach").latitude == 48.60
    assert found(book, "Bahnhofstr.", 5, "73061", "").latitude == 48.60


def test_a_typo_is_asked_about_and_never_taken_silently(book):
    answer = book.find(Address("Kirchstrase", "3", *TOWN))
    assert answer.found is None
    assert [one.line for one in answer.suggestions] == [
        "Kirchstraße 3, 73033 Göppingen"
    ]
    assert 75 <= answer.suggestions[0].score < 100


def test_a_street_that_nobody_knows_is_not_known(book):
    answer = book.find(Address("Xylophonpfad", "1", *TOWN))
    assert (answer.found, answer.suggestions) == (None, ())


def test_a_town_that_is_not_in_the_book_has_no_streets(book):
    answer = book.find(Address("Kirchstraße", "3", "10115", "Berlin"))
    assert (answer.found, answer.suggestions) == (None, ())


def test_it_answers_as_a_geopy_geocoder(book):
    location = book.geocode("Kirchstr. 3, 73033 Göppingen")
    assert (location.latitude, location.longitude) == (48.703, 9.65)
    assert location.raw == {"precision": "house", "score": 100}
    assert book.geocode("Nirgendwo 1, Göppingen") is None
    (only,) = book.geocode("Kirchstr. 3, Göppingen", exactly_one=False)
    assert only.point == location.point


def test_no_socket_is_opened(book, monkeypatch):
    def refuse(*_arguments, **_facts):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert book.geocode("Kirchstr. 3, 73033 Göppingen")
    assert book.geocode("Kirchstrase 3, 73033 Göppingen") is None


@given(
    st.text(max_size=40),
    st.text(max_size=12),
    st.text(max_size=8),
    st.text(max_size=20),
)
@settings(deadline=None)  # a machine that is busy with other tests is no fault
def test_whatever_is_asked_the_book_answers(street, number, postcode, town):
    book = LocalAddressBook([house("Kirchstraße", 1), house("", "", place=("", ""))])
    answer = book.find(Address(street, number, postcode, town))
    assert answer.found is None or not answer.suggestions
