"""Whatever a map server answers: is it an answer of ours, or a silence with a name?

A good answer is taken, and each value in it exchanged for each kind of nonsense; besides
stand answers that are no answer at all.
"""

import copy
import json

import pytest

from booking import outside
from booking.geography import Address, GeocoderSilent, OwnServer
from booking.geography.travel_servers import NoTravelTimes, TravelServer
from booking.routing import Point
from tests.map_server import FORMATS, MapServer

ASKED = Address("Kirchstraße", "11", "73033", "Göppingen")
DOORS = [Point(48.70, 9.65), Point(48.71, 9.66)]
NONSENSE = [
    *(None, True, "", "x", "\ud800", "\x00", "9" * 5_000, "<script>", "{{7*7}}"),
    *(-1, 1e300, float("nan"), float("inf"), 10**400, -(10**400)),
    *([], {}, [[]], [{}], [None], {"a": {}}, [1, 2, 3], ["x", "y"]),
]
NO_ANSWERS = [
    *(b"", b"\x00\xff", b"null", b"[]", b"{}", b"1", b'"x"', b"[[", b"<html>"),
    *(b"[" * 200_000, b'{"a":' * 200_000, b"[" + b"9" * 10_000 + b"]"),
    *(b"\xff\xfe[\x00]\x00", b'{"features": 1}', b'{"durations": [["x"]]}'),
]


@pytest.fixture
def said(monkeypatch):
    """Let the server say something; no line is needed for that."""
    answers = []

    def ask(_call):
        return outside.Answer(200, {}, answers[-1])

    monkeypatch.setattr(outside, "ask", ask)
    return answers


def exchanged(whole):
    """Yield the whole again and again, each time with another part exchanged."""
    for path in paths(whole):
        for nonsense in NONSENSE:
            changed = copy.deepcopy(whole)
            *way, last = path
            place = changed
            for step in way:
                place = place[step]
            place[last] = nonsense
            yield json.dumps(changed).encode()


def paths(part, path=()):
    inside = part.items() if isinstance(part, dict) else enumerate(part)
    for name, value in inside:
        yield (*path, name)
        if isinstance(value, dict | list):
            yield from paths(value, (*path, name))


def good(noun, path="", query=(), body=None):
    _status, answer = FORMATS[noun](MapServer(), path, dict(query), body)
    return json.loads(json.dumps(answer))


@pytest.mark.filterwarnings("ignore:Latitude normalization")  # geopy's, then it raises
@pytest.mark.parametrize(
    ("kind", "noun"),
    [("nominatim", "/search"), ("photon", "/api"), ("pelias", "/v1/search")],
)
def test_a_geocoder_gives_a_place_or_is_silent(said, kind, noun):
    whole, found = good(noun), 0
    for answer in (json.dumps(whole).encode(), *exchanged(whole), *NO_ANSWERS):
        said.append(answer)
        try:
            place = OwnServer(kind, "http://127.0.0.1").find(ASKED).found
        except GeocoderSilent:
            continue
        found += place is not None
        assert place is None or abs(place.latitude) <= 90 >= abs(place.longitude) / 2
    assert found > 10  # nonsense in what we do not read is none of our business


@pytest.mark.parametrize(
    ("kind", "whole"),
    [
        ("osrm", good("/table/v1/", "/9.65,48.70;9.66,48.71")),
        (
            "valhalla",
            good(
                "/sources_to_targets",
                body={
                    side: [{"lat": p.latitude, "lon": p.longitude} for p in DOORS]
                    for side in ("sources", "targets")
                },
            ),
        ),
    ],
)
def test_a_travel_server_gives_ways_that_can_be_or_none(said, kind, whole):
    measured = 0
    for answer in (json.dumps(whole).encode(), *exchanged(whole), *NO_ANSWERS):
        said.append(answer)
        try:
            rows = TravelServer(kind, "http://127.0.0.1").measured(DOORS, "car")
        except NoTravelTimes:
            continue
        measured += 1
        assert [len(row) for row in rows] == [2, 2]
        ways = [way for row in rows for way in row if way is not None]
        assert all(0 <= way < 86_400 for way in ways)
    assert measured > 1
