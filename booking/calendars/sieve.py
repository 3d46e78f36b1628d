"""Which lines of a foreign file decide busy time? All others go no further.

One linear pass over the bytes: private titles never reach a parser, a broken line
elsewhere cannot fail the file, and nothing here grows faster than the file does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from booking.calendars.busy import TooLarge, TooManyEvents, Truncated, Unreadable

MOST_BYTES = 5 * 1024 * 1024
MOST_EVENTS = 20_000
LONGEST_LINE = 64 * 1024  # characters, after unfolding

_ENTRIES = {"VEVENT", "VFREEBUSY", "VTIMEZONE", "VTODO"}
_PARTS = {"STANDARD", "DAYLIGHT"}
_ONCE = {
    *("UID", "SEQUENCE", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"),
    *("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"),
    *("TZID", "TZOFFSETFROM", "TZOFFSETTO"),
}
_MANY = {"RRULE", "RDATE", "EXDATE", "FREEBUSY"}
_DECISIVE = _ONCE | _MANY
_LINE = re.compile(r"[^\n]+")
_NAME = re.compile(r"([A-Za-z0-9-]+)[;:]")
_FOLDS = (b"\n ", b"\n\t")


@dataclass(slots=True)
class Component:
    """An entry of the file with its decisive lines, each without its name."""

    kind: str
    calendar: int  # which VCALENDAR of the file it stands in
    lines: dict[str, list[str]] = field(default_factory=dict)
    parts: list["Component"] = field(default_factory=list)

    def first(self, name: str) -> str | None:
        """Return the only line of this name that counts, or None."""
        found = self.lines.get(name)
        return found[0] if found else None

    def all(self, name: str) -> list[str]:
        """Return every line of this name."""
        return self.lines.get(name, [])


@dataclass(slots=True)
class Sifted:
    """What is left of a file."""

    entries: list[Component] = field(default_factory=list)
    floating: dict[int, str] = field(default_factory=dict)  # X-WR-TIMEZONE lines
    events: int = 0
    long_lines: int = 0


def sifted(content: bytes) -> Sifted:
    """Keep what decides busy time; refuse what is no whole calendar."""
    if len(content) > MOST_BYTES:
        raise TooLarge
    sieve = _Sieve()
    for line in _lines(content):
        sieve.take(line)
    if not sieve.begun:
        raise Unreadable
    if sieve.open > 0:
        raise Truncated
    return sieve.kept


def _lines(content: bytes) -> Iterator[str]:
    unfolded = _as_utf8(content).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    # Folds may cut a character in two, so they are mended before the text is decoded.
    for fold in _FOLDS:
        unfolded = unfolded.replace(fold, b"")
    text = unfolded.decode("utf-8-sig", errors="replace")
    # One by one: a list of millions of short lines would not fit the child's memory.
    return (found[0] for found in _LINE.finditer(text))


def _as_utf8(content: bytes) -> bytes:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace").encode()
    return content


class _Sieve:
    """The pass itself: it knows where it stands, and never looks back."""

    def __init__(self) -> None:
        self.kept = Sifted()
        self.begun = 0
        self.open = 0
        self._entry: Component | None = None
        self._part: Component | None = None
        self._deeper = 0  # how many components deep inside an entry, all of no interest

    def take(self, line: str) -> None:
        named = _NAME.match(line)
        if named is None:
            return
        name, rest = named[1].upper(), line[named.end() - 1 :]
        if name == "BEGIN":
            self._begin(rest[1:].strip().upper())
        elif name == "END":
            self._end(rest[1:].strip().upper())
        elif name == "X-WR-TIMEZONE" and self._entry is None:
            self.kept.floating.setdefault(self.begun, rest[:LONGEST_LINE])
        elif name in _DECISIVE and not self._deeper:
            self._keep(name, rest)

    def _begin(self, kind: str) -> None:
        if kind == "VCALENDAR":
            self.begun += 1
            self.open += 1
            self._close()
        elif kind in _ENTRIES:
            # Whatever was left open before ends here: files are cut and joined.
            self._close()
            self._entry = self._entered(kind)
        elif self._entry is not None:
            self._go_deeper(self._entry, kind)

    def _entered(self, kind: str) -> Component:
        entry = Component(kind, self.begun)
        self.kept.entries.append(entry)
        if kind == "VEVENT":
            self.kept.events += 1
        # To-dos and free-busy lists count too, lest another name be a way around.
        if len(self.kept.entries) > 2 * MOST_EVENTS or self.kept.events > MOST_EVENTS:
            raise TooManyEvents
        return entry

    def _go_deeper(self, entry: Component, kind: str) -> None:
        if kind in _PARTS and entry.kind == "VTIMEZONE":
            self._part = Component(kind, self.begun)
            entry.parts.append(self._part)
        else:
            self._deeper += 1

    def _end(self, kind: str) -> None:
        if kind == "VCALENDAR":
            self.open -= 1
            self._close()
        elif kind in _ENTRIES:
            self._close()
        elif kind in _PARTS:
            self._part = None
        elif self._deeper:
            self._deeper -= 1

    def _close(self) -> None:
        self._entry = self._part = None
        self._deeper = 0

    def _keep(self, name: str, rest: str) -> None:
        owner = self._part or self._entry
        if owner is None:
            return
        if len(rest) > LONGEST_LINE:
            self.kept.long_lines += 1
            return
        there = owner.lines.setdefault(name, [])
        if name in _MANY or not there:
            there.append(rest)
