"""Does the gate let every honest rule through, and no rule that has no end?"""

from datetime import datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from booking.calendars.gate import (
    MOST_A_DAY,
    MOST_HOURLY,
    RuleRefused,
    moved_forward,
    opened,
    parts_of,
)
from tests.calendars.reading import PATIENT

START = datetime(2027, 3, 23, 9)  # noqa: DTZ001 - wall time; a Tuesday
YEAR = timedelta(days=366)


def gate(text, *, start=START, until=None):
    return opened(parts_of(text), start=start, until=until)


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY",
        "freq=daily; interval=2",
        "FREQ=WEEKLY;BYDAY=MO,WE;WKST=SU",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        "FREQ=YEARLY;BYYEARDAY=-1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,20,40",
        "FREQ=DAILY;COUNT=-1;",
        f"FREQ=HOURLY;COUNT={MOST_HOURLY}",
        "RSCALE=GREGORIAN;SKIP=OMIT;FREQ=DAILY",
    ],
)
def test_an_honest_rule_passes(text):
    assert next(iter(rrulestr(str(gate(text)), dtstart=START))) >= START


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=5",
        "FREQ=HOURLY",
        f"FREQ=HOURLY;COUNT={MOST_HOURLY + 1}",
        "FREQ=DAILY;BYSETPOS=366",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=999999999999",
        "FREQ=DAILY;COUNT=999999999",
        "FREQ=DAILY;BYMONTHDAY=0",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=DAILY;BYEASTER=1",
        "FREQ=DAILY;X-MINE=1",
        "INTERVAL=2",
        "DAILY",
    ],
)
def test_a_rule_without_end_or_sense_is_refused(text):
    with pytest.raises(RuleRefused):
        gate(text)


def test_every_quarter_of_an_hour_is_the_most_often():
    hours = ",".join(map(str, range(24)))
    assert MOST_A_DAY == 96
    gate(f"FREQ=DAILY;BYHOUR={hours};BYMINUTE=0,15,30,45")
    with pytest.raises(RuleRefused):
        gate(f"FREQ=DAILY;BYHOUR={hours};BYMINUTE=0,15,30,45,50")


def test_of_two_ends_the_moment_counts():
    rule = gate("FREQ=DAILY;COUNT=2", until=START + timedelta(days=3))
    assert len(list(rrulestr(str(rule), dtstart=START))) == 4


def test_an_hourly_rule_may_also_end_by_its_last_moment():
    gate("FREQ=HOURLY", until=START + timedelta(hours=MOST_HOURLY - 1))
    with pytest.raises(RuleRefused):
        gate("FREQ=HOURLY", until=START + timedelta(hours=MOST_HOURLY + 1))


DAYS = st.sampled_from(["MO", "TU,TH", "SA,SU", "MO,TU,WE,TH,FR"])


@st.composite
def rules(draw):
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}"]
    if draw(st.booleans()):
        parts.append(f"BYDAY={draw(DAYS)}")
    if draw(st.booleans()):
        parts.append(f"BYMONTH={draw(st.integers(1, 12))}")
    if frequency in {"MONTHLY", "YEARLY"} and draw(st.booleans()):
        parts.append(f"BYMONTHDAY={draw(st.integers(1, 31))}")
    parts.append(f"WKST={draw(st.sampled_from(['MO', 'SU']))}")
    return ";".join(parts)


OLD = st.datetimes(datetime(1990, 1, 1), datetime(2026, 12, 31))  # noqa: DTZ001 - wall time


@PATIENT
@given(rules(), OLD.map(lambda at: at.replace(microsecond=0)))
def test_a_rule_goes_on_alike_from_a_later_start(text, start):
    try:
        rule = gate(text, start=start)
    except RuleRefused:
        return
    moved = moved_forward(rule, start, towards=START)
    assert start <= moved <= max(start, START)
    old, new = (rrulestr(str(rule), dtstart=begin) for begin in (start, moved))
    assert new.between(START, START + YEAR, inc=True) == old.between(
        START, START + YEAR, inc=True
    )


@pytest.mark.parametrize("every", ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
def test_an_old_rule_without_end_starts_anew_close_to_the_window(every):
    start = datetime(1970, 1, 31, 9)  # noqa: DTZ001 - wall time
    moved = moved_forward(gate(f"FREQ={every}", start=start), start, towards=START)
    assert timedelta(0) <= START - moved <= 1.1 * YEAR


def test_a_counted_rule_keeps_its_start():
    start = datetime(1970, 1, 1)  # noqa: DTZ001 - wall time
    rule = gate("FREQ=DAILY;COUNT=30000", start=start)
    assert moved_forward(rule, start, towards=START) == start
