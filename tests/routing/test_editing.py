"""Does whoever orders the stops herself learn exactly what that breaks?"""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.routing import (
    Apart,
    BreachCode,
    Cost,
    Distance,
    ImpossibleWeek,
    Interpreter,
    Kept,
    Paper,
    Plan,
    ReasonCode,
    Rounds,
    StartWindow,
    Tour,
    Unplanned,
    Vehicle,
    places_for,
    plan,
    shifts_of,
)
from tests.routing.referee import judged
from tests.routing.weeks import (
    MINUTE,
    at,
    calmly,
    counsellor,
    duty,
    tied_week,
    visit,
    week,
    weeks,
)


def as_plan(found, all_of):
    """What was driven on paper as a plan that leaves the others out."""
    there = {stop.visit for route in found.routes for stop in route.stops}
    left = [one.id for one in all_of.visits if one.id not in there]
    return Plan(
        found.routes,
        tuple(Unplanned(one, ReasonCode.NO_ROOM) for one in left),
        Cost(0, 0, 0),
    )


def is_accepted(found, all_of):
    try:
        judged(as_plan(found, all_of), all_of)
    except (AssertionError, KeyError):  # nobody drives in no vehicle
        return False
    return True


def by_hand(all_of, seed):
    """Tours as a coordinator in a hurry might make them."""
    dice = Random(seed)  # noqa: S311 - an invented order, not a secret
    shifts = shifts_of(all_of)
    orders = {number: [] for number in range(len(shifts))}
    for wished in all_of.visits:
        times = min(wished.crew + dice.choice([0, 0, 0, 0, 1, -1]), len(shifts))
        for number in dice.sample(range(len(shifts)), max(0, times)):
            if dice.random() < 0.8:
                orders[number].append(wished.id)
    for order in orders.values():
        dice.shuffle(order)
    return [
        Tour(
            counsellor=all_of.counsellors[shifts[number].counsellor].id,
            shift_starts=shifts[number].start + dice.choice([0] * 9 + [MINUTE]),
            visits=tuple(order),
        )
        for number, order in orders.items()
    ]


@calmly
@given(weeks(most=6) | st.builds(tied_week, st.integers(0, 1 << 32)), st.integers())
def test_nothing_is_said_to_break_exactly_when_a_referee_accepts_it(all_of, seed):
    found = Paper(all_of).driven(by_hand(all_of, seed))
    assert (not found.breaches) == is_accepted(found, all_of)


@calmly
@given(weeks(most=6) | st.builds(tied_week, st.integers(0, 1 << 32)), st.integers())
def test_a_good_plan_with_one_change_is_judged_as_a_referee_does(all_of, seed):
    tours, kept = tours_of(plan(all_of, seed=1, watch=Rounds(16)).routes)
    found = Paper(all_of).driven(with_one_change(tours, seed), kept)
    assert (not found.breaches) == is_accepted(found, all_of)


def with_one_change(tours, seed):
    """Take a visit out of one tour, and put it somewhere into another or the same."""
    if not tours:
        return tours
    dice = Random(seed)  # noqa: S311 - an invented change, not a secret
    orders = [list(one.visits) for one in tours]
    here, there = dice.choice(orders), dice.choice(orders)
    moved = here.pop(dice.randrange(len(here)))
    if moved not in there:
        there.insert(dice.randint(0, len(there)), moved)
    return [
        replace(one, visits=tuple(order))
        for one, order in zip(tours, orders, strict=True)
    ]


@calmly
@given(weeks(most=6) | st.builds(tied_week, st.integers(0, 1 << 32)), st.integers())
def test_every_order_is_driven_as_it_was_given(all_of, seed):
    tours = [one for one in by_hand(all_of, seed) if one.visits]
    found = Paper(all_of).driven(tours).routes
    assert [tuple(s.visit for s in one.stops) for one in found] == [
        one.visits for one in tours
    ]
    for route in found:
        for stop in route.stops:
            assert stop.leaves_for <= stop.arrives <= stop.starts < stop.ends


def tours_of(routes, *, more=()):
    """A plan read back, with what was agreed for those who are not alone."""
    tours = [
        Tour(
            counsellor=route.counsellor,
            shift_starts=route.shift_starts,
            visits=tuple(stop.visit for stop in route.stops),
            leaves_from=route.stops[0].leaves_for if route.vehicle else 0,
            vehicle=route.vehicle,
        )
        for route in routes
    ]
    starts = {s.visit: s.starts for one in routes for s in one.stops}
    names = {
        s.visit: s.interpreter for one in routes for s in one.stops if s.interpreter
    }
    return [*tours, *more], Kept(starts, names)


@calmly
@given(weeks(most=6) | st.builds(tied_week, st.integers(0, 1 << 32)))
def test_what_the_engine_plans_breaks_nothing_and_keeps_its_times(all_of):
    planned = plan(all_of, seed=1, watch=Rounds(16))
    found = Paper(all_of).driven(*tours_of(planned.routes))
    assert not found.breaches
    assert found.routes == planned.routes


@calmly
@given(weeks(most=6))
def test_a_place_that_is_offered_breaks_nothing_and_begins_when_it_was_said(all_of):
    if not all_of.visits:
        return
    wished = all_of.visits[0].id
    bare = replace(all_of, visits=all_of.visits[1:])
    planned = plan(bare, seed=1, watch=Rounds(16))
    for place in places_for(all_of, planned, wished)[:3]:
        found = Paper(all_of).driven(inserted(planned.routes, place, wished))
        assert not found.breaches
        stops = [stop for route in found.routes for stop in route.stops]
        assert [s.starts for s in stops if s.visit == wished] == [place.starts]


def inserted(routes, place, wished):
    spot, tours = place.spots[0], []
    for tour in tours_of(routes)[0]:
        here = (tour.counsellor, tour.shift_starts)
        if here != (spot.counsellor, spot.shift_starts):
            tours.append(tour)
            continue
        n = spot.position
        order = (*tour.visits[:n], wished, *tour.visits[n:])
        tours.append(replace(tour, visits=order))
    if not any((t.counsellor, t.shift_starts) == spot[:2] for t in tours):
        tours.append(
            Tour(
                counsellor=spot.counsellor,
                shift_starts=spot.shift_starts,
                visits=(wished,),
            )
        )
    return tours


# --- One rule after the other ------------------------------------------------------


def told(all_of, *orders, kept=None):
    """What breaks if each of them drives these visits from eight o'clock on."""
    tours = [
        Tour(counsellor=f"c{n}", shift_starts=at(8), visits=tuple(order))
        for n, order in enumerate(orders)
    ]
    return Paper(all_of).driven(tours, kept or Kept()).breaches


def codes(*args, **kwargs):
    return [one.code for one in told(*args, **kwargs)]


def window(start, end):
    return (StartWindow(start, end),)


def test_who_comes_too_late_is_told_by_how_many_minutes():
    first, second = visit("v0"), visit("v1", windows=window(at(8), at(8, 30)))
    (late,) = told(week([first, second]), ["v0", "v1"])
    found = Paper(week([first])).driven(
        [Tour(counsellor="c0", shift_starts=at(8), visits=("v0",))]
    )
    assert (late.code, late.visit) == (BreachCode.LATE, "v1")
    assert late.by == found.routes[0].stops[0].ends - at(8, 30)


def test_whoever_is_at_home_on_another_day_only_is_said_not_to_be_at_home():
    tomorrow = visit(windows=window(at(24 + 8), at(24 + 12)))
    assert codes(week([tomorrow]), ["v0"]) == [BreachCode.NOT_AT_HOME]


def test_nobody_waits_all_day_for_a_door_that_opens_after_her_hours():
    evening = visit(windows=window(at(18), at(19)))
    (early,) = told(week([evening]), ["v0"])
    assert early.code == BreachCode.EARLY
    assert early.by > at(9)


def test_being_back_after_work_is_another_thing_than_missing_an_appointment():
    long = visit(service=at(4), windows=window(at(8), at(9)))
    assert codes(week([long]), ["v0"]) == [BreachCode.BACK_LATE]
    busy = counsellor(duties=[duty(8, 16, ((12,), (13,)))])
    assert codes(week([long], [busy]), ["v0"]) == [BreachCode.BUSY]


def test_nobody_drives_when_she_is_not_at_work():
    tour = Tour(counsellor="c0", shift_starts=at(13), visits=("v0",))
    all_of = week([visit(windows=window(at(8), at(18)))])
    assert [one.code for one in Paper(all_of).driven([tour]).breaches] == [
        BreachCode.OFF_DUTY
    ]


def test_language_exclusion_and_who_is_named_are_each_told_apart():
    assert codes(week([visit(language="ti")]), ["v0"]) == [BreachCode.LANGUAGE]
    excluded = visit(excluded=frozenset({"c0"}))
    assert codes(week([excluded]), ["v0"]) == [BreachCode.EXCLUDED]
    named = visit(allowed=frozenset({"c1"}))
    assert codes(week([named]), ["v0"]) == [BreachCode.NOT_ALLOWED]


def test_a_pin_that_would_move_is_told():
    pinned = visit(allowed=frozenset({"c0"}), windows=window(at(9), at(9)))
    before = visit("v1", service=at(2))
    two = [counsellor("c0"), counsellor("c1")]
    assert codes(week([pinned, before]), ["v0"]) == []
    assert codes(week([pinned, before]), ["v1", "v0"]) == [BreachCode.PINNED]
    assert codes(week([pinned], two), [], ["v0"]) == [BreachCode.PINNED]


def test_of_two_who_go_together_each_waits_for_the_other():
    both, first = visit("v0", crew=2), visit("v1")
    two = [counsellor("c0"), counsellor("c1")]
    found = Paper(week([both, first], two)).driven(
        [
            Tour(counsellor="c0", shift_starts=at(8), visits=("v0",)),
            Tour(counsellor="c1", shift_starts=at(8), visits=("v1", "v0")),
        ]
    )
    assert not found.breaches
    assert len({r.stops[-1].starts for r in found.routes}) == 1
    assert codes(week([both, first], two), ["v0"], ["v1"]) == [BreachCode.CREW]
    assert codes(week([both, first], two), [], ["v0"]) == [BreachCode.CREW]


def test_two_who_wait_for_each_other_for_ever_are_said_not_to_be_together():
    visits = [visit("v0", crew=2), visit("v1", east=2.0, crew=2)]
    two = [counsellor("c0"), counsellor("c1")]
    found = codes(week(visits, two), ["v0", "v1"], ["v1", "v0"])
    assert BreachCode.CREW in found


def test_one_interpreter_is_not_at_two_doors():
    who = Interpreter(id="i0", hours=((at(8), at(12)),))
    visits = [visit(f"v{n}", interpreters=frozenset({"i0"})) for n in range(2)]
    two = [counsellor("c0"), counsellor("c1")]
    all_of = week(visits, two, interpreters=(who,))
    assert codes(all_of, ["v0", "v1"]) == []
    assert codes(all_of, ["v0"], ["v1"]) == [BreachCode.INTERPRETER]
    gone = week(visits[:1], two, interpreters=(replace(who, hours=()),))
    assert codes(gone, ["v0"]) == [BreachCode.INTERPRETER]


def test_one_car_is_not_on_two_routes():
    two = [counsellor("c0"), counsellor("c1")]
    car = Vehicle(id="b0", mode="car")
    all_of = week([visit("v0"), visit("v1")], two, vehicles=(car,))
    assert codes(all_of, ["v0"]) == []
    assert codes(all_of, ["v0"], ["v1"]) == [BreachCode.VEHICLE]


@pytest.mark.parametrize(
    ("how", "orders", "expected"),
    [
        (Distance.ORDER, [["v0", "v1"]], [BreachCode.APART_IN_A_ROW]),
        (Distance.ORDER, [["v0", "v2", "v1"]], []),
        (Distance.COUNSELLOR, [["v0", "v2", "v1"]], [BreachCode.APART_BY_ONE]),
        (Distance.COUNSELLOR, [["v0"], ["v1"]], []),
    ],
)
def test_households_that_are_kept_apart_are_told(how, orders, expected):
    two = [counsellor("c0"), counsellor("c1")]
    visits = [visit(f"v{n}", service=20 * MINUTE) for n in range(3)]
    all_of = week(visits, two, apart=(Apart("v0", "v1", how),))
    assert codes(all_of, *orders) == expected


@pytest.mark.parametrize(
    "tour",
    [
        Tour(counsellor="nobody", shift_starts=at(8), visits=("v0",)),
        Tour(counsellor="c0", shift_starts=at(8), visits=("nowhere",)),
    ],
)
def test_strangers_are_refused(tour):
    with pytest.raises(ImpossibleWeek):
        Paper(week([visit()])).driven([tour])


def test_nobody_drives_twice_in_one_interval():
    tour = Tour(counsellor="c0", shift_starts=at(8), visits=("v0",))
    with pytest.raises(ImpossibleWeek):
        Paper(week([visit()])).driven([tour, tour])
