"""Are free intervals and breaks cut as the working day says?"""

from hypothesis import given
from hypothesis import strategies as st

from booking.routing import Duty, with_break
from booking.routing.grouping import shifts_of
from tests.routing.referee import free_times
from tests.routing.weeks import at, counsellor, duty, week, weeks

NOON = {"after": at(6), "length": at(0, 30), "earliest": at(11, 30), "latest": at(14)}


@given(weeks())
def test_shifts_are_the_stretches_in_which_nothing_is_busy(all_of):
    expected = [
        (number, *interval)
        for number, one in enumerate(all_of.counsellors)
        for interval in free_times(one, all_of.shortest_shift)
    ]
    assert [(s.counsellor, s.start, s.end) for s in shifts_of(all_of)] == expected


def test_a_gap_of_39_minutes_is_no_shift_and_one_of_40_is():
    for minutes, number in ((39, 0), (40, 1)):
        one = counsellor(duties=[duty(8, 12, ((8, minutes), (12, 0)))])
        assert len(shifts_of(week(counsellors=[one]))) == number


def test_six_hours_need_no_break():
    day = (duty(8, 14),)
    assert with_break(day, **NOON) == day


def test_a_long_day_gets_its_break_at_the_edge_of_noon_not_in_its_middle():
    (one,) = with_break((duty(8, 16),), **NOON)
    assert one.busy in {((at(11, 30), at(12)),), ((at(13, 30), at(14)),)}


def test_a_gap_between_mornings_and_afternoons_is_break_enough():
    day = (duty(8, 12), duty(13, 17))
    assert with_break(day, **NOON) == day


def test_a_gap_that_an_appointment_fills_is_no_break():
    day = (Duty(at(8), at(12), ((at(11, 30), at(13)),)), duty(13, 17))
    busy = [span for one in with_break(day, **NOON) for span in one.busy]
    assert (at(13), at(13, 30)) in busy or (at(13, 30), at(14)) in busy


def test_the_break_goes_beside_an_appointment():
    (one,) = with_break((duty(8, 16, ((12, 0), (13, 0))),), **NOON)
    assert set(one.busy) - {(at(12), at(13))} <= {
        (at(11, 30), at(12)),
        (at(13), at(13, 30)),
    }


@st.composite
def days(draw):
    start = draw(st.integers(6 * 60, 10 * 60))
    length = draw(st.integers(60, 10 * 60))
    busy = draw(
        st.lists(st.tuples(st.integers(0, length), st.integers(5, 90)), max_size=4)
    )
    spans = tuple(((start + a) * 60, (start + a + b) * 60) for a, b in busy)
    return (Duty(start * 60, (start + length) * 60, spans),)


@given(days())
def test_a_break_is_thirty_minutes_of_noon_in_which_nothing_is_busy(day):
    (before,), (after,) = day, with_break(day, **NOON)
    added = [span for span in after.busy if span not in before.busy]
    assert len(added) <= 1
    for start, end in added:
        assert end - start == at(0, 30)
        assert at(11, 30) <= start
        assert end <= at(14)
        assert before.start <= start
        assert end <= before.end
        assert not any(start < b and a < end for a, b in before.busy)
    if before.end - before.start <= at(6):
        assert added == []
