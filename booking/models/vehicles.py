"""Which bikes and cars does the office share?"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.base import Instant, Record


class Vehicle(Record):
    """One bike or car of the office's pool, until it is given away."""

    __tablename__ = "vehicle"

    name: Mapped[str] = mapped_column(String(60))
    mode: Mapped[str] = mapped_column(String(8))
    retired_at: Mapped[datetime | None] = mapped_column(Instant)

    away: Mapped[list["VehicleAway"]] = relationship(
        back_populates="vehicle",
        cascade="all, delete-orphan",
        order_by="VehicleAway.starts_at",
    )


class VehicleAway(Record):
    """When a vehicle is in repair, or lent out."""

    __tablename__ = "vehicle_away"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        Index(None, "vehicle_id", "ends_at"),
    )

    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicle.id"))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)

    vehicle: Mapped[Vehicle] = relationship(back_populates="away")
