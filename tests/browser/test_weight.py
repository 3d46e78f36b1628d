"""How heavy are the first pages? They must load on the last bar of a prepaid card."""

import re

import pytest

from tests.browser.client import LANGUAGES, WALKED

BUDGET = 6_144  # bytes: page and stylesheet, compressed, as they travel
CODINGS = "gzip, deflate, br, zstd"  # what Chromium says it understands


def first_pages(languages):
    return ["/", *(f"/{one}/{page}" for one in languages for page in ("", "book"))]


@pytest.mark.parametrize("path", first_pages(LANGUAGES))
def test_a_first_page_and_its_stylesheet_weigh_six_kilobytes_at_most(demo, path):
    status, headers, page = demo.ask(path, **{"Accept-Encoding": CODINGS})
    assert (status, headers["Content-Encoding"]) == (200, "br")
    stylesheet = stylesheet_of(demo, path)
    status, headers, style = demo.ask(stylesheet, **{"Accept-Encoding": CODINGS})
    assert (status, headers["Content-Encoding"]) == (200, "br")
    assert len(page) + len(style) <= BUDGET, f"{len(page)} + {len(style)}"


@pytest.mark.parametrize("path", first_pages(WALKED))
def test_a_first_page_asks_for_its_stylesheet_and_nothing_else(phone, demo, path):
    got = []
    phone.on("response", lambda answer: got.append(answer))  # noqa: PLW0108 - Playwright marks its handlers, a built-in cannot be marked
    phone.goto(demo.url + path, wait_until="networkidle")
    over_the_wire = [answer for answer in got if not answer.url.startswith("data:")]
    assert [answer.request.resource_type for answer in over_the_wire] == [
        "document",
        "stylesheet",
    ]
    assert [answer.header_value("content-encoding") for answer in over_the_wire] == [
        "br",
        "br",
    ]


def stylesheet_of(demo, path: str) -> str:
    _status, _headers, page = demo.ask(path)
    [found] = re.findall(r'rel="stylesheet"\s+href="([^"]+)"', page.decode())
    return found
