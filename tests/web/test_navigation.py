"""Does everybody who works here find five places at most, and today first?"""

from itertools import chain, combinations

from booking.models import Role
from booking.web.staff import NAVIGATION, SPARED, places_of

EVERY_MIX = list(
    chain.from_iterable(combinations(Role, size) for size in range(1, len(Role) + 1))
)


def test_nobody_has_more_than_five_places_whatever_her_roles():
    for roles in EVERY_MIX:
        assert len(places_of(frozenset(roles))) <= 5, roles


def test_what_is_left_out_is_only_what_another_page_leads_to():
    for roles in EVERY_MIX:
        shown = set(places_of(frozenset(roles)))
        open_to_her = {one for one, of in NAVIGATION if not of.isdisjoint(roles)}
        assert open_to_her - shown <= set(SPARED)


def test_a_counsellor_begins_with_today_and_finds_her_clients():
    assert places_of(frozenset({Role.COUNSELLOR})) == [
        "counsellor.today",
        "counsellor.this_week",
        "counsellor.book",
        "counsellor.clients",
        "counsellor.calls",
    ]


def test_the_desk_finds_the_waiting_list_at_once():
    assert "counsellor.waiting" in places_of(frozenset({Role.FRONT_DESK}))
