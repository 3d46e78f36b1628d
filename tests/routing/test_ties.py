"""Do crews, interpreters, vehicles and households kept apart get what they need?"""

from hypothesis import given, settings

from booking.routing import (
    Rounds,
    plan,
)
from tests.routing.referee import judged
from tests.routing.weeks import (
    counsellor,
    tied_weeks,
)

TWO = (counsellor("c0"), counsellor("c1"))


def planned(all_of, rounds=48, seed=1):
    return plan(all_of, seed=seed, watch=Rounds(rounds))


def by_whom(found):
    return {s.visit: r.counsellor for r in found.routes for s in r.stops}


@settings(max_examples=150)
@given(tied_weeks())
def test_the_referee_accepts_every_plan_however_routes_are_tied(all_of):
    found = planned(all_of)
    assert judged(found, all_of) == found.cost.total
