"""Which files are offered to the archive, and what did it say?

Archive law comes before erasing. The head sees references and days, and nothing of a
case: what the archive wants to see of it, a counsellor shows.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from booking.models import ArchiveAnswer, Client, FileEnding, LegalHold, db
from booking.services import file_retention, legal_holds
from booking.services.journal import Actor, note
from booking.services.office import decisions
from booking.services.retention_settings import retention_settings
from booking.services.writing import tried_again, write_session


class NotOffered(Exception):
    """One of these files is not on the list any more: look at it again."""


class NotExported(Exception):
    """Nobody has exported this file since the archive said that it keeps it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A file by its reference and its days."""

    reference: str
    opened_on: datetime
    ended_on: date
    kept_until: date
    is_exported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveList:
    """What is to be offered, what the archive keeps, what went lately, what is held."""

    offered: Sequence[Offered]
    kept: Sequence[Offered]
    answered: int  # files that go with the next daily erasing
    held: Sequence[LegalHold]


def listed(*, now: datetime) -> ArchiveList:
    """Return the head's list, the longest ended first."""
    offered = FileEnding.client_id.in_(file_retention.unanswered(now))
    kept = FileEnding.answer == ArchiveAnswer.KEPT
    not_yet = FileEnding.handed_over_at.is_(None)
    goes = file_retention.due(now).subquery()
    return ArchiveList(
        offered=_rows(offered),
        kept=_rows(kept, not_yet),
        answered=db.session.scalar(select(func.count()).select_from(goes)) or 0,
        held=legal_holds.all_standing(),
    )


def waiting(*, now: datetime) -> int:
    """Count what is to be offered now."""
    offered = file_retention.unanswered(now).subquery()
    return db.session.scalar(select(func.count()).select_from(offered)) or 0


@tried_again
def answered(
    references: Collection[str], said: ArchiveAnswer, *, by: int, now: datetime
) -> None:
    """Write down what the archive said of these files. Raises ``NotOffered``."""
    with write_session() as session:
        files = _locked(session, references)
        still = session.scalars(
            file_retention.unanswered(now).where(Client.id.in_(files))
        )
        if set(still) != set(files) or len(files) != len(set(references)):
            raise NotOffered
        for row in session.scalars(
            select(FileEnding).where(FileEnding.client_id.in_(files))
        ):
            row.answer, row.answered_at, row.answered_by_id = said, now, by
        for uuid in files.values():
            deed, about = f"archive: {said}", f"client:{uuid}"
            note(session, Actor.STAFF, deed, about, now=now, staff=by)


@tried_again
def handed_over(reference: str, *, by: int, now: datetime) -> None:
    """Write down that it has a file. Raises ``NotOffered`` or ``NotExported``."""
    with write_session() as session:
        files = _locked(session, [reference])
        row = session.scalar(
            select(FileEnding).where(
                FileEnding.client_id.in_(files),
                FileEnding.answer == ArchiveAnswer.KEPT,
            )
        )
        if row is None or row.answered_at is None:
            raise NotOffered
        if row.exported_at is None or row.exported_at < row.answered_at:
            raise NotExported
        row.handed_over_at = now
        deed, about = "archive: handed over", f"client:{files[row.client_id]}"
        note(session, Actor.STAFF, deed, about, now=now, staff=by)


def _rows(*conditions: object) -> list[Offered]:
    rows = db.session.scalars(
        select(FileEnding)
        .where(*conditions)  # type: ignore[arg-type]  # conditions of two kinds
        .options(joinedload(FileEnding.client))
        .order_by(FileEnding.ended_on, FileEnding.id)
    )
    period = retention_settings(decisions()).period
    return [
        Offered(
            reference=row.client.reference,
            opened_on=row.client.created_at,
            ended_on=row.ended_on,
            kept_until=period.last_kept(row.ended_on),
            is_exported=_is_exported(row),
        )
        for row in rows
    ]


def _is_exported(row: FileEnding) -> bool:
    if row.exported_at is None or row.answered_at is None:
        return False
    return row.exported_at >= row.answered_at


def _locked(session: Session, references: Collection[str]) -> dict[int, object]:
    rows = session.execute(
        select(Client.id, Client.uuid)
        .where(Client.reference.in_(references))
        .order_by(Client.id)
        .with_for_update()
    )
    return {row.id: row.uuid for row in rows}
