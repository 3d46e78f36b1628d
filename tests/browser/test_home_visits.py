"""The whole way of home visits in browsers without JavaScript, from address to door.

Addresses are imported, five people wish for a visit, three of them in one house; a
plan, a stop moved by hand, one pinned, planned again, published, driven, declined and
planned once more. The feeds follow each step, and nothing before publishing.
"""

import os
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from booking import clock
from tests.browser.client import Client
from tests.browser.conftest import PHONE, WIDE, desk, window
from tests.browser.demo import ROOT, running_demo
from tests.browser.test_whole_way import everything

ZONE = ZoneInfo("Europe/Berlin")
PATIENCE = 60_000  # milliseconds until a plan is drawn up
HOUSES = {"Ganzneuweg 3": 3, "Ganzneuweg 9": 1, "Ganzneuweg 14": 1}
PLAIN = WIDE | {"java_script_enabled": False}


@pytest.fixture(scope="module")
def town(letterbox, tmp_path_factory):
    """A demo of its own, and the folder in which it keeps everything."""
    folder = tmp_path_factory.mktemp("town")
    with running_demo(folder, letterbox.url) as running:
        yield running, folder


@pytest.fixture
def week():
    """The Monday of a week that the demo leaves free."""
    today = clock.today(ZONE)
    return today + timedelta(days=21 - today.weekday())


def test_from_an_imported_address_to_a_declined_door_and_back_on_a_route(
    chromium, town, week
):
    demo, folder = town
    import_houses(folder)
    before = everything(demo)
    pages = [wish(chromium, demo, s) for s, n in HOUSES.items() for _ in range(n)]
    with desk(chromium, demo, "coordinator", **PLAIN) as board:
        plan(board, demo, week)
        assert len(hers(board)) == 5, "all five stand on routes"
        assert neighbours(board), "one house is one stop after another"
        reference = move_one(board, demo, week)
        start = pin(board, demo, week, reference)
        plan(board, demo, week)
        assert at_the_door(board, reference) == start, "what is pinned stays"
        assert new_since(before, demo) == {}, "no feed shows a draft"
        publish(board)
        told = new_since(before, demo)
        assert set(hers(board)) <= set(told)
        sheet(board, demo, told[reference])
        given_up = decline(chromium, demo, pages)
        assert len(new_since(before, demo)) == len(told) - 1
        plan(board, demo, week, moves_published=True)
        publish(board)
        assert len(set(hers(board))) == 5
        assert given_up
        assert len(new_since(before, demo)) == len(told)


def import_houses(folder):
    """Enter the houses as an office does: by the command, from a table."""
    table = folder / "houses.csv"
    lines = [
        f"Ganzneuweg,{street.split()[1]},73033,Göppingen,{48.705 + n / 500},9.66"
        for n, street in enumerate(HOUSES)
    ]
    head = "street,number,postcode,town,lat,lon"
    table.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    own = {
        "BOOKING_DATA": str(folder / "demo"),
        "BOOKING_KEYS": str(folder / "demo-keys"),
    }
    said = subprocess.run(
        [sys.executable, "-m", "booking", "addresses", "import", str(table)],
        cwd=ROOT,
        env=os.environ | own,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "addresses are in the book" in said.stdout


def wish(chromium, demo, street):
    """Wish for a visit by an old phone; return her page."""
    with window(chromium, **PHONE) as phone:
        client = Client(phone, demo.url, "ar")
        client.wishes_for_a_visit()
        client.is_at_home()
        client.tells_her_door(street)
        client.sends_her_wish()
        return client.address()


def plan(board, demo, week, *, moves_published=False):
    """Order a plan of the whole week and wait: the page looks again by itself."""
    board.goto(f"{demo.url}/staff/visits/{week}")
    for box in board.locator(".driver [name=counsellor]").all():
        box.check()
    for box in board.locator("[name=day]").all()[:5]:
        box.check()
    if moves_published:
        board.locator("[name=moves_published]").check()
    board.select_option("#seconds", "5")
    board.locator("form[action*='/plan'] .go button").click()
    board.wait_for_url("**/staff/visits/**", timeout=PATIENCE)


def hers(board):
    """Return what staff call the visits to the new houses, as they stand on routes."""
    rows = board.locator("tr[id^=stop-]").filter(has_text="Ganzneuweg")
    return [row.locator(".reference").first.inner_text() for row in rows.all()]


def neighbours(board):
    """Tell whether visits to one house follow one another on some route."""
    streets = [text.inner_text() for text in board.locator("tr[id^=stop-] bdi").all()]
    pairs = pairwise(streets)
    return any(a == b and "Ganzneuweg 3" in a for a, b in pairs)


def at_the_door(board, reference):
    return board.locator(
        f"#stop-{reference} td[data-label='An der Tür'] b"
    ).inner_text()


def move_one(board, demo, week):
    """Let one of hers change places with its neighbour; undo it, and do it again."""
    row = board.locator("tr[id^=stop-]").filter(has_text="Ganzneuweg 3")
    step = row.locator(
        "form:has([value=later]) button, form:has([value=earlier]) button"
    )
    reference = (
        row.filter(has=board.locator("button.step"))
        .first.locator(".reference")
        .first.inner_text()
    )
    before = order(board)
    step.first.click()
    if board.locator("form [name=agreed]").count():  # it breaks something: all the same
        board.locator("form:has([name=agreed]) button").first.click()
    assert order(board) != before
    board.locator("form.undo button").click()
    assert order(board) == before
    return reference


def order(board):
    return [row.get_attribute("id") for row in board.locator("tr[id^=stop-]").all()]


def pin(board, demo, week, reference):
    """Pin a stop on its own page; return when she is at the door."""
    board.locator(f"#stop-{reference} .deeds a").first.click()
    board.locator("form:has(input[value=pin]) button").click()
    board.goto(f"{demo.url}/staff/visits/{week}")
    assert "festgehalten" in board.locator(f"#stop-{reference}").inner_text()
    return at_the_door(board, reference)


def publish(board):
    board.locator("form[action$='/publication'] button").click()
    assert "/publication" not in board.url, board.locator("main").inner_text()


def new_since(before, demo):
    """Return the visits that feeds show now and did not then, by their short names."""
    found = {}
    for path, (_tag, events) in everything(demo).items():
        for number, event in events.items():
            if number not in before[path][1]:
                found[str(event["SUMMARY"]).split()[-1]] = event
    return found


def sheet(board, demo, event):
    """Open the day's sheet: times and numbers of all, nobody's name."""
    day = event["DTSTART"].dt.astimezone(ZONE).date()
    board.goto(f"{demo.url}/staff/routes/{day}")
    text = board.locator("main").inner_text()
    assert str(event["SUMMARY"]).split()[-1] in text
    assert "أمل" not in text


def decline(chromium, demo, pages):
    """Let the last of them say by her link that it does not suit her."""
    with window(chromium, **PHONE) as phone:
        client = Client(phone, demo.url, "ar")
        client.open(pages[-1])
        client.follow("/cancel")
        client.send("/cancellation")
        return client.text()
