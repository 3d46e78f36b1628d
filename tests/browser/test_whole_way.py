"""Does what a client types reach the counsellor's calendar, and leave it again?

The whole way through the house, in browsers that share nothing: a client's phone
without JavaScript, the coordinator's screen, and two programs that read calendars.
"""

import os
import re
import shutil
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from icalendar import Calendar

from booking import clock
from tests.browser.client import Client
from tests.browser.conftest import PHONE, desk, window
from tests.browser.test_every_page import PHONE_SIZE, PICTURES, SEEN

STREET = "Irgendwoweg 23"
ZONE = ZoneInfo("Europe/Berlin")
SECONDS = "5"
PATIENCE = 60_000  # milliseconds until a plan of five seconds is drawn up


def read(demo, path, etag=None):
    """Poll a feed as an app does: status, tag, and the events by their number."""
    headers = {"If-None-Match": etag} if etag else {}
    status, answered, body = demo.ask(path, **headers)
    tag = {name.lower(): value for name, value in answered.items()}["etag"]
    if status == 304:
        return status, tag, {}
    calendar = Calendar.from_ical(body)
    events = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
    again = vobject.readOne(body.decode()).contents.get("vevent", [])
    assert {event.uid.value: event.summary.value for event in again} == {
        number: str(event["SUMMARY"]) for number, event in events.items()
    }
    return status, tag, events


def everything(demo):
    """Read all feeds: tag and events by their path."""
    paths = [demo.feed_of(one["counsellor"]) for one in demo.feeds]
    return {path: read(demo, path)[1:] for path in paths}


def appeared(before, after):
    """Say in which feed something new stands, and what."""
    return [
        (path, event)
        for path, (_tag, events) in after.items()
        for number, event in events.items()
        if number not in before[path][1]
    ]


def test_a_booked_talk_stands_in_the_feed_and_leaves_it_when_it_is_cancelled(
    phone, demo
):
    before = everything(demo)
    client = Client(phone, demo.url, "de").walks_to("check", spoken="uk")
    client.books()
    ((path, event),) = appeared(before, everything(demo))
    chosen = client.appointment
    local = event["DTSTART"].dt.astimezone(ZONE)
    assert (local.date(), f"{local:%H:%M}") == (chosen.day, chosen.time)
    _status, tag, _events = read(demo, path)
    assert tag != before[path][0]
    assert read(demo, path, tag)[0] == 304
    client.cancels()
    assert_gone(event, read(demo, path, tag), tag)


@pytest.fixture
def week():
    """A week that the demo leaves free, and that is not over."""
    today = clock.today(ZONE)
    return today + timedelta(days=14 - today.weekday())


def test_a_wish_becomes_a_stop_with_a_window_and_is_given_up_again(
    chromium, demo, week
):
    before = everything(demo)
    with window(chromium, **PHONE) as phone:
        client = Client(phone, demo.url, "ar")
        page = wished(client)
        with desk(chromium, demo, "coordinator") as coordinator:
            waiting = client.text()
            drivers, days = plan(coordinator, demo, week)
            reference = reference_of(coordinator, STREET)
            client.open(page)
            assert client.text() == waiting, "drafts are not told"
            assert appeared(before, everything(demo)) == []
            publish(coordinator)
        told = window_told(client.open(page))
        photograph(phone)
        new = appeared(before, everything(demo))
        assert {path for path, _event in new} <= {demo.feed_of(one) for one in drivers}
        path, event = next((p, e) for p, e in new if reference in e["SUMMARY"])
        assert starts_within(event, told)
        assert event["DTSTART"].dt.astimezone(ZONE).date().isoformat() in days
        assert_neutral(event, reference)
        tag = read(demo, path)[1]
        assert read(demo, path, tag)[0] == 304
        client.follow("/cancel")
        client.send("/cancellation")
        assert_gone(event, read(demo, path, tag), tag)


def assert_gone(event, answer, tag):
    """An app that knew the feed by this tag gets a new one, without the event."""
    status, other_tag, events = answer
    assert (status, other_tag != tag) == (200, True)
    assert str(event["UID"]) not in events


def wished(client):
    """Send a wish; its page says that we have it. Give the address of that page."""
    client.wishes_for_a_visit()
    client.is_at_home()
    client.tells_her_door(STREET)
    client.sends_her_wish()
    assert client.code()
    assert client.page.locator("h1 svg").count() == 1, "a tick: we have it"
    assert client.page.locator(".ticket").count() == 0, "no day is promised"
    return client.address()


def window_told(client):
    """Read in which window the client is told to expect somebody."""
    assert client.page.locator(".ticket .date").inner_text()
    return client.page.locator(".ticket .time").inner_text()


def assert_neutral(event, reference):
    """A visit in a feed: its number and the town, neither name nor street."""
    text = event.to_ical().decode()
    assert "X-MICROSOFT-CDO-BUSYSTATUS:OOF" in text
    assert str(event["LOCATION"]) == "Göppingen"
    assert re.fullmatch(rf"Hausbesuch \d+/\d+ {reference}", str(event["SUMMARY"]))
    for secret in ("Irgendwoweg", "أمل", "Beispiel"):
        assert secret not in text


def starts_within(event, told):
    """Tell whether a visit begins within the window that the client reads."""
    first, last = re.findall(r"\d\d:\d\d", told)
    local = event["DTSTART"].dt.astimezone(ZONE)
    return first <= f"{local:%H:%M}" < last


def plan(coordinator, demo, week):
    """Plan all days but the last with those who speak Arabic; wait for the routes."""
    coordinator.goto(f"{demo.url}/staff/visits/{week}")
    coordinator.locator("[name=day]:checked").last.uncheck()
    for driver in coordinator.locator(".driver").all():
        speaks = "Arabisch" in driver.inner_text()
        driver.locator("[name=counsellor]").set_checked(speaks)
    chosen = "els => els.map(one => one.labels[0].childNodes[0].data.trim())"
    drivers = coordinator.locator("[name=counsellor]:checked").evaluate_all(chosen)
    days = coordinator.locator("[name=day]:checked").evaluate_all(
        "els => els.map(one => one.value)"
    )
    coordinator.select_option("#seconds", SECONDS)
    with coordinator.expect_navigation():
        coordinator.locator("form[action*='/plan'] button").click()
    assert "/staff/plans/" in coordinator.url
    assert coordinator.locator("progress").count() == 1
    coordinator.wait_for_url("**/staff/visits/**", timeout=PATIENCE)
    return drivers, days


def reference_of(coordinator, street):
    """Find a wish among the stops of the routes; give what staff call it."""
    stop = coordinator.locator("tr[id^=stop-]").filter(has_text=street)
    return stop.locator(".reference").inner_text()


def publish(coordinator):
    """Make the drafts of the week binding."""
    with coordinator.expect_navigation() as arrival:
        coordinator.locator("form[action$='/publication'] button").click()
    assert arrival.value.status == 200
    assert coordinator.locator("form[action$='/publication']").count() == 0


def photograph(page):
    SEEN.mkdir(exist_ok=True)
    page.set_viewport_size(PHONE_SIZE)
    page.screenshot(path=SEEN / "visit-ar.png")
    if os.environ.get("BOOKING_PICTURES") == "1":
        shutil.copy(SEEN / "visit-ar.png", PICTURES)
