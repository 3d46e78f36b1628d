"""How long does a file stay? When counselling ended, what the archive said, holds."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.base import Instant, Record
from booking.models.people import Client
from booking.models.sealed import Sealed
from booking.models.staff import StaffMember


class WhyEnded(StrEnum):
    """The class of reason for which counselling ended; nothing of the case."""

    GOAL = "goal"
    MOVED = "moved"
    PERIOD = "period"  # three years are over
    OWN_WISH = "own_wish"
    NO_CONTACT = "no_contact"
    OTHER = "other"


class ArchiveAnswer(StrEnum):
    """What the archive said of a file that was offered to it."""

    NOT_KEPT = "not_kept"
    KEPT = "kept"


class FileEnding(Record):
    """The end of counselling of one file, and its way past the archive."""

    __tablename__ = "file_ending"
    __table_args__ = (
        CheckConstraint(f"reason IN {tuple(map(str, WhyEnded))}", name="reason"),
        CheckConstraint(f"answer IN {tuple(map(str, ArchiveAnswer))}", name="answer"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        Index(None, "ended_on"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), unique=True)
    ended_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(10))
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    noted_at: Mapped[datetime] = mapped_column(Instant)
    answer: Mapped[str | None] = mapped_column(String(8))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    exported_at: Mapped[datetime | None] = mapped_column(Instant)
    handed_over_at: Mapped[datetime | None] = mapped_column(Instant)

    client: Mapped[Client] = relationship()
    noted_by: Mapped[StaffMember] = relationship(foreign_keys=[noted_by_id])
    answered_by: Mapped[StaffMember | None] = relationship(
        foreign_keys=[answered_by_id]
    )


class LegalHold(Record):
    """Why nothing of a file may be erased, until somebody has looked at it again."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        # Two that stand at once would each have to be ended.
        Index(
            "uq_legal_hold_standing",
            "client_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "client_id"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    reason_sealed: Mapped[bytes]
    look_again_on: Mapped[date]
    placed_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    placed_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    reason = Sealed("reason_sealed")

    client: Mapped[Client] = relationship()
    placed_by: Mapped[StaffMember] = relationship(foreign_keys=[placed_by_id])
