"""Which moments does "Tuesdays, nine to twelve" mean, here and elsewhere?"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.scheduling import (
    ImpossibleHours,
    TimeWindow,
    WeeklyHours,
    day_window,
    hours_on,
    instant,
    last_instant,
)

BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
TUESDAY, SUNDAY = 1, 6
SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)

zones = st.sampled_from(
    [
        "Europe/Berlin",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "America/St_Johns",
        "Africa/Cairo",  # skips midnight itself
        "America/Havana",  # has midnight twice
        "UTC",
    ]
).map(ZoneInfo)
days = st.dates(date(2024, 1, 1), date(2034, 12, 31))
walls = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))


def utc(day, hour, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def tuesdays(opens=time(9), closes=time(12), **more):
    first = {"valid_from": date(2026, 11, 3)} | more
    return WeeklyHours(weekday=TUESDAY, opens=opens, closes=closes, **first)


def sundays(opens, closes):
    return WeeklyHours(
        weekday=SUNDAY, opens=opens, closes=closes, valid_from=date(2026, 1, 1)
    )


def test_nine_o_clock_is_another_moment_in_summer_than_in_winter():
    whole_year = tuesdays(valid_from=date(2026, 1, 1))
    july, november = date(2026, 7, 7), date(2026, 11, 24)
    assert whole_year.on(july, BERLIN) == TimeWindow(utc(july, 7), utc(july, 10))
    assert whole_year.on(november, BERLIN) == TimeWindow(
        utc(november, 8), utc(november, 11)
    )


def test_a_counsellor_is_not_there_on_other_weekdays():
    assert tuesdays().on(date(2026, 11, 25), BERLIN) is None


def test_the_last_day_of_her_contract_is_still_a_working_day():
    until = tuesdays(valid_until=date(2026, 11, 24))
    assert until.on(date(2026, 11, 24), BERLIN)
    assert until.on(date(2026, 12, 1), BERLIN) is None
    assert until.on(date(2026, 10, 27), BERLIN) is None


def test_every_second_week_is_counted_across_the_turn_of_the_year():
    # 2026 has 53 ISO weeks: parity of week numbers would come twice in a row.
    second = tuesdays(valid_from=date(2026, 12, 22), every_weeks=2)
    there = [
        date(2026, 12, 22) + timedelta(weeks=week)
        for week in range(5)
        if second.on(date(2026, 12, 22) + timedelta(weeks=week), BERLIN)
    ]
    assert there == [date(2026, 12, 22), date(2027, 1, 5), date(2027, 1, 19)]


def test_the_week_of_the_first_day_is_the_first_week_whatever_its_weekday():
    from_thursday = tuesdays(valid_from=date(2026, 11, 5), every_weeks=2)
    assert from_thursday.on(date(2026, 11, 10), BERLIN) is None
    assert from_thursday.on(date(2026, 11, 17), BERLIN)


@pytest.mark.parametrize(
    "wrong",
    [
        {"opens": time(12), "closes": time(12)},
        {"opens": time(13)},
        {"opens": time(9, tzinfo=UTC)},
        {"valid_until": date(2026, 11, 2)},
        {"every_weeks": 0},
    ],
)
def test_hours_that_no_week_could_keep_are_refused(wrong):
    with pytest.raises(ImpossibleHours):
        tuesdays(**wrong)


@pytest.mark.parametrize("weekday", [-1, 7])
def test_a_week_has_seven_days(weekday):
    with pytest.raises(ImpossibleHours):
        WeeklyHours(
            weekday=weekday,
            opens=time(9),
            closes=time(12),
            valid_from=date(2026, 1, 1),
        )


def test_a_morning_written_in_two_lines_is_one_stretch():
    day = date(2026, 11, 24)
    lines = [tuesdays(time(10), time(12)), tuesdays(time(8), time(10))]
    assert hours_on(lines, day, BERLIN) == [TimeWindow(utc(day, 7), utc(day, 11))]
    assert hours_on(lines, date(2026, 11, 25), BERLIN) == []


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 11, 24), "Europe/Berlin", 24),
        (SPRING, "Europe/Berlin", 23),
        (AUTUMN, "Europe/Berlin", 25),
        (date(2027, 4, 4), "Australia/Lord_Howe", 24.5),
        (date(2026, 10, 4), "Australia/Lord_Howe", 23.5),
        (date(2027, 3, 14), "America/St_Johns", 23),
        (date(2026, 11, 1), "America/St_Johns", 25),
        (date(2026, 11, 1), "America/Havana", 25),
        (AUTUMN, "Asia/Kathmandu", 24),
    ],
)
def test_a_day_lasts_as_long_as_its_clocks_make_it(day, zone, hours):
    assert day_window(day, ZoneInfo(zone)).length == timedelta(hours=hours)


def test_half_past_two_in_spring_is_half_past_three():
    skipped = instant(SPRING, time(2, 30), BERLIN)
    assert skipped == last_instant(SPRING, time(2, 30), BERLIN) == utc(SPRING, 1, 30)
    assert skipped.astimezone(BERLIN).time() == time(3, 30)


def test_half_past_two_in_autumn_opens_early_and_closes_late():
    assert instant(AUTUMN, time(2, 30), BERLIN) == utc(AUTUMN, 0, 30)
    assert last_instant(AUTUMN, time(2, 30), BERLIN) == utc(AUTUMN, 1, 30)


def test_whichever_half_past_two_was_meant_the_name_of_the_function_decides():
    second = time(2, 30, fold=1)
    assert instant(AUTUMN, second, BERLIN) == utc(AUTUMN, 0, 30)


def test_a_night_desk_works_an_hour_less_in_spring_and_one_more_in_autumn():
    desk = sundays(time(1), time(5))
    assert desk.on(SPRING, BERLIN).length == timedelta(hours=3)
    assert desk.on(AUTUMN, BERLIN).length == timedelta(hours=5)


def test_on_lord_howe_the_clocks_move_by_half_an_hour():
    desk = sundays(time(1), time(5))
    assert desk.on(date(2027, 4, 4), LORD_HOWE).length == timedelta(hours=4.5)
    assert desk.on(date(2026, 10, 4), LORD_HOWE).length == timedelta(hours=3.5)


def test_hours_that_spring_swallows_are_no_hours():
    assert sundays(time(2, 30), time(3, 15)).on(SPRING, BERLIN) is None


def test_office_hours_on_a_clock_change_day_are_as_long_as_ever():
    for day in SPRING, AUTUMN:
        window = sundays(time(9), time(12)).on(day, BERLIN)
        assert window.length == timedelta(hours=3)
        assert window.start.astimezone(BERLIN).time() == time(9)


@given(days, zones, st.integers(0, 25 * 60))
def test_every_moment_is_found_again_by_the_clock_on_the_wall(day, zone, minute):
    moment = day_window(day, zone).start + timedelta(minutes=minute)
    shown = moment.astimezone(zone)
    found = {read(shown.date(), shown.time(), zone) for read in (instant, last_instant)}
    assert moment in found
    assert all(one.astimezone(zone).time() == shown.time() for one in found)


@given(days, walls, zones)
def test_a_wall_time_is_shown_or_was_skipped(day, wall, zone):
    found = instant(day, wall, zone)
    shown = found.astimezone(zone).replace(tzinfo=None)
    late = shown - datetime.combine(day, wall)
    gap = timedelta(days=1) - day_window(day, zone).length
    assert found.tzinfo is UTC
    assert late in {timedelta(0), gap}
    assert found <= last_instant(day, wall, zone)


@given(days, zones)
def test_one_day_ends_when_the_next_begins(day, zone):
    today = day_window(day, zone)
    assert today.end == day_window(day + timedelta(days=1), zone).start
    assert today.start.astimezone(zone).date() == day
    assert (today.end - timedelta.resolution).astimezone(zone).date() == day


@given(days, zones, walls, walls)
def test_hours_lie_within_their_day_and_begin_as_written(day, zone, one, other):
    if one == other:
        return
    opens, closes = sorted([one, other])
    line = WeeklyHours(
        weekday=day.weekday(), opens=opens, closes=closes, valid_from=day
    )
    window = line.on(day, zone)
    if window is not None:
        assert day_window(day, zone).contains(window)
        assert window.start == instant(day, opens, zone)


lines = st.builds(
    lambda weekday, opens, minutes, since, weeks, every: WeeklyHours(
        weekday=weekday,
        opens=time(opens),
        closes=time(opens + minutes // 60, minutes % 60),
        valid_from=since,
        valid_until=None if weeks is None else since + timedelta(weeks=weeks),
        every_weeks=every,
    ),
    st.integers(0, 6),
    st.integers(8, 16),
    st.integers(15, 240),
    st.dates(date(2027, 1, 1), date(2027, 3, 1)),
    st.none() | st.integers(0, 12),
    st.integers(1, 4),
)
half_a_year = [date(2027, 1, 1) + timedelta(days=n) for n in range(250)]


def share_a_day(one, other):
    return any(
        one.falls_on(day)
        and other.falls_on(day)
        and one.opens < other.closes
        and other.opens < one.closes
        for day in half_a_year
    )


@given(lines, lines)
def test_two_lines_collide_when_some_day_has_both_at_once(one, other):
    assert one.collides_with(other) == other.collides_with(one)
    assert one.collides_with(other) == share_a_day(one, other)


def test_odd_and_even_weeks_do_not_collide():
    odd = tuesdays(every_weeks=2, valid_from=date(2027, 3, 2))
    even = tuesdays(every_weeks=2, valid_from=date(2027, 3, 9))
    assert not odd.collides_with(even)
    assert odd.collides_with(tuesdays())


@given(lines, st.dates(date(2026, 12, 1), date(2027, 6, 1)))
def test_the_first_day_is_the_earliest_that_has_the_hours(line, since):
    having = [day for day in half_a_year if day >= since and line.falls_on(day)]
    first = line.first_day(since)
    assert first == (having[0] if having else first)
    assert first is None or (first >= since and line.falls_on(first))


@given(lines, st.dates(date(2026, 12, 1), date(2027, 6, 1)))
def test_hours_that_end_with_a_day_are_the_same_up_to_it_and_none_afterwards(
    line, last
):
    ended = line.until(last)
    for day in half_a_year:
        stays = day <= last and line.falls_on(day)
        assert (ended is not None and ended.falls_on(day)) == stays
