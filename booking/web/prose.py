"""How does plain text become part of a page? In pieces, each of them escaped.

An empty line ends a paragraph, ``## `` begins a heading, ``- `` an item of a list.
An address that begins with https is a link; ``[words](address)`` gives it words, and
there mailto and tel may stand too. ``*Wohngeld*`` is a German word as it stands on
doors and letters. Nothing else means anything.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from markupsafe import Markup, escape

PIECE = re.compile(
    r"\[(?P<words>[^\[\]\n]+)\]\((?P<address>(?:https://|mailto:|tel:)[^\s()<>\"']+)\)"
    # A full stop after an address ends the sentence, not the address.
    r"|(?P<bare>https://[^\s()<>\"'*\[\]]*[^\s()<>\"'*\[\].,;:!?])"
    r"|\*(?P<german>[^*\s](?:[^*\n]*[^*\s])?)\*"
)
ITEM, HEADING = "- ", "## "
LEFT_TO_RIGHT = Markup('<bdi dir="ltr">{}</bdi>')
OWN_DIRECTION = Markup("<bdi>{}</bdi>")


def rendered(text: str, *, level: int = 2) -> Markup:
    """Return the text as HTML, its headings at this level."""
    return Markup("\n").join(_blocks(text.splitlines(), level))


def _blocks(lines: Iterable[str], level: int) -> Iterator[Markup]:
    for kind, group in groupby(map(str.strip, lines), _kind):
        if kind == HEADING:
            for line in group:
                yield _within(f"h{level}", _inline(line.removeprefix(HEADING)))
        elif kind == ITEM:
            items = (_within("li", _inline(one.removeprefix(ITEM))) for one in group)
            yield _within("ul", Markup().join(items))
        elif kind:
            yield _within("p", _paragraph(list(group)))


def _paragraph(lines: list[str]) -> Markup:
    """Join lines; each of several has its own direction: “73033 Göppingen”."""
    if len(lines) == 1:
        return _inline(lines[0])
    return Markup("<br>").join(OWN_DIRECTION.format(_inline(one)) for one in lines)


def _kind(line: str) -> str:
    """Say what a line belongs to; an empty one belongs to nothing."""
    if line.startswith((ITEM, HEADING)):
        return ITEM if line.startswith(ITEM) else HEADING
    return "text" if line else ""


def _within(tag: str, content: Markup) -> Markup:
    return Markup("<{0}>{1}</{0}>").format(tag, content)


def _inline(line: str) -> Markup:
    pieces, end = [], 0
    for found in PIECE.finditer(line):
        pieces += [escape(line[end : found.start()]), _piece(found)]
        end = found.end()
    return Markup().join([*pieces, escape(line[end:])])


def _piece(found: re.Match[str]) -> Markup:
    if german := found["german"]:
        return Markup('<b lang="de" dir="ltr">{}</b>').format(german)
    if bare := found["bare"]:
        shown = bare.removeprefix("https://").removeprefix("www.").rstrip("/")
        return _link(bare, LEFT_TO_RIGHT.format(shown))
    address, words = found["address"], found["words"]
    # A number has no direction of its own; words bring theirs.
    inside = OWN_DIRECTION if address.startswith("https://") else LEFT_TO_RIGHT
    return _link(address, inside.format(words))


def _link(address: str, words: Markup) -> Markup:
    if not address.startswith("https://"):
        return Markup('<a href="{}">{}</a>').format(address, words)
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(address, words)
