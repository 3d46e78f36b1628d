"""How much of a language is translated, and has a speaker read it?"""

from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from booking.languages.catalogue import catalogue_path

REVIEW_LINE = "Reviewed by a speaker:"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a catalogue holds, of all texts that there are."""

    translated: int
    texts: int
    reviewed: str  # "no", or who and when, as the catalogue's head says

    @property
    def percent(self) -> int:
        """The share translated, rounded down: 100 means all."""
        return 100 * self.translated // self.texts if self.texts else 100


def coverage_of(directory: Path, code: str) -> Coverage:
    """Count a language's catalogue; English is the language of the sources."""
    path = catalogue_path(directory, code)
    if not path.is_file():
        texts = len(_messages(directory / "messages.pot")[0])
        written = texts if code == "en" else 0
        return Coverage(written, texts, "written by the developers, no")
    messages, comment = _messages(path)
    done = sum(_is_translated(message) for message in messages)
    return Coverage(done, len(messages), _review(comment))


def _messages(path: Path) -> tuple[list[Message], str]:
    with path.open("rb") as source:
        catalog = read_po(source)
    return [message for message in catalog if message.id], catalog.header_comment


def _is_translated(message: Message) -> bool:
    if message.fuzzy:
        return False
    strings = message.string or ""
    return bool(strings) if isinstance(strings, str) else all(strings)


def _review(comment: str) -> str:
    for line in comment.splitlines():
        _, found, state = line.partition(REVIEW_LINE)
        if found:
            return state.strip()
    return "unknown"
