"""When does a foreign calendar block? Rule by rule, as calendars.md lists them."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from booking.calendars import CalendarRefused, Caution, Doubt, Truncated, Unreadable
from booking.calendars.inbound import MOST_TIMES
from tests.calendars.reading import (
    BERLIN,
    PATIENT,
    SPRING,
    blocks,
    calendar,
    doubts,
    read,
    short,
    window,
    with_line_ends,
)

TALK = "DTSTART;TZID=Europe/Berlin:20270323T090000\nDTEND;TZID=Europe/Berlin:20270323T100000\n"
AUTUMN = window("2027-10-25", "2027-11-08")  # clocks change on 31 October


# --- What blocks, and what does not ------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
        "transp:transparent",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
    ],
)
def test_an_entry_that_leaves_her_free_does_not_block(line):
    assert blocks(TALK + line) == []


@pytest.mark.parametrize(
    "line",
    [
        "STATUS:TENTATIVE",
        "CLASS:PRIVATE",
        "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
        "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",
        "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE",
        "RECURRENCE-ID:20270301T080000Z",
    ],
)
def test_everything_else_blocks(line):
    assert blocks(TALK + line) == ["03-23 09:00-10:00"]


def test_an_entry_without_length_does_not_block():
    assert blocks("DTSTART:20270323T090000Z") == []
    assert blocks("DTSTART:20270323T090000Z\nDTEND:20270323T090000Z") == []


@pytest.mark.parametrize(
    "kind", ["BUSY", "BUSY-UNAVAILABLE", "BUSY-TENTATIVE", "X-ELSE"]
)
def test_a_list_of_busy_times_blocks_but_for_those_that_are_free(kind):
    text = (
        f"FREEBUSY;FBTYPE={kind}:20270323T080000Z/PT1H,20270324T080000Z/20270324T100000Z\n"
        "FREEBUSY;FBTYPE=FREE:20270325T080000Z/PT1H\n"
        "FREEBUSY:20270326/20270327\n"
        "FREEBUSY:soon"
    )
    found = read(calendar(text, kind="VFREEBUSY"))
    assert short(found) == [
        "03-23 09:00-10:00",
        "03-24 09:00-11:00",
        "03-26 00:00-03-27 00:00",
    ]
    assert doubts(found) == [Doubt.SKIPPED_TIMES]


def test_what_came_from_this_house_does_not_block_again():
    content = calendar(TALK + "UID:ours", TALK.replace("T09", "T08") + "UID:hers")
    assert short(read(content, ours={"ours"})) == ["03-23 08:00-10:00"]


def test_busy_times_that_touch_or_overlap_are_one():
    later = TALK.replace("T10", "T11").replace("T09", "T10")
    assert blocks(TALK, later) == ["03-23 09:00-11:00"]


def test_busy_times_end_where_the_window_ends():
    within = window("2027-03-23T09:30+01:00", "2027-03-23T09:45+01:00")
    assert blocks(TALK, within=within) == ["03-23 09:30-09:45"]
    assert blocks(TALK, within=window("2027-03-23T10:00+01:00", "2027-03-24")) == []


# --- Days and clocks ---------------------------------------------------------


def test_a_whole_day_is_the_offices_day_whatever_its_zone():
    assert blocks("DTSTART;TZID=America/Los_Angeles:20270323") == [
        "03-23 00:00-03-24 00:00"
    ]
    day = "DTSTART;VALUE=DATE:20270328\nDTEND;VALUE=DATE:20270329"
    (only,) = read(calendar(day)).windows
    assert only.length == timedelta(hours=23)


@pytest.mark.parametrize(
    ("zone", "begins"),
    [
        ("Europe/Lisbon", "10:00"),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/Lisbon", "10:00"),
        ('"GMT Standard Time"', "10:00"),
        ("gmt standard time", "10:00"),
        ("Greenwich", "10:00"),
        ('"(UTC-05:00) Eastern Time (US & Canada)"', "09:00"),
        ("Europe", "09:00"),
        ("../../etc/passwd", "09:00"),
        ("x" * 300, "09:00"),
    ],
)
def test_a_zone_is_found_by_any_name_it_goes_by(zone, begins):
    found = read(calendar(f"DTSTART;TZID={zone}:20270323T090000\nDURATION:PT1H"))
    assert short(found)[0].startswith(f"03-23 {begins}-")
    assert doubts(found) == ([] if begins == "10:00" else [Doubt.UNKNOWN_ZONE])


OWN_ZONE = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:{offset}
TZOFFSETTO:{offset}
END:STANDARD
END:VTIMEZONE
"""


def with_zone(name, offset, entry):
    zone = OWN_ZONE.format(name=name, offset=offset).replace("\n", "\r\n").encode()
    return calendar(entry).replace(b"END:VCALENDAR", zone + b"END:VCALENDAR")


def test_a_name_that_two_files_define_means_in_each_what_it_says_there():
    entry = "DTSTART;TZID=Customized Time Zone:20270323T090000\nDURATION:PT1H"
    assert short(read(with_zone("Customized Time Zone", "-0500", entry))) == [
        "03-23 15:00-16:00"
    ]
    assert short(read(with_zone("Customized Time Zone", "+0500", entry))) == [
        "03-23 05:00-06:00"
    ]


def test_a_well_known_name_is_not_redefined_by_a_file():
    entry = "DTSTART;TZID=Europe/Berlin:20270323T090000\nDURATION:PT1H"
    assert short(read(with_zone("Europe/Berlin", "+5328", entry))) == [
        "03-23 09:00-10:00"
    ]


def test_a_definition_that_makes_no_sense_is_as_good_as_none():
    found = read(
        with_zone("Z", "+5328", "DTSTART;TZID=Z:20270323T090000\nDURATION:PT1H")
    )
    assert short(found) == ["03-23 09:00-10:00"]
    assert doubts(found) == [Doubt.UNKNOWN_ZONE]


def test_only_floating_times_are_in_the_calendars_own_zone():
    head = "X-WR-TIMEZONE:America/New_York"
    floating = "DTSTART:20270330T090000\nDURATION:PT1H"
    assert blocks(floating) == ["03-30 09:00-10:00"]
    assert blocks(floating, head=head) == ["03-30 15:00-16:00"]
    assert blocks("DTSTART:20270330", head=head) == ["03-30 00:00-03-31 00:00"]
    assert blocks(TALK, head=head) == ["03-23 09:00-10:00"]


def test_a_time_that_clocks_skip_moves_forward():
    gap = "DTSTART;TZID=Europe/Berlin:20270328T02{}00\nDTEND;TZID=Europe/Berlin:20270328T0{}00"
    assert blocks(gap.format("15", "245")) == ["03-28 03:15-03:45"]
    assert blocks(gap.format("15", "330")) == ["03-28 03:15-03:30"]
    # Its start moves beyond its end; it keeps the length that its owner sees.
    assert blocks(gap.format("30", "315")) == ["03-28 03:30-04:15"]


def test_a_time_that_clocks_show_twice_blocks_from_the_first_to_the_second():
    twice = "DTSTART;TZID=Europe/Berlin:20271031T021500\nDTEND;TZID=Europe/Berlin:20271031T024500"
    (only,) = read(calendar(twice), AUTUMN).windows
    assert only.length == timedelta(hours=1, minutes=30)
    assert only.start.astimezone(BERLIN).isoformat() == "2027-10-31T02:15:00+02:00"


def test_a_weekly_talk_stays_at_its_hour_when_clocks_change():
    assert blocks(TALK + "RRULE:FREQ=WEEKLY") == [
        "03-23 09:00-10:00",
        "03-30 09:00-10:00",
        "04-06 09:00-10:00",
    ]


# --- Series ------------------------------------------------------------------


def test_the_highest_sequence_of_one_uid_wins_and_equals_all_block():
    old, new = (
        TALK + "UID:a\nSEQUENCE:1",
        TALK.replace("0323", "0324") + "UID:a\nSEQUENCE:2",
    )
    assert blocks(old, new) == blocks(new, old) == ["03-24 09:00-10:00"]
    equal = old.replace("0323", "0325")
    assert blocks(old, equal) == ["03-23 09:00-10:00", "03-25 09:00-10:00"]
    assert blocks(old, new + "\nSTATUS:CANCELLED") == []


DAILY = TALK + "UID:a\nRRULE:FREQ=DAILY;COUNT=3\n"
LAST_TWO = ["03-24 09:00-10:00", "03-25 09:00-10:00"]


@pytest.mark.parametrize(
    "line",
    [
        "EXDATE;TZID=Europe/Berlin:20270323T090000",
        "EXDATE:20270323T080000Z",
        "EXDATE;TZID=America/New_York:20270323T040000",
        "EXDATE:20270323T090000",
        "EXDATE;VALUE=DATE:20270323",
        "EXDATE:20270323T080000Z,20260101T000000Z\nEXDATE:nonsense",
    ],
)
def test_an_exception_takes_out_its_instant_in_whatever_zone_it_is_named(line):
    assert blocks(DAILY + line) == LAST_TWO


def test_an_exception_at_the_same_clock_elsewhere_takes_out_nothing():
    assert len(blocks(DAILY + "EXDATE:20270323T090000Z")) == 3


@pytest.mark.parametrize(
    "named",
    [
        ";TZID=Europe/Berlin:20270323T090000",
        ":20270323T080000Z",
        ";TZID=America/New_York:20270323T040000",
        ";VALUE=DATE:20270323",
    ],
)
def test_a_moved_time_blocks_where_it_went_and_not_where_it_was(named):
    change = (
        f"UID:a\nDTSTART:20270326T080000Z\nDTEND:20270326T090000Z\nRECURRENCE-ID{named}"
    )
    assert blocks(DAILY, change) == [*LAST_TWO, "03-26 09:00-10:00"]
    assert blocks(change, DAILY + "X:1") == [*LAST_TWO, "03-26 09:00-10:00"]
    assert blocks(DAILY, change + "\nSTATUS:CANCELLED") == LAST_TWO


@pytest.mark.parametrize(
    "named",
    [
        ":20270324",
        ";TZID=Asia/Hong_Kong:20270324T000000",
        ":20270323T230000Z",
        ";TZID=Europe/Berlin:20270324T000000",
    ],
)
def test_of_whole_days_only_the_day_counts_when_one_is_moved(named):
    days = "UID:a\nDTSTART:20270323\nRRULE:FREQ=DAILY;COUNT=2"
    change = f"UID:a\nDTSTART:20270326\nRECURRENCE-ID{named}"
    assert blocks(days, change) == [
        "03-23 00:00-03-24 00:00",
        "03-26 00:00-03-27 00:00",
    ]


@pytest.mark.parametrize(
    ("until", "times"),
    [
        ("20270325T080000Z", 3),
        ("20270325T075959Z", 2),
        ("20270325T090000", 3),
        ("20270325", 3),
        ("20270324T235959Z", 2),
        ("20270301T080000Z", 0),
    ],
)
def test_a_series_ends_with_the_last_time_that_is_not_later_than_until(until, times):
    assert len(blocks(f"{TALK}RRULE:FREQ=DAILY;UNTIL={until}")) == times


@pytest.mark.parametrize(
    ("until", "days"),
    [("20270324", 2), ("20270323T230000Z", 2), ("20270324T235959Z", 2)],
)
def test_a_series_of_whole_days_ends_with_the_day_that_until_means(until, days):
    (only,) = read(
        calendar(f"DTSTART:20270323\nRRULE:FREQ=DAILY;UNTIL={until}")
    ).windows
    assert only.length == timedelta(days=days)


def test_this_and_all_that_follow_move_together():
    change = (
        "UID:a\nDTSTART:20270324T130000Z\nDTEND:20270324T133000Z\n"
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20270324T080000Z"
    )
    assert blocks(DAILY, change) == [
        "03-23 09:00-10:00",
        "03-24 14:00-14:30",
        "03-25 14:00-14:30",
    ]
    assert blocks(DAILY, change + "\nSTATUS:CANCELLED") == ["03-23 09:00-10:00"]


def test_a_change_whose_series_is_not_in_the_file_blocks_alone():
    change = TALK + "UID:b\nRECURRENCE-ID:20270323T080000Z\nRRULE:FREQ=DAILY"
    assert blocks(change) == ["03-23 09:00-10:00"]


# --- What is broken ----------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=FORTNIGHTLY",
        "FREQ=DAILY;BYDAY=XX",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;UNTIL=soon",
        "RSCALE=CHINESE;FREQ=YEARLY",
        "often",
        "",
    ],
)
def test_a_rule_nobody_understands_blocks_its_first_time(rule):
    found = read(calendar(f"{TALK}RRULE:{rule}"))
    assert short(found) == ["03-23 09:00-10:00"]
    assert [str(each) for each in found.warnings] == [
        "2027-03-23: A rule cannot be followed. Only the first time blocks."
    ]


def test_the_first_time_of_a_broken_rule_blocks_though_it_has_no_length():
    assert blocks("DTSTART:20270323T080000Z\nRRULE:FREQ=NEVER") == ["03-23 09:00-09:01"]


@pytest.mark.parametrize(
    ("entry", "busy", "doubt"),
    [
        ("DTSTART:20270323T100000Z\nDTEND:20270323T080000Z", "09:00-11:00", "backward"),
        ("DTSTART:20270323T100000Z\nDURATION:-PT1H", "10:00-11:00", "backward"),
        ("DTSTART:20270323T080000Z\nDTEND:later", "09:00-09:01", "no_end"),
        ("DTSTART:20270323T080000Z\nDURATION:long", "09:00-09:01", "no_end"),
        ("DTSTART:20270323\nDURATION:PT1W", "00:00-03-30 00:00", ""),
        ("DTSTART:20270323\nDURATION:P900000W", "00:00-04-12 00:00", ""),
        ("DTSTART:20270323\nDURATION:P99999999999W", "00:00-03-24 00:00", "no_end"),
        (
            'DTSTART;TZID="Europe/Berlin:20270323T090000"\nDURATION:PT1H',
            "09:00-10:00",
            "",
        ),
    ],
)
def test_what_is_half_right_blocks_all_the_same(entry, busy, doubt):
    found = read(calendar(entry))
    assert short(found) == [f"03-23 {busy}"]
    assert doubts(found) == ([doubt] if doubt else [])


@pytest.mark.parametrize("start", ["", "DTSTART:Next year", "DTSTART:-0011130T100000"])
def test_an_entry_without_a_date_is_left_out_with_a_word(start):
    found = read(calendar(start, TALK))
    assert short(found) == ["03-23 09:00-10:00"]
    assert doubts(found) == [Doubt.NO_DATE]


def test_a_file_that_is_cut_off_is_refused():
    with pytest.raises(Truncated):
        read(calendar(TALK).removesuffix(b"END:VCALENDAR\r\n"))


@pytest.mark.parametrize("content", [b"", b"\0", b"<html>Sign in</html>", b"\xff\xfeA"])
def test_what_is_no_calendar_is_refused(content):
    with pytest.raises(Unreadable):
        read(content)


def test_an_empty_calendar_is_a_calendar():
    assert read(calendar()).windows == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_a_file_is_read_in_whatever_letters_it_comes(encoding):
    text = calendar(TALK + "SUMMARY:Besprechung über Größe").decode()
    assert short(read(text.encode(encoding))) == ["03-23 09:00-10:00"]


def test_an_entry_that_was_never_closed_does_not_swallow_the_next():
    broken = calendar(TALK, TALK.replace("0323", "0324")).replace(
        b"END:VEVENT\r\n", b"", 1
    )
    assert short(read(broken)) == ["03-23 09:00-10:00", "03-24 09:00-10:00"]


def test_every_doubt_is_put_into_words():
    sentences = {str(Caution(doubt)) for doubt in Doubt}
    assert len(sentences) == len(Doubt)
    assert str(Caution(Doubt.BACKWARD, date(2027, 3, 23))).startswith("2027-03-23: ")


# --- Laws --------------------------------------------------------------------

PLACES = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kabul",
    "W. Europe Standard Time",
    "",
]
RULES = [
    "",
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=2;COUNT=5",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=YEARLY",
]


@st.composite
def entries(draw):
    start = draw(
        st.datetimes(
            SPRING.start.replace(year=2026, tzinfo=None),
            SPRING.end.replace(tzinfo=None),
        )
    )
    place = draw(st.sampled_from(PLACES))
    lines = [f"DTSTART{place and f';TZID={place}'}:{start:%Y%m%dT%H%M%S}"]
    lines.append(f"DURATION:PT{draw(st.integers(0, 4000))}M")
    rule = draw(st.sampled_from(RULES))
    if rule:
        lines.append(f"RRULE:{rule}")
    return "\n".join(lines)


FILES = st.lists(entries(), min_size=1, max_size=4).map(lambda some: calendar(*some))


@PATIENT
@given(FILES)
def test_busy_times_are_merged_in_order_and_within_the_window(content):
    found = read(content).windows
    for one, other in pairwise(found):
        assert one.end < other.start
    for each in found:
        assert SPRING.contains(each)


@PATIENT
@given(FILES, st.integers(1, 20))
def test_a_smaller_window_shows_the_same_cut_smaller(content, days):
    smaller = window("2027-03-22", f"2027-04-{days:02}")
    assume(SPRING.contains(smaller))
    whole = [each for each in read(content).windows if each.overlaps(smaller)]
    cut = [(each.start, min(each.end, smaller.end)) for each in whole]
    assert [(each.start, each.end) for each in read(content, smaller).windows] == cut


@PATIENT
@given(FILES, st.integers(1, 75))
def test_folding_and_line_ends_change_nothing(content, width):
    lines = content.decode().split("\r\n")
    folded = "\r\n".join(
        "\r\n ".join(line[at : at + width] for at in range(0, len(line), width))
        for line in lines
    ).encode()
    assert read(folded) == read(content) == read(with_line_ends(content, b"\n"))


@PATIENT
@given(FILES, st.data())
def test_a_damaged_file_raises_nothing_but_a_refusal(content, data):
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        kind = data.draw(st.sampled_from(["change", "cut", "double"]))
        if kind == "change":
            damaged[at] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del damaged[at : at + data.draw(st.integers(1, 9))]
        else:
            damaged[at:at] = damaged[at : at + data.draw(st.integers(1, 40))]
    try:
        found = read(bytes(damaged))
    except CalendarRefused:
        return
    assert len(found.windows) <= MOST_TIMES


VALUES = st.sampled_from(
    [
        "20270323T090000",
        "20270323",
        "99991231T235959",
        "00020101",
        "PT1H",
        "P1W",
        "-P900W",
        "P99999W",
        "FREQ=DAILY",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=DAILY;COUNT=5",
        "FREQ=HOURLY;COUNT=9",
        "FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU",
        "20270323T090000Z/PT1H",
        "20270324/20270323",
        "20270323T090000Z/-PT5H",
        "7",
        "CANCELLED",
        "THISANDFUTURE",
        ";",
        ",",
        "=",
        '"',
    ]
)
NAMES = st.sampled_from(
    [
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "RDATE",
        "EXDATE",
        "RECURRENCE-ID",
        "SEQUENCE",
        "FREEBUSY",
        "UID",
        "DTSTART;TZID=Asia/Kabul",
        "RECURRENCE-ID;RANGE=THISANDFUTURE",
        "RDATE;VALUE=PERIOD",
    ]
)
LINES = st.lists(st.tuples(NAMES, VALUES).map(":".join), max_size=9).map("\n".join)


@PATIENT
@given(st.lists(LINES, max_size=5), st.sampled_from(["VEVENT", "VFREEBUSY"]))
def test_lines_that_make_no_sense_together_raise_nothing(some, kind):
    starts = (f"DTSTART:20270323T090000Z\nUID:a\n{lines}" for lines in some)
    assert len(read(calendar(*some, *starts, kind=kind)).warnings) <= 100
