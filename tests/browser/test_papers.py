"""Can everybody use the papers and the form about barriers, also without a mouse?"""

import pytest

from tests.browser.conftest import WIDE, window
from tests.browser.test_print import A4, printed, size

PAPERS = ("privacy", "accessibility", "help/residence", "leichte-sprache")
OUTLINES = """controls => controls.map(one => {
  const look = getComputedStyle(one);
  return [look.borderTopWidth, look.borderTopStyle, look.borderTopColor !== look.backgroundColor];
})"""


def test_a_barrier_is_told_with_the_keyboard_alone(wide, demo):
    wide.goto(f"{demo.url}/de/accessibility/feedback")
    wide.locator("#page").focus()
    wide.keyboard.press("ArrowDown")
    wide.keyboard.press("Tab")
    wide.keyboard.type("Ohne Maus")
    wide.keyboard.press("Tab")
    wide.keyboard.press("Tab")
    with wide.expect_navigation():
        wide.keyboard.press("Enter")
    assert wide.url.endswith("/de/accessibility/thanks")


def test_the_trap_for_programs_is_out_of_the_way(wide, demo):
    wide.goto(f"{demo.url}/de/accessibility/feedback")
    wide.locator("#contact").focus()
    wide.keyboard.press("Tab")
    assert wide.evaluate("document.activeElement.type") == "submit"


def test_fields_and_buttons_keep_an_outline_in_forced_colours(chromium, demo):
    with window(chromium, **WIDE, forced_colors="active") as page:
        page.goto(f"{demo.url}/de/accessibility/feedback")
        controls = page.locator("main :is(select, textarea, button)")
        outlines = controls.evaluate_all(OUTLINES)
        assert len(outlines) == 3
        for width, style, differs in outlines:
            assert (width, style, differs) == ("2px", "solid", True)


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_prints_on_few_sheets_without_what_only_a_screen_needs(
    wide, demo, paper
):
    wide.goto(f"{demo.url}/de/{paper}")
    heading = wide.locator("h1").inner_text()
    sheets = printed(wide)
    assert [size(sheet) for sheet in sheets] == [list(A4)] * len(sheets)
    assert len(sheets) <= 3
    text = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    assert heading in text
    assert wide.locator("footer .leave").inner_text() not in text
