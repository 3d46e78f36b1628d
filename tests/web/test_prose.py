"""Does plain text become a page, and never anything that its writer did not mean?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.web.prose import rendered
from tests.web.reading import Page

ALLOWED = {"p", "br", "ul", "li", "h2", "a", "bdi", "b"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.", "<p>One.</p>"),
        ("One.\nTwo.", "<p><bdi>One.</bdi><br><bdi>Two.</bdi></p>"),
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("## Where\nHere.", "<h2>Where</h2>\n<p>Here.</p>"),
        ("- a\n- b\nc", "<ul><li>a</li><li>b</li></ul>\n<p>c</p>"),
        ("- a\r\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("a - b ## c", "<p>a - b ## c</p>"),
        ("*Wohngeld* helps", '<p><b lang="de" dir="ltr">Wohngeld</b> helps</p>'),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("", ""),
    ],
)
def test_what_an_admin_writes_reads_as_she_means_it(text, html):
    assert rendered(text) == html


@pytest.mark.parametrize(
    ("text", "href", "shown"),
    [
        ("See https://www.bamf.de/a_b?c=1&d=2.", "https://www.bamf.de/a_b?c=1&d=2", ""),
        ("(https://www.bamf.de)", "https://www.bamf.de", "bamf.de"),
        ("[the page](https://bamf.de/x)", "https://bamf.de/x", "the page"),
        ("[call](tel:+497161650)", "tel:+497161650", "call"),
        ("[write](mailto:a@example.org)", "mailto:a@example.org", "write"),
    ],
)
def test_addresses_become_links(text, href, shown):
    [link] = _read(rendered(text)).all("a")
    assert link.get("href") == href
    assert shown in link.text
    assert (link.get("rel") == "noreferrer") == href.startswith("https")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "[x](http://example.org)",
        "http://example.org",
        "//example.org",
        "https://",
    ],
)
def test_nothing_else_becomes_a_link_or_an_element(text):
    page = _read(rendered(text))
    assert page.all("a", "script") == []


@pytest.mark.parametrize(
    "text",
    [
        'https://example.org/"onclick="x',
        '[<img src=x>](https://example.org/"><script>)',
        "*<b>x</b>*",
        "## <h1>x",
    ],
)
def test_what_looks_like_html_stays_text(text):
    for element in _read(rendered(text)).elements:
        assert element.tag in ALLOWED
        assert set(element.attributes) <= {"href", "rel", "lang", "dir"}


@given(st.text(alphabet="ab*[]()<>\"'&:/.#- \nhtpsmailo", max_size=80))
def test_no_text_brings_elements_of_its_own(text):
    page = _read(rendered(text))
    assert {element.tag for element in page.elements} <= ALLOWED
    for link in page.all("a"):
        assert link.get("href").startswith(("https://", "mailto:", "tel:"))


def test_a_heading_stands_as_deep_as_its_page_wants():
    assert rendered("## Where", level=3) == "<h3>Where</h3>"


class _Answer:
    status_code, headers = 200, {}

    def __init__(self, html):
        self._html = str(html)

    def get_data(self, *, as_text):
        return self._html


def _read(html):
    return Page(_Answer(html))
