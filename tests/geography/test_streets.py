"""Do feet, bikes and cars find their ways on the roads of an extract?"""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.geography import NoTravelTimes, Roads
from booking.geography.road_rules import speeds_on
from booking.routing import Point
from booking.routing.travel import kilometres

osmium = pytest.importorskip("osmium")
pytest.importorskip("pyroutingkit")

# Three corners of a square of some 740 metres, a footpath across, a pond without roads.
WEST, EAST, NORTH = (9.64, 48.70), (9.65, 48.70), (9.65, 48.7066)
ISLAND, ISLET = (9.70, 48.75), (9.7001, 48.75)
PLACES = dict(enumerate((WEST, EAST, NORTH, ISLAND, ISLET), start=1))


def point(place):
    return Point(place[1], place[0])


def town(path, *streets):
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, place in PLACES.items():
            writer.add_node(osmium.osm.mutable.Node(id=number, location=place))
        for number, (nodes, tags) in enumerate(streets, start=1):
            way = osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags)
            writer.add_way(way)
    return Roads(path)


@pytest.fixture(scope="module")
def roads(tmp_path_factory):
    return town(
        tmp_path_factory.mktemp("roads") / "town.osm.pbf",
        ([1, 2], {"highway": "residential"}),
        ([2, 3], {"highway": "residential", "oneway": "yes"}),
        ([3, 1], {"highway": "footway"}),
        ([4, 5], {"highway": "residential"}),
    )


def minutes(roads, mode, here, there):
    rows = roads.measured([point(here), point(there)], mode)
    return rows[0][1] and rows[0][1] / 60


def test_feet_take_the_footpath_and_cars_the_road(roads):
    across = kilometres(point(WEST), point(NORTH))
    assert minutes(roads, "foot", WEST, NORTH) == pytest.approx(across / 4.8 * 60, 0.02)
    around = kilometres(point(WEST), point(EAST)) + kilometres(
        point(EAST), point(NORTH)
    )
    assert minutes(roads, "car", WEST, NORTH) == pytest.approx(around / 24 * 60, 0.02)


def test_a_one_way_street_is_none_for_feet(roads):
    assert minutes(roads, "car", NORTH, WEST) is None
    assert minutes(roads, "bike", NORTH, WEST) is None
    assert minutes(roads, "foot", NORTH, EAST) == minutes(roads, "foot", EAST, NORTH)


def test_a_door_beside_the_road_has_a_way_to_it(roads):
    beside = (WEST[0], WEST[1] - 0.001)
    more = minutes(roads, "car", beside, EAST) - minutes(roads, "car", WEST, EAST)
    assert more == pytest.approx(0.1112 / 4.8 * 60, 0.05)


def test_nobody_starts_on_an_island(roads):
    """The nearest road that hangs together with the town is too far away."""
    assert minutes(roads, "car", ISLAND, EAST) is None
    assert minutes(roads, "car", WEST, (9.9, 48.9)) is None


def test_from_door_to_the_same_door_it_takes_no_time_on_the_road(roads):
    assert roads.measured([point(WEST)], "bike") == [[0]]


def test_a_newer_extract_is_read_anew(tmp_path):
    path = tmp_path / "town.osm.pbf"
    before = town(path, ([1, 2], {"highway": "residential"}))
    assert minutes(before, "car", EAST, WEST)
    path.unlink()
    after = town(path, ([1, 2], {"highway": "residential", "oneway": "yes"}))
    assert minutes(after, "car", EAST, WEST) is None


@pytest.mark.parametrize("content", [None, b"no extract"])
def test_an_extract_that_cannot_be_read_has_no_travel_times(tmp_path, content):
    path = tmp_path / "town.osm.pbf"
    if content:
        path.write_bytes(content)
    with pytest.raises(NoTravelTimes):
        Roads(path).measured([point(WEST)], "car")


def test_without_the_extra_there_are_no_travel_times(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyroutingkit", None)
    path = tmp_path / "town.osm.pbf"
    path.write_bytes(b"x")
    with pytest.raises(NoTravelTimes):
        Roads(path).measured([point(WEST)], "car")


ROAD = {"highway": "residential"}


@pytest.mark.parametrize(
    ("tags", "modes"),
    [
        (ROAD, {"foot", "bike", "car"}),
        (ROAD | {"access": "private"}, set()),
        (ROAD | {"access": "no", "bicycle": "yes", "foot": "yes"}, {"foot", "bike"}),
        (ROAD | {"motor_vehicle": "no"}, {"foot", "bike"}),
        ({"highway": "motorway"}, {"car"}),
        ({"highway": "steps"}, {"foot"}),
        ({"highway": "footway"}, {"foot"}),
        ({"highway": "footway", "bicycle": "yes"}, {"foot", "bike"}),
        ({"highway": "cycleway"}, {"bike"}),
        ({"highway": "cycleway", "foot": "designated"}, {"foot", "bike"}),
        ({"highway": "track"}, {"foot", "bike"}),
        ({"highway": "construction"}, set()),
        ({"highway": "pedestrian", "area": "yes"}, set()),
        ({"building": "yes"}, set()),
    ],
)
def test_who_may_go_where(tags, modes):
    assert set(speeds_on(tags)) == modes


@pytest.mark.parametrize(
    ("tags", "bike", "car"),
    [
        ({"oneway": "yes"}, (1, 0), (1, 0)),
        ({"oneway": "-1"}, (0, 1), (0, 1)),
        ({"oneway": "no"}, (1, 1), (1, 1)),
        ({"oneway": "yes", "oneway:bicycle": "no"}, (1, 1), (1, 0)),
        ({"oneway": "yes", "cycleway": "opposite_lane"}, (1, 1), (1, 0)),
        ({"junction": "roundabout"}, (1, 0), (1, 0)),
        ({"oneway": "reversible"}, (1, 1), (1, 1)),
    ],
)
def test_in_which_direction(tags, bike, car):
    found = speeds_on(ROAD | tags)
    assert tuple(map(bool, found["bike"])) == bike
    assert tuple(map(bool, found["car"])) == car
    assert all(found["foot"])


@given(
    st.dictionaries(
        st.sampled_from(["highway", "oneway", "access", "foot", "area"]), st.text()
    )
)
def test_no_tags_break_the_rules(tags):
    for both in speeds_on(tags).values():
        assert any(both)
