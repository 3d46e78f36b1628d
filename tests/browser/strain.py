"""Does a page hold when its reader needs it larger, wider spaced, still, or plain?

WCAG 2.2: 1.4.4 (type at 200 %), 1.4.10 (400 %: 320 pixels wide), 1.4.12 (spacing),
2.3.3 (nothing moves), and colours that the reader's system has chosen.
"""

from playwright.sync_api import Page

REFLOW = {"width": 320, "height": 256}  # 1280 by 1024 at 400 %
HALF = {"width": 640, "height": 512}  # 1280 by 1024 at 200 %
TWICE = "document.documentElement.style.fontSize = '225%'"  # ours is 112.5 %
ONCE = "document.documentElement.style.fontSize = ''"
# The least that a page must bear, in the words of success criterion 1.4.12.
SPACED = """
  * { line-height: 1.5 !important; letter-spacing: .12em !important;
      word-spacing: .16em !important; }
  p { margin-block-end: 2em !important; }
"""
STICKS_OUT = """() => {
  const root = document.documentElement;
  const cut = [...document.querySelectorAll('main *, header *, footer *')].filter(one =>
    getComputedStyle(one).overflowX === 'hidden' && one.clientWidth > 1
    && one.scrollWidth > one.clientWidth + 1 && !one.closest('.unseen, svg'));
  const wide = root.scrollWidth > root.clientWidth ? [`${root.scrollWidth} pixels`] : [];
  return [...wide, ...cut.map(one => `cut: ${one.outerHTML.slice(0, 120)}`)];
}"""
MOVES = """() => [...document.querySelectorAll('*')].filter(one => {
  const look = getComputedStyle(one);
  return parseFloat(look.animationDuration) > 0 || parseFloat(look.transitionDuration) > 0;
}).map(one => one.outerHTML.slice(0, 120))"""
# With the system's own colours a chosen radio button must still look chosen.
UNMARKED = """() => [...document.querySelectorAll('.choice > input')].filter(one => {
  const label = one.nextElementSibling;
  const drawn = getComputedStyle(one).appearance !== 'none';
  const outlined = one.checked && getComputedStyle(label).outlineStyle !== 'none';
  return !(drawn || outlined);
}).map(one => one.outerHTML)"""


def strains(page: Page) -> list[str]:
    """Say in words what does not hold; leave the page as it was found."""
    size = page.viewport_size
    found = [f"moves: {one}" for one in page.evaluate(MOVES)]
    page.set_viewport_size(HALF)
    page.evaluate(TWICE)
    found += [f"in large type: {one}" for one in page.evaluate(STICKS_OUT)]
    page.evaluate(ONCE)
    page.set_viewport_size(REFLOW)
    found += [f"at 400 %: {one}" for one in page.evaluate(STICKS_OUT)]
    spaced = page.add_style_tag(content=SPACED)
    found += [f"widely spaced: {one}" for one in page.evaluate(STICKS_OUT)]
    spaced.evaluate("tag => tag.remove()")
    page.emulate_media(forced_colors="active")
    found += [f"without our colours: {one}" for one in page.evaluate(UNMARKED)]
    page.emulate_media(forced_colors="none")
    page.set_viewport_size(size)
    return found
