"""Where would a visit fit, what would help who is left out, and who falls ill?"""

import time
from dataclasses import replace

import pytest
from hypothesis import given

from booking.routing import (
    Costs,
    Earlier,
    ReasonCode,
    Rounds,
    Standing,
    StartWindow,
    moved,
    places_for,
    plan,
    sick,
    vroom,
)
from booking.routing.construct import Draft
from booking.routing.problem import Problem
from booking.routing.ties import draft_for
from booking.routing.vroom import starts
from tests.routing.brute import intervals
from tests.routing.referee import drive, judged, may
from tests.routing.weeks import (
    at,
    calmly,
    counsellor,
    tied_week,
    tied_weeks,
    visit,
    week,
)

TWO = (counsellor("c0"), counsellor("c1"))


def planned(all_of, rounds=32, **others):
    return plan(all_of, seed=1, watch=Rounds(rounds), **others)


def untied(all_of):
    """The same week with nothing that routes would share."""
    visits = tuple(
        replace(one, crew=1, interpreters=None, published=None) for one in all_of.visits
    )
    bare = {"apart": (), "interpreters": (), "vehicles": (), "costs": Costs()}
    return replace(all_of, visits=visits, **bare)


def orders_of(found, all_of):
    """Every free interval with the visits that stand in it, in their order."""
    wishes = {one.id: one for one in all_of.visits}
    routes = {(r.counsellor, r.shift_starts): r.stops for r in found.routes}
    for one, interval in intervals(all_of):
        stops = routes.get((one.id, interval[0]), ())
        yield one, interval, [wishes[stop.visit] for stop in stops]


def places(wished, found, all_of):
    """By trying every position: what the visit would add to the cost, and where."""
    tried = []
    for one, interval, order in orders_of(found, all_of):
        if not may(one, wished):
            continue
        before = drive(order, one, interval, all_of)[1] if order else 0
        for position in range(len(order) + 1):
            longer = [*order[:position], wished, *order[position:]]
            driven = drive(longer, one, interval, all_of)
            if driven:
                own = wished.own in {None, one.id}
                price = 0 if own else all_of.costs.other_counsellor
                if not own and one.id in wished.familiar:
                    price = all_of.costs.familiar
                start = driven[0][position]
                tried.append((driven[1] - before + price, one.id, start))
    return tried


@calmly
@given(tied_weeks().map(untied))
def test_a_visit_fits_where_trying_every_position_says_so(all_of):
    wished, rest = all_of.visits[0], replace(all_of, visits=all_of.visits[1:])
    found = planned(rest)
    offered = places_for(all_of, found, wished.id)
    tried = places(wished, found, all_of)
    assert {(one.cost, one.counsellors[0], one.starts) for one in offered} <= set(tried)
    assert bool(offered) == bool(tried)
    if tried:
        assert offered[0].cost == min(tried)[0]


@calmly
@given(tied_weeks().map(untied))
def test_whoever_is_told_that_others_take_the_place_fits_nowhere_but_without_them(
    all_of,
):
    found = planned(all_of)
    wishes = {one.id: one for one in all_of.visits}
    for left in found.unplanned:
        wished = wishes[left.visit]
        assert not places(wished, found, all_of)
        if left.reason == ReasonCode.NO_ROOM:
            routes = tuple(without(route, left.others) for route in found.routes)
            assert places(wished, replace(found, routes=routes), all_of)
        if left.change:
            by = left.change.earlier or left.change.later
            assert fits_by(by, wished, found, all_of)
            assert not fits_by(by - 1, wished, found, all_of), "no less would do"


def without(route, names):
    return replace(route, stops=tuple(s for s in route.stops if s.visit not in names))


def fits_by(by, wished, found, all_of):
    wider = replace(
        wished,
        windows=tuple(
            StartWindow(one.earliest - by, one.latest + by) for one in wished.windows
        ),
    )
    return bool(places(wider, found, all_of))


@calmly
@given(tied_weeks())
def test_every_place_that_is_offered_holds_in_a_plan(all_of):
    wished = all_of.visits[0]
    found = planned(replace(all_of, visits=all_of.visits[1:], apart=()))
    bare = replace(all_of, apart=())
    for place in places_for(bare, found, wished.id)[:2]:
        window = (StartWindow(place.starts, place.starts),)
        there = replace(wished, windows=window, allowed=frozenset(place.counsellors))
        week_then = replace(bare, visits=(there, *all_of.visits[1:]))
        then = plan(week_then, seed=1, watch=Rounds(0), starts=[Earlier(found)])
        assert judged(then, week_then) == then.cost.total


@calmly
@given(tied_weeks())
def test_a_search_that_begins_with_an_earlier_plan_ends_no_dearer(all_of):
    found = planned(all_of, 64)
    again = plan(all_of, seed=2, watch=Rounds(0), starts=[Earlier(found)])
    assert again.cost.total <= found.cost.total
    assert judged(again, all_of) == again.cost.total


def test_the_cheapest_place_says_who_comes_when_and_whom_it_pushes():
    later = visit("later", 1.0, windows=(StartWindow(at(8), at(11)),))
    wish = visit("wish", 1.0, windows=(StartWindow(at(8), at(8, 30)),))
    found = planned(week([later], [TWO[0]]))
    (place,) = places_for(week([later, wish], [TWO[0]]), found, "wish")
    assert place.counsellors == ("c0",)
    assert place.leaves_for < place.arrives < place.starts <= at(8, 30)
    assert [push.visit for push in place.pushes] == ["later"]
    assert place.pushes[0].by > 0


def test_a_planned_visit_is_told_where_else_it_could_be():
    all_of = week([visit("v0"), visit("v1")], TWO)
    found = planned(all_of)
    assert {p.counsellors for p in places_for(all_of, found, "v0")} == {
        ("c0",),
        ("c1",),
    }


def test_the_question_is_answered_in_milliseconds():
    days = [replace(one, id=f"c{n}") for n, one in enumerate(TWO * 10)]
    wishes = [visit(f"v{n}", 0.1 * n, 0.05 * n) for n in range(60)]
    all_of = week(wishes, days)
    standing = Standing(all_of, planned(replace(all_of, visits=all_of.visits[1:]), 0))
    begun = time.process_time()
    assert standing.places_for("v0")
    assert time.process_time() - begun < 0.05


@pytest.mark.parametrize("seed", range(12))
def test_when_one_falls_ill_at_most_a_tenth_of_the_others_move(seed):
    all_of = tied_week(seed, most=6)
    found = planned(all_of)
    others = {
        stop.visit
        for route in found.routes
        for stop in route.stops
        if route.counsellor != "c0"
    }
    others -= {s.visit for r in found.routes if r.counsellor == "c0" for s in r.stops}
    after = sick(all_of, found, counsellor="c0", day=at(9), seed=1, watch=Rounds(64))
    assert not any(route.counsellor == "c0" for route in after.routes)
    assert 10 * len(moved(found, after, others)) <= len(others)


def test_her_visits_go_to_those_who_have_time():
    all_of = week([visit(f"v{n}", n - 0.5) for n in range(2)], TWO)
    found = planned(all_of)
    (route,) = found.routes
    after = sick(
        all_of,
        found,
        counsellor=route.counsellor,
        day=at(9),
        seed=1,
        watch=Rounds(32),
    )
    assert not after.unplanned


def test_without_vroom_the_search_begins_by_itself(monkeypatch):
    monkeypatch.setattr(vroom, "find_spec", lambda _name: None)
    assert starts(1) == ()
    assert not planned(week([visit()]), starts=starts(1)).unplanned


def test_vroom_gives_a_first_plan_that_the_search_goes_on_from():
    (first,) = starts(3)
    all_of = week([visit("v0"), visit("v1"), visit("v2")], counsellors=TWO)
    draft = Draft(Problem(all_of))
    draft.adopt(first(draft))
    assert not draft.left_over
    found = planned(all_of, starts=[first])
    assert judged(found, all_of) == found.cost.total <= draft.cost


def test_vroom_is_not_asked_where_routes_are_tied_or_a_week_takes_a_gigabyte(
    monkeypatch,
):
    (first,) = starts(3)
    pair = week([visit(crew=2)], counsellors=TWO)
    assert not first(draft_for(Problem(pair)))
    monkeypatch.setattr(vroom, "MOST_WAYS", 1)
    assert not first(Draft(Problem(week([visit()]))))
