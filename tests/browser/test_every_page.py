"""Can everybody read and use every page, in every language? The page walker.

One walk a language meets every page in every state, at 320 pixels in daylight and at
1200 pixels at night. axe-core judges what a browser made of it, the Nu checker what
was sent. Both lie in ``.tools/``, where tests/run puts them.

With ``BOOKING_PICTURES=1`` the README's pictures are taken anew; without, a run leaves
nothing behind but ``seen/``, which git does not keep.
"""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import brotli
import pytest
from playwright.sync_api import Page

from booking.web.compression import QUICK
from tests.browser.client import LANGUAGES, WALKED, Client
from tests.browser.conftest import window
from tests.browser.demo import ROOT
from tests.browser.strain import strains

MODULES = ROOT / ".tools" / "node_modules"
AXE = MODULES / "axe-core" / "axe.min.js"
NU = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
HERE = Path(__file__).parent
SEEN, PICTURES = HERE / "seen", HERE / "pictures"
STYLESHEET = ROOT / "booking" / "static" / "client.css"
BUDGET = 8_192  # bytes: any page and the stylesheet, compressed
NARROW = {"width": 320, "height": 640}
BROAD = {"width": 1200, "height": 900}
PHONE_SIZE = {"width": 360, "height": 740}
LONG = "Söyleyebileceğiniz konuşabileceklerinizdenmisinizcesine"
README = {  # the picture's name by state and language
    ("languages", "de"): "languages",
    ("start", "de"): "start-de",
    ("day", "de"): "day-de",
    ("time", "ar"): "time-ar",
    ("check", "de"): "check-de",
    ("booked", "de"): "booked-de",
    ("booked", "ar"): "booked-ar",
    ("slip", "ar"): "slip-ar",
    ("visit", "ar"): "wish-ar",
}
STATES = {
    *("languages", "start", "privacy", "imprint", "accessibility", "unknown"),
    *("help", "help-housing", "help-residence", "help-health", "leichte-sprache"),
    *("feedback", "feedback-wrong", "thanks"),
    *("place", "place-wrong", "language", "language-wrong"),
    *("day", "day-interpreter", "time", "time-wrong"),
    *("you", "you-call", "you-post", "you-wrong", "you-phone", "check", "taken"),
    *("booked", "slip", "move-day", "move-time", "cancel", "cancelled"),
    *("find", "find-wrong"),
    *("visit", "visit-wrong", "address", "address-wrong", "contact", "check-wish"),
    *("wished", "take-back", "withdrawn"),
    *("wait", "wait-email", "wait-wrong", "listed", "leave", "left"),
    *("call-back", "call-back-wrong", "called"),
    *("topic", "topic-wrong", "noted", "booked-noted", "waits-for-earlier"),
}

FACTS = """() => ({
  language: document.documentElement.lang,
  direction: document.documentElement.dir,
  title_says_heading: document.title.replace(/\\s+/g, ' ').startsWith(
    document.querySelector('h1').textContent.trim().replace(/\\s+/g, ' ')),
  too_wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
})"""
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERY_RULE = {"type": "tag", "values": STANDARDS}
# What changes with colours and room; all the rest is the same page by day and night.
LOOKS = [
    "color-contrast",
    "link-in-text-block",
    "target-size",
    "scrollable-region-focusable",
]
OF_LOOKS = {"type": "rule", "values": LOOKS}
ASK_AXE = """async rules => {
  const found = await axe.run({runOnly: rules, resultTypes: ['violations'], preload: false});
  return found.violations.flatMap(one => one.nodes.map(
    node => `${one.id}: ${node.failureSummary} ${node.html}`));
}"""


@dataclass
class Seen:
    """What was seen of one page in one state."""

    html: str
    direction: str
    language: str
    title_says_heading: bool
    too_wide: int  # pixels that stick out of a narrow screen
    barriers: list[str] = field(default_factory=list)
    strains: list[str] = field(default_factory=list)


@dataclass
class Walker:
    """Looks at every page a client comes to."""

    client: Client
    seen: dict[str, Seen] = field(default_factory=dict)

    def look(self, state: str) -> None:
        """Judge the page as it is now, by day on a phone and by night on a screen."""
        page = self.client.page
        now = Seen(self.client.source(), **page.evaluate(FACTS))
        now.barriers += [f"by day: {fault}" for fault in barriers(page, EVERY_RULE)]
        page.set_viewport_size(BROAD)
        page.emulate_media(color_scheme="dark")
        now.barriers += [f"by night: {fault}" for fault in barriers(page, OF_LOOKS)]
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(NARROW)
        now.strains = strains(page)
        self._photograph(state)
        page.set_viewport_size(NARROW)
        self.seen[state] = now

    def _photograph(self, state: str) -> None:
        name = README.get((state, self.client.language))
        if name is None:
            return
        self.client.page.set_viewport_size(PHONE_SIZE)
        whole = state == "slip"  # its code stands below the fold
        self.client.page.screenshot(path=SEEN / f"{name}.png", full_page=whole)
        if os.environ.get("BOOKING_PICTURES") == "1":
            PICTURES.mkdir(exist_ok=True)
            shutil.copy(SEEN / f"{name}.png", PICTURES)


@pytest.fixture(scope="session")
def seen(chromium, demo):
    """Walk through a language when it is first asked for."""
    return cache(lambda language: walked(language, chromium, demo))


every_language = pytest.mark.parametrize("language", WALKED)


@every_language
def test_the_walker_meets_every_page(seen, language):
    assert set(seen(language)) == STATES


@every_language
def test_nobody_meets_a_barrier(seen, language):
    found = {state: page.barriers for state, page in seen(language).items()}
    assert {state: faults for state, faults in found.items() if faults} == {}


@every_language
def test_every_page_holds_in_large_type_widely_spaced_still_and_plain(seen, language):
    found = {state: page.strains for state, page in seen(language).items()}
    assert {state: faults for state, faults in found.items() if faults} == {}


@every_language
def test_nothing_sticks_out_of_a_narrow_screen(seen, language):
    wide = {state: page.too_wide for state, page in seen(language).items()}
    assert {state: pixels for state, pixels in wide.items() if pixels} == {}


@every_language
def test_every_page_weighs_eight_kilobytes_at_most(seen, language):
    # Pages with secrets travel uncompressed (BREACH); what they weigh is told alike.
    style = len(brotli.compress(STYLESHEET.read_bytes()))
    weights = {
        state: style + len(brotli.compress(page.html.encode(), quality=QUICK))
        for state, page in seen(language).items()
    }
    assert {state: weight for state, weight in weights.items() if weight > BUDGET} == {}


@every_language
def test_a_page_says_its_language_and_runs_its_way(seen, language):
    right = (LANGUAGES[language].tag, LANGUAGES[language].direction)
    said = {
        state: (one.language, one.direction) for state, one in seen(language).items()
    }
    assert {state: wrong for state, wrong in said.items() if wrong != right} == {}


@every_language
def test_a_title_begins_with_what_the_page_asks_and_tells_nothing(seen, language):
    pages = seen(language)
    assert [name for name, page in pages.items() if not page.title_says_heading] == []
    name = LANGUAGES[language].name
    titles = [re.search("<title>(.*)</title>", page.html)[1] for page in pages.values()]
    assert not any(name in title for title in titles)


def test_the_nu_checker_finds_nothing_to_complain_about(seen, tmp_path):
    for language in WALKED:
        for state, page in seen(language).items():
            path = tmp_path / f"{language}-{state}.html"
            path.write_text(page.html, encoding="utf-8")
    assert nu_complaints(tmp_path) == []


def test_every_language_of_the_demo_can_be_walked(demo):
    assert set(demo.languages) == set(LANGUAGES)


# Each judge is shown a fault, so that its silence means something.


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("<img src='data:,'>", "image-alt"),
        ("<p style='color: #999; background: #fff'>pale</p>", "color-contrast"),
        ("<input name=nameless>", "label"),
        ("<p lang='klingon-of-course'>nuqneH</p>", "valid-lang"),
    ],
)
def test_a_planted_barrier_is_found(chromium, demo, fault, rule):
    with window(chromium, viewport=BROAD, bypass_csp=True) as page:
        with_axe(page).goto(f"{demo.url}/de/imprint")
        assert barriers(page, EVERY_RULE) == []
        page.evaluate("html => document.querySelector('main').innerHTML += html", fault)
        assert any(rule in found for found in barriers(page, EVERY_RULE))


def test_a_planted_overflow_is_found_in_both_directions(wide, demo):
    wide.set_viewport_size(NARROW)
    for language in ("de", "ar"):
        wide.goto(f"{demo.url}/{language}/imprint")
        assert wide.evaluate(FACTS)["too_wide"] == 0
        wide.evaluate("document.querySelector('h1').style.inlineSize = '340px'")
        assert wide.evaluate(FACTS)["too_wide"] > 0


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ("<b style='white-space: nowrap'>" + "wide " * 20 + "</b>", "at 400 %"),
        ("<b style='white-space: nowrap; font-size: 3rem'>Ausweispapiere</b>", "in large"),
        ("<p style='inline-size: 300px; overflow: hidden'>Wartelistenplatz, dies "
         "<b style='white-space: nowrap'>Wartelistenplatz, Wartelis</b>", "cut"),
        ("<p style='transition: all 1s'>moving</p>", "moves"),
    ],
)  # fmt: skip
def test_a_planted_strain_is_found(chromium, demo, fault, complaint):
    with window(chromium, viewport=NARROW, bypass_csp=True) as page:
        page.goto(f"{demo.url}/de/imprint")
        assert strains(page) == []
        page.evaluate("html => document.querySelector('main').innerHTML += html", fault)
        assert any(complaint in found for found in strains(page))


def test_a_question_with_a_long_word_breaks_it_and_stays_on_the_page(chromium, demo):
    # Turkish words grow long, and no browser of ours hyphenates them.
    with window(chromium, viewport=NARROW, bypass_csp=True) as page:
        page.goto(f"{demo.url}/tr/book")
        page.evaluate("word => document.querySelector('h1').textContent = word", LONG)
        assert strains(page) == []


def test_a_planted_fault_in_the_html_is_found(tmp_path):
    page = "<!DOCTYPE html><html lang=de><title>t</title><p id=a><p id=a>"
    (tmp_path / "fault.html").write_text(page)
    assert any("Duplicate ID" in complaint for complaint in nu_complaints(tmp_path))


def walked(language, chromium, demo) -> dict[str, Seen]:
    """Walk through all pages of a language."""
    look = {"viewport": NARROW, "locale": language, "bypass_csp": True}
    with window(chromium, **look) as page:
        walker = Walker(Client(with_axe(page), demo.url, language))
        _look_at_papers(walker)
        _look_at_questions(walker)
        _look_at_persons(walker)
        _look_at_an_appointment(walker)
        _look_at_the_code(walker)
        _look_at_the_list(walker)
        _look_at_a_wish(walker)
        with window(chromium, viewport=NARROW) as other:
            _look_at_a_lost_race(walker, Client(other, demo.url, language))
        return walker.seen


def _look_at_papers(walker: Walker) -> None:
    client = walker.client
    for state, path in (
        ("languages", "/"),
        ("start", f"/{client.language}/"),
        ("privacy", f"/{client.language}/privacy"),
        ("imprint", f"/{client.language}/imprint"),
        ("accessibility", f"/{client.language}/accessibility"),
        ("help", f"/{client.language}/help"),
        ("help-housing", f"/{client.language}/help/housing"),
        ("help-residence", f"/{client.language}/help/residence"),
        ("help-health", f"/{client.language}/help/health"),
        ("leichte-sprache", f"/{client.language}/leichte-sprache"),
        ("feedback", f"/{client.language}/accessibility/feedback"),
        ("unknown", f"/{client.language}/nothing-here"),
    ):
        client.open(path)
        walker.look(state)
    client.open(f"/{client.language}/accessibility/feedback")
    client.send("/feedback")
    walker.look("feedback-wrong")
    client.page.fill("#text", "320 px")
    client.send("/feedback")
    walker.look("thanks")


def _look_at_questions(walker: Walker) -> None:
    client = walker.client
    client.open(f"/{client.language}/book")
    walker.look("place")
    client.send("/book/language")
    walker.look("place-wrong")
    client.choose("place", "office")
    client.send("/book/language")
    walker.look("language")
    client.send("/book/day")
    walker.look("language-wrong")
    for state, spoken in (
        ("day-interpreter", "ti"),
        ("day", "ar"),
    ):
        days = f"place=office&language={spoken}&interpreter=no"
        client.open(f"/{client.language}/book/day?{days}")
        walker.look(state)
    client.takes_day(1)
    walker.look("time")
    client.send("/book/you")
    walker.look("time-wrong")
    client.takes_time(1)


def _look_at_persons(walker: Walker) -> None:
    client = walker.client
    walker.look("you")
    client.choose("reach", "call")
    walker.look("you-call")
    client.choose("whose", "other")
    client.choose("reach", "post")
    walker.look("you-post")
    client.send("/book/check")
    walker.look("you-wrong")
    client.choose("whose", "me")
    client.describes_herself(email=f"walker.{client.language}@example.org")
    walker.look("check")
    client.books()
    walker.look("booked")


def _look_at_an_appointment(walker: Walker) -> None:
    client, booked = walker.client, walker.client.address()
    client.follow("/slip")
    walker.look("slip")
    client.open(booked).follow("/move")
    walker.look("move-day")
    client.press(client.page.locator("main a[href*='/move?day=']").first)
    walker.look("move-time")
    _look_at_the_topic(walker, booked)
    client.open(booked).follow("/cancel")
    walker.look("cancel")
    client.send("/cancellation")
    walker.look("cancelled")


def _look_at_the_topic(walker: Walker, booked: str) -> None:
    client = walker.client
    client.open(booked).follow("/topic")
    walker.look("topic")
    client.send("/topic")
    walker.look("topic-wrong")
    client.choose("topic", "housing")
    client.send("/topic")
    walker.look("noted")
    client.open(booked)
    walker.look("booked-noted")
    client.send("/earlier")
    walker.look("waits-for-earlier")


def _look_at_the_list(walker: Walker) -> None:
    """Wait for a time, be called back instead, and leave the list again."""
    client = walker.client
    client.open(f"/{client.language}/book/day?place=office&language=de&interpreter=no")
    client.press(client.page.locator("main a[href*='/book/wait']"))
    walker.look("wait")
    client.choose("reach", "email")
    walker.look("wait-email")
    client.send("/book/waiting")
    walker.look("wait-wrong")
    client.waits_for_a_time(email=f"waiting.{client.language}@example.org")
    walker.look("listed")
    client.follow("/cancel")
    walker.look("leave")
    client.send("/cancellation")
    walker.look("left")
    client.open(f"/{client.language}/book/call?place=office&language=de&interpreter=no")
    walker.look("call-back")
    client.send("/book/call-back")
    walker.look("call-back-wrong")
    client.write(name="Amal", phone="07161 12345")
    client.send("/book/call-back")
    walker.look("called")


def _look_at_the_code(walker: Walker) -> None:
    client = walker.client.open(f"/{walker.client.language}/find")
    walker.look("find")
    client.write(code="AAAAA-BBBBB")
    client.send("/find")
    walker.look("find-wrong")
    phone = "place=phone&language=de&interpreter=no"
    client.open(f"/{client.language}/book/day?{phone}")
    client.send("/book/you")
    walker.look("you-phone")


def _look_at_a_wish(walker: Walker) -> None:
    client = walker.client
    client.wishes_for_a_visit()
    walker.look("visit")
    client.send("/book/address")
    walker.look("visit-wrong")
    client.is_at_home()
    walker.look("address")
    client.send("/book/contact")
    walker.look("address-wrong")
    client.tells_her_door()
    walker.look("contact")
    client.write(name=LANGUAGES[client.language].name)
    client.choose("reach", "none")
    client.send("/book/summary")
    walker.look("check-wish")
    client.send("/book/wish")
    walker.look("wished")
    client.follow("/cancel")
    walker.look("take-back")
    client.send("/cancellation")
    walker.look("withdrawn")


def _look_at_a_lost_race(walker: Walker, quick: Client) -> None:
    slow = walker.client.walks_to("times", spoken="uk")
    quick.walks_to("check", spoken="uk")
    quick.books()
    slow.takes_time()
    walker.look("taken")


def with_axe(page: Page) -> Page:
    """Bring axe-core into every page this window opens."""
    page.add_init_script(path=AXE)
    return page


def barriers(page: Page, rules: dict[str, object]) -> list[str]:
    """Say in words what stands in somebody's way on this page."""
    return page.evaluate(ASK_AXE, rules)


def nu_complaints(folder: Path) -> list[str]:
    """Let the Nu checker read all pages in one go."""
    how = ["--format", "json", "--errors-only", "--exit-zero-always", "--stdout"]
    judged = subprocess.run(
        ["java", "-jar", NU, *how, "--skip-non-html", folder],
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        f"{Path(one['url']).name}:{one.get('lastLine')}: {one['message']}"
        f" {one.get('extract', '')}"
        for one in json.loads(judged.stdout)["messages"]
    ]
