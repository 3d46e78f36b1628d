"""What do the browser tests stand on? The real demo, real letters, a real Chromium.

Every window notes what it asks for: a request that leaves this machine fails its
test, and so does a cookie.
"""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.client import WALKED, Client
from tests.browser.demo import Demo, running_demo
from tests.browser.letterbox import Letterbox
from tests.reliability.processes import free_port

PATIENCE = 15_000  # milliseconds for one page on a busy machine
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "java_script_enabled": False,
}
WIDE = {"viewport": {"width": 1200, "height": 900}}
NETWORKS = (f"198.51.100.{number}" for number in itertools.cycle(range(1, 255)))


@pytest.fixture(scope="session")
def letterbox():
    """Accept letters on this machine."""
    box = Letterbox(free_port())
    box.open()
    yield box
    box.close()


@pytest.fixture(scope="session")
def demo(letterbox, tmp_path_factory):
    """Run the demo for the whole session."""
    with running_demo(tmp_path_factory.mktemp("browser"), letterbox.url) as running:
        yield running


@pytest.fixture(scope="session")
def chromium():
    """Run one Chromium for the whole session; its windows share nothing."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium):
    """Hand out an old phone: 360 pixels wide, no JavaScript."""
    with window(chromium, **PHONE) as page:
        yield page


@pytest.fixture
def another_phone(chromium):
    """Hand out somebody else's phone, in another network."""
    with window(chromium, **PHONE) as page:
        yield page


@pytest.fixture
def wide(chromium):
    """Open a window on a computer."""
    with window(chromium, **WIDE) as page:
        yield page


@pytest.fixture(scope="module")
def coordinator(chromium, demo):
    """Keep the coordinator's window open for a while: signing in is slow on purpose."""
    with desk(chromium, demo, "coordinator") as page:
        yield page


@pytest.fixture(params=WALKED)
def client(request, phone, demo):
    """Put a client in front of a phone, once in each language."""
    return Client(phone, demo.url, request.param)


@pytest.fixture
def arabic_client(phone, demo):
    """Put a client who reads from the right in front of a phone."""
    return Client(phone, demo.url, "ar")


@pytest.fixture(scope="session")
def booked(chromium, demo):
    """Book one appointment in each language; give the addresses of their pages."""
    return {language: _booked_in(language, chromium, demo) for language in WALKED}


@contextmanager
def desk(browser: Browser, demo: Demo, role: str, **options) -> Iterator[Page]:
    """Open a staff member's window; it keeps one cookie, and tells nobody either."""
    person = demo.who(role)
    usual = {"locale": "de-DE"} | WIDE
    with window(browser, cookies={"lotse"}, **(usual | options)) as page:
        page.goto(f"{demo.url}/staff/sign-in")
        page.fill("#email", person["email"])
        page.fill("#password", person["password"])
        with page.expect_navigation():
            page.locator("main form.narrow button").click()
        assert "/sign-in" not in page.url, f"{person['email']} could not sign in"
        yield page


@contextmanager
def window(
    browser: Browser, *, cookies: frozenset[str] | set[str] = frozenset(), **options
) -> Iterator[Page]:
    """Open a window of its own; at its end it must have told nobody, kept nothing."""
    headers = {"X-Forwarded-For": next(NETWORKS)}
    context = browser.new_context(extra_http_headers=headers, **options)
    context.set_default_timeout(PATIENCE)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    try:
        yield context.new_page()
        assert strangers(asked) == []
        assert {one["name"] for one in context.cookies()} == cookies
    finally:
        context.close()


def strangers(addresses: list[str]) -> list[str]:
    """Return the addresses that do not lie on this machine or in the page itself."""
    return [
        address
        for address in addresses
        if urlsplit(address).scheme != "data"
        and urlsplit(address).hostname not in {"127.0.0.1", "localhost"}
    ]


def _booked_in(language, chromium, demo):
    with window(chromium, **PHONE) as page:
        client = Client(page, demo.url, language).walks_to("check")
        client.books()
        return client.address()
