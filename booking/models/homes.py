"""Where do two go together, and which households are kept apart?"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.base import Instant, Record
from booking.models.staff import StaffMember
from booking.models.visits import VisitRequest


class WhyTwo(StrEnum):
    """The class of reason for which nobody goes to a home alone; the head sees it."""

    THREAT = "threat"
    ANIMAL = "animal"
    PLACE = "place"
    ILLNESS = "illness"
    OTHER = "other"


class TwoTogether(Record):
    """A home to which nobody goes alone, until somebody has looked at it again."""

    __tablename__ = "two_together"
    __table_args__ = (
        CheckConstraint(f"reason IN {tuple(map(str, WhyTwo))}", name="reason"),
    )

    address_hash: Mapped[bytes] = mapped_column(unique=True)
    reason: Mapped[str] = mapped_column(String(8))
    marked_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    alerts_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    review_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(Instant)

    marked_by: Mapped[StaffMember] = relationship(foreign_keys=[marked_by_id])
    # Who is told when somebody has not left this home in time.
    alerts: Mapped[StaffMember | None] = relationship(foreign_keys=[alerts_id])


class KeptApart(Record):
    """Two wishes whose households staff keep apart; ``one_id`` is the smaller."""

    __tablename__ = "kept_apart"
    __table_args__ = (
        UniqueConstraint("one_id", "other_id"),
        CheckConstraint("one_id < other_id", name="order"),
        CheckConstraint("how IN ('counsellor', 'order')", name="how"),
    )

    one_id: Mapped[int] = mapped_column(ForeignKey("visit_request.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("visit_request.id"))
    how: Mapped[str] = mapped_column(String(10))  # routing.Distance
    kept_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)

    one: Mapped[VisitRequest] = relationship(foreign_keys=[one_id])
    other: Mapped[VisitRequest] = relationship(foreign_keys=[other_id])
