"""Would we notice a page that talks to strangers or leaves something behind?"""

import pytest

from tests.browser.conftest import PHONE, window


def test_a_request_to_a_stranger_is_noticed(chromium, demo):
    with pytest.raises(AssertionError, match=r"stranger\.example"):
        ask_a_stranger(chromium, f"{demo.url}/de/")


def test_a_cookie_is_noticed(chromium, demo):
    with pytest.raises(AssertionError, match="crumb"):
        leave_a_crumb(chromium, f"{demo.url}/de/")


def ask_a_stranger(chromium, url: str) -> None:
    with window(chromium, bypass_csp=True) as page:
        page.route("https://stranger.example/*", lambda route: route.fulfill(body=""))
        page.goto(url)
        with page.expect_request("https://stranger.example/*"):
            page.evaluate("new Image().src = 'https://stranger.example/dot.gif'")


def leave_a_crumb(chromium, url: str) -> None:
    with window(chromium, **PHONE) as page:
        page.goto(url)
        page.context.add_cookies([{"name": "crumb", "value": "1", "url": url}])
