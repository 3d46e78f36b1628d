"""How long is the way, by foot, bike, car and bus?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.routing import MODES, ImpossibleWeek, Point, TravelMode
from booking.routing.travel import kilometres, matrix, seconds
from tests.routing.referee import way
from tests.routing.weeks import CAR, FOOT, OFFICE

points = st.builds(Point, st.floats(48, 49), st.floats(9, 10))


@given(points, points)
def test_the_way_is_measured_as_the_referee_measures_it(a, b):
    assert seconds(a, b, CAR) == way(a, b, CAR)


@given(points, points)
def test_nobody_waits_for_a_bus_longer_than_the_walk_takes(a, b):
    assert seconds(a, b, MODES["pt"]) <= seconds(a, b, MODES["foot"])


def test_a_kilometre_on_foot_takes_a_quarter_of_an_hour():
    north = Point(OFFICE.latitude + 1 / 111.195, OFFICE.longitude)
    assert kilometres(OFFICE, north) == pytest.approx(1, abs=1e-4)
    assert seconds(OFFICE, north, FOOT) == pytest.approx(937.5, abs=1)
    assert seconds(OFFICE, north, MODES["foot"]) == 16 * 60, "in whole minutes"


@given(st.lists(points, max_size=5))
def test_a_matrix_has_every_way_and_none_to_where_one_is(places):
    ways = matrix(places, CAR)
    for i, row in enumerate(ways):
        assert row == [seconds(places[i], other, CAR) for other in places]
        assert row[i] == 0


@pytest.mark.parametrize(
    "wrong", [{"kmh": 0}, {"detour": 0.5}, {"extra_minutes": -1}, {"step": 0}]
)
def test_impossible_modes_are_refused(wrong):
    with pytest.raises(ImpossibleWeek):
        TravelMode(**({"kmh": 5, "detour": 1.2} | wrong))


def test_a_point_lies_on_the_earth():
    with pytest.raises(ImpossibleWeek):
        Point(91, 0)
