"""Can staff work with their pages all day: by keyboard, on a phone, on paper?

Every page that a role opens is judged by axe-core and by the Nu checker, at 360
pixels by day and on a screen at night.
"""

import os
import shutil
from datetime import timedelta
from functools import cache
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from booking import clock
from tests.browser.conftest import WIDE, desk, window
from tests.browser.test_every_page import (
    BROAD,
    EVERY_RULE,
    FACTS,
    OF_LOOKS,
    PHONE_SIZE,
    PICTURES,
    SEEN,
    barriers,
    nu_complaints,
    with_axe,
)

A4 = (595, 842)  # points
LANGUAGES = {"de": "de-DE", "en": "en-GB"}
TODAY = clock.today(ZoneInfo("Europe/Berlin"))
NEXT_MONDAY = TODAY + timedelta(days=7 - TODAY.weekday())
PAGES = {
    "coordinator": {  # who counsels too
        "today": "today",
        "week": f"week/{NEXT_MONDAY}",
        "book": "book",
        "calls": "calls",
        "calendar": "calendar",
        "board": f"visits/{NEXT_MONDAY}",
        "board-empty": f"visits/{NEXT_MONDAY + timedelta(days=70)}",
        "routes": f"routes/{NEXT_MONDAY}",
        "routes-none": f"routes/{NEXT_MONDAY + timedelta(days=70)}",
    },
    "admin": {"office": "office"},
    "head": {"welcome": "welcome"},
}
README = ("today", "week", "board", "routes")


@pytest.fixture(scope="session")
def walked(chromium, demo):
    """Open every page of a language once."""
    return cache(lambda language: _walk(chromium, demo, language))


def _walk(chromium, demo, language):
    seen = {}
    look = {"locale": LANGUAGES[language], "bypass_csp": True, "viewport": PHONE_SIZE}
    with window(chromium, **look) as page:
        with_axe(page)
        _look(seen, "sign-in", page, page.goto(f"{demo.url}/staff/sign-in"))
        page.context.clear_cookies()
    for role, pages in PAGES.items():
        with desk(chromium, demo, role, **look) as page:
            with_axe(page)
            for name, path in pages.items():
                _look(seen, name, page, page.goto(f"{demo.url}/staff/{path}"))
            if role == "coordinator":
                _look_further(seen, page, demo)
    return seen


def _look_further(seen, page, demo):
    """Open what only another page leads to, and forms that complain."""
    page.goto(f"{demo.url}/staff/week/{NEXT_MONDAY}")
    entry = page.locator(".week-list a.entry").first.get_attribute("href")
    _look(seen, "appointment", page, page.goto(demo.url + entry))
    for name in ("move", "cancel"):
        _look(seen, name, page, page.goto(f"{demo.url}{entry}/{name}"))
    page.goto(f"{demo.url}/staff/book")
    _press(seen, "book-wrong", page, "form[action$='/bookings'] button")
    page.goto(f"{demo.url}/staff/calendar")
    _press(seen, "calendar-wrong", page, "form[action$='/subscriptions'] button")
    page.fill("#label", "Handy")
    _press(seen, "subscribed", page, "form[action$='/subscriptions'] button")


def _press(seen, name, page, selector):
    with page.expect_navigation() as arrival:
        page.locator(selector).last.click()
    _look(seen, name, page, arrival.value)


def _look(seen, name, page, answer):
    facts = page.evaluate(FACTS)
    faults = [f"by day: {fault}" for fault in barriers(page, EVERY_RULE)]
    page.set_viewport_size(BROAD)
    page.emulate_media(color_scheme="dark")
    faults += [f"by night: {fault}" for fault in barriers(page, OF_LOOKS)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE_SIZE)
    seen[name] = {"html": answer.text(), "faults": faults} | facts


every_language = pytest.mark.parametrize("language", LANGUAGES)


@every_language
def test_nobody_who_works_here_meets_a_barrier(walked, language):
    found = {name: page["faults"] for name, page in walked(language).items()}
    assert {name: faults for name, faults in found.items() if faults} == {}


@every_language
def test_nothing_sticks_out_of_a_phone(walked, language):
    wide = {name: page["too_wide"] for name, page in walked(language).items()}
    assert {name: pixels for name, pixels in wide.items() if pixels > 0} == {}


@every_language
def test_a_page_says_its_language_and_its_heading_in_the_title(walked, language):
    for name, page in walked(language).items():
        assert (name, page["language"]) == (name, language)
        assert (name, page["title_says_heading"]) == (name, True)


def test_the_nu_checker_finds_nothing_in_staff_pages(walked, tmp_path):
    for language in LANGUAGES:
        for name, page in walked(language).items():
            (tmp_path / f"{language}-{name}.html").write_text(page["html"], "utf-8")
    assert nu_complaints(tmp_path) == []


def test_signing_in_needs_no_mouse(chromium, demo):
    person = demo.who("counsellor")
    with window(chromium, cookies={"lotse"}, locale="de-DE", **WIDE) as page:
        page.goto(f"{demo.url}/staff/sign-in")
        for typed in (person["email"], person["password"]):
            _tab_to(page, "input:not([type=hidden])", empty=True)
            page.keyboard.type(typed)
        page.keyboard.press("Enter")
        page.wait_for_url("**/staff/today")


@pytest.mark.parametrize("path", PAGES["coordinator"].values())
def test_every_control_is_reached_by_tab_and_seen(chromium, demo, path):
    with desk(chromium, demo, "coordinator") as page:
        page.goto(f"{demo.url}/staff/{path}")
        reached = _walk_by_tab(page)
        assert all(one["outlined"] for one in reached)
        wanted = page.evaluate(CONTROLS)
        assert wanted - len({one["number"] for one in reached}) == 0


CONTROLS = """() => {
  const groups = new Set();
  return [...document.querySelectorAll('a[href], button, input, select')].filter(one => {
    if (one.type === 'hidden' || one.disabled || !one.getClientRects().length) return false;
    if (one.type !== 'radio') return true;
    if (groups.has(one.name)) return false;
    groups.add(one.name);
    return true;
  }).length;
}"""
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const all = [...document.querySelectorAll('a[href], button, input, select')];
  const shown = one.type === 'radio' || one.type === 'checkbox'
    ? [one, one.nextElementSibling] : [one];
  return {
    number: one.type === 'radio' ? one.name : all.indexOf(one),
    outlined: shown.some(it => getComputedStyle(it).outlineStyle !== 'none'),
  };
}"""


def _walk_by_tab(page):
    reached = []
    for _ in range(400):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUSED)
        if now is None or (reached and now["number"] == reached[0]["number"]):
            break
        reached.append(now)
    return reached


def _tab_to(page, selector, *, empty):
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate(
            "([s, e]) => document.activeElement.matches(s) && !document.activeElement.value === e",
            [selector, empty],
        ):
            return
    raise AssertionError(f"nothing like {selector} is reached by Tab")


def test_the_week_prints_on_one_sheet_across(chromium, demo):
    with desk(chromium, demo, "coordinator") as page:
        page.goto(f"{demo.url}/staff/week/{NEXT_MONDAY}")
        sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) == 1
    size = sheets[0].mediabox
    sides = [round(float(side)) for side in (size.width, size.height)]
    assert sides == sorted(A4, reverse=True)


def test_each_route_prints_on_a_sheet_of_its_own(chromium, demo):
    with desk(chromium, demo, "coordinator") as page:
        page.goto(f"{demo.url}/staff/routes/{NEXT_MONDAY}")
        routes = page.locator("section.sheet, .sheet").count()
        sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert routes > 0
    assert len(sheets) == routes


@pytest.mark.parametrize("name", README)
def test_a_picture_for_the_readme_can_be_taken(chromium, demo, name):
    with desk(chromium, demo, "coordinator", viewport=BROAD) as page:
        page.goto(f"{demo.url}/staff/{PAGES['coordinator'][name]}")
        SEEN.mkdir(exist_ok=True)
        page.screenshot(path=SEEN / f"{name}.png")
    if os.environ.get("BOOKING_PICTURES") == "1":
        shutil.copy(SEEN / f"{name}.png", PICTURES)
    assert (SEEN / f"{name}.png").stat().st_size < 200_000
