"""Which files have been kept long enough, and what keeps the others?

First the time: end of counselling, aftercare, and the months of ``retention_settings``.
Then the archive: nothing goes before it has said that it does not keep the file, or has
got it. A legal hold, and whatever still lies ahead, keeps a file besides.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from booking.models import (
    NOT_TOLD,
    Appointment,
    ArchiveAnswer,
    Client,
    FileEnding,
    LegalHold,
    Letter,
    Status,
    Stop,
    VisitRequest,
    Waiting,
    WaitingState,
)
from booking.models.running import zone
from booking.services.held_files import is_held
from booking.services.office import decisions
from booking.services.retention_settings import retention_settings
from booking.services.writing import read_session


def due(now: datetime) -> Select[int]:
    """Select the files that are erased now, with all that lies in them."""
    return _files(
        over(now), released(now), ~is_held(Client.id, now), ~lies_ahead(now), ~shared()
    )


def unanswered(now: datetime) -> Select[int]:
    """Select the files that are to be offered to the archive now."""
    return _files(
        over(now),
        FileEnding.answer.is_(None),
        ~is_held(Client.id, now),
        ~lies_ahead(now),
    )


def kept_back(*, now: datetime) -> dict[str, int]:
    """Count what is not erased, and why."""
    with read_session() as session:
        return {what: _count(session, query) for what, query in _kept_back(now).items()}


def over(now: datetime) -> ColumnElement[bool]:
    """Tell in SQL which files' time is over."""
    period = retention_settings(decisions()).period
    return FileEnding.ended_on < period.first_kept(now.astimezone(zone()).date())


def released(now: datetime) -> ColumnElement[bool]:
    """Tell in SQL which files the archive had let go at a moment."""
    said = FileEnding.answer
    return or_(
        and_(said == ArchiveAnswer.NOT_KEPT, FileEnding.answered_at <= now),
        and_(said == ArchiveAnswer.KEPT, FileEnding.handed_over_at <= now),
    )


def lies_ahead(now: datetime) -> ColumnElement[bool]:
    """Tell in SQL in which files something is still to come: nobody waits in vain."""
    booked = select(Appointment.id).where(
        Appointment.client_id == Client.id,
        Appointment.status == Status.BOOKED,
        Appointment.ends_at > now,
    )
    wished = select(VisitRequest.id).where(
        VisitRequest.client_id == Client.id, VisitRequest.state.in_(NOT_TOLD)
    )
    visited = (
        select(Appointment.id)
        .join(Stop, Stop.appointment_id == Appointment.id)
        .join(VisitRequest, Stop.visit_request_id == VisitRequest.id)
        .where(
            VisitRequest.client_id == Client.id,
            Appointment.status == Status.BOOKED,
            Appointment.ends_at > now,
        )
    )
    waits = select(Waiting.id).where(
        Waiting.client_id == Client.id, Waiting.state == WaitingState.OPEN
    )
    return or_(booked.exists(), wished.exists(), visited.exists(), waits.exists())


def shared() -> ColumnElement[bool]:
    """Tell in SQL which files share a visit with another one: neither may take it."""
    return (
        select(Stop.id)
        .join(Appointment, Stop.appointment_id == Appointment.id)
        .join(VisitRequest, Stop.visit_request_id == VisitRequest.id)
        .where(
            Appointment.client_id != VisitRequest.client_id,
            or_(
                Appointment.client_id == Client.id, VisitRequest.client_id == Client.id
            ),
        )
        .exists()
    )


def letter_is_held(now: datetime) -> ColumnElement[bool]:
    """Tell in SQL which letters speak of what lies in a file that is held."""
    about = (
        (Appointment, Letter.appointment_id),
        (VisitRequest, Letter.visit_request_id),
        (Waiting, Letter.waiting_id),
    )
    return or_(
        *(
            select(of.id)
            .where(of.id == number, of.client_id.is_not(None))
            .where(is_held(of.client_id, now))
            .exists()
            for of, number in about
        )
    )


def _kept_back(now: datetime) -> dict[str, Select[int]]:
    kept = FileEnding.answer == ArchiveAnswer.KEPT
    free = (over(now), ~is_held(Client.id, now), ~lies_ahead(now))
    held = select(LegalHold.client_id).where(LegalHold.ended_at.is_(None))
    return {
        "files under a legal hold": held,
        "files whose time is over, under a legal hold": _files(
            over(now), is_held(Client.id, now)
        ),
        "files whose time is over, until the archive has answered": unanswered(now),
        "files that the archive keeps, until they are handed over": _files(
            *free, kept, FileEnding.handed_over_at.is_(None)
        ),
        "files whose time is over, with something still to come": _files(
            over(now), ~is_held(Client.id, now), lies_ahead(now)
        ),
        "files that share a visit with another file": _files(
            *free, released(now), shared()
        ),
    }


def _files(*conditions: ColumnElement[bool]) -> Select[int]:
    # Joined, not nested: a condition within a condition would lose its own file.
    return (
        select(Client.id)
        .join(FileEnding, FileEnding.client_id == Client.id)
        .where(*conditions)
        .correlate(None)
    )


def _count(session: Session, query: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0
