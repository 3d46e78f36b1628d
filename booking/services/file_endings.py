"""When did counselling end? From then on a file's time runs; reopened, it stands."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.models import (
    Appointment,
    Client,
    FileEnding,
    LegalHold,
    Status,
    WhyEnded,
    db,
)
from booking.models.running import zone
from booking.services import clients, legal_holds
from booking.services.journal import Actor, note
from booking.services.office import decisions
from booking.services.retention_settings import retention_settings
from booking.services.sessions import SignedIn
from booking.services.writing import tried_again, write_session


class AlreadyEnded(Exception):
    """Somebody has written down the end before; reopen the file to change it."""


class SomethingAhead(Exception):
    """An appointment is still booked: counselling has not ended."""


class ImpossibleEnding(Exception):
    """Counselling cannot have ended on a day to come, or before it began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """On which day counselling ended, and the class of reason."""

    on: date
    reason: WhyEnded


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long a file stays: its end, until when it is kept, what holds it."""

    ending: FileEnding | None
    kept_until: date | None  # the last day, unless the archive has not answered
    hold: LegalHold | None


@tried_again
def end(person: SignedIn, reference: str, ending: Ending, *, now: datetime) -> None:
    """Write down that counselling has ended.

    Raises ``UnknownClient``, ``AlreadyEnded``, ``SomethingAhead`` or
    ``ImpossibleEnding``.
    """
    with write_session() as session:
        file = clients.of_hers(session, person, reference)
        if _of(session, file.id) is not None:
            raise AlreadyEnded
        _refuse_impossible(file, ending, now)
        if _is_something_ahead(session, file.id, now):
            raise SomethingAhead
        session.add(
            FileEnding(
                client_id=file.id,
                ended_on=ending.on,
                reason=ending.reason,
                noted_by_id=person.id,
                noted_at=now,
            )
        )
        _note(session, "end counselling", file, person, now)


@tried_again
def reopen(person: SignedIn, reference: str, *, now: datetime) -> None:
    """Counsel on: the file leaves the archive's list. Raises ``UnknownClient``."""
    with write_session() as session:
        file = clients.of_hers(session, person, reference)
        row = _of(session, file.id)
        if row is None:
            return
        session.delete(row)
        _note(session, "reopen a file", file, person, now)


def keeping(file: Client) -> Keeping:
    """Return how long a file stays."""
    row = db.session.scalar(
        select(FileEnding)
        .where(FileEnding.client_id == file.id)
        .options(joinedload(FileEnding.noted_by))
    )
    period = retention_settings(decisions()).period
    return Keeping(
        ending=row,
        kept_until=period.last_kept(row.ended_on) if row else None,
        hold=legal_holds.standing(file.id),
    )


def _of(session: Session, file: int) -> FileEnding | None:
    return session.scalar(select(FileEnding).where(FileEnding.client_id == file))


def _refuse_impossible(file: Client, ending: Ending, now: datetime) -> None:
    began = file.counselling_from or ending.on
    if not began <= ending.on <= now.astimezone(zone()).date():
        raise ImpossibleEnding


def _is_something_ahead(session: Session, file: int, now: datetime) -> bool:
    ahead = select(Appointment.id).where(
        Appointment.client_id == file,
        Appointment.status == Status.BOOKED,
        Appointment.ends_at > now,
    )
    return session.scalar(ahead.limit(1)) is not None


def _note(
    session: Session, deed: str, file: Client, person: SignedIn, now: datetime
) -> None:
    about = f"client:{file.uuid}"
    note(session, Actor.STAFF, deed, about, now=now, staff=person.id)
