"""Can staff work with their pages all day: by keyboard, on a phone, at night?

Every page that a role opens is judged by axe-core and by the Nu checker, at 360
pixels by day and on a screen at night.
"""

import os
import shutil
from datetime import timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

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

LANGUAGES = {"de": "de-DE", "en": "en-GB"}
TODAY = clock.today(ZoneInfo("Europe/Berlin"))
NEXT_MONDAY = TODAY + timedelta(days=7 - TODAY.weekday())
PAGES = {
    "coordinator": {  # who counsels too
        "today": "today",
        "day": f"days/{NEXT_MONDAY}",
        "unrecorded": "unrecorded",
        "search": "search",
        "walk-ins": "walk-ins",
        "contacts": "contacts",
        "contacts-before": f"contacts/{TODAY - timedelta(days=1)}",
        "week": f"week/{NEXT_MONDAY}",
        "book": "book",
        "calls": "calls",
        "waiting": "waiting",
        "clients": "clients",
        "client-new": "clients/new",
        "calendar": "calendar",
        "sources": "calendar/sources",
        "source-new": "calendar/sources/new",
        "conflicts": "calendar/conflicts",
        "hours": "hours",
        "hours-new": "hours/new",
        "absences": "absences",
        "sick": f"sick/{NEXT_MONDAY}",
        "notice": f"sick/{NEXT_MONDAY}/notice?gone=09:00&stays=10:00&languages=ar",
        "board": f"visits/{NEXT_MONDAY}",
        "board-empty": f"visits/{NEXT_MONDAY + timedelta(days=70)}",
        "routes": f"routes/{NEXT_MONDAY}",
        "routes-none": f"routes/{NEXT_MONDAY + timedelta(days=70)}",
        "ways": "visits/ways",
        "emergency": "emergencies",
        "load": f"visits/{NEXT_MONDAY}/load",
        "comparison": f"visits/{NEXT_MONDAY}/comparison",
    },
    "admin": {
        "staff": "office/staff",
        "staff-new": "office/staff/new",
        "office": "office",
        "travel": "office/travel",
        "limits": "office/booking",
        "open-hours": "office/open-hours",
        "calendars": "office/calendars",
        "languages": "office/languages",
        "texts": "office/texts",
        "text": "office/texts/help-health/ar",
        "responsible": "office/responsible",
        "files": "office/files",
        "feedback-none": "office/feedback",
        "hours-of-all": "office/hours",
        "closures": "office/closures",
        "interpreters": "interpreters",
        "interpreter-new": "interpreters/new",
        "retention": "office/retention",
    },
    "front_desk": {
        "desk": "book",
        "look-up": "clients",
        "door": "walk-ins",
        "desk-search": "search",
    },
    "head": {
        "welcome": "welcome",
        "stand-ins": "office/stand-ins",
        "department": "department",
        "archive": "office/archive",
        "openings": "emergencies",
    },
    "data_protection": {
        "protection": "protection",
        "journal": "journal",
        "seen-by": "seen-by",
        "exports": "exports",
        "processing": "processing",
    },
}
EMPTY_CALENDAR = "BEGIN:VCALENDAR\nEND:VCALENDAR\n"
EMPTY_WEEK = PAGES["coordinator"]["board-empty"]
README = {"today": "", "week": "", "board": "#sketch", "routes": ""}  # from where on
PICTURE = {"width": 1280, "height": 800}
PICTURE_BYTES = 150_000  # a README is read on a phone, too
# Nobody types on the page of a running plan, and nothing is lost by looking again.
EXCUSED = {"progress": "meta-refresh", "calling-off": "meta-refresh"}
REFUSALS = {
    **dict.fromkeys(("order-wrong", "book-wrong", "calendar-wrong"), 422),
    **dict.fromkeys(("source-wrong", "source-unread"), 422),
    **dict.fromkeys(("sign-in-wrong", "office-wrong", "text-wrong"), 422),
    **dict.fromkeys(("limits-wrong", "responsible-wrong", "files-wrong"), 422),
    **dict.fromkeys(("client-wrong", "interpreter-wrong"), 422),
    **dict.fromkeys(("contact-wrong", "correction-wrong", "open-hours-wrong"), 422),
    **dict.fromkeys(("absence-wrong", "hours-wrong", "closure-wrong"), 422),
    **dict.fromkeys(("stand-in-wrong", "staff-wrong"), 422),
    **dict.fromkeys(("ending-wrong", "release-wrong"), 422),
    **dict.fromkeys(("place-wrong", "ways-wrong", "travel-wrong"), 422),
    "refused": 409,
}


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
        page.fill("#email", "nobody@example.org")
        page.fill("#password", "not known here")
        _press(seen, "sign-in-wrong", page, "main form.narrow button")
        page.context.clear_cookies()
    for role, pages in PAGES.items():
        with desk(chromium, demo, role, **look) as page:
            with_axe(page)
            for name, path in pages.items():
                _look(seen, name, page, page.goto(f"{demo.url}/staff/{path}"))
            if look_further := FURTHER.get(role):
                look_further(seen, page, demo)
    return seen


def _look_at_the_coordinators(seen, page, demo):
    _look_at_a_plan(seen, page, demo)
    _look_at_a_stale_board(seen, page, demo)
    _look_at_appointments(seen, page, demo)
    _look_at_a_file(seen, page, demo)
    _look_between_appointments(seen, page, demo)
    _look_at_hours(seen, page, f"{demo.url}/staff")
    _look_at_subscriptions(seen, page, demo)
    _look_at_a_door(seen, page, demo)
    _look_at_her_calendars(seen, page, demo)
    page.goto(seen["progress"]["address"])
    page.wait_for_selector("[http-equiv=refresh]", state="detached")
    _look(seen, "called-off", page, page.reload())


def _look_at_a_plan(seen, page, demo):
    """Order one badly, then well, and call it off before it changes anything."""
    page.goto(f"{demo.url}/staff/{EMPTY_WEEK}")
    for box in page.locator("[name=day]").all():
        box.uncheck()
    _press(seen, "order-wrong", page, "form[action*='/plan'] button")
    page.locator("[name=day]").first.check()
    _press(seen, "progress", page, "form[action*='/plan'] button")
    _press(seen, "calling-off", page, "form[action$='/cancellation'] button")


def _look_at_a_door(seen, page, demo):
    """Look for a door that no list knows: tap on the sketch, and type nonsense."""
    page.goto(f"{demo.url}/staff/{PAGES['coordinator']['board']}")
    door = page.locator("#wishes a[href$='/place']").first.get_attribute("href")
    fit = page.locator("#wishes a[href$='/places']").first.get_attribute("href")
    _look(seen, "places", page, page.goto(f"{demo.url}{fit}"))
    _look(seen, "place", page, page.goto(f"{demo.url}{door}"))
    before = page.input_value("#middle")
    with page.expect_navigation() as tapped:
        page.locator("#map").click(position={"x": 240, "y": 80})
    _look(seen, "place-tapped", page, tapped.value)
    assert page.input_value("#latitude") > before.split()[0]  # north of the middle
    assert page.input_value("#longitude") > before.split()[1]
    page.fill("#latitude", "north")
    _press(seen, "place-wrong", page, "#by-hand button")
    page.goto(f"{demo.url}/staff/visits/ways")
    _press(seen, "ways-wrong", page, "main form.narrow button")


def _look_at_a_stale_board(seen, page, demo):
    """Publish drafts that are gone: the form of a tab left open asks for them."""
    page.goto(f"{demo.url}/staff/{PAGES['coordinator']['board']}")
    form = page.locator("form[action$='/publication']")
    stale = f"/staff/{EMPTY_WEEK}/publication"
    form.evaluate("(form, path) => form.setAttribute('action', path)", stale)
    _press(seen, "refused", page, "form[action$='/publication'] button")


def _look_at_appointments(seen, page, demo):
    page.goto(f"{demo.url}/staff/week/{NEXT_MONDAY}")
    entry = page.locator(".week-list a.entry").first.get_attribute("href")
    _look(seen, "appointment", page, page.goto(demo.url + entry))
    for name in ("move", "cancel", "hand-over", "follow-up", "contact"):
        _look(seen, name, page, page.goto(f"{demo.url}{entry}/{name}"))
    page.select_option("#reach", "call")
    page.fill("#phone", "12")
    _press(seen, "correction-wrong", page, "form[action$='/contact'] button")
    page.goto(demo.url + entry)
    page.fill("#note-text", "Invented")
    _press(seen, "noted", page, "form[action$='/note'] button")
    page.goto(f"{demo.url}/staff/book")
    _press(seen, "book-wrong", page, "form[action$='/bookings'] button")
    page.locator("[name=slot]").last.check()
    page.fill("#name", "Amal Example")
    page.select_option("#reach", "none")
    _press(seen, "book-done", page, "form[action$='/bookings'] button")


def _look_at_a_file(seen, page, demo):
    page.goto(f"{demo.url}/staff/clients/new")
    _press(seen, "client-wrong", page, "form[action$='/clients'] button")
    page.fill("#name", "Selam Example")
    _press(seen, "client", page, "form[action$='/clients'] button")
    _press(seen, "client-linked", page, "form[action$='/links'] button")
    file = page.url.partition("#")[0]
    _look(seen, "releases", page, page.goto(f"{file}/releases"))
    _press(seen, "release-wrong", page, "form[action$='/releases'] button")
    _look(seen, "keeping", page, page.goto(f"{file}/keeping"))
    _press(seen, "ending-wrong", page, "form[action$='/ending'] button")
    page.goto(file)
    card = page.locator("a[href$='/card']").first.get_attribute("href")
    _look(seen, "card", page, page.goto(demo.url + card))
    page.goto(f"{demo.url}/staff/today")
    talk = page.locator("a[href$='#interpreter']").first.get_attribute("href")
    _look(seen, "no-interpreter", page, page.goto(demo.url + talk))


def _look_between_appointments(seen, page, demo):
    page.goto(f"{demo.url}/staff/walk-ins")
    _press(seen, "number", page, "form[action$='/walk-ins'] button")
    page.goto(f"{demo.url}/staff/walk-ins")
    _press(seen, "called", page, "form[action$='/walk-ins/call'] button")
    _press(seen, "talk-over", page, ".next form[action$='/end'] button")
    page.goto(f"{demo.url}/staff/contacts")
    page.fill("#client", "Nobody known")
    _press(seen, "contact-wrong", page, "[name=minutes]")
    page.fill("#client", "")
    page.fill("#note", "Invented")
    _press(seen, "contact-noted", page, "[name=minutes]")
    page.fill("#seek", "a")
    _press(seen, "found", page, ".seek button")


def _look_at_hours(seen, page, staff):
    """Ask, but change nothing: each question says what it would do."""
    page.goto(f"{staff}/hours")
    page.locator("main table a").first.click()
    _look(seen, "line", page, page.reload())
    page.fill("#closes", "08:00")
    _press(seen, "hours-wrong", page, "form:has(#opens) button")
    page.goto(f"{staff}/absences")
    page.fill("#first", "2020-01-01")
    _press(seen, "absence-wrong", page, "form[action$='/absences'] button")
    page.fill("#first", f"{NEXT_MONDAY}")
    page.fill("#last", f"{NEXT_MONDAY + timedelta(days=4)}")
    _press(seen, "absence-hits", page, "form[action$='/absences'] button")
    page.goto(f"{staff}/sick/{NEXT_MONDAY}")
    for box in page.locator("[name=who]").all():
        box.check()
    _press(seen, "sick-chosen", page, "form[method=get] button")


def _look_at_stand_ins(seen, page, demo):
    page.goto(f"{demo.url}/staff/office/stand-ins")
    page.fill("#last", "2020-01-01")
    _press(seen, "stand-in-wrong", page, "form[action$='/stand-ins'] button")
    page.fill("#last", f"{TODAY}")
    _press(seen, "stand-in", page, "form[action$='/stand-ins'] button")
    _press(seen, "stand-in-ended", page, "form[action$='/removal'] button")


def _look_at_closures(seen, page, office):
    page.goto(f"{office}/hours")
    page.locator("main .plain-list a").first.click()
    _look(seen, "hours-of", page, page.reload())
    page.goto(f"{office}/closures")
    page.fill("#first", "")
    _press(seen, "closure-wrong", page, "form[action$='/closures'] button")
    page.fill("#first", f"{NEXT_MONDAY}")
    _press(seen, "closure-hits", page, "form[action$='/closures'] button")


def _look_at_subscriptions(seen, page, demo):
    page.goto(f"{demo.url}/staff/calendar")
    _press(seen, "calendar-wrong", page, "form[action$='/subscriptions'] button")
    page.fill("#label", "Handy")
    _press(seen, "subscribed", page, "form[action$='/subscriptions'] button")
    page.goto(f"{demo.url}/staff/calendar")
    _press(seen, "calendar-saved", page, "form[action$='/invitations'] button")


def _look_at_her_calendars(seen, page, demo):
    """Add one that blocks nothing, look at it, and take it away again."""
    page.goto(f"{demo.url}/staff/calendar/sources")
    _press(seen, "source", page, ".lines a")
    page.goto(f"{demo.url}/staff/calendar/sources/new")
    _press(seen, "source-wrong", page, "form[action$='/sources'] button")
    page.fill("#label", "Leer")
    page.set_input_files("#file", _file("leer.ics", "BEGIN:VCALENDAR"))
    _press(seen, "source-unread", page, "form[action$='/sources'] button")
    page.set_input_files("#file", _file("leer.ics", EMPTY_CALENDAR))
    _press(seen, "source-empty", page, "form[action$='/sources'] button")
    page.click("form[action$='/removal'] button")


def _file(name, text):
    return {"name": name, "mimeType": "text/calendar", "buffer": text.encode()}


def _look_at_the_office(seen, page, demo):
    page.goto(f"{demo.url}/staff/office")
    _press(seen, "office-saved", page, "form[action$='/visit-settings'] button")
    page.fill("#visit_minutes", "")
    _press(seen, "office-wrong", page, "form[action$='/visit-settings'] button")
    office = f"{demo.url}/staff/office"
    for name, path, field in (
        ("travel", "travel", "#kmh_car"),
        ("limits", "booking", "#holds_a_day"),
        ("responsible", "responsible", "#security_contact"),
        ("files", "files", "#description"),
    ):
        page.goto(f"{office}/{path}")
        page.fill(field, "x")
        _press(seen, f"{name}-wrong", page, f"form[action$='/{path}'] button")
    page.goto(f"{office}/open-hours")
    page.fill("#opens", "16:00")
    _press(seen, "open-hours-wrong", page, "form[action$='/open-hours'] button")
    page.fill("#closes", "17:00")
    _press(seen, "open-hours-saved", page, "form[action$='/open-hours'] button")
    _look_at_a_text(seen, page, f"{office}/texts/imprint/en")
    _look_at_files(seen, page, f"{office}/files")
    _look_at_interpreters(seen, page, demo)
    _look_at_staff(seen, page, office)
    _look_at_closures(seen, page, office)
    page.goto(f"{demo.url}/en/accessibility/feedback")
    page.fill("#text", "The button is too small.")
    page.locator("form[action$='/feedback'] button").click()
    _look(seen, "feedback", page, page.goto(f"{office}/feedback"))


def _look_at_a_text(seen, page, address):
    page.goto(address)
    page.fill("#body", "")
    _press(seen, "text-wrong", page, "[value=save]")
    page.fill("#body", "## Us\n- https://www.bamf.de")
    _press(seen, "text-looked-at", page, "[value=look]")
    _press(seen, "text-own", page, "[value=save]")
    _press(seen, "text-shipped", page, "[value=shipped]")


def _look_at_files(seen, page, address):
    for slug, name, content in (
        ("audio-start", "a.mp3", b"ID3"),
        ("entrance-photo", "a.png", b"\x89PNG\r\n\x1a\n"),
    ):
        page.goto(address)
        page.select_option("#slug", slug)
        page.select_option("#language", "de")
        page.fill("#description", "Die Tür")
        sent = {"name": name, "mimeType": "application/x", "buffer": content}
        page.set_input_files("#file", sent)
        _press(seen, f"files-{slug}", page, "form[action$='/files'] button")
    for name in ("taken-down", "files-empty"):
        _press(seen, name, page, "form[action$='/removal'] button")


def _look_at_interpreters(seen, page, demo):
    page.goto(f"{demo.url}/staff/interpreters")
    page.locator("main table a").first.click()
    _look(seen, "interpreter", page, page.reload())
    page.fill("#name", "")
    _press(seen, "interpreter-wrong", page, "main form button")
    page.goto(f"{demo.url}/staff/interpreters")
    page.locator("main table a").first.click()
    page.locator("a[href$='/calendar']").click()
    _look(seen, "interpreters-calendar", page, page.reload())
    page.fill("#label", "Handy")
    _press(seen, "interpreters-address", page, "form[action$='/subscriptions'] button")


def _look_at_staff(seen, page, office):
    page.goto(f"{office}/staff/new")
    _press(seen, "staff-wrong", page, "form[action$='/office/staff'] button")
    spoken = page.locator("html").get_attribute("lang")  # once in each language
    page.fill("#name", f"Nadia Neu {spoken}")
    page.fill("#email", f"nadia.{spoken}@example.org")
    page.check("#roles-0")
    _press(seen, "way-in", page, "form[action$='/office/staff'] button")
    page.goto(f"{office}/staff")
    page.locator("main table a", has_text=f"Nadia Neu {spoken}").click()
    _look(seen, "staff-member", page, page.reload())
    _press(seen, "staff-disabled", page, "form[action$='/disablement'] button")


def _look_at_the_desk(seen, page, demo):
    page.goto(f"{demo.url}/staff/clients")
    page.fill("#typed", "Nobody Known")
    _press(seen, "looked-up", page, "form[action$='/clients/search'] button")
    page.fill("#seek", "Nobody Known")
    _press(seen, "nobody-found", page, ".seek button")


FURTHER = {
    "coordinator": _look_at_the_coordinators,
    "admin": _look_at_the_office,
    "front_desk": _look_at_the_desk,
    "head": _look_at_stand_ins,
}


def _press(seen, name, page, selector):
    with page.expect_navigation() as arrival:
        page.locator(selector).last.click()
    _look(seen, name, page, arrival.value)


def _look(seen, name, page, answer):
    page.evaluate("window.stop()")  # else it looks again while it is looked at
    facts = page.evaluate(FACTS) | {"address": page.url, "status": answer.status}
    faults = [
        f"by day: {fault}"
        for fault in barriers(page, EVERY_RULE)
        if not fault.startswith(f"{EXCUSED.get(name)}:")
    ]
    page.set_viewport_size(BROAD)
    page.emulate_media(color_scheme="dark")
    faults += [f"by night: {fault}" for fault in barriers(page, OF_LOOKS)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE_SIZE)
    seen[name] = {"html": answer.text(), "faults": faults} | facts


every_language = pytest.mark.parametrize("language", LANGUAGES)


@every_language
def test_the_walker_meets_each_page_in_its_state(walked, language):
    pages = walked(language)
    said = {name: page["status"] for name, page in pages.items()}
    assert {name: status for name, status in said.items() if status != 200} == REFUSALS


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
        assert lost_to_the_keyboard(page) == []
        for field in ("email", "password"):
            _tab_to(page, f"#{field}")
            page.keyboard.type(person[field])
        page.keyboard.press("Enter")
        page.wait_for_url("**/staff/today")


def test_a_call_is_booked_and_a_contact_noted_without_a_mouse(chromium, demo):
    with desk(chromium, demo, "counsellor", locale="en-GB", **WIDE) as page:
        page.goto(f"{demo.url}/staff/book")
        page.locator("[name=slot]").first.check()
        page.fill("#name", "Karim Example")
        page.focus("#name")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator("h1").inner_text() == "The appointment is booked"
        page.goto(f"{demo.url}/staff/contacts")
        page.fill("#note", "Invented")
        page.focus("#minutes-1")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator("main table tbody tr").count() > 0
        page.focus("#seek")
        page.keyboard.type("karim")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "Karim Example" in page.locator("main table").first.inner_text()


@pytest.mark.parametrize("role", PAGES)
def test_every_control_is_reached_by_tab_and_seen(chromium, demo, role):
    found = {}
    with desk(chromium, demo, role) as page:
        for name, path in PAGES[role].items():
            page.goto(f"{demo.url}/staff/{path}")
            found[name] = lost_to_the_keyboard(page)
    assert {name: controls for name, controls in found.items() if controls} == {}


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ("<a href='/' tabindex=-1>skipped</a>", "not reached: <a"),
        ("<a href='/' style='outline: none'>unseen</a>", "not seen: <a"),
    ],
)
def test_a_planted_fault_for_the_keyboard_is_found(chromium, demo, fault, complaint):
    with window(chromium, bypass_csp=True, **WIDE) as page:
        page.goto(f"{demo.url}/de/imprint")
        assert lost_to_the_keyboard(page) == []
        page.evaluate("html => document.querySelector('main').innerHTML += html", fault)
        (found,) = lost_to_the_keyboard(page)
    assert found.startswith(complaint)


# The finger of a keyboard user: what gets the focus, and whether one sees that.
WATCH = """() => {
  const controls = 'a[href], button, input, select, textarea, summary';
  const all = [...document.querySelectorAll(controls)].filter(
    one => one.type !== 'hidden' && !one.disabled && one.checkVisibility());  // folded away: no
  const outlined = one => {
    const look = one && getComputedStyle(one);
    return look && look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0;
  };
  document.addEventListener('focusin', ({target}) => {
    const label = ['radio', 'checkbox'].includes(target.type) && target.nextElementSibling;
    target.dataset.met = outlined(target) || outlined(label) ? 'seen' : 'not seen';
  });
  window.controls = all;
  // Within a date one stops at its day, month, year and calendar.
  const stops = one => ['date', 'time'].includes(one.type) ? 4 : 1;
  return all.reduce((sum, one) => sum + stops(one), 0);
}"""
LOST = """() => {
  const of = one => one.type === 'radio'  // arrows lead from one to the next
    ? [...document.getElementsByName(one.name)].find(other => other.dataset.met) : one;
  return window.controls
    .map(one => [of(one)?.dataset.met ?? 'not reached', one.outerHTML])
    .filter(([met]) => met !== 'seen')
    .map(([met, html]) => `${met}: ${html}`);
}"""


def lost_to_the_keyboard(page):
    """Tab once round the page; return the controls one does not reach or see."""
    for _ in range(page.evaluate(WATCH) + 2):  # its edges are stops, too
        page.keyboard.press("Tab")
    return page.evaluate(LOST)


def _tab_to(page, selector):
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.locator(selector).evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


@pytest.mark.parametrize("name", README)
def test_a_picture_for_the_readme_can_be_taken(coordinator, demo, name):
    coordinator.set_viewport_size(PICTURE)
    path = PAGES["coordinator"][name] + README[name]
    coordinator.goto(f"{demo.url}/staff/{path}")
    SEEN.mkdir(exist_ok=True)
    coordinator.screenshot(path=SEEN / f"{name}.png")
    assert (SEEN / f"{name}.png").stat().st_size <= PICTURE_BYTES
    if os.environ.get("BOOKING_PICTURES") == "1":
        shutil.copy(SEEN / f"{name}.png", PICTURES)
