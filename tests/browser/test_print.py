"""Does the slip fit its one sheet of paper, and can the desk read it too?"""

from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.browser.client import LANGUAGES, Client
from tests.browser.conftest import WIDE, window

A4 = (595, 842)  # points


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_slip_is_one_a4_page_with_the_code_and_german_below(
    chromium, demo, booked, language
):
    with window(chromium, **WIDE) as page:
        client = Client(page, demo.url, language).open(booked[language])
        code = client.code()
        client.follow("/slip")
        tops = page.locator("main section").evaluate_all(TOPS)
        sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) == 1
    size = sheets[0].mediabox
    assert [round(float(side)) for side in (size.width, size.height)] == list(A4)
    text = sheets[0].extract_text()
    assert code in text
    assert demo.url in text
    assert "Ihr Termin" in text
    assert [tag for tag, _top in tops] == list(dict.fromkeys([language, "de"]))
    assert [top for _tag, top in tops] == sorted(top for _tag, top in tops)


TOPS = "halves => halves.map(half => [half.lang, half.getBoundingClientRect().top])"
