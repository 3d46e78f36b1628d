"""Do two strangers' readers find in a feed what we wrote, to the letter and second?"""

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from booking.calendars import CalendarEvent, ShownAs, feed
from booking.scheduling import TimeWindow, instant

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2027, 3, 4, 9, tzinfo=BERLIN)
EVENT = CalendarEvent(
    uid="8d3cf0c4-5f0e-4d5c-9c5e-6f1c2f9f2a11",
    sequence=2,
    changed_at=datetime(2027, 3, 1, 7, 30, tzinfo=UTC),
    window=TimeWindow(START, START + timedelta(minutes=45)),
    summary="Beratung 8D3CF",
    location="Bürgerhaus, Kirchstraße 11, 73033 Göppingen",
    url="https://termine.example.org/staff/appointments/8d3cf0c4",
    category="Beratung",
)
IN_THE_HEAD = {
    "VERSION": "2.0",
    "PRODID": "-//Lotse//Feed//EN",
    "CALSCALE": "GREGORIAN",
    "NAME": "A. Sommer",
    "X-WR-CALNAME": "A. Sommer",
    "X-WR-TIMEZONE": "Europe/Berlin",
    "REFRESH-INTERVAL;VALUE=DURATION": "PT15M",
    "X-PUBLISHED-TTL": "PT15M",
}
IN_AN_EVENT = {
    "UID": EVENT.uid,
    "SEQUENCE": "2",
    "DTSTAMP": "20270301T073000Z",
    "LAST-MODIFIED": "20270301T073000Z",
    "DTSTART": "20270304T080000Z",
    "DTEND": "20270304T084500Z",
    "SUMMARY": "Beratung 8D3CF",
    "LOCATION": "Bürgerhaus\\, Kirchstraße 11\\, 73033 Göppingen",
    "URL": EVENT.url,
    "DESCRIPTION": EVENT.url,
    "CATEGORIES": "Beratung",
    "CLASS": "CONFIDENTIAL",
    "STATUS": "CONFIRMED",
    "TRANSP": "OPAQUE",
    "X-MICROSOFT-CDO-BUSYSTATUS": "BUSY",
}
# Every sign people write; those no calendar reads have a test of their own.
SIGNS = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
TROUBLE = st.sampled_from(
    [
        "\n",
        ",",
        ";",
        "\\",
        "\\n",
        ":",
        '"',
        "^n",
        "موعد",
        "Встреча",
        "👩🏽‍🍼",
        "ß",
        "%",
        "=",
    ]
)
WORDS = st.lists(st.one_of(st.text(SIGNS, max_size=60), TROUBLE), max_size=8).map(
    "".join
)
MOMENTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone itself
    datetime(2040, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.timezones(),
)


def written(*events, name="A. Sommer"):
    return feed(events, name=name, zone="Europe/Berlin")


def lines(file):
    return file.decode().replace("\r\n ", "").split("\r\n")


def properties(some_lines):
    return dict(line.split(":", 1) for line in some_lines)


def by_icalendar(file):
    return Calendar.from_ical(file).walk("VEVENT")


def by_vobject(file):
    return vobject.readOne(file.decode()).contents.get("vevent", [])


def text_in(event, name):
    return event.contents[name][0].value if name in event.contents else ""


def test_head_and_entry_hold_exactly_what_calendars_need():
    found = lines(written(EVENT))
    begins, ends = found.index("BEGIN:VEVENT"), found.index("END:VEVENT")
    assert (found[0], found[ends + 1 :]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    assert properties(found[1:begins]) == IN_THE_HEAD
    assert properties(found[begins + 1 : ends]) == IN_AN_EVENT
    assert begins - 1 == len(IN_THE_HEAD), "a property stands there twice"
    assert ends - begins - 1 == len(IN_AN_EVENT), "a property stands there twice"


def test_outlook_is_told_who_is_on_the_road():
    away = written(replace(EVENT, shown_as=ShownAs.AWAY))
    assert b"X-MICROSOFT-CDO-BUSYSTATUS:OOF\r\n" in away


def test_what_an_event_does_not_say_is_left_out():
    bare = written(replace(EVENT, location="", url="", category=""))
    names = properties(lines(bare)[9:-3]).keys()
    assert names.isdisjoint({"LOCATION", "URL", "DESCRIPTION", "CATEGORIES"})


def test_a_counsellor_without_appointments_has_a_calendar_all_the_same():
    assert by_icalendar(written()) == by_vobject(written()) == []
    assert written().startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"), "no BOM"


@given(summary=WORDS, location=WORDS, name=WORDS.filter(str.strip))
@example(*[r"C:\Neu\nN"] * 3)
def test_any_words_arrive_as_they_were_written(summary, location, name):
    file = written(
        replace(EVENT, summary=summary, location=location, category=""), name=name
    )
    (first,), (second,) = by_icalendar(file), by_vobject(file)
    assert (str(first["summary"]), str(first.get("location", ""))) == (
        summary,
        location,
    )
    assert (text_in(second, "summary"), text_in(second, "location")) == (
        summary,
        location,
    )
    # icalendar does not read this one as the text that RFC 7986 says it is.
    assert text_in(vobject.readOne(file.decode()), "name") == name


@given(WORDS, WORDS)
def test_every_line_is_short_and_ends_as_the_rules_say(words, name):
    file = written(replace(EVENT, summary=words, location=words), name=name)
    assert file.count(b"\r") == file.count(b"\n") == file.count(b"\r\n")
    for line in file.split(b"\r\n"):
        assert len(line) <= 75
        line.decode(), "no sign is torn apart"


@given(st.text(max_size=40))
def test_no_sign_at_all_can_break_the_file(words):
    """Control signs and separators are what some readers stumble over."""
    words = words.encode(errors="ignore").decode()
    file = written(replace(EVENT, summary=words), EVENT, name=words)
    assert len(by_icalendar(file)) == len(by_vobject(file)) == 2
    signs = file.decode().replace("\r\n", "").replace("\t", "")
    assert {unicodedata.category(one) for one in signs}.isdisjoint({"Cc", "Zl", "Zp"})


@given(start=MOMENTS, minutes=st.integers(1, 600))
def test_both_readers_find_the_very_instants(start, minutes):
    start = start.astimezone(UTC).replace(microsecond=0)
    window = TimeWindow(start, start + timedelta(minutes=minutes))
    file = written(replace(EVENT, window=window, changed_at=start))
    (first,), (second,) = by_icalendar(file), by_vobject(file)
    assert (first["dtstart"].dt, first["dtend"].dt) == (window.start, window.end)
    assert (second.dtstart.value, second.dtend.value) == (window.start, window.end)
    assert first["dtstamp"].dt == second.last_modified.value == start
    assert b"TZID" not in file


@pytest.mark.parametrize(
    ("day", "hour", "utc"),
    [
        (date(2027, 3, 27), 9, "20270327T080000Z"),  # the day before the clocks move
        (date(2027, 3, 28), 9, "20270328T070000Z"),  # on the day
        (date(2027, 3, 28), 2, "20270328T010000Z"),  # in the gap: forward
        (date(2027, 10, 31), 2, "20271031T000000Z"),  # in the fold: the first
        (date(2027, 10, 31), 9, "20271031T080000Z"),
    ],
)
def test_nine_o_clock_is_nine_o_clock_on_the_days_the_clocks_change(day, hour, utc):
    start = instant(day, time(hour), BERLIN)
    window = TimeWindow(start, start + timedelta(hours=1))
    (found,) = by_icalendar(written(replace(EVENT, window=window)))
    assert found["dtstart"].to_ical().decode() == utc
    assert found["dtend"].dt - found["dtstart"].dt == timedelta(hours=1)


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": 3},
        {"changed_at": EVENT.changed_at + timedelta(seconds=1)},
        {"window": TimeWindow(START, START + timedelta(minutes=60))},
        {"summary": "Belegt"},
        {"location": "Eislingen"},
        {"url": "https://termine.example.org/staff/appointments/0"},
        {"category": "Hausbesuch"},
        {"shown_as": ShownAs.AWAY},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_in_an_event_changes_the_file(change):
    assert written(replace(EVENT, **change)) != written(EVENT)
    assert written(EVENT) == written(replace(EVENT)), "and nothing else does"
