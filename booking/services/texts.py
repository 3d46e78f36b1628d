"""Which words has the office written itself? Versions stay; the newest one counts.

A version without words means: our shipped text again.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.models import OfficeText, StaffMember, Topic, cleaned, db
from booking.services.journal import Actor, note
from booking.services.writing import write_session

LEICHTE_SPRACHE = "leichte-sprache"
PAPERS = ("privacy", "imprint", "accessibility", LEICHTE_SPRACHE)
HELP, BRING = "help-", "bring-"
LONGEST_TEXT = 20_000  # characters: about eight printed pages


def word_of(topic: str) -> str:
    """Write an area of life as addresses do: ``childcare-and-school``."""
    return topic.replace("_", "-")


SLUGS = (
    *PAPERS,
    *(HELP + word_of(topic) for topic in Topic),
    *(BRING + word_of(topic) for topic in Topic),
)


class ChangedMeanwhile(Exception):
    """Somebody else has saved this text since the form was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What somebody wrote, and after which version."""

    slug: str
    language: str
    body: str  # "" for the shipped text
    after: int  # the number of the version she saw; 0 for none


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a text."""

    number: int
    body: str
    written_at: datetime
    author: str


def text_of(slug: str, language: str) -> str | None:
    """Return the office's own words in this language, or None: the shipped ones."""
    return db.session.scalar(_newest(slug, language)) or None


def versions_of(slug: str, language: str) -> list[Version]:
    """Return every version of a text, newest first."""
    rows = db.session.execute(
        select(OfficeText, StaffMember)
        .outerjoin(StaffMember, StaffMember.id == OfficeText.written_by_id)
        .where(OfficeText.slug == slug, OfficeText.language == language)
        .order_by(OfficeText.version.desc())
    )
    return [
        Version(row.version, row.body, row.written_at, _name_of(author))
        for row, author in rows
    ]


def own_texts() -> dict[tuple[str, str], datetime]:
    """Say since when the office has its own words, by text and language."""
    newest = (
        select(OfficeText.slug, OfficeText.language, func.max(OfficeText.version))
        .group_by(OfficeText.slug, OfficeText.language)
        .subquery()
    )
    rows = db.session.execute(
        select(OfficeText.slug, OfficeText.language, OfficeText.written_at)
        .join(
            newest,
            (OfficeText.slug == newest.c[0])
            & (OfficeText.language == newest.c[1])
            & (OfficeText.version == newest.c[2]),
        )
        .where(OfficeText.body != "")
    )
    return {(slug, language): moment for slug, language, moment in rows}


def save(writing: Writing, *, by: int, now: datetime) -> None:
    """Keep a new version, unless nothing has changed. Raises ``ChangedMeanwhile``."""
    try:
        with write_session() as session:
            _add(session, writing, by=by, now=now)
    except IntegrityError as clash:
        raise ChangedMeanwhile from clash


def _add(session: Session, writing: Writing, *, by: int, now: datetime) -> None:
    body = cleaned(writing.body)
    where = (
        OfficeText.slug == writing.slug,
        OfficeText.language == writing.language,
    )
    number = session.scalar(select(func.max(OfficeText.version)).where(*where)) or 0
    if number != writing.after:
        raise ChangedMeanwhile
    if body == (session.scalar(_newest(writing.slug, writing.language)) or ""):
        return
    session.add(
        OfficeText(
            slug=writing.slug,
            language=writing.language,
            version=number + 1,
            body=body,
            written_at=now,
            written_by_id=by,
        )
    )
    about = f"text:{writing.slug}:{writing.language}"
    note(session, Actor.STAFF, "write text", about, now=now, staff=by)


def _name_of(author: StaffMember | None) -> str:
    return author.name if author is not None else ""


def _newest(slug: str, language: str) -> Select[str]:
    return (
        select(OfficeText.body)
        .where(OfficeText.slug == slug, OfficeText.language == language)
        .order_by(OfficeText.version.desc())
        .limit(1)
    )
