"""Do the catalogues hold all that the sources say, and is what they say sound?

python -m tests.catalogues update FOLDER   brings each up to FOLDER/messages.pot
python -m tests.catalogues judge FOLDER    says every fault; status 1 if there is one
"""

import gettext
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from booking.languages import LANGUAGES
from booking.languages.catalogue import catalogue_path, is_translated
from booking.languages.coverage import is_asked_of

# English is the language of the sources.
CODES = tuple(language.code for language in LANGUAGES if language.code != "en")

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
MARKUP = re.compile(r"</?[a-z!][^>]*>?|&#?\w+;", re.IGNORECASE)
WORD = re.compile(r"[A-Za-z]{2}")
# What may end a sentence, by its meaning; quotes, brackets and marks of direction do not.
ENDINGS = {
    ".": ".\N{ETHIOPIC FULL STOP}\N{ARABIC FULL STOP}",
    "?": "?\N{ARABIC QUESTION MARK}\N{ETHIOPIC QUESTION MARK}",
    ":": ":\N{ETHIOPIC PREFACE COLON}\N{ETHIOPIC COLON}",
    ",": ",\N{ARABIC COMMA}\N{ETHIOPIC COMMA}",
    ";": ";\N{ARABIC SEMICOLON}\N{ETHIOPIC SEMICOLON}",
    "!": "!",
    "…": "…",
}
NO_ENDING = "\"'“”„«»)]\u2019\u200e\u200f\u2066\u2067\u2068\u2069 \u00a0\u202f"
ABBREVIATED = ("Min.", "Std.", "мин.", "хв.", "год.")
# How sources call the number that decides on the form. A form for exactly one number
# may say it in a word or by the noun: “two visits” is one word in Arabic.
COUNTS = {"num", "count", "number", "minutes", "hours", "days", "people"}
# What is the same word in another language, or everywhere.
SAME = {"SMS"}
SAME_IN = {
    "de": {"Name", "Code", "Passkeys"},
    "de@simple": {"Name", "Code"},
    "fr": {"Code"},
    "ku": {"E-mail: %(address)s"},
}


def update(folder: Path) -> None:
    """Bring each catalogue up to the template; staff's texts go only to their two."""
    for code in CODES:
        catalogue = read(folder, code)
        catalogue.update(
            template(folder, code), no_fuzzy_matching=True, update_creation_date=False
        )
        with catalogue_path(folder, code).open("wb") as target:
            write_po(target, catalogue, ignore_obsolete=True)


def read(folder: Path, code: str) -> Catalog:
    """Read what a language has."""
    with catalogue_path(folder, code).open("rb") as source:
        return read_po(source, locale=code)


def template(folder: Path, code: str) -> Catalog:
    """Read what a language needs."""
    with (folder / "messages.pot").open("rb") as source:
        catalogue = read_po(source)
    for message in texts(catalogue):
        if not is_asked_of(code, message):
            catalogue.delete(message.id, message.context)
    return catalogue


def texts(catalogue: Catalog) -> list[Message]:
    """Return the messages without the head."""
    return [message for message in catalogue if message.id]


def missing(folder: Path, code: str) -> list[str]:
    """Name what a language needs and has not in words of its own."""
    own = read(folder, code)
    found = [
        (one, own.get(one.id, one.context)) for one in texts(template(folder, code))
    ]
    return [name(one) for one, ours in found if not ours or not is_translated(ours)]


def faults_of(catalogue: Catalog, code: str) -> Iterator[str]:
    """Say everything that is wrong in a catalogue, but not what it lacks."""
    yield from (f"{name(one)}: obsolete" for one in catalogue.obsolete.values())
    for message in texts(catalogue):
        for fault in dict.fromkeys(faults_of_a_text(message, catalogue, code)):
            yield f"{name(message)}: {fault}"


def faults_of_a_text(message: Message, catalogue: Catalog, code: str) -> Iterator[str]:
    """Say what is wrong with one text; a missing one is only missing."""
    if message.fuzzy:
        yield "fuzzy, that is a guess"
    written = [one for one in forms(message.string) if one]
    if not written:
        return
    wanted = catalogue.num_plurals if message.pluralizable else 1
    if len(written) != wanted:
        yield f"{len(written)} forms, not {wanted}"
        return
    if is_english(message, written, code):
        yield "left in English"
    for number, words in enumerate(written):
        yield from faults_of_a_form(message, words, numbers_of(catalogue, number))


def faults_of_a_form(message: Message, words: str, numbers: list[int]) -> Iterator[str]:
    """Say what is wrong with the words, which are said for these numbers."""
    source = forms(message.id)[-1]
    if blanks(words) != blanks(source):
        yield "other blanks at its ends"
    if sorted(MARKUP.findall(words)) != sorted(MARKUP.findall(source)):
        yield "other markup than in the source"
    if ending(words) != ending(source) and not words.endswith(ABBREVIATED):
        yield f"ends in “{words[-1]}”, not as the source does"
    yield from faults_of_placeholders(
        PLACEHOLDER.findall(source),
        PLACEHOLDER.findall(words),
        optional=COUNTS if message.pluralizable and len(numbers) == 1 else set(),
    )
    if "%" in PLACEHOLDER.sub("", words).replace("%%", ""):
        yield "a % that is no placeholder"


def faults_of_placeholders(
    wanted: list[str], found: list[str], *, optional: set[str]
) -> Iterator[str]:
    """Say which placeholders were lost or made up."""
    yield from (f"lacks %({one})s" for one in set(wanted) - set(found) - optional)
    yield from (f"makes up %({one})s" for one in set(found) - set(wanted))


def forms(words: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the one form, or all of them."""
    return (words,) if isinstance(words, str) else tuple(words)


def numbers_of(catalogue: Catalog, form: int) -> list[int]:
    """Return for which numbers up to 200 a form is said."""
    which = gettext.c2py(catalogue.plural_expr)
    return [number for number in range(201) if which(number) == form]


def is_english(message: Message, written: list[str], code: str) -> bool:
    """Tell whether the source was copied; a few words are the same elsewhere."""
    same = set(forms(message.id)) & set(written) - SAME - SAME_IN.get(code, set())
    return any(WORD.search(PLACEHOLDER.sub("", one)) for one in same)


def blanks(words: str) -> tuple[str, str]:
    """Return what is blank before and after."""
    return words[: -len(words.lstrip())], words[len(words.rstrip()) :]


def ending(words: str) -> str:
    """Return what kind of mark ends the words, if any."""
    last = words.rstrip(NO_ENDING)[-1:]
    return next((kind for kind, marks in ENDINGS.items() if last and last in marks), "")


def name(message: Message) -> str:
    """Return how a complaint names a text."""
    return f"“{forms(message.id)[0]}”"


def judge(folder: Path) -> int:
    """Print every fault of every catalogue; return 1 if there is one."""
    found = [
        f"{code}: {fault}"
        for code in CODES
        for fault in faults_of(read(folder, code), code)
    ]
    sys.stdout.writelines(f"{one}\n" for one in found)
    return 1 if found else 0


if __name__ == "__main__":
    _, deed, place = sys.argv
    sys.exit({"update": update, "judge": judge}[deed](Path(place)))
