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


class FeedScope(StrEnum):
    """Whose time a feed shows: its owner's, or that of all who visit homes."""

    OWN = "own"
    ROUTES = "routes"


class Subscription(Record):
    """One device that reads a feed: its secret address is known by its hash alone.

    It belongs to a counsellor, to an interpreter, or to a coordinator who follows all
    routes; clients' names and streets may leave the house for the first alone.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint(f"level IN {tuple(map(str, FeedLevel))}", name="level"),
        CheckConstraint(
            "(staff_id IS NULL) <> (interpreter_id IS NULL)", name="one_owner"
        ),
        CheckConstraint(f"shows IN {tuple(map(str, FeedScope))}", name="shows"),
        CheckConstraint(
            "shows = 'own' OR (staff_id IS NOT NULL AND level <> 'full')", name="routes"
        ),
        CheckConstraint(
            "staff_id IS NOT NULL OR level <> 'full'", name="interpreters_level"
        ),
        Index(None, "staff_id"),
        Index(None, "interpreter_id"),
    )

    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    interpreter_id: Mapped[int | None] = mapped_column(ForeignKey("interpreter.id"))
    shows: Mapped[str] = mapped_column(String(6), default=FeedScope.OWN)
    label: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(5), default=FeedLevel.PLACE)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    staff: Mapped[StaffMember | None] = relationship()
    interpreter: Mapped[Interpreter | None] = relationship()


class FeedVersion(Base):
    """How often what a counsellor's or an interpreter's feed shows has changed.

    The routes have none of their own: each visit is a counsellor's, so the sum of
    theirs changes with it. One row for all would let every booking wait for the other.
    """

    __tablename__ = "feed_version"
    __table_args__ = (
        CheckConstraint(
            "(staff_id IS NULL) <> (interpreter_id IS NULL)", name="one_owner"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), unique=True)
    interpreter_id: Mapped[int | None] = mapped_column(
        ForeignKey("interpreter.id"), unique=True
    )
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(Instant)
