"""Does an appointment enter a client's calendar, follow its moves, and leave again?"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from booking.calendars import CalendarEvent, Method, invitation
from booking.scheduling import TimeWindow

START = datetime(2027, 3, 4, 9, tzinfo=ZoneInfo("Europe/Berlin"))
PLAIN = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=99)


def written(method=Method.REQUEST, **changes):
    usual = {
        "uid": "8d3cf0c4",
        "sequence": 2,
        "changed_at": START,
        "window": TimeWindow(START, START + timedelta(minutes=45)),
        "summary": "Termin",
        "location": "Bürgerhaus",
    }
    event = CalendarEvent(**(usual | changes))
    return invitation(
        event, method, organizer="termine@example.org", attendee="amal@example.org"
    )


@pytest.mark.parametrize("method", Method)
def test_the_whole_file_says_what_is_to_be_done(method):
    calendar = Calendar.from_ical(written(method))
    assert calendar["method"] == method
    assert calendar["version"] == "2.0"
    (event,) = calendar.walk("VEVENT")
    cancelled = method is Method.CANCEL
    assert event["status"] == ("CANCELLED" if cancelled else "CONFIRMED")
    assert (event["uid"], event["sequence"]) == ("8d3cf0c4", 2)


def test_she_is_told_and_not_asked():
    (event,) = Calendar.from_ical(written()).walk("VEVENT")
    assert event["organizer"] == "mailto:termine@example.org"
    assert event["attendee"] == "mailto:amal@example.org"
    assert event["attendee"].params["RSVP"] == "FALSE"
    assert not Calendar.from_ical(written()).walk("VALARM")


def test_another_reader_finds_the_same_moment():
    event = vobject.readOne(written().decode()).vevent
    assert event.dtstart.value == START
    assert event.dtend.value == START + timedelta(minutes=45)
    assert event.dtstart.value.utcoffset() == timedelta(0)
    assert event.attendee.value == "mailto:amal@example.org"


@given(summary=PLAIN, location=PLAIN)
@example(*[r"C:\Neu\nN"] * 2)
def test_any_words_arrive_as_they_were_written(summary, location):
    found = Calendar.from_ical(written(summary=summary, location=location))
    (event,) = found.walk("VEVENT")
    assert (str(event["summary"]), str(event["location"])) == (summary, location)
    lines = written(summary=summary).split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)


@pytest.mark.parametrize(
    "moment", [datetime(2027, 10, 31, hour, 30, tzinfo=UTC) for hour in (0, 1)]
)
def test_the_hour_that_exists_twice_keeps_its_two_instants(moment):
    window = TimeWindow(moment, moment + timedelta(minutes=30))
    (event,) = Calendar.from_ical(written(window=window)).walk("VEVENT")
    assert event["dtstart"].dt == moment
