"""What can a client take along? A calendar entry and a slip of paper."""

from datetime import timedelta

from icalendar import Calendar

from booking.models import Appointment, db
from booking.services import appointments
from tests import make
from tests.web.reading import Page, Visitor

THURSDAY = make.SINCE.replace(month=3, day=4)


def entry(browser_like, token, language="de"):
    answer = browser_like.get(f"/{language}/a/{token}.ics")
    assert answer.mimetype == "text/calendar"
    calendar = Calendar.from_ical(answer.data)
    return answer, calendar, calendar.walk("VEVENT")[0]


def test_the_calendar_entry_says_when_and_where_and_nothing_more(browser_like, token):
    answer, calendar, event = entry(browser_like, token)
    assert (calendar["method"], calendar["version"]) == ("PUBLISH", "2.0")
    assert "method=PUBLISH" in answer.headers["Content-Type"]
    assert b"DTSTART:20270304T080000Z" in answer.data
    assert b"DTEND:20270304T084500Z" in answer.data
    assert b"VTIMEZONE" not in answer.data
    assert event["location"] == "Bürgerhaus, Kirchstraße 11, 73033 Göppingen"
    assert event["url"] == f"https://termine.example.org/de/a/{token}"
    assert (event["summary"], event["class"]) == ("Termin", "CONFIDENTIAL")
    for never in ("ATTENDEE", "ORGANIZER", "DESCRIPTION", "VALARM"):
        assert never.encode() not in answer.data
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))


def test_a_moved_appointment_replaces_its_entry_in_the_calendar(
    browser_like, token, now
):
    _a, _c, before = entry(browser_like, token)
    row = db.session.query(Appointment).one()
    now.move(minutes=5)
    appointments.move(row.uuid, make.at(THURSDAY, 11), now=now.now())
    _a, _c, after = entry(browser_like, token)
    assert after["uid"] == before["uid"] == str(row.uuid)
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after["dtstamp"].dt - before["dtstamp"].dt == timedelta(minutes=5)
    assert after["dtstart"].dt == make.at(THURSDAY, 11)


def test_a_talk_by_phone_has_no_place_in_the_calendar(browser_like):
    page = Visitor(browser_like).booked_page(
        place="phone", answers={"phone": "07161 12345"}
    )
    _a, _c, event = entry(browser_like, page.link("/move").split("/")[-2])
    assert "location" not in event
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=30)


def test_the_slip_speaks_the_clients_language_and_german(browser_like, token):
    code = next(
        e.text
        for e in Page(browser_like.get(f"/de/a/{token}")).all("p")
        if e.get("class") == "code"
    )
    page = Page(browser_like.get(f"/ar/a/{token}/slip"))
    halves = page.all("section")
    assert [(h.get("lang"), h.get("dir")) for h in halves] == [
        ("ar", "rtl"),
        ("de", "ltr"),
    ]
    assert all(code in half.text and "09:00" in half.text for half in halves)
    assert "Donnerstag, 4. März" in halves[1].text
    assert f"https://termine.example.org/ar/a/{token}" in page.text
    assert page.all("img")[0].get("src").startswith("data:image/svg+xml")
    assert len(Page(browser_like.get(f"/de/a/{token}/slip")).all("section")) == 1
