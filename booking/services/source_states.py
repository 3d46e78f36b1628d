"""How do a counsellor's own calendars stand: read when, how often busy, in trouble?

Everything is loaded through the person: a stranger's calendar is not found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from booking.models import CalendarSource, SourceKind, StaffMember, db
from booking.models.running import zone
from booking.services import busy_times
from booking.services.sessions import SignedIn

STALE_FOR_HER = timedelta(hours=6)
STALE_FOR_THE_OFFICE = timedelta(hours=24)


class UnknownSource(Exception):
    """There is no such calendar, or it is somebody else's; both look the same."""


class State(StrEnum):
    """How much is to be made of what a calendar told last."""

    FRESH = "fresh"
    DOUBTED = "doubted"  # suddenly empty: what was known before still blocks
    FAILED = "failed"  # the last try; what is known is of today all the same
    STALE = "stale"
    OVER = "over"  # a file whose last day has passed


@dataclass(frozen=True, slots=True)
class Shown:
    """A calendar of hers as a page shows it."""

    row: CalendarSource
    blocks: int  # in the next eight weeks
    state: State

    @property
    def host(self) -> str:
        """On whose server it lies; the rest of its address is a secret."""
        return urlsplit(self.row.address).netloc

    @property
    def doubts(self) -> int:
        """How many things were unclear."""
        return sum(self.row.warnings.values())


def listed(person: SignedIn, *, now: datetime) -> list[Shown]:
    """Return her calendars; the number of queries does not grow with them."""
    blocks = busy_times.blocks_ahead(person.id, now=now)
    rows = db.session.scalars(_hers(person.id).order_by(CalendarSource.id))
    return [Shown(row, blocks.get(row.id, 0), state_of(row, now)) for row in rows]


def found(person: SignedIn, source: UUID, *, now: datetime) -> Shown:
    """Return one calendar of hers. Raises ``UnknownSource``."""
    row = loaded(db.session(), person.id, source)
    blocks = busy_times.blocks_ahead(person.id, now=now)
    return Shown(row, blocks.get(row.id, 0), state_of(row, now))


def loaded(session: Session, staff_id: int, source: UUID) -> CalendarSource:
    """Load one of hers; in a write unit nobody else changes it meanwhile.

    Raises ``UnknownSource``.
    """
    query = _hers(staff_id).where(CalendarSource.uuid == source)
    if session is not db.session():
        query = query.with_for_update()
    row = session.scalar(query)
    if row is None:
        raise UnknownSource
    return row


def state_of(row: CalendarSource, now: datetime) -> State:
    """Say how much is to be made of what a calendar told last."""
    if row.valid_until is not None:
        today = now.astimezone(zone()).date()
        return State.OVER if row.valid_until < today else State.FRESH
    if row.empty_since is not None:
        return State.DOUBTED
    if row.fetched_at is None or now - row.fetched_at >= STALE_FOR_HER:
        return State.STALE
    return State.FAILED if row.trouble else State.FRESH


def in_doubt(person: SignedIn, *, now: datetime) -> int:
    """Count her calendars that are not read any more, or not believed."""
    today = now.astimezone(zone()).date()
    wanting = or_(
        CalendarSource.valid_until < today,
        CalendarSource.empty_since.is_not(None),
        CalendarSource.fetched_at <= now - STALE_FOR_HER,
    )
    query = select(func.count()).where(CalendarSource.staff_id == person.id, wanting)
    return db.session.scalar(query) or 0


def stale_for_the_office(
    *, now: datetime, session: Session | None = None
) -> Sequence[CalendarSource]:
    """Return which calendars were not read for a day, the longest first."""
    return (
        (session or db.session())
        .scalars(
            select(CalendarSource)
            .join(CalendarSource.staff)
            .where(
                CalendarSource.kind == SourceKind.ADDRESS,
                CalendarSource.fetched_at <= now - STALE_FOR_THE_OFFICE,
                StaffMember.disabled_at.is_(None),
            )
            .options(contains_eager(CalendarSource.staff))
            .order_by(CalendarSource.fetched_at)
        )
        .all()
    )


def _hers(staff_id: int) -> Select[CalendarSource]:
    return select(CalendarSource).where(CalendarSource.staff_id == staff_id)
