"""Is somebody away on exactly the days, and at the times, that she says?"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.scheduling import (
    LONGEST_STRETCH,
    ImpossibleStretch,
    Stretch,
    TimeWindow,
    day_window,
)

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY, WEDNESDAY = date(2027, 3, 1), date(2027, 3, 3)
NOON = time(12)

zones = st.sampled_from(["Europe/Berlin", "Africa/Cairo", "America/Havana"])
days = st.dates(date(2024, 1, 1), date(2034, 12, 31))
lengths = st.integers(0, 20).map(lambda n: timedelta(days=n))
walls = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))


def test_whole_days_are_one_window_from_midnight_to_midnight():
    away = Stretch(first=MONDAY, last=WEDNESDAY)
    assert away.windows(BERLIN) == (
        TimeWindow(
            datetime(2027, 2, 28, 23, tzinfo=UTC), datetime(2027, 3, 3, 23, tzinfo=UTC)
        ),
    )


def test_three_mornings_leave_the_afternoons_free():
    mornings = Stretch(first=MONDAY, last=WEDNESDAY, until=NOON).windows(BERLIN)
    assert [one.end.astimezone(BERLIN).time() for one in mornings] == [NOON] * 3
    assert all(one.length == timedelta(hours=12) for one in mornings)


@pytest.mark.parametrize(
    "facts",
    [
        {"last": MONDAY - timedelta(days=1)},
        {"last": MONDAY + LONGEST_STRETCH + timedelta(days=1)},
        {"last": MONDAY, "since": NOON, "until": NOON},
        {"last": MONDAY, "since": time(14), "until": NOON},
        {"last": MONDAY, "until": time(0)},
    ],
)
def test_a_stretch_that_covers_nothing_cannot_be_made(facts):
    with pytest.raises(ImpossibleStretch):
        Stretch(first=MONDAY, **facts)


@given(days, lengths, zones.map(ZoneInfo))
def test_whole_days_cover_each_of_their_days_and_nothing_else(first, length, zone):
    (window,) = Stretch(first=first, last=first + length).windows(zone)
    inside = [first + timedelta(days=n) for n in range(length.days + 1)]
    assert all(window.contains(day_window(day, zone)) for day in inside)
    for day in (first - timedelta(days=1), first + length + timedelta(days=1)):
        assert not window.overlaps(day_window(day, zone))


@given(days, lengths, walls, zones.map(ZoneInfo))
def test_mornings_and_afternoons_together_are_the_whole_days(first, length, noon, zone):
    whole = Stretch(first=first, last=first + length)
    if noon == time.min:
        return
    halves = [
        *Stretch(first=first, last=first + length, until=noon).windows(zone),
        *Stretch(first=first, last=first + length, since=noon).windows(zone),
    ]
    assert list(whole.windows(zone)[0].without(halves)) == []


@given(days, lengths, walls, walls, zones.map(ZoneInfo))
def test_a_stretch_of_each_day_stays_within_its_day(first, length, one, other, zone):
    if one == other:
        return
    since, until = sorted([one, other])
    stretch = Stretch(first=first, last=first + length, since=since, until=until)
    found = stretch.windows(zone)
    assert len(found) <= length.days + 1
    for window in found:
        day = window.start.astimezone(zone).date()
        assert first <= day <= first + length
        assert day_window(day, zone).contains(window)
