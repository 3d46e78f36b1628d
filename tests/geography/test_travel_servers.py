"""Are travel times of the town's own OSRM or Valhalla taken, but not on trust?"""

import itertools
from math import nan

import pytest

from booking.geography import NoTravelTimes, TravelServer, travel_servers
from booking.routing import Point
from tests import map_server

DOORS = [Point(48.70 + n / 1000, 9.65 + n / 500) for n in range(3)]


@pytest.fixture(params=["osrm", "valhalla"])
def kind(request):
    return request.param


@pytest.fixture
def town():
    with map_server.running() as running:
        yield running


def by_distance(here, there):
    return round(abs(here[0] - there[0]) * 100_000 + abs(here[1] - there[1]) * 1000, 1)


def wanted(points):
    return [
        [
            by_distance((a.latitude, a.longitude), (b.latitude, b.longitude))
            for b in points
        ]
        for a in points
    ]


@pytest.mark.parametrize("mode", ["foot", "bike", "car"])
def test_every_way_is_measured(kind, town, mode):
    town.seconds = by_distance
    assert TravelServer(kind, town.url).measured(DOORS, mode) == wanted(DOORS)


def test_it_is_asked_by_the_mode_and_told_points_only(kind, town):
    TravelServer(kind, f"{town.url}/").measured(DOORS, "bike")
    ((path, query, body, headers),) = town.asked
    if kind == "osrm":
        assert path.startswith("/table/v1/bike/9.650000,48.700000;")
        assert query.keys() == {"annotations", "sources", "destinations"}
    else:
        assert body.keys() == {"sources", "targets", "costing"}
        assert body["costing"] == "bicycle"
        assert body["sources"][0] == {"lat": 48.7, "lon": 9.65}
    assert {"authorization", "cookie"}.isdisjoint(name.lower() for name in headers)


@pytest.mark.parametrize("most", [100, 50, 20, 14])
def test_more_places_than_a_question_may_name_are_asked_in_blocks(kind, town, most):
    doors = [Point(48.70 + n / 1000, 9.65) for n in range(61)]
    town.seconds, town.most = by_distance, most
    assert TravelServer(kind, town.url).measured(doors, "car") == wanted(doors)


def test_two_wishes_at_one_door_are_no_fault(kind, town):
    town.seconds = by_distance
    twice = [*DOORS, DOORS[0]]
    assert TravelServer(kind, town.url).measured(twice, "car") == wanted(twice)


def test_where_there_is_no_way_it_says_so(kind, town):
    town.seconds = lambda here, there: None if here[0] > there[0] else 60
    rows = TravelServer(kind, town.url).measured(DOORS, "car")
    assert rows == [[60, 60, 60], [None, 60, 60], [None, None, 60]]


@pytest.mark.parametrize("mood", ["garbage", "broken", "elsewhere", "slow"])
def test_a_server_that_fails_has_no_travel_times(kind, town, mood, monkeypatch):
    monkeypatch.setattr(travel_servers, "WITHIN", 0.2)
    town.mood = mood
    with pytest.raises(NoTravelTimes):
        TravelServer(kind, town.url).measured(DOORS, "car")


@pytest.mark.parametrize("value", [-1, 1e9, "60", True, nan, [60]])
def test_numbers_that_no_way_has_are_not_believed(kind, town, value):
    town.seconds = lambda _here, _there: value
    with pytest.raises(NoTravelTimes):
        TravelServer(kind, town.url).measured(DOORS, "car")


def test_a_table_with_rows_missing_is_not_believed(kind, town, monkeypatch):
    usual = itertools.chain([60, 60])
    monkeypatch.setitem(
        map_server.FORMATS,
        "/table/v1/",
        lambda *_a: (200, {"code": "Ok", "durations": [list(usual)]}),
    )
    monkeypatch.setitem(
        map_server.FORMATS,
        "/sources_to_targets",
        lambda *_a: (200, {"sources_to_targets": [[{"time": 60}]]}),
    )
    with pytest.raises(NoTravelTimes):
        TravelServer(kind, town.url).measured(DOORS, "car")


def test_a_server_that_takes_hardly_anything_is_given_up(kind, town):
    town.most = 1
    with pytest.raises(NoTravelTimes, match="refused"):
        TravelServer(kind, town.url).measured(DOORS, "car")


def test_it_takes_only_so_long_altogether(kind, town, monkeypatch):
    monkeypatch.setattr(travel_servers, "ALTOGETHER", -1)
    with pytest.raises(NoTravelTimes, match="too long"):
        TravelServer(kind, town.url).measured(DOORS, "car")
