"""Is the tapped place the one that the sketch shows there?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.geography import SIDE, WIDTHS, House, View, pictured
from booking.geography.placing import MOST_DOTS, MOST_NAMES

places = st.tuples(st.floats(47.5, 55), st.floats(6, 15))
pixels = st.integers(0, SIDE)


def house(number, latitude, longitude, street="Musterweg"):
    return House(street, str(number), "73033", "Göppingen", latitude, longitude)


@given(places, st.integers(0, len(WIDTHS) - 1), pixels, pixels)
def test_a_tapped_place_stands_where_it_was_tapped(middle, closeness, x, y):
    view = View(middle, closeness)
    shown = view.pixel_of(view.tapped(x, y))
    assert shown == pytest.approx((x, y), abs=0.2)


def test_north_is_up_and_east_is_right():
    view = View((48.7, 9.65))
    assert view.tapped(SIDE // 2, 0)[0] > 48.7
    assert view.tapped(SIDE, SIDE // 2)[1] > 9.65
    # Ten kilometres from side to side.
    assert view.tapped(160, 0)[0] - view.tapped(160, 320)[0] == pytest.approx(
        10 / 111.195, rel=1e-3
    )


def test_each_tap_comes_closer_until_the_houses_are_large():
    view = View((48.7, 9.65))
    for width in (*WIDTHS[1:], WIDTHS[-1]):
        view = view.closer((48.71, 9.66))
        assert (view.width, view.middle) == (width, (48.71, 9.66))


@pytest.mark.parametrize(
    "wrong", [((91, 0), 0), ((0, 181), 0), ((48, 9), 4), ((48, 9), -1)]
)
def test_there_is_no_view_beside_the_earth(wrong):
    with pytest.raises(ValueError, match="no such view"):
        View(*wrong)


def test_streets_are_named_once_and_houses_numbered_from_nearby():
    houses = [house(n, 48.7 + n / 1e5, 9.65) for n in range(1, 21)]
    far = pictured(View((48.7, 9.65)), houses, office=(48.7, 9.65), chosen=None)
    assert [name.text for name in far.names] == ["Musterweg"]
    assert (far.numbers, far.office, far.chosen) == ((), (160, 160), None)
    near = pictured(View((48.7, 9.65), 2), houses, office=None, chosen=(48.7, 9.65))
    assert len(near.numbers) == 20
    assert near.chosen == (160, 160)


def test_a_large_town_is_no_large_picture():
    houses = [
        house(n, 48.66 + n % 200 / 2500, 9.6 + n // 200 / 1000, f"Weg {n % 400}")
        for n in range(20_000)
    ]
    drawn = pictured(View((48.7, 9.65)), houses, office=None, chosen=None)
    assert drawn.dots.count("M") <= MOST_DOTS
    assert len(drawn.names) <= MOST_NAMES
