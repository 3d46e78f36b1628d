"""Which free times come closest to the one that was just taken?"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.scheduling import NaiveTime, TimeWindow, nearest

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def slot(minutes):
    """Return half an hour that starts some minutes after nine."""
    return TimeWindow(NINE + minutes * MINUTE, NINE + (minutes + 30) * MINUTE)


def test_who_lost_nine_o_clock_is_shown_what_is_around_it_in_order():
    free = [slot(240), slot(30), slot(-60), slot(15)]
    assert nearest(free, NINE) == [slot(-60), slot(15), slot(30)]


def test_a_time_that_two_counsellors_offer_is_shown_once():
    assert nearest([slot(15), slot(15), slot(30)], NINE) == [slot(15), slot(30)]


def test_of_two_times_equally_far_away_the_earlier_is_nearer():
    assert nearest([slot(15), slot(-15)], NINE, count=1) == [slot(-15)]


def test_the_wanted_time_may_be_told_in_local_time():
    wanted = NINE.astimezone(ZoneInfo("Europe/Berlin"))
    assert nearest([slot(0), slot(60)], wanted, count=1) == [slot(0)]


def test_a_wanted_time_without_a_zone_is_refused():
    with pytest.raises(NaiveTime):
        nearest([slot(0)], NINE.replace(tzinfo=None))


@given(
    st.lists(st.integers(-2000, 2000).map(slot)),
    st.integers(-2000, 2000),
    st.integers(0, 5),
)
def test_no_time_that_is_left_out_is_nearer(free, minutes, count):
    wanted = NINE + minutes * MINUTE
    shown = nearest(free, wanted, count=count)
    left_out = set(free) - set(shown)
    assert shown == sorted(set(shown))
    assert len(shown) == min(count, len(set(free)))
    assert all(
        abs(near.start - wanted) <= abs(far.start - wanted)
        for near in shown
        for far in left_out
    )
