"""How do words stand in a calendar file? As TEXT of RFC 5545, 3.3.11, to the letter."""

from typing import Self

from icalendar import vText

# RFC 5545 allows no control characters in a text, and some readers end a line at
# these signs, whatever the RFC says.
_LINE_ENDS = dict.fromkeys(map(ord, "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
_CONTROLS: dict[int, str | None] = dict.fromkeys((*range(32), *range(127, 160)))
_SIGNS = _CONTROLS | _LINE_ENDS | {ord("\n"): "\n", ord("\t"): "\t"}
# icalendar's own escape takes a backslash before N for a new line.
_ESCAPES = str.maketrans({sign: f"\\{sign}" for sign in "\\;,"} | {"\n": "\\n"})


def escaped(words: str) -> str:
    """Write words as the value of a TEXT property, without what no calendar reads."""
    return _clean(words).translate(_ESCAPES)


class Text(vText):
    """Words that icalendar writes as RFC 5545 says, backslashes before N as well."""

    def __new__(cls, words: str) -> Self:
        """Keep what a calendar can read of the words."""
        return super().__new__(cls, _clean(words))

    def to_ical(self) -> bytes:
        """Write the value, escaped but not folded."""
        return escaped(self).encode()


def _clean(words: str) -> str:
    return words.replace("\r\n", "\n").replace("\r", "\n").translate(_SIGNS)
