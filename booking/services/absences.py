"""When is somebody away, or the whole office closed? Why is stored nowhere."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from booking.models import Absence, Appointment, Closure, Role, StaffRole, db
from booking.scheduling import TimeWindow, holidays_between
from booking.services.claim import wait_for
from booking.services.hits import hit_by
from booking.services.journal import Actor, note
from booking.services.office import the_office
from booking.services.writing import write_session

A_YEAR = timedelta(days=365)


class UnknownAbsence(Exception):
    """There is no such absence, or it is somebody else's; both look the same."""


class UnknownClosure(Exception):
    """There is no such closed day."""


@dataclass(frozen=True, slots=True)
class Away:
    """Some counsellors are about to be away in some windows."""

    counsellors: tuple[int, ...]
    windows: tuple[TimeWindow, ...]

    def hit(self, *, now: datetime) -> tuple[Appointment, ...]:
        """Return the appointments that lie in it."""
        return hit_by(self.counsellors, self.windows, now=now)

    def leaves(self, kind: int, window: TimeWindow) -> bool:
        """Tell whether a talk could still be held in a window."""
        return not any(one.overlaps(window) for one in self.windows)

    def is_there(self, counsellor: int) -> bool:
        """Tell whether a colleague could take over what is hit."""
        return counsellor not in self.counsellors

    def save(self, *, by: int, now: datetime) -> None:
        """Enter it; sent twice, it stands there once."""
        with write_session() as session:
            wait_for(session, self.counsellors)
            for counsellor in self.counsellors:
                for window in self.windows:
                    _enter(session, counsellor, window, by, now)


@dataclass(frozen=True, slots=True)
class Closed:
    """The whole office is about to be closed in some windows."""

    windows: tuple[TimeWindow, ...]

    def hit(self, *, now: datetime) -> tuple[Appointment, ...]:
        """Return everybody's appointments that lie in it."""
        return hit_by(_everybody(), self.windows, now=now)

    def leaves(self, kind: int, window: TimeWindow) -> bool:
        """Tell whether a talk could still be held in a window."""
        return not any(one.overlaps(window) for one in self.windows)

    def is_there(self, counsellor: int) -> bool:
        """Tell whether a colleague could take over what is hit."""
        return False

    def save(self, *, by: int, now: datetime) -> None:
        """Enter it; sent twice, it stands there once."""
        with write_session() as session:
            wait_for(session, _everybody())
            for window in self.windows:
                _close(session, window, by, now)


def coming(counsellor: int, *, now: datetime) -> list[Absence]:
    """Return when a counsellor will be away, and is now; the earliest first."""
    query = select(Absence).where(
        Absence.counsellor_id == counsellor, Absence.ends_at > now
    )
    return list(db.session.scalars(query.order_by(Absence.starts_at)))


def take_back(absence: UUID, *, whose: int, now: datetime) -> None:
    """Be there after all. Raises ``UnknownAbsence`` if it is not hers."""
    with write_session() as session:
        row = session.scalar(
            select(Absence)
            .where(Absence.uuid == absence, Absence.counsellor_id == whose)
            .with_for_update()
        )
        if row is None:
            raise UnknownAbsence
        about = f"absence:{row.uuid}"
        session.delete(row)
        note(session, Actor.STAFF, "end absence", about, now=now, staff=whose)


def closures(*, now: datetime) -> list[Closure]:
    """Return when the office will be closed, and is now; the earliest first."""
    query = select(Closure).where(Closure.ends_at > now)
    return list(db.session.scalars(query.order_by(Closure.starts_at)))


def reopen(closure: UUID, *, by: int, now: datetime) -> None:
    """Open the office after all. Raises ``UnknownClosure``."""
    with write_session() as session:
        query = select(Closure).where(Closure.uuid == closure)
        row = session.scalar(query.with_for_update())
        if row is None:
            raise UnknownClosure
        about = f"closure:{row.uuid}"
        session.delete(row)
        note(session, Actor.STAFF, "reopen", about, now=now, staff=by)


def holidays(today: date) -> dict[date, str]:
    """Return the days of a year from now on the office is closed by law."""
    office = the_office()
    return holidays_between(
        today,
        today + A_YEAR,
        country=office.country,
        subdivision=office.subdivision or None,
    )


def _everybody() -> Collection[int]:
    """Return all counsellors, those who left too: what they had stands still."""
    return db.session.scalars(
        select(StaffRole.staff_id).where(StaffRole.role == Role.COUNSELLOR)
    ).all()


def _enter(
    session: Session, counsellor: int, window: TimeWindow, by: int, now: datetime
) -> None:
    if session.scalar(_same(Absence, window).filter_by(counsellor_id=counsellor)):
        return
    row = Absence(counsellor_id=counsellor, starts_at=window.start, ends_at=window.end)
    session.add(row)
    session.flush()
    about = f"absence:{row.uuid}"
    note(session, Actor.STAFF, "enter absence", about, now=now, staff=by)


def _close(session: Session, window: TimeWindow, by: int, now: datetime) -> None:
    if session.scalar(_same(Closure, window)):
        return
    row = Closure(starts_at=window.start, ends_at=window.end)
    session.add(row)
    session.flush()
    note(session, Actor.STAFF, "close", f"closure:{row.uuid}", now=now, staff=by)


def _same(kind: type[Absence] | type[Closure], window: TimeWindow) -> Select[int]:
    return select(kind.id).where(
        kind.starts_at == window.start, kind.ends_at == window.end
    )
