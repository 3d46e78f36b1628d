"""How much of a language is translated, and has a speaker read it?"""

from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from booking.languages.catalogue import catalogue_path, is_translated

REVIEW_LINE = "Reviewed by a speaker:"
# Staff pages speak German and English; what stands only there is nobody else's work.
STAFF_LANGUAGES = ("de", "en")
STAFF_SOURCES = (
    "booking/services/feed_entries.py",
    "booking/web/hits.py",
    "booking/web/hours_form.py",
    "booking/web/stretch_form.py",
    "booking/web/talks.py",
    "booking/web/travelling.py",
    "booking/web/weekly.py",
    "templates/components/check_hits.html",
    "templates/components/hits.html",
    "templates/components/hours.html",
    "booking/web/subscribing.py",
    "templates/components/subscribing.html",
    "templates/components/sketch.html",
    "templates/components/stale_calendars.html",
    "templates/components/stretch.html",
    "templates/components/town_account.html",
    "templates/components/undone.html",
    "booking/web/staff.py",
    "booking/web/counsellor/",
    "booking/web/coordinator/",
    "booking/web/office/",
    "templates/staff.html",
    "templates/letters/_in_calendar.txt",
    "templates/letters/invited.txt",
    "templates/letters/not_back.txt",
    "templates/letters/opened.txt",
    "templates/letters/proposed.txt",
    "templates/letters/sign_in_link.txt",
    "templates/letters/uninvited.txt",
    "templates/counsellor/",
    "templates/coordinator/",
    "templates/office/",
)


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
        texts = len(_messages(directory / "messages.pot", code)[0])
        written = texts if code == "en" else 0
        return Coverage(written, texts, "written by the developers, no")
    messages, comment = _messages(path, code)
    done = sum(is_translated(message) for message in messages)
    return Coverage(done, len(messages), _review(comment))


def _messages(path: Path, code: str) -> tuple[list[Message], str]:
    with path.open("rb") as source:
        catalog = read_po(source)
    asked = [one for one in catalog if one.id and is_asked_of(code, one)]
    return asked, catalog.header_comment


def is_asked_of(code: str, message: Message) -> bool:
    """Tell whether a language needs the text: staff pages speak only two."""
    places = [path for path, _line in message.locations]
    for_staff = bool(places) and all(one.startswith(STAFF_SOURCES) for one in places)
    return code in STAFF_LANGUAGES or not for_staff


def _review(comment: str) -> str:
    for line in comment.splitlines():
        _, found, state = line.partition(REVIEW_LINE)
        if found:
            return state.strip()
    return "unknown"
