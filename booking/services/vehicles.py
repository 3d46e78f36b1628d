"""Which bikes and cars does the office share? Added, away for a while, given away."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from booking.models import Vehicle, VehicleAway, cleaned, db
from booking.scheduling import TimeWindow
from booking.services.journal import Actor, note
from booking.services.writing import write_session

LONGEST_NAME = 60
POOLED = ("bike", "car")  # whoever walks or takes the bus shares nothing


class ImpossibleVehicle(Exception):
    """It has no name, too long a one, or goes by nothing that the office shares."""


class UnknownVehicle(Exception):
    """There is no such vehicle, or it was given away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVehicle:
    """What is asked of a vehicle."""

    name: str
    mode: str

    def __post_init__(self) -> None:
        if not 0 < len(cleaned(self.name)) <= LONGEST_NAME or self.mode not in POOLED:
            raise ImpossibleVehicle


def listed() -> list[Vehicle]:
    """Return the vehicles of the pool, with when each is away: two queries."""
    rows = (
        select(Vehicle)
        .where(Vehicle.retired_at.is_(None))
        .order_by(Vehicle.mode, Vehicle.name, Vehicle.id)
        .options(selectinload(Vehicle.away))
    )
    return list(db.session.scalars(rows))


def add(new: NewVehicle, *, by: int, now: datetime) -> None:
    """Put a vehicle into the pool."""
    with write_session() as session:
        session.add(Vehicle(name=cleaned(new.name), mode=new.mode))
        note(session, Actor.STAFF, "add vehicle", "office", now=now, staff=by)


def send_away(vehicle: UUID, window: TimeWindow, *, by: int, now: datetime) -> None:
    """Say when a vehicle is in repair or lent out. Raises ``UnknownVehicle``."""
    with write_session() as session:
        row = session.scalar(_pooled(vehicle))
        if row is None:
            raise UnknownVehicle
        known = {(one.starts_at, one.ends_at) for one in row.away}
        if (window.start, window.end) not in known:
            row.away.append(VehicleAway(starts_at=window.start, ends_at=window.end))
        note(session, Actor.STAFF, "send vehicle away", "office", now=now, staff=by)


def take_back(away: UUID, *, by: int, now: datetime) -> None:
    """Say that a vehicle is there after all; said twice is no mistake."""
    with write_session() as session:
        row = session.scalar(select(VehicleAway).where(VehicleAway.uuid == away))
        if row is not None:
            session.delete(row)
            note(session, Actor.STAFF, "take vehicle back", "office", now=now, staff=by)


def retire(vehicle: UUID, *, by: int, now: datetime) -> None:
    """Give a vehicle away; routes that were driven with it still say so."""
    with write_session() as session:
        row = session.scalar(_pooled(vehicle))
        if row is not None:
            row.retired_at = now
            note(session, Actor.STAFF, "retire vehicle", "office", now=now, staff=by)


def _pooled(vehicle: UUID) -> Select[Vehicle]:
    return (
        select(Vehicle)
        .where(Vehicle.uuid == vehicle, Vehicle.retired_at.is_(None))
        .options(selectinload(Vehicle.away))
        .with_for_update(of=Vehicle)
    )
