"""Is the town's own geocoder asked for an address only, and believed with care?"""

import logging

import pytest

from booking.geography import Address, GeocoderSilent, OwnServer, Precision, servers
from tests import map_server
from tests.map_server import KIRCHSTRASSE

ASKED = Address("Kirchstr.", "11", "73033", "Göppingen")
KINDS = ("nominatim", "photon", "pelias")


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def town():
    with map_server.running() as running:
        yield running


def test_a_house_is_found(kind, town):
    found = OwnServer(kind, town.url).find(ASKED).found
    assert (found.latitude, found.longitude) == (48.7025, 9.6528)
    assert (found.precision, found.score) == (Precision.HOUSE, 100)
    assert found.line == "Kirchstraße 11, 73033 Göppingen"


def test_an_address_is_asked_for_and_nothing_else(kind, town):
    OwnServer(kind, town.url).find(ASKED)
    ((_, query, body, headers),) = town.asked
    line = "Kirchstr. 11, 73033 Göppingen"
    usual = {"addressdetails": "1", "format": "json", "limit": "3", "q": line}
    assert (query | {"q": query.pop("text", line)}).items() <= usual.items()
    assert body is None
    names = {name.lower() for name in headers}
    assert names <= {"host", "accept-encoding", "user-agent"}


@pytest.mark.parametrize(
    "change",
    [
        {"street": "Kirchgasse"},
        {"postcode": "73037"},
    ],
)
def test_what_is_only_near_is_asked_about(kind, town, change):
    town.places = [KIRCHSTRASSE | change]
    answer = OwnServer(kind, town.url).find(ASKED)
    assert answer.found is None
    assert len(answer.suggestions) == 1


def test_the_town_counts_where_no_postcode_is_written(kind, town):
    server = OwnServer(kind, town.url)
    assert server.find(Address("Kirchstraße", "11", "", "GÖPPINGEN")).found
    assert server.find(Address("Kirchstraße", "11", "", "Ebersbach")).found is None


def test_a_street_without_the_house_is_of_lower_quality(kind, town):
    town.places = [KIRCHSTRASSE | {"number": ""}]
    found = OwnServer(kind, town.url).find(ASKED).found
    assert found.precision == Precision.STREET


def test_a_part_of_the_town_is_offered_but_never_taken(kind, town):
    town.places = [KIRCHSTRASSE | {"street": "", "number": ""}]
    answer = OwnServer(kind, town.url).find(ASKED)
    assert answer.found is None
    (only,) = answer.suggestions
    assert (only.line, only.precision) == ("73033 Göppingen", Precision.DISTRICT)


def test_what_the_server_does_not_know_is_not_known(kind, town):
    town.places = []
    answer = OwnServer(kind, town.url).find(ASKED)
    assert (answer.found, answer.suggestions) == (None, ())
    assert OwnServer(kind, town.url).find(Address()).found is None
    assert len(town.asked) == 1


@pytest.mark.parametrize("mood", ["garbage", "broken", "elsewhere", "slow"])
def test_a_server_that_fails_is_silent_and_tells_nobody_the_address(
    kind, town, mood, monkeypatch, caplog
):
    monkeypatch.setattr(servers, "WITHIN", 0.2)
    town.mood = mood
    with caplog.at_level(logging.DEBUG), pytest.raises(GeocoderSilent) as refusal:
        OwnServer(kind, town.url).find(ASKED)
    assert "Kirch" not in caplog.text + str(refusal.value)


def test_a_server_that_is_not_there_is_silent(kind):
    with pytest.raises(GeocoderSilent):
        OwnServer(kind, "http://127.0.0.1:1").find(ASKED)
