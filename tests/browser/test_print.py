"""Does what is printed fit its sheet: a slip that the desk reads too, a week, a route?"""

from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.browser.client import LANGUAGES, WALKED, Client
from tests.browser.conftest import WIDE, window
from tests.browser.test_staff import NEXT_MONDAY

A4 = (595, 842)  # points


@pytest.mark.parametrize("language", WALKED)
def test_the_slip_is_one_a4_page_with_the_code_and_german_below(
    chromium, demo, booked, language
):
    with window(chromium, **WIDE) as page:
        client = Client(page, demo.url, language).open(booked[language])
        code = client.code()
        client.follow("/slip")
        tops = page.locator("main section").evaluate_all(TOPS)
        (sheet,) = printed(page)
    assert size(sheet) == list(A4)
    text = sheet.extract_text()
    assert code in text
    assert demo.url in text
    assert "Ihr Termin" in text
    assert [tag for tag, _top in tops] == list(
        dict.fromkeys([LANGUAGES[language].tag, "de"])
    )
    assert [top for _tag, top in tops] == sorted(top for _tag, top in tops)


TOPS = "halves => halves.map(half => [half.lang, half.getBoundingClientRect().top])"


def test_the_week_prints_on_one_sheet_across(coordinator, demo):
    coordinator.goto(f"{demo.url}/staff/week/{NEXT_MONDAY}")
    (sheet,) = printed(coordinator)
    assert size(sheet) == sorted(A4, reverse=True)


def test_each_route_prints_on_a_sheet_of_its_own_with_its_stops(coordinator, demo):
    coordinator.goto(f"{demo.url}/staff/visits/{NEXT_MONDAY}")
    coordinator.goto(
        demo.url + coordinator.locator("#routes h3 a").first.get_attribute("href")
    )
    routes = [
        route.locator(".reference").all_inner_texts()
        for route in coordinator.locator(".sheet").all()
    ]
    sheets = printed(coordinator)
    assert all(routes)
    assert [size(sheet) for sheet in sheets] == [list(A4)] * len(routes)
    for stops, sheet in zip(routes, sheets, strict=True):
        text = sheet.extract_text()
        assert [stop for stop in stops if stop not in text] == []


def printed(page):
    return PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages


def size(sheet):
    return [
        round(float(side)) for side in (sheet.mediabox.width, sheet.mediabox.height)
    ]
