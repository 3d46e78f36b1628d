"""Who stands in for whom today? Named by the head, until a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from booking.models import (
    Appointment,
    Deputy,
    Role,
    StaffMember,
    StaffRole,
    db,
)
from booking.models.running import zone
from booking.scheduling import TimeWindow, day_window
from booking.services.journal import Actor, note
from booking.services.writing import write_session


class UnknownStandIn(Exception):
    """There is no such stand-in, or nobody of this number works here."""


class NoStretch(Exception):
    """A stand-in cannot end before it begins, nor lie in the past."""


class StandsForHerself(Exception):
    """Nobody stands in for herself."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """For whom somebody stands in today, and on which days in all."""

    counsellor: int
    window: TimeWindow

    def holds(self, counsellor: int, moment: datetime) -> bool:
        """Tell whether it is about this counsellor and this moment."""
        of_hers = counsellor == self.counsellor
        return of_hers and self.window.start <= moment < self.window.end


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStandIn:
    """Whom the head names, for whom (None: for everybody), on which days."""

    deputy: UUID
    counsellor: UUID | None
    first: date
    last: date


def standing_in(staff: int, today: date) -> tuple[StandIn, ...]:
    """Return for whom somebody stands in today; one query."""
    rows = db.session.execute(
        select(StaffRole.staff_id, Deputy.first_day, Deputy.last_day)
        .join_from(
            Deputy,
            StaffRole,
            or_(
                Deputy.counsellor_id.is_(None),
                Deputy.counsellor_id == StaffRole.staff_id,
            ),
        )
        .where(
            Deputy.deputy_id == staff,
            Deputy.first_day <= today,
            Deputy.last_day >= today,
            StaffRole.role == Role.COUNSELLOR,
            StaffRole.staff_id != staff,
        )
        .order_by(StaffRole.staff_id, Deputy.first_day)
    )
    return tuple(StandIn(one, _days(first, last)) for one, first, last in rows)


def named(
    stands_in: Sequence[StandIn],
) -> list[tuple[StaffMember, TimeWindow]]:
    """Return for whom somebody stands in, and when, by name; each once."""
    if not stands_in:
        return []
    until: dict[int, TimeWindow] = {}
    for one in sorted(stands_in, key=_end):
        until[one.counsellor] = one.window
    rows = db.session.scalars(select(StaffMember).where(StaffMember.id.in_(until)))
    return sorted(((one, until[one.id]) for one in rows), key=_name)


def stood_in_for(stands_in: Iterable[StandIn]) -> ColumnElement[bool]:
    """Select the appointments of those for whom somebody stands in, on their days."""
    return or_(
        *(
            and_(
                Appointment.counsellor_id == one.counsellor,
                Appointment.starts_at >= one.window.start,
                Appointment.starts_at < one.window.end,
            )
            for one in stands_in
        ),
        _NOBODYS,
    )


def listed(*, today: date) -> list[Deputy]:
    """Return who stands in now or later; the earliest first."""
    query = (
        select(Deputy)
        .where(Deputy.last_day >= today)
        .options(joinedload(Deputy.deputy), joinedload(Deputy.counsellor))
    )
    return list(db.session.scalars(query.order_by(Deputy.first_day, Deputy.id)))


def for_counsellor(counsellor: int, *, today: date) -> list[Deputy]:
    """Return who stands in for a counsellor now or later, for her or for everybody."""
    return [
        one
        for one in listed(today=today)
        if one.counsellor_id in {None, counsellor} and one.deputy_id != counsellor
    ]


def everybody() -> list[StaffMember]:
    """Return who works here, by name: anybody may be named."""
    rows = db.session.scalars(
        select(StaffMember).where(StaffMember.disabled_at.is_(None))
    )
    return sorted(rows, key=lambda one: one.name)


def name(new: NewStandIn, *, by: int, now: datetime) -> None:
    """Let somebody stand in; named twice, it stands there once.

    Raises ``UnknownStandIn``, ``NoStretch`` or ``StandsForHerself``.
    """
    if not now.astimezone(zone()).date() <= new.last >= new.first:
        raise NoStretch
    if new.deputy == new.counsellor:
        raise StandsForHerself
    numbers = _numbers(new)
    facts = {"first_day": new.first, "last_day": new.last, **numbers}
    with write_session() as session:
        if session.scalar(select(Deputy.id).filter_by(**facts)):
            return
        row = Deputy(**facts, named_by_id=by, created_at=now)
        session.add(row)
        session.flush()
        about = f"staff:{new.deputy}"
        note(session, Actor.STAFF, "name stand-in", about, now=now, staff=by)


def end(stand_in: UUID, *, by: int, now: datetime) -> None:
    """Let somebody stand in no longer. Raises ``UnknownStandIn``."""
    with write_session() as session:
        row = session.scalar(
            select(Deputy)
            .where(Deputy.uuid == stand_in)
            .options(joinedload(Deputy.deputy))
        )
        if row is None:
            raise UnknownStandIn
        about = f"staff:{row.deputy.uuid}"
        session.delete(row)
        note(session, Actor.STAFF, "end stand-in", about, now=now, staff=by)


# Of nobody: an “or” needs one alternative at least.
_NOBODYS = Appointment.id == 0


def _end(one: StandIn) -> datetime:
    return one.window.end


def _name(one: tuple[StaffMember, TimeWindow]) -> str:
    return one[0].name


def _days(first: date, last: date) -> TimeWindow:
    return TimeWindow(day_window(first, zone()).start, day_window(last, zone()).end)


def _numbers(new: NewStandIn) -> dict[str, int | None]:
    known = {one.uuid: one.id for one in everybody()}
    if new.deputy not in known or new.counsellor not in {None, *known}:
        raise UnknownStandIn
    counsellor = known[new.counsellor] if new.counsellor else None
    return {"deputy_id": known[new.deputy], "counsellor_id": counsellor}
