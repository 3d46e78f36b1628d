"""Which calendar apps may read along, and how do they learn of a change?"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.base import Base, Instant, Record
from booking.models.people import Interpreter
from booking.models.staff import StaffMember


class FeedLevel(StrEnum):
    """How much a calendar app is told."""

    BUSY = "busy"
    PLACE = "place"
    FULL = "full"


class Subscription(Record):
    """One device that reads a feed: its secret address is known by its hash alone."""

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint(f"level IN {tuple(map(str, FeedLevel))}", name="level"),
        CheckConstraint(
            "(staff_id IS NULL) <> (interpreter_id IS NULL)", name="one_owner"
        ),
        Index(None, "staff_id"),
    )

    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    interpreter_id: Mapped[int | None] = mapped_column(ForeignKey("interpreter.id"))
    label: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(5), default=FeedLevel.PLACE)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    staff: Mapped[StaffMember | None] = relationship()
    interpreter: Mapped[Interpreter | None] = relationship()


class FeedVersion(Base):
    """How often what a counsellor's feed shows has changed."""

    __tablename__ = "feed_version"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(Instant)
