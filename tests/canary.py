"""Does anything personal stray? Whatever any test has sealed is looked for afterwards.

Every name, number, address or note that a test gives to a sealed field is a canary: it
must not be found in a line of the log, in an address, in the head of a letter, nor in
the bytes of the database and its log. ``conftest.py`` asks this after each test.
"""

import logging
import os
import re
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import unquote_plus

from booking.logs import JsonLines, TextLines
from booking.models.sealed import Sealed

SHORTEST = 6  # signs; shorter words stand everywhere by chance
PERSONAL = re.compile(r"(name|phone|email|address|supporter|street|bell|note)_sealed")
SECRET = re.compile(r"(token|code|secret)_sealed")
DATABASE = re.compile(r"\.sqlite(-wal|-journal)?$")
HEADS = re.compile(
    rb"^(?:Subject|From|Reply-To|Message-ID|References):.*$",
    re.MULTILINE | re.IGNORECASE,
)
_watched = []  # of one test at a time


class Canary(logging.Handler):
    """What one test has sealed, and the places it has left traces in."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.personal, self.secrets = set(), set()
        self.lines, self.addresses = [], []

    def emit(self, record):
        """Keep a line as the product would write it, in both of its forms."""
        if record.name.startswith("booking") or record.levelno >= logging.WARNING:
            forms = (JsonLines(), TextLines("%(message)s"))
            self.lines.extend(form.format(record) for form in forms)

    def seal(self, column, text):
        """Remember a text that can be told from others."""
        telling = re.search(r"[\d@\s]", text) or not text.isascii()
        if len(text) >= SHORTEST and telling and PERSONAL.fullmatch(column):
            self.personal.add(text)
        elif len(text) >= SHORTEST and SECRET.fullmatch(column):
            self.secrets.add(text)

    def strays(self, folder=None):
        """Say where any of it was found."""
        personal = self.personal
        found = [
            *_found("the log", "\n".join(self.lines), personal | self.secrets),
            *_found("an address", unquote_plus("\n".join(self.addresses)), personal),
        ]
        if folder is not None and folder.exists():
            found += _on_disk(folder, personal, self.secrets)
        return found


@contextmanager
def watching():
    """Remember what is sealed, written down and asked for meanwhile."""
    watched = Canary()
    _watched.append(watched)
    logging.getLogger().addHandler(watched)
    try:
        yield watched
    finally:
        logging.getLogger().removeHandler(watched)
        _watched.remove(watched)


def saw_address(answer):
    """Keep where somebody was, and where she is sent."""
    for watched in _watched:
        watched.addresses += [answer.request.url, answer.headers.get("Location", "")]


def _on_disk(folder, personal, secrets):
    for name, content in _files(folder):
        if DATABASE.search(name):
            yield from _found(name, content, personal | secrets)
        elif name.endswith(".eml"):
            heads = b"\n".join(HEADS.findall(content.partition(b"\n\n")[0]))
            yield from _found("the head of a letter", heads, personal)


def _files(folder):
    """Read what is there; a log may go with its last connection while we look."""
    for room, _rooms, names in os.walk(folder):
        for name in names:
            if DATABASE.search(name) or name.endswith(".eml"):
                with suppress(FileNotFoundError):
                    yield name, Path(room, name).read_bytes()


def _found(where, text, canaries):
    if isinstance(text, bytes):
        return [f"{one!r} in {where}" for one in canaries if one.encode() in text]
    return [f"{one!r} in {where}" for one in canaries if one in text]


def _sealed(field, row, text):
    for watched in _watched:
        watched.seal(field.column, text or "")
    _as_before(field, row, text)


_as_before, Sealed.__set__ = Sealed.__set__, _sealed
