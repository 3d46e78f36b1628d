"""Which stretch of time is meant? Windows are cut and joined without loss."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.scheduling import BackwardWindow, NaiveTime, TimeWindow, in_utc, merged

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def minutes(first, last):
    """Return the window between two minutes after noon."""
    return TimeWindow(NOON + first * HOUR / 60, NOON + last * HOUR / 60)


@st.composite
def windows(draw):
    start = draw(st.integers(0, 60))
    return minutes(start, start + draw(st.integers(1, 20)))


def moments(some):
    """List every minute that the windows cover; counts twice what they share."""
    return [
        window.start + step * HOUR / 60
        for window in some
        for step in range(window.length * 60 // HOUR)
    ]


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(NaiveTime):
        TimeWindow(NOON.replace(tzinfo=None), NOON)
    with pytest.raises(NaiveTime):
        TimeWindow(NOON, (NOON + HOUR).replace(tzinfo=None))


@pytest.mark.parametrize("end", [NOON, NOON - HOUR])
def test_a_window_that_is_over_before_it_begins_is_refused(end):
    with pytest.raises(BackwardWindow):
        TimeWindow(NOON, end)


def test_a_night_shift_in_october_is_an_hour_longer_than_its_clock_says():
    night = TimeWindow(
        datetime(2026, 10, 24, 22, tzinfo=BERLIN),
        datetime(2026, 10, 25, 6, tzinfo=BERLIN),
    )
    assert night.length == 9 * HOUR


def test_the_hour_that_comes_twice_is_a_window_and_not_backward():
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    assert TimeWindow(twice, twice.replace(fold=1)).length == HOUR


def test_windows_speak_utc_wherever_they_were_written():
    written = TimeWindow(NOON.astimezone(BERLIN), (NOON + HOUR).astimezone(BERLIN))
    assert written == TimeWindow(NOON, NOON + HOUR)
    assert written.start.tzinfo is UTC
    assert in_utc(NOON.astimezone(BERLIN)).tzinfo is UTC


def test_two_clients_after_one_another_do_not_overlap():
    assert not minutes(0, 30).overlaps(minutes(30, 60))
    assert minutes(0, 31).overlaps(minutes(30, 60))


def test_a_window_contains_itself_and_nothing_that_sticks_out():
    assert minutes(0, 30).contains(minutes(0, 30))
    assert not minutes(0, 30).contains(minutes(0, 31))


def test_a_talk_costs_its_buffers_as_well():
    talk = minutes(15, 45)
    assert talk.widened(before=HOUR / 12, after=HOUR / 6) == minutes(10, 55)
    assert talk.widened() == talk


def test_an_appointment_in_the_middle_leaves_both_ends():
    assert list(minutes(0, 60).without([minutes(20, 40)])) == [
        minutes(0, 20),
        minutes(40, 60),
    ]


def test_mornings_that_touch_become_one():
    assert merged([minutes(30, 60), minutes(0, 30), minutes(70, 80)]) == [
        minutes(0, 60),
        minutes(70, 80),
    ]


@given(windows(), st.lists(windows()))
def test_what_is_left_and_what_is_taken_make_the_whole(whole, busy):
    left = list(whole.without(busy))
    taken = [minute for minute in moments([whole]) if minute in set(moments(busy))]
    assert sorted(moments(left) + taken) == moments([whole])
    assert not any(part.overlaps(one) for part in left for one in busy)


@given(st.lists(windows()))
def test_a_union_covers_the_same_minutes_once_and_in_order(some):
    union = merged(some)
    assert moments(union) == sorted(set(moments(some)))
    assert all(a.end < b.start for a, b in pairwise(union))
    assert merged(union) == union


@given(windows(), windows())
def test_overlapping_is_sharing_a_minute(one, other):
    shared = set(moments([one])) & set(moments([other]))
    assert one.overlaps(other) == other.overlaps(one) == bool(shared)
    assert one.contains(other) == (shared == set(moments([other])))
