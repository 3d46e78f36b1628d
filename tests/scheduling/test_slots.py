"""When is a counsellor free? Examples, and a slow reference that is plainly right."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from booking.scheduling import (
    ImpossibleRules,
    NaiveTime,
    SlotRules,
    TimeWindow,
    Workday,
    day_window,
    free_slots,
    instant,
    merged,
)

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = date(2026, 11, 24)
MINUTE = timedelta(minutes=1)
HALF_HOUR = 30 * MINUTE
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FAR_AWAY = datetime(2040, 1, 1, tzinfo=UTC)

plain = SlotRules(length=HALF_HOUR, raster=HALF_HOUR)


def between(text, *, day=TUESDAY, zone=BERLIN):
    """Return the window that '9:00-12:30' means on that day."""
    start, end = (time(*map(int, wall.split(":"))) for wall in text.split("-"))
    return TimeWindow(instant(day, start, zone), instant(day, end, zone))


def tuesday(*hours, away=(), taken=(), **more):
    return Workday(
        day=TUESDAY,
        zone=BERLIN,
        hours=tuple(map(between, hours)),
        away=tuple(map(between, away)),
        taken=tuple(map(between, taken)),
        **more,
    )


def starts(workday, rules=plain, *, not_before=LONG_AGO, not_after=FAR_AWAY):
    found = free_slots(workday, rules, not_before=not_before, not_after=not_after)
    return [f"{slot.start.astimezone(workday.zone):%-H:%M}" for slot in found]


def test_a_free_morning_is_offered_from_its_first_to_its_last_half_hour():
    assert starts(tuesday("9:00-11:00")) == ["9:00", "9:30", "10:00", "10:30"]


def test_slots_are_in_utc_and_as_long_as_the_talk():
    (slot,) = free_slots(
        tuesday("9:00-9:30"), plain, not_before=LONG_AGO, not_after=FAR_AWAY
    )
    assert slot == TimeWindow(
        datetime(2026, 11, 24, 8, tzinfo=UTC), datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    )
    assert slot.start.tzinfo is UTC


def test_a_counsellor_who_starts_at_ten_past_is_offered_from_the_next_quarter():
    quarters = replace(plain, raster=15 * MINUTE)
    assert starts(tuesday("9:10-10:00"), quarters) == ["9:15", "9:30"]


def test_no_talk_crosses_a_pause_in_the_hours():
    assert starts(tuesday("9:00-9:45", "10:00-10:30")) == ["9:00", "10:00"]


def test_hours_that_touch_are_one_stretch():
    hour = replace(plain, length=60 * MINUTE)
    assert starts(tuesday("9:00-9:30", "9:30-10:30"), hour) == ["9:00", "9:30"]


def test_who_is_at_the_doctor_is_not_offered_meanwhile():
    assert starts(tuesday("9:00-12:00", away=["9:30-11:15"])) == ["9:00", "11:30"]


def test_nobody_is_offered_the_time_of_somebody_else():
    assert starts(tuesday("9:00-11:00", taken=["9:30-10:00"])) == [
        "9:00",
        "10:00",
        "10:30",
    ]


def test_buffers_add_up_between_two_clients():
    buffered = replace(plain, before=5 * MINUTE, after=10 * MINUTE)
    # The earlier talk ended at 9:30 and keeps ten minutes; five more come before.
    workday = tuesday("9:00-11:00", taken=["8:55-9:40"])
    assert starts(workday, replace(buffered, raster=5 * MINUTE))[0] == "9:45"


def test_buffers_may_stick_out_of_the_opening_hours():
    buffered = replace(plain, before=20 * MINUTE, after=20 * MINUTE)
    assert starts(tuesday("9:00-10:00"), buffered) == ["9:00", "9:30"]


def test_a_visit_that_lasts_into_the_opening_hours_counts():
    assert starts(tuesday("9:00-10:30", taken=["7:00-9:10"])) == ["9:30", "10:00"]


def test_what_comes_first_decides_even_when_something_shorter_lies_within():
    workday = tuesday(
        "9:00-10:00", "10:30-12:30", taken=["9:00-11:30", "9:10-9:20", "11:30-11:31"]
    )
    assert starts(workday) == ["12:00"]


def test_a_gap_that_is_shorter_than_the_talk_is_not_offered():
    assert starts(tuesday("9:00-11:00", taken=["9:00-10:30", "10:40-11:30"])) == []
    assert starts(tuesday("9:00-9:20")) == []


def test_a_desk_that_is_open_past_midnight_offers_each_slot_on_its_own_day():
    night = TimeWindow(
        between("0:00-1:00").start - 60 * MINUTE, between("0:00-1:00").end
    )
    workday = Workday(day=TUESDAY, zone=BERLIN, hours=(night,))
    assert starts(workday) == ["0:00", "0:30"]
    assert starts(replace(workday, day=date(2026, 11, 23))) == ["23:00", "23:30"]


def test_notice_includes_its_moment_and_the_horizon_does_not():
    morning = tuesday("9:00-11:00")
    nine_thirty, half_past_ten = between("9:30-10:30").start, between("9:30-10:30").end
    assert starts(morning, not_before=nine_thirty, not_after=half_past_ten) == [
        "9:30",
        "10:00",
    ]
    assert starts(morning, not_before=half_past_ten, not_after=nine_thirty) == []


def test_notice_may_be_told_in_local_time_but_not_without_a_zone():
    local = datetime(2026, 11, 24, 10, tzinfo=BERLIN)
    assert starts(tuesday("9:00-11:00"), not_before=local) == ["10:00", "10:30"]
    with pytest.raises(NaiveTime):
        starts(tuesday("9:00-11:00"), not_before=local.replace(tzinfo=None))


def test_who_has_seen_enough_people_today_is_offered_no_more():
    assert starts(tuesday("9:00-9:30", appointments=4, daily_maximum=5)) == ["9:00"]
    assert starts(tuesday("9:00-9:30", appointments=5, daily_maximum=5)) == []
    assert starts(tuesday("9:00-9:30", appointments=6, daily_maximum=5)) == []
    assert starts(tuesday("9:00-9:30", appointments=9)) == ["9:00"]


def test_the_last_half_hour_around_noon_stays_the_counsellors_own():
    workday = tuesday("8:00-16:00", taken=["11:30-12:30", "13:00-14:00"])
    assert "12:30" not in starts(workday)
    assert {"11:00", "14:00"} < set(starts(workday))


def test_a_talk_may_take_one_of_two_half_hours_around_noon():
    workday = tuesday("8:00-16:00", taken=["12:00-13:30"])
    assert {"11:30", "13:30"} < set(starts(workday))


def test_the_buffer_of_a_talk_takes_the_break_too():
    workday = tuesday("8:00-16:00", taken=["12:00-14:00"])
    assert "11:00" in starts(workday)
    assert "11:00" not in starts(workday, replace(plain, after=5 * MINUTE))


def test_a_talk_so_long_that_no_break_would_be_left_is_not_offered():
    workshop = replace(plain, length=125 * MINUTE)
    offered = starts(tuesday("9:00-16:00"), workshop)
    assert "12:00" in offered
    assert "11:30" not in starts(tuesday("9:00-16:00", taken=["13:35-14:00"]), workshop)


def test_where_the_break_is_lost_already_noon_is_left_alone_and_the_rest_offered():
    workday = tuesday("9:00-15:30", taken=["11:50-13:40"])
    assert starts(workday) == [
        *["9:00", "9:30", "10:00", "10:30", "11:00"],
        *["14:00", "14:30", "15:00"],
    ]


def test_six_hours_need_no_break_and_a_minute_more_does():
    taken = ["11:30-12:30", "13:00-14:00"]
    assert "12:30" in starts(tuesday("9:00-15:00", taken=taken))
    assert "12:30" not in starts(tuesday("9:00-15:01", taken=taken))


def test_a_closed_noon_is_break_enough():
    workday = tuesday("8:00-12:00", "12:30-16:00", taken=["13:00-14:00"])
    assert {"11:30", "12:30"} < set(starts(workday))
    also_taken = replace(workday, taken=(between("11:30-12:00"), *workday.taken))
    assert "12:30" in starts(also_taken)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", date(2026, 10, 25)),
        ("Europe/Berlin", date(2027, 3, 28)),
        ("Asia/Kathmandu", date(2026, 10, 25)),
        ("Australia/Lord_Howe", date(2026, 10, 4)),
        ("Australia/Lord_Howe", date(2027, 4, 4)),
        ("America/St_Johns", date(2026, 11, 1)),
        ("America/St_Johns", date(2027, 3, 14)),
    ],
)
def test_whoever_comes_at_nine_comes_at_nine_on_a_clock_change_day_too(zone, day):
    there = ZoneInfo(zone)
    workday = Workday(
        day=day, zone=there, hours=(between("9:00-10:30", day=day, zone=there),)
    )
    assert starts(workday) == ["9:00", "9:30", "10:00"]


def test_the_hour_that_comes_twice_is_offered_twice():
    autumn = date(2026, 10, 25)
    hours = TimeWindow(
        instant(autumn, time(1, 30), BERLIN), instant(autumn, time(3, 30), BERLIN)
    )
    workday = Workday(day=autumn, zone=BERLIN, hours=(hours,))
    assert starts(workday) == ["1:30", "2:00", "2:30", "2:00", "2:30", "3:00"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"length": 0 * MINUTE},
        {"raster": 0 * MINUTE},
        {"raster": timedelta(microseconds=1)},
        {"before": -MINUTE},
        {"after": -MINUTE},
    ],
)
def test_rules_by_which_no_slot_could_be_cut_are_refused(wrong):
    with pytest.raises(ImpossibleRules):
        replace(plain, **wrong)


def test_a_talk_costs_its_buffers_as_well():
    buffered = replace(plain, before=5 * MINUTE, after=10 * MINUTE)
    assert buffered.busy(between("9:00-9:30")) == between("8:55-9:40")


# The reference: try every start of the day and ask every question about it.

STEP = 5 * MINUTE  # every time below is a multiple of it


def plainly_free(workday, rules, *, not_before, not_after):
    day = day_window(workday.day, workday.zone)
    slots = []
    start = day.start
    while start < day.end:
        slot = TimeWindow(start, start + rules.length)
        if not_before <= start < not_after and may_be_booked(slot, workday, rules):
            slots.append(slot)
        start += rules.raster
    return slots


def may_be_booked(slot, workday, rules):
    busy = slot.widened(before=rules.before, after=rules.after)
    most = workday.daily_maximum
    if most is not None and workday.appointments >= most:
        return False
    return (
        any(opening.contains(slot) for opening in merged(workday.hours))
        and not any(slot.overlaps(absence) for absence in workday.away)
        and not any(busy.overlaps(taken) for taken in workday.taken)
        and keeps_the_break(busy, workday)
    )


def keeps_the_break(busy, workday):
    opening_hours = sum((one.length for one in merged(workday.hours)), timedelta())
    noon = between("11:30-14:00", day=workday.day, zone=workday.zone)
    if opening_hours <= timedelta(hours=6):
        return True
    if not has_rest(noon, workday.taken):
        return not busy.overlaps(noon)
    return has_rest(noon, [*workday.taken, busy])


def has_rest(noon, busy):
    run = timedelta()
    for step in range(noon.length // STEP):
        moment = TimeWindow(noon.start + step * STEP, noon.start + (step + 1) * STEP)
        run = timedelta() if any(moment.overlaps(one) for one in busy) else run + STEP
        if run >= HALF_HOUR:
            return True
    return False


zoned_days = st.sampled_from(
    [
        ("Europe/Berlin", TUESDAY),
        ("Europe/Berlin", date(2026, 10, 25)),
        ("Europe/Berlin", date(2027, 3, 28)),
        ("Asia/Kathmandu", TUESDAY),
        ("Australia/Lord_Howe", date(2026, 10, 4)),
        ("Australia/Lord_Howe", date(2027, 4, 4)),
        ("America/St_Johns", date(2026, 11, 1)),
        ("America/St_Johns", date(2027, 3, 14)),
    ]
)
steps = st.integers(0, 12).map(lambda count: count * STEP)


@st.composite
def workdays(draw):
    zone, day = draw(zoned_days)
    midnight = day_window(day, ZoneInfo(zone)).start

    def windows(*, longest, most, earliest=0, latest=260):
        """Draw windows in steps from midnight; 288 steps are a day."""
        pairs = st.tuples(st.integers(earliest, latest), st.integers(1, longest))
        return tuple(
            TimeWindow(midnight + first * STEP, midnight + (first + count) * STEP)
            for first, count in draw(st.lists(pairs, max_size=most))
        )

    return Workday(
        day=day,
        zone=ZoneInfo(zone),
        hours=windows(longest=110, most=3, earliest=60, latest=160),
        away=windows(longest=40, most=2),
        taken=windows(longest=18, most=9, earliest=50, latest=200),
        appointments=draw(st.integers(0, 9)),
        daily_maximum=draw(st.none() | st.integers(8, 12)),
    )


@st.composite
def slot_rules(draw):
    return SlotRules(
        length=draw(st.integers(1, 24)) * STEP,
        raster=draw(st.sampled_from([5, 10, 15, 20, 30, 45, 60])) * MINUTE,
        before=draw(steps),
        after=draw(steps),
    )


moments = st.integers(0, 288)
full_noon = tuesday("8:00-16:00", taken=["11:00-11:55", "12:20-13:35"])


@settings(deadline=None, max_examples=200)
@given(workdays(), slot_rules(), moments, moments)
@example(full_noon, plain, 0, 288)
@example(tuesday("8:00-16:00"), replace(plain, length=120 * MINUTE), 0, 288)
@example(tuesday("8:00-16:00"), replace(plain, length=125 * MINUTE), 0, 288)
def test_the_slots_are_those_of_whoever_tries_every_start(workday, rules, first, last):
    midnight = day_window(workday.day, workday.zone).start
    limits = {
        "not_before": midnight + first * STEP,
        "not_after": midnight + last * STEP,
    }
    assert free_slots(workday, rules, **limits) == plainly_free(
        workday, rules, **limits
    )


@settings(deadline=None)
@given(workdays(), slot_rules())
def test_no_slot_breaks_a_promise(workday, rules):
    slots = free_slots(workday, rules, not_before=LONG_AGO, not_after=FAR_AWAY)
    midnight = day_window(workday.day, workday.zone).start
    for slot in slots:
        assert slot.length == rules.length
        assert not (slot.start - midnight) % rules.raster
        assert any(opening.contains(slot) for opening in merged(workday.hours))
        assert not any(rules.busy(slot).overlaps(taken) for taken in workday.taken)
    assert all(one.start < other.start for one, other in pairwise(slots))


@settings(deadline=None)
@given(workdays(), slot_rules(), st.randoms())
def test_who_books_slot_after_slot_never_books_the_break_away(workday, rules, chance):
    noon = between("11:30-14:00", day=workday.day, zone=workday.zone)
    had_rest = has_rest(noon, workday.taken)
    opening_hours = sum((one.length for one in merged(workday.hours)), timedelta())
    while slots := free_slots(workday, rules, not_before=LONG_AGO, not_after=FAR_AWAY):
        booked = rules.busy(chance.choice(slots))
        workday = replace(workday, taken=(*workday.taken, booked))
    if had_rest and opening_hours > timedelta(hours=6):
        assert has_rest(noon, workday.taken)
