"""Which recordings, film and photo has the office given to its pages?

What a page must know of them stands among the office's decisions, which every page
reads anyway. The bytes lie in the database, so that a backup holds them, and are
copied out once to the data directory, so that a phone can ask for any part of them.
"""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import OfficeFile, cleaned, db
from booking.models.running import settings
from booking.services.journal import Actor, note
from booking.services.office import Decisions, decide, decisions
from booking.services.writing import write_session

MEGABYTE = 1_000_000  # bytes
RECORDING = "audio-"
# The pages that a recording can read out: our templates' names.
RECORDED = (
    *("languages", "start", "place", "language", "day", "time", "you", "check"),
    *("visit", "address", "appointment", "wish", "move", "cancel", "find"),
)
FILM, PHOTO = "sign-language-film", "entrance-photo"
SLUGS = (*(RECORDING + page for page in RECORDED), FILM, PHOTO)
LONGEST_DESCRIPTION = 200  # characters


class WrongKind(Exception):
    """The file is not what this place on the page can show."""


class TooLarge(Exception):
    """The file is larger than a phone should load."""


class FileGone(Exception):
    """The file has been taken down a moment ago."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What may stand at a place."""

    media_types: frozenset[str]
    largest: int  # bytes


AUDIO = Kind(
    frozenset({"audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav"}), 5 * MEGABYTE
)
VIDEO = Kind(frozenset({"video/mp4", "video/webm"}), 60 * MEGABYTE)
PICTURE = Kind(frozenset({"image/jpeg", "image/png", "image/webp"}), 2 * MEGABYTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file for one place; ``description`` is what a photo shows, in words."""

    slug: str
    language: str  # "" for all of them
    content: bytes
    description: str = ""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """What a page must know of a file."""

    slug: str
    language: str
    media_type: str
    digest: str
    size: int
    description: str


def kind_of(slug: str) -> Kind:
    """Return what may stand at this place."""
    return {FILM: VIDEO, PHOTO: PICTURE}.get(slug, AUDIO)


def file_of(slug: str, language: str) -> KeptFile | None:
    """Return the file at this place in exactly this language, without its content."""
    return file_among(decisions(), slug, language)


def file_among(decided: Decisions, slug: str, language: str) -> KeptFile | None:
    """Return the same, where the decisions have been read already."""
    found = decided.files.get(_key(slug, language))
    return KeptFile(**found) if found else None


def kept_files() -> list[KeptFile]:
    """Return every file, in the order of the places."""
    found = [KeptFile(**one) for one in decisions().files.values()]
    return sorted(found, key=lambda one: (SLUGS.index(one.slug), one.language))


def keep(new: NewFile, *, by: int, now: datetime) -> None:
    """Put a file in its place, instead of the one before.

    Raises ``WrongKind``, ``TooLarge``.
    """
    kind, media_type = kind_of(new.slug), media_type_of(new.content, new.slug)
    if media_type not in kind.media_types:
        raise WrongKind
    if len(new.content) > kind.largest:
        raise TooLarge
    with write_session() as session:
        before = _taken_out(session, new.slug, new.language)
        session.add(_row(new, media_type, by=by, now=now))
        session.flush()
        _write_index(session, now=now)
        about = f"file:{new.slug}:{new.language}"
        note(session, Actor.STAFF, "keep file", about, now=now, staff=by)
    _forget_copy(before)


def take_down(slug: str, language: str, *, by: int, now: datetime) -> None:
    """Take a file off the pages; nothing there is no fault."""
    with write_session() as session:
        before = _taken_out(session, slug, language)
        if before is None:
            return
        _write_index(session, now=now)
        about = f"file:{slug}:{language}"
        note(session, Actor.STAFF, "take down file", about, now=now, staff=by)
    _forget_copy(before)


def copy_of(file: KeptFile) -> Path:
    """Return where the file's copy lies on disk, made at the first call.

    Raises ``FileGone``.
    """
    path = _copies() / file.digest
    if not path.exists():
        content = db.session.scalar(
            select(OfficeFile.content).where(OfficeFile.digest == file.digest).limit(1)
        )
        if content is None:
            raise FileGone
        _write_whole(path, content)
    return path


def with_digest(slug: str, digest: str) -> KeptFile | None:
    """Return the file that this address names, if it is still in its place."""
    found = (one for one in kept_files() if (one.slug, one.digest) == (slug, digest))
    return next(found, None)


def media_type_of(content: bytes, slug: str = "") -> str:
    """Tell what a file is by how it begins; a name proves nothing."""
    for matches, media_type in _SIGNATURES:
        if matches(content):
            # The container of MPEG-4 begins alike with and without pictures.
            spoken = media_type == "video/mp4" and slug.startswith(RECORDING)
            return "audio/mp4" if spoken else media_type
    return ""


_SIGNATURES: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (lambda c: c.startswith(b"ID3"), "audio/mpeg"),
    # A frame's first eleven bits, layer III.
    (
        lambda c: c[:1] == b"\xff" and c[1:2] in (b"\xfb", b"\xf3", b"\xf2"),
        "audio/mpeg",
    ),
    (lambda c: c.startswith(b"OggS"), "audio/ogg"),
    (lambda c: c[:4] == b"RIFF" and c[8:12] == b"WAVE", "audio/wav"),
    (lambda c: c[:4] == b"RIFF" and c[8:12] == b"WEBP", "image/webp"),
    (lambda c: c[4:8] == b"ftyp", "video/mp4"),
    (lambda c: c.startswith(b"\x1aE\xdf\xa3"), "video/webm"),
    (lambda c: c.startswith(b"\xff\xd8\xff"), "image/jpeg"),
    (lambda c: c.startswith(b"\x89PNG\r\n\x1a\n"), "image/png"),
)


def _row(new: NewFile, media_type: str, *, by: int, now: datetime) -> OfficeFile:
    return OfficeFile(
        slug=new.slug,
        language=new.language,
        media_type=media_type,
        size=len(new.content),
        digest=sha256(new.content).hexdigest(),
        description=cleaned(new.description),
        content=new.content,
        uploaded_at=now,
        uploaded_by_id=by,
    )


def _taken_out(session: Session, slug: str, language: str) -> str | None:
    where = (OfficeFile.slug == slug, OfficeFile.language == language)
    row = session.scalar(select(OfficeFile).where(*where))
    if row is None:
        return None
    session.delete(row)
    session.flush()
    return row.digest


def _write_index(session: Session, *, now: datetime) -> None:
    rows = session.scalars(select(OfficeFile))
    kept = [
        KeptFile(
            slug=row.slug,
            language=row.language,
            media_type=row.media_type,
            digest=row.digest,
            size=row.size,
            description=row.description,
        )
        for row in rows
    ]
    index = {_key(one.slug, one.language): asdict(one) for one in kept}
    decide(session, now=now, files=index)


def _key(slug: str, language: str) -> str:
    return f"{slug}/{language}"


def _copies() -> Path:
    folder = settings().data / "files"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _write_whole(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{secrets.token_hex(8)}")
    draft.write_bytes(content)
    draft.replace(path)  # two that come together both end with the whole file


def _forget_copy(digest: str | None) -> None:
    # The same file may stand in two places; then the copy is simply made again.
    if digest:
        (_copies() / digest).unlink(missing_ok=True)
