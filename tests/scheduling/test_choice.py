"""Who of several free counsellors is chosen?"""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from booking.scheduling import Candidate, by_preference


def counsellor(ident, *, own=False, wished=False, speaks=False, offered=20, booked=10):
    return Candidate(
        id=ident,
        is_own=own,
        is_wished=wished,
        speaks_language=speaks,
        offered=timedelta(hours=offered),
        booked=timedelta(hours=booked),
    )


def chosen(*candidates):
    return [one.id for one in by_preference(candidates)]


def test_a_client_meets_her_own_counsellor_even_when_another_speaks_tigrinya():
    assert chosen(
        counsellor(1, speaks=True, booked=0), counsellor(2, own=True, booked=20)
    ) == [2, 1]


def test_who_would_rather_talk_with_a_woman_meets_one_unless_her_own_is_a_man():
    woman = counsellor(2, wished=True, booked=20)
    assert chosen(counsellor(1, speaks=True, booked=0), woman) == [2, 1]
    assert chosen(woman, counsellor(3, own=True)) == [3, 2]


def test_a_shared_language_counts_more_than_an_empty_week():
    assert chosen(counsellor(1, booked=0), counsellor(2, speaks=True, booked=19)) == [
        2,
        1,
    ]


def test_a_part_timer_is_not_overloaded():
    part_time = counsellor(1, offered=8, booked=6)
    full_time = counsellor(2, offered=30, booked=15)
    assert chosen(part_time, full_time) == [2, 1]


def test_who_offers_nothing_this_week_counts_as_full():
    assert chosen(
        counsellor(1, offered=0, booked=0), counsellor(2, booked=19), counsellor(3)
    ) == [3, 2, 1]


def test_equal_shares_of_unequal_weeks_are_told_apart_by_id_alone():
    assert chosen(
        counsellor(3, offered=3, booked=1),
        counsellor(1, offered=12, booked=4),
        counsellor(2, offered=30, booked=10),
    ) == [1, 2, 3]


def test_where_nobody_is_free_nobody_is_chosen():
    assert by_preference([]) == []


candidates = st.builds(
    Candidate,
    id=st.integers(1, 9),
    is_own=st.booleans(),
    speaks_language=st.booleans(),
    offered=st.integers(0, 5).map(lambda hours: timedelta(hours=hours)),
    booked=st.integers(0, 5).map(lambda hours: timedelta(hours=hours)),
)


@given(st.lists(candidates, unique_by=lambda one: one.id), st.randoms())
def test_the_order_in_which_counsellors_are_listed_decides_nothing(some, chance):
    shuffled = list(some)
    chance.shuffle(shuffled)
    assert by_preference(shuffled) == by_preference(some)
    assert sorted(by_preference(some), key=id) == sorted(some, key=id)
