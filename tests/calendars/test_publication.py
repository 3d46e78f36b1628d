"""Can every calendar read the entry, and does nothing stand in it that must not?"""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from booking.calendars import CalendarEvent, publication
from booking.scheduling import TimeWindow

PLAIN = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200)
FIRST = datetime(2026, 1, 1)  # noqa: DTZ001 - Hypothesis adds the zone itself
MOMENTS = st.datetimes(FIRST, FIRST.replace(year=2040), timezones=st.timezones())


def event(**changes):
    start = datetime(2027, 3, 4, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    usual = {
        "uid": "8d3cf0c4",
        "sequence": 2,
        "changed_at": start,
        "window": TimeWindow(start, start + timedelta(minutes=45)),
        "summary": "Termin",
        "location": "Bürgerhaus",
    }
    return CalendarEvent(**(usual | changes))


def read(written):
    return Calendar.from_ical(written).walk("VEVENT")[0]


@given(summary=PLAIN, location=PLAIN)
@example(*[r"C:\Neu\nN"] * 2)
def test_any_words_arrive_as_they_were_written(summary, location):
    found = read(publication(event(summary=summary, location=location)))
    assert str(found["summary"]) == summary
    assert str(found.get("location", "")) == location


@given(start=MOMENTS, minutes=st.integers(1, 600))
def test_every_moment_is_written_in_utc(start, minutes):
    window = TimeWindow(start, start.astimezone(UTC) + timedelta(minutes=minutes))
    found = read(publication(event(window=window)))
    assert found["dtstart"].dt == window.start.replace(microsecond=0)
    assert found["dtstart"].dt.utcoffset() == timedelta(0)
    assert "TZID" not in found["dtstart"].params


@given(PLAIN)
def test_no_line_is_longer_than_calendars_read(words):
    lines = publication(event(summary=words, location=words)).split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert lines[0] == b"BEGIN:VCALENDAR"


def test_there_is_no_room_for_a_clients_name():
    names = {field.name for field in fields(CalendarEvent)}
    assert names == {
        *("uid", "sequence", "changed_at", "window", "summary", "location", "url"),
        *("category", "shown_as", "status"),
    }
