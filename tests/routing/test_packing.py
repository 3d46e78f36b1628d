"""Is the plan that is proven best the best there is, and is what cannot be proven searched?"""

from itertools import chain

import pytest
from hypothesis import given

from booking.routing import Promise, Rounds, StartWindow, plan
from booking.routing.columns import MOST, TooMuch, columns_of
from booking.routing.construct import fill, first_order
from booking.routing.packing import best_of_all, is_separable
from booking.routing.prices import priced
from booking.routing.problem import Problem
from booking.routing.schedule import timetable
from booking.routing.ties import draft_for
from tests.routing.brute import cheapest
from tests.routing.referee import judged
from tests.routing.weeks import MINUTE, at, calmly, counsellor, duty, visit, week, weeks


def gladly(_looks):
    """Spend whatever it takes."""


def begun(all_of):
    draft = draft_for(problem := Problem(all_of))
    fill(draft, first_order(problem))
    return draft


def columns(problem):
    shifts = range(len(problem.shifts))
    return columns_of(problem, shifts, dict(enumerate(problem.leave_out)), gladly)


@calmly
@given(weeks(most=6))
def test_what_is_proven_best_is_the_cheapest_of_all_and_within_the_bound(all_of):
    draft, least = begun(all_of), cheapest(all_of)
    prices = priced(columns(draft.problem), draft.problem.leave_out, 0, gladly)
    draft.adopt(best_of_all(draft, range(len(draft.tables)), gladly))
    assert sum(draft.problem.leave_out) - prices.bound <= least == draft.cost


@calmly
@given(weeks(most=6))
def test_every_column_is_a_route_that_can_be_driven_and_gains_what_it_says(all_of):
    problem = Problem(all_of)
    for shift, some in enumerate(columns(problem)):
        for gain, visits in some:
            table = timetable(problem, shift, visits)
            assert table.is_possible
            assert gain == sum(problem.leave_out[v] for v in visits) - table.cost
        assert len({frozenset(visits) for _, visits in some}) == len(some)


@calmly
@given(weeks())
def test_a_search_ends_by_itself_where_nothing_can_be_better(all_of):
    found = plan(all_of, seed=1, watch=Rounds(1 << 40))
    assert judged(found, all_of) == found.cost.total


def test_only_visits_of_these_shifts_and_of_none_are_moved():
    staff = [counsellor("c0"), counsellor("c1")]
    hour = (StartWindow(at(9), at(9)),)
    mine = visit("mine", 1.0, windows=hour, own="c0")
    hers = visit("hers", 2.0, windows=hour, own="c1")
    draft = begun(week([mine, hers], staff))
    draft.adopt([timetable(draft.problem, 0, (1,)), timetable(draft.problem, 1, (0,))])
    assert [one.visits for one in best_of_all(draft, [0], gladly)] == [(1,)]
    assert [one.visits for one in best_of_all(draft, [0, 1], gladly)] == [(0,), (1,)]


def test_a_week_with_too_many_routes_is_searched():
    short = [visit(f"v{n}", 0.1 * n, service=5 * MINUTE) for n in range(16)]
    all_of = week(short)
    draft = begun(all_of)
    with pytest.raises(TooMuch):
        best_of_all(draft, [0], gladly)
    found = plan(all_of, seed=1, watch=Rounds(64))
    assert judged(found, all_of) <= draft.cost
    assert MOST < 1 << 16, "sets of sixteen visits"


def test_a_proof_that_takes_too_long_leaves_time_for_the_search():
    told = []

    def watch(progress):
        told.append(progress.rounds)
        return len(told) / 8

    many = [visit(f"v{n}", 0.2 * n, -0.1 * n) for n in range(9)]
    plan(week(many, [counsellor(duties=[duty(8, 17)])]), seed=1, watch=watch)
    assert len(told) == 8


def test_a_pinned_visit_keeps_its_place_though_a_more_urgent_one_would_gain_more():
    hour = (StartWindow(at(10), at(10)),)
    pinned = visit("pinned", 1.0, windows=hour, allowed=frozenset({"c0"}))
    urgent = visit("urgent", 1.0, windows=hour, priority=2)
    found = plan(week([pinned, urgent]), seed=1, watch=Rounds(320))
    (route,) = found.routes
    assert [stop.visit for stop in route.stops] == ["pinned"]


def test_what_is_promised_or_shared_is_searched_and_not_proven():
    assert is_separable(Problem(week([visit()])))
    promised = visit(published=Promise("c0", at(9)))
    assert not is_separable(Problem(week([promised])))
    assert not is_separable(Problem(week([visit(crew=2)])))


def test_routes_that_gain_nothing_are_no_columns():
    far = visit("far", 60.0, 60.0, service=5 * MINUTE)
    all_of = week([far], [counsellor(duties=[duty(0, 24)])])
    assert not list(chain(*columns(Problem(all_of))))
