"""Who has opened a stranger's file in an emergency, why, and who has seen that?"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.base import Instant, Record
from booking.models.people import Client
from booking.models.sealed import Sealed
from booking.models.staff import StaffMember


class EmergencyOpening(Record):
    """One file, opened for a short time by somebody whose it is not, with a reason.

    Heads and the data protection officer learn of it at once, the client's own
    counsellor from ``told_from`` on.
    """

    __tablename__ = "emergency_opening"
    __table_args__ = (
        CheckConstraint("ends_at > opened_at", name="order"),
        CheckConstraint("told_from >= opened_at", name="told"),
        Index(None, "client_id"),
        Index(None, "staff_id"),
    )

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    reason_sealed: Mapped[bytes]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    told_from: Mapped[datetime] = mapped_column(Instant)
    why_later_sealed: Mapped[bytes | None]

    reason = Sealed("reason_sealed")
    why_later = Sealed("why_later_sealed")

    staff: Mapped[StaffMember] = relationship()
    client: Mapped[Client] = relationship()
    seen: Mapped[list["EmergencySeen"]] = relationship(
        cascade="all, delete-orphan", order_by="EmergencySeen.at"
    )

    def is_seen_by(self, staff: int) -> bool:
        """Tell whether somebody has said that she knows of it."""
        return any(one.staff_id == staff for one in self.seen)


class EmergencySeen(Record):
    """That one of those who are told of an opening has seen it."""

    __tablename__ = "emergency_seen"
    __table_args__ = (UniqueConstraint("opening_id", "staff_id"),)

    opening_id: Mapped[int] = mapped_column(ForeignKey("emergency_opening.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    staff: Mapped[StaffMember] = relationship()
