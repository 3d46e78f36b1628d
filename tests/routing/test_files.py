"""Is a week file read as it is meant, and a wrong one refused in a sentence?"""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.routing import (
    Rounds,
    UnreadableWeek,
    plan,
    read_week,
    written_plan,
)

WEEK = {
    "name": "small",
    "zone": "Europe/Berlin",
    "office": {"lat": 48.7025, "lon": 9.6528},
    "setup_minutes": 5,
    "shortest_shift_minutes": 40,
    "travel": {"car": {"kmh": 28, "detour": 1.4, "extra_minutes": 4}},
    "costs": {"other_counsellor_minutes": 15, "unplanned_hours": [4, 8, 16]},
    "counsellors": [
        {
            "id": "c0",
            "languages": ["de"],
            "mode": "car",
            "shifts": [
                {
                    "start": "2027-03-01T08:00:00",
                    "end": "2027-03-01T12:00:00",
                    "busy": [["2027-03-01T10:00:00", "2027-03-01T11:00:00"]],
                }
            ],
        }
    ],
    "visits": [
        {
            "id": "v0",
            "address": "a0",
            "lat": 48.71,
            "lon": 9.66,
            "minutes": 45,
            "language": "de",
            "priority": 0,
            "own": "c0",
            "windows": [["2027-03-01T08:00:00", "2027-03-01T12:00:00"]],
        }
    ],
}


def changed(path, value):
    facts = copy.deepcopy(WEEK)
    part = facts
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return facts


def test_a_plan_is_written_with_the_times_of_the_wall():
    week = read_week(WEEK)
    written = written_plan(plan(week, seed=1, watch=Rounds(32)), week)
    (route,) = written["routes"]
    (stop,) = route["stops"]
    assert (route["counsellor"], route["start"]) == ("c0", "2027-03-01T08:00:00")
    assert stop["visit"] == "v0"
    assert stop["start"] >= "2027-03-01T08:05:00"
    assert written["unplanned"] == []


def test_what_is_left_out_says_why_in_a_code_and_in_a_sentence():
    week = read_week(changed(("visits", 0, "language"), "ti"))
    (left,) = written_plan(plan(week, seed=1, watch=Rounds(1)), week)["unplanned"]
    assert left["reason"] == "no_language"
    assert left["sentence"] == "Nobody speaks the language ti."


SHIFT = ("counsellors", 0, "shifts", 0)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("visits", 0, "lat"), float("nan"), "visit 1"),
        (("visits", 0, "lat"), "north", "visit 1"),
        (("visits", 0, "lat"), 148.7, "visit 1"),
        (("visits", 0, "minutes"), 0, "takes no time"),
        (
            ("visits", 0, "windows"),
            [["2027-03-01T12:00", "2027-03-01T08:00"]],
            "before",
        ),
        (
            ("visits", 0, "windows"),
            [["2027-03-01T08:00Z", "2027-03-01T09:00Z"]],
            "wall",
        ),
        (("visits", 0, "windows"), [["soon", "later"]], "visit 1"),
        (("visits", 0, "priority"), 3, "priority"),
        (("visits",), {}, "visit"),
        (("visits", 0), {"id": "v0"}, "missing"),
        (("visits",), [WEEK["visits"][0]] * 2, "twice"),
        (("counsellors", 0, "mode"), "rocket", "rocket"),
        ((*SHIFT, "end"), "2027-03-01T07:00:00", "counsellor 1"),
        (("travel", "car", "kmh"), 0, "travel car"),
        (("office",), None, "office"),
        (("setup_minutes",), "five", "form"),
    ],
)
def test_a_wrong_week_is_refused_and_the_place_is_named(path, value, words):
    with pytest.raises(UnreadableWeek, match=words):
        read_week(changed(path, value))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(anything, st.sampled_from(sorted(WEEK)))
def test_no_file_breaks_the_reader(value, name):
    for facts in (value, changed((name,), value)):
        try:
            read_week(facts)
        except UnreadableWeek as refusal:
            assert str(refusal).endswith((".", "”"))  # noqa: PT017 - most are refused, some are weeks
