"""Is every home visited once at most, in time, and does each left-out wish know why?"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.routing import ReasonCode, Rounds, StartWindow, plan, sentence
from booking.routing.construct import fill, first_order
from booking.routing.problem import Problem
from booking.routing.ties import draft_for
from tests.routing.brute import cheapest
from tests.routing.referee import drive, free_times, judged, may
from tests.routing.weeks import (
    MINUTE,
    OFFICE,
    at,
    calmly,
    counsellor,
    duty,
    visit,
    week,
    weeks,
)

QUICK = Rounds(64)


def planned(all_of, rounds=QUICK, seed=1):
    return plan(all_of, seed=seed, watch=rounds)


def homes_of(found):
    return {stop.visit for route in found.routes for stop in route.stops}


def reason_of(found, name="v0"):
    return next(one for one in found.unplanned if one.visit == name)


@calmly
@given(weeks())
def test_no_home_is_lost_or_visited_twice_and_no_door_reached_closed(all_of):
    assert judged(planned(all_of), all_of) == planned(all_of).cost.total


@calmly
@given(weeks())
def test_a_search_never_ends_worse_than_it_began(all_of):
    begun = draft_for(problem := Problem(all_of))
    fill(begun, first_order(problem))
    assert planned(all_of).cost.total <= begun.cost


@calmly
@given(weeks(), st.integers(0, 5))
def test_the_same_seed_and_rounds_give_the_same_plan(all_of, seed):
    assert planned(all_of, seed=seed) == planned(all_of, seed=seed)


@calmly
@given(weeks(most=6))
def test_a_handful_of_visits_is_planned_as_well_as_by_trying_everything(all_of):
    assert planned(all_of, Rounds(320)).cost.total == cheapest(all_of)


@calmly
@given(weeks())
def test_reasons_are_true(all_of):
    found = planned(all_of)
    wishes = {one.id: one for one in all_of.visits}
    for left in found.unplanned:
        wished = wishes[left.visit]
        assert left.reason == expected_reason(wished, all_of)
        assert sentence(left, wished)
        if left.reason == ReasonCode.NO_ROOM:
            assert left.others, "somebody takes the place"
            assert set(left.others) <= homes_of(found)
        if left.reason == ReasonCode.TOO_SHORT:
            assert fits_once_longer(wished, all_of, left.minutes)
            assert not fits_once_longer(wished, all_of, left.minutes - 1)


def expected_reason(wished, all_of):
    """The definitions of visits.md, one after the other."""
    staff = all_of.counsellors
    if not any(wished.language in one.languages for one in staff):
        return ReasonCode.NO_LANGUAGE
    able = [one for one in staff if may(one, wished)]
    if not any(one.duties for one in able):
        return ReasonCode.NOBODY_ALLOWED
    intervals = intervals_of(able, all_of)
    meets = [
        (one, (a, b))
        for one, (a, b) in intervals
        if any(w.earliest <= b and a <= w.latest for w in wished.windows)
    ]
    if not meets:
        return ReasonCode.NO_INTERVAL
    if not any(drive([wished], one, interval, all_of) for one, interval in meets):
        return ReasonCode.TOO_SHORT
    return ReasonCode.NO_ROOM


def intervals_of(staff, all_of):
    return [
        (one, interval)
        for one in staff
        for interval in free_times(one, all_of.shortest_shift)
    ]


def fits_once_longer(wished, all_of, minutes):
    """Would it fit if one interval that it meets were so many minutes longer?

    The extra time may lie before, behind, or on both sides.
    """
    for one, (a, b) in intervals_of(all_of.counsellors, all_of):
        meets = any(w.earliest <= b and a <= w.latest for w in wished.windows)
        if not (meets and may(one, wished)):
            continue
        for before in range(max(minutes, 0) * MINUTE + 1):
            longer = (a - before, b + minutes * MINUTE - before)
            if longer[0] < longer[1] and drive([wished], one, longer, all_of):
                return True
    return False


def test_visits_at_one_address_follow_each_other():
    there = [visit(f"v{n}", 2.0, 0.0, service=15 * MINUTE) for n in range(3)]
    between = visit("x", -1.0, 0.5, service=15 * MINUTE)
    found = planned(week([there[0], between, there[1], there[2]]))
    (route,) = found.routes
    order = [stop.visit for stop in route.stops]
    first = min(order.index(one.id) for one in there)
    assert {order[first], order[first + 1], order[first + 2]} == {"v0", "v1", "v2"}


def test_the_way_to_the_first_door_begins_just_in_time_and_waiting_is_at_doors():
    late = visit("late", 1.0, windows=(StartWindow(at(11), at(11)),))
    early = visit("early", 1.5, windows=(StartWindow(at(9), at(9)),))
    (route,) = planned(week([late, early])).routes
    first, second = route.stops
    assert first.starts == at(9)
    assert at(8) < first.leaves_for < first.arrives < at(9)
    assert second.leaves_for == first.ends
    assert route.waiting == second.starts - second.arrives - 5 * MINUTE


def test_a_pinned_visit_stays_where_staff_have_put_it():
    pinned = visit(
        "pinned", 3.0, windows=(StartWindow(at(10), at(10)),), allowed=frozenset({"c1"})
    )
    others = [visit(f"v{n}", 0.5, 0.1 * n) for n in range(6)]
    staff = [counsellor("c0"), counsellor("c1")]
    found = planned(week([*others, pinned], staff))
    (route,) = [one for one in found.routes if "pinned" in {s.visit for s in one.stops}]
    assert route.counsellor == "c1"
    assert [s.starts for s in route.stops if s.visit == "pinned"] == [at(10)]


def test_no_route_runs_into_an_appointment_in_the_calendar():
    busy = counsellor(duties=[duty(8, 12, ((9, 30), (10, 30)))])
    visits = [visit(f"v{n}", 0.4, service=20 * MINUTE) for n in range(6)]
    for route in planned(week(visits, [busy])).routes:
        assert route.back <= at(9, 30) or route.stops[0].leaves_for >= at(10, 30)


@pytest.mark.parametrize(
    ("changes", "staff", "reason"),
    [
        ({"language": "ti"}, counsellor(), ReasonCode.NO_LANGUAGE),
        ({"excluded": frozenset({"c0"})}, counsellor(), ReasonCode.NOBODY_ALLOWED),
        ({}, counsellor(duties=[]), ReasonCode.NOBODY_ALLOWED),
        ({}, counsellor(duties=[duty(13, 16)]), ReasonCode.NO_INTERVAL),
        ({"service": 5 * 3600}, counsellor(), ReasonCode.TOO_SHORT),
    ],
)
def test_who_cannot_be_visited_at_all_learns_why(changes, staff, reason):
    found = planned(week([visit(**changes)], [staff]))
    assert reason_of(found).reason == reason


def test_an_interval_that_is_ten_minutes_too_short_says_so():
    door = {"point": OFFICE, "service": 60 * MINUTE}
    short = counsellor(duties=[duty(8, 12, ((8, 55), (12, 0)))])
    found = planned(week([visit(**door)], [short]))
    assert reason_of(found).minutes == 10  # 5 of setup, 60 at the door, 55 free


def test_who_finds_no_room_is_told_who_takes_it():
    hour = (StartWindow(at(9), at(9)),)
    taken = visit("first", 1.0, windows=hour, priority=2)
    late = visit("late", 1.0, windows=hour)
    left = reason_of(planned(week([taken, late])), "late")
    assert (left.reason, left.others) == (ReasonCode.NO_ROOM, ("first",))


def test_the_more_urgent_of_two_is_visited():
    hour = (StartWindow(at(9), at(9)),)
    found = planned(
        week(
            [
                visit("calm", 1, windows=hour),
                visit("urgent", 1, windows=hour, priority=2),
            ]
        )
    )
    assert homes_of(found) == {"urgent"}


def test_her_own_counsellor_comes_when_the_way_is_as_long():
    staff = [counsellor("c0"), counsellor("c1")]
    for own in ("c0", "c1"):
        (route,) = planned(week([visit(own=own)], staff)).routes
        assert route.counsellor == own


def test_a_watch_can_stop_the_search_before_its_first_round():
    all_of = week([visit()])
    assert homes_of(plan(all_of, seed=1, watch=lambda _progress: 1)) == {"v0"}


def test_the_watch_is_told_how_it_goes():
    told = []

    def watch(progress):
        told.append(progress)
        return progress.rounds / 100

    plan(week([visit(f"v{n}") for n in range(5)]), seed=1, watch=watch)
    assert [one.rounds for one in told] == sorted({one.rounds for one in told})
    assert [one.cost for one in told] == sorted((o.cost for o in told), reverse=True)


def test_an_empty_week_gives_an_empty_plan():
    found = planned(week())
    assert (found.routes, found.unplanned, found.cost.total) == ((), (), 0)


@calmly
@given(weeks())
def test_a_visit_more_never_makes_the_rest_cheaper_to_leave(all_of):
    """The referee and the engine agree on what leaving everybody out costs."""
    nobody = replace(all_of, counsellors=())
    found = planned(nobody)
    assert judged(found, nobody) == found.cost.total
    assert found.cost.travel == 0
