"""Are the streets of an extract kept as they are, and drawn where they lie?"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.geography import (
    StreetMap,
    ToDraw,
    UnreadableList,
    View,
    keep_streets,
    load_streets,
    pictured,
    read_streets,
    sketched,
)
from booking.geography.sketch import HEIGHT, WIDTH
from booking.geography.street_map import MOST_SIDE_STREETS, PRECISION, Box, Street

OFFICE = (48.7025, 9.6528)
POINTS = st.tuples(st.floats(-89, 89), st.floats(-179, 179))
STREETS = st.lists(
    st.builds(
        Street, st.booleans(), st.lists(POINTS, min_size=2, max_size=6).map(tuple)
    ),
    max_size=5,
)


@given(STREETS)
def test_streets_are_read_back_to_the_metre(tmp_path_factory, streets):
    file = tmp_path_factory.mktemp("map") / "streets.json.gz"
    assert keep_streets(streets, file) == len(streets)
    found = [street for _, street in load_streets(file).streets]
    assert [one.is_main for one in found] == [one.is_main for one in streets]
    for one, other in zip(found, streets, strict=True):
        for here, there in zip(one.points, other.points, strict=True):
            assert here == pytest.approx(there, abs=1 / PRECISION)


@given(POINTS, POINTS, POINTS)
def test_a_street_in_a_piece_of_the_map_is_drawn_and_no_other(one, other, corner):
    street = Street(is_main=True, points=(one, other))
    box = Box.around([OFFICE, corner])
    drawn = StreetMap.of([street]).lines(box, lambda point: point)
    assert bool(drawn.main) == box.meets(Box.around(street.points))
    assert drawn.side == ""


def test_a_street_past_the_office_lies_under_the_sketch():
    west, east = (48.7025, 9.60), (48.7025, 9.70)
    streets = StreetMap.of([Street(is_main=False, points=(west, east))])
    drawn = sketched(OFFICE, [ToDraw("A", ((48.71, 9.66),))], streets)
    (_, y), (_, also) = points_of(drawn.streets.side)
    assert y == also == round(drawn.office[1])
    assert drawn.streets.main == ""


def test_a_street_elsewhere_is_not_drawn():
    far = StreetMap.of([Street(is_main=True, points=((52.5, 13.4), (52.6, 13.5)))])
    drawn = sketched(OFFICE, [ToDraw("A", ((48.71, 9.66),))], far)
    assert (drawn.streets.main, drawn.streets.side) == ("", "")


def test_of_a_whole_district_only_main_streets_are_drawn():
    side = Street(is_main=False, points=(OFFICE, (48.71, 9.66)))
    main = Street(is_main=True, points=(OFFICE, (48.71, 9.66)))
    many = StreetMap.of([main, *[side] * (MOST_SIDE_STREETS + 1)])
    drawn = sketched(OFFICE, [ToDraw("A", ((48.71, 9.66),))], many)
    assert drawn.streets.main
    assert drawn.streets.side == ""


def test_who_places_a_door_by_hand_sees_the_streets_too():
    street = Street(is_main=True, points=(OFFICE, (48.7030, 9.6528)))
    view = View(OFFICE)
    picture = pictured(
        view, [], office=OFFICE, chosen=None, streets=StreetMap.of([street])
    )
    (x, y), _ = points_of(picture.streets.main)
    assert (x, y) == tuple(map(round, picture.office))


def test_points_that_nobody_can_tell_apart_are_left_out():
    winding = tuple((48.70 + n / 1_000_000, 9.65) for n in range(1000))
    drawn = StreetMap.of([Street(is_main=True, points=winding)]).lines(
        Box.around([OFFICE, (48.69, 9.64)]),
        lambda point: ((point[1] - 9.6) * 1000, (point[0] - 48.6) * 1000),
    )
    assert drawn.main.count("L") <= 2


@pytest.mark.parametrize("what", [b"no gzip", None])
def test_without_a_sound_file_there_are_no_streets(tmp_path, what):
    file = tmp_path / "streets.json.gz"
    if what is not None:
        file.write_bytes(what)
    assert load_streets(file) is None


def test_an_extract_gives_its_streets_without_paths_and_driveways(tmp_path):
    osmium = pytest.importorskip("osmium")
    path = tmp_path / "town.osm.pbf"
    kinds = ("primary_link", "residential", "service", "footway")
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in enumerate(((9.65, 48.7), (9.66, 48.71)), start=1):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=place))
        for number, kind in enumerate(kinds, start=1):
            way = osmium.osm.mutable.Way(
                id=number, nodes=[1, 2], tags={"highway": kind}
            )
            writer.add_way(way)
    found = list(read_streets(path))
    assert [one.is_main for one in found] == [True, False]
    assert found[0].points == ((48.7, 9.65), (48.71, 9.66))


def test_what_is_no_extract_is_said_to_be_none(tmp_path):
    pytest.importorskip("osmium")
    path = tmp_path / "town.osm.pbf"
    path.write_bytes(b"nothing")
    with pytest.raises(UnreadableList):
        list(read_streets(path))


def points_of(path):
    found = [tuple(map(int, one)) for one in re.findall(r"[ML](-?\d+) (-?\d+)", path)]
    assert all(-10 * WIDTH < x < 10 * WIDTH for x, _ in found)
    assert all(-10 * HEIGHT < y < 10 * HEIGHT for _, y in found)
    return found
