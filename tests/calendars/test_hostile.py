"""What does a file cost that means ill? It is refused, or read as far as is fair.

Nothing here looks at the clock: what could go on for ever would hang the test.
"""

import pytest

from booking.calendars import Doubt, TooLarge, TooManyEvents
from booking.calendars.inbound import MOST_TIMES, MOST_WARNINGS
from booking.calendars.sieve import LONGEST_LINE, MOST_BYTES, MOST_EVENTS, sifted
from tests.calendars.reading import calendar, doubts, read, short, window

TALK = "DTSTART:20270323T080000Z\r\nDTEND:20270323T090000Z\r\n"
OLD = "DTSTART:19700101T080000Z\r\nDTEND:19700101T090000Z\r\nRRULE:FREQ={}"


def many(entry, number):
    inside = f"BEGIN:VEVENT\r\n{entry}\r\nEND:VEVENT\r\n".encode() * number
    return b"BEGIN:VCALENDAR\r\n" + inside + b"END:VCALENDAR\r\n"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=DAILY;BYSETPOS=366",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_a_rule_that_runs_for_ever_blocks_its_first_time(rule):
    found = read(calendar(f"{TALK}RRULE:{rule}"))
    assert short(found) == ["03-23 09:00-10:00"]
    assert doubts(found) == [Doubt.REFUSED_RULE]


@pytest.mark.parametrize(
    ("every", "times"), [("DAILY", 21), ("WEEKLY", 3), ("MONTHLY", 1), ("YEARLY", 0)]
)
def test_an_old_rule_without_end_blocks_now_as_it_always_did(every, times):
    assert len(read(calendar(OLD.format(every))).windows) == times


def test_twenty_thousand_events_are_read_and_one_more_is_not():
    assert sifted(many("", MOST_EVENTS)).events == MOST_EVENTS == 20_000
    with pytest.raises(TooManyEvents):
        read(many("", MOST_EVENTS + 1))


def test_to_dos_are_no_way_around_the_limit():
    to_dos = many("", 2 * MOST_EVENTS + 1).replace(b"VEVENT", b"VTODO")
    with pytest.raises(TooManyEvents):
        read(to_dos)


def test_five_megabytes_are_the_most():
    assert MOST_BYTES == 5 * 1024 * 1024
    with pytest.raises(TooLarge):
        read(b" " * (MOST_BYTES + 1))


def test_ten_thousand_times_are_the_most_and_she_is_told():
    assert MOST_TIMES == 10_000
    found = read(many(OLD.format("DAILY"), 600))
    assert len(found.windows) == 21
    assert doubts(found) == [Doubt.TOO_MANY_TIMES]


def test_a_single_entry_comes_before_all_that_repeats():
    alone = (
        b"BEGIN:VEVENT\r\nDTSTART:20270324T200000Z\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"
    )
    content = many(OLD.format("DAILY"), 600).replace(
        b"END:VCALENDAR", alone + b"END:VCALENDAR"
    )
    assert "03-24 21:00-22:00" in short(read(content))


def test_a_line_without_end_is_left_out():
    long = "DESCRIPTION:" + "x" * 2_000_000
    assert short(read(calendar(f"{TALK}{long}"))) == ["03-23 09:00-10:00"]
    found = read(
        calendar(f"{TALK}RDATE:" + "20270324T080000Z," * (LONGEST_LINE // 17 + 1))
    )
    assert short(found) == ["03-23 09:00-10:00"]
    assert doubts(found) == [Doubt.LONG_LINE]


@pytest.mark.parametrize(
    "inside",
    [
        b"BEGIN:X\n" * 300_000,
        b"BEGIN:VEVENT\n" + b"BEGIN:VALARM\n" * 200_000,
        b"BEGIN:VTIMEZONE\n" + b"BEGIN:STANDARD\n" * 200_000,
        b"END:VEVENT\n" * 200_000,
        b"\n " * 1_000_000,
        b"BEGIN:VEVENT\nDTSTART" + b';A="' * 15_000 + b":1\n",
        b"BEGIN:VEVENT\nDURATION:P" + b"1" * 60_000 + b"D\nDTSTART:20270323\n",
        b"BEGIN:VEVENT\nRRULE:" + b"BYDAY=;" * 9_000 + b"\nDTSTART:19700101\n",
        b"BEGIN:VEVENT\nSEQUENCE:" + b"9" * 60_000 + b"\nDTSTART:19700101\n",
    ],
)
def test_nothing_grows_faster_than_the_file(inside):
    assert len(read(b"BEGIN:VCALENDAR\n" + inside + b"END:VCALENDAR\n").windows) <= 1


def test_a_hundred_warnings_are_the_most():
    each = (f"DTSTART:2027{day:04}T080000Z\r\nRRULE:FREQ=X" for day in range(301, 331))
    later = (f"DTSTART:20{year}0323T080000Z\r\nRRULE:FREQ=X" for year in range(10, 99))
    assert len(read(calendar(*each, *later)).warnings) == MOST_WARNINGS == 100


def test_a_zone_of_a_thousand_changes_is_a_zone_all_the_same():
    onset = "BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n"
    rules = "RRULE:FREQ=SECONDLY\nRRULE:FREQ=YEARLY;BYDAY=6MO;BYMONTH=3\nRRULE:FREQ=MONTHLY\n"
    zone = f"BEGIN:VTIMEZONE\nTZID:Z\n{onset}{rules}END:STANDARD\nEND:VTIMEZONE\n"
    content = calendar("DTSTART;TZID=Z:20270323T090000\nDURATION:PT1H").replace(
        b"END:VCALENDAR", zone.encode() + b"END:VCALENDAR"
    )
    assert short(read(content)) == ["03-23 09:00-10:00"]


def test_changes_of_all_that_follows_are_limited():
    changes = (
        f"UID:a\nDTSTART:202703{day:02}T1{hour}0000Z\nDURATION:PT1H\n"
        f"RECURRENCE-ID;RANGE=THISANDFUTURE:202703{day:02}T0{hour}0000Z"
        for day in range(1, 29)
        for hour in range(9)
    )
    found = read(calendar(f"UID:a\n{TALK}RRULE:FREQ=DAILY", *changes))
    assert found.events == 253
    assert found.windows


def test_a_window_of_many_years_is_no_harm():
    found = read(calendar(OLD.format("DAILY")), window("2000-01-01", "2060-01-01"))
    assert len(found.windows) == MOST_TIMES
