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
    again = vobject.readOne(body.decode())
    assert {event.uid.value for event in again.contents.get("vevent", [])} == set(
        events
    )
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
    status, other_tag, events = read(demo, path, tag)
    assert (status, other_tag != tag) == (200, True)
    assert str(event["UID"]) not in events


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
            plan(coordinator, demo, week)
            client.open(page)
            assert client.text() == waiting, "drafts are not told"
            publish(coordinator)
        told = window_told(client.open(page))
        photograph(phone)
        new = appeared(before, everything(demo))
        path, event = next((p, e) for p, e in new if starts_within(e, told))
        assert_neutral(event)
        tag = read(demo, path)[1]
        client.follow("/cancel")
        client.send("/cancellation")
        status, _tag, events = read(demo, path, tag)
        assert (status, str(event["UID"]) in events) == (200, False)


def wished(client):
    """Send a wish; give the address of its page."""
    client.wishes_for_a_visit()
    client.is_at_home()
    client.tells_her_door(STREET)
    client.sends_her_wish()
    return client.address()


def window_told(client):
    """Read in which window the client is told to expect somebody."""
    assert client.page.locator(".ticket .date").inner_text()
    return client.page.locator(".ticket .time").inner_text()


def assert_neutral(event):
    """A visit in a feed: its number and the town, neither name nor street."""
    text = event.to_ical().decode()
    assert "X-MICROSOFT-CDO-BUSYSTATUS:OOF" in text
    assert str(event["LOCATION"]) == "Göppingen"
    assert str(event["SUMMARY"]).startswith("Hausbesuch ")
    for secret in ("Irgendwoweg", "أمل", "Beispiel"):
        assert secret not in text


def starts_within(event, told):
    """Tell whether a visit begins within the window that the client reads."""
    first, last = re.findall(r"\d\d:\d\d", told)
    local = event["DTSTART"].dt.astimezone(ZONE)
    return first <= f"{local:%H:%M}" < last


def plan(coordinator, demo, week):
    """Order a plan for a week, and wait on the progress page until it is there."""
    coordinator.goto(f"{demo.url}/staff/visits/{week}")
    coordinator.locator("form[action*='/plan'] button").first.click()
    coordinator.wait_for_url("**/staff/visits/**", timeout=PATIENCE)
    assert STREET in coordinator.locator("main").inner_text()


def publish(coordinator):
    """Make the drafts of the week binding."""
    coordinator.locator("form[action$='/publication'] button").first.click()
    coordinator.wait_for_url("**/staff/visits/**")
    assert coordinator.locator("form[action$='/publication']").count() == 0


def photograph(page):
    SEEN.mkdir(exist_ok=True)
    page.set_viewport_size(PHONE_SIZE)
    page.screenshot(path=SEEN / "visit-ar.png")
    if os.environ.get("BOOKING_PICTURES") == "1":
        shutil.copy(SEEN / "visit-ar.png", PICTURES)
