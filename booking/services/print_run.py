"""What goes into the post? Letters in two languages, one sheet each."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from booking import mail
from booking.languages import Language, language_of_code
from booking.models import Letter, LetterKind, db
from booking.services import calls
from booking.services.letter_texts import content_of
from booking.services.sessions import SignedIn

TAKES = timedelta(days=3)  # what a letter may need to arrive, with a weekend between


@dataclass(frozen=True, slots=True)
class Half:
    """One language's half of a sheet."""

    language: Language
    words: mail.Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One letter as it is printed."""

    letter: UUID
    name: str
    address: tuple[str, ...]  # lines; none means that it cannot be posted
    halves: tuple[Half, ...]
    link: str
    too_late: bool  # it will hardly arrive in time: better call


def sheets(person: SignedIn, *, now: datetime) -> list[Sheet]:
    """Return the print run; what is overtaken is left out."""
    found = (_sheet(row, now) for row in calls.to_print(person, now=now))
    return [sheet for sheet in found if sheet is not None]


def _sheet(letter: Letter, now: datetime) -> Sheet | None:
    halves, content = [], None
    for language in _languages(letter):
        content = content_of(db.session(), letter, now=now, language=language)
        if content is None:
            return None
        words = mail.words(content.kind, language, content.facts)
        halves.append(Half(language, words))
    if content is None:
        return None
    # What is cancelled has nothing to open; who is discreet carries no picture code.
    no_link = content.to.discreet or content.kind is LetterKind.CANCELLED
    return Sheet(
        letter=letter.uuid,
        name=content.to.name,
        address=_lines(content.to.address),
        halves=tuple(halves),
        link="" if no_link else content.facts.get("url", ""),
        too_late=_too_late(letter, now),
    )


def _languages(letter: Letter) -> list[Language]:
    """Return hers and German; who reads German of any kind gets one."""
    hers, german = language_of_code(letter.language), language_of_code("de")
    return [hers] if hers.locale == german.locale else [hers, german]


def _lines(address: str) -> tuple[str, ...]:
    """Break an address as an envelope shows it: street, then postcode and town."""
    pieces = re.split(r"\s*[\n,]\s*", address.strip())
    return tuple(piece for piece in pieces if piece)


def _too_late(letter: Letter, now: datetime) -> bool:
    row = letter.appointment
    return row is not None and row.starts_at - now < TAKES
