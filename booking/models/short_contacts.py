"""What was settled between two appointments? A call, a word in the corridor."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.base import Instant, Record
from booking.models.people import Client
from booking.models.sealed import Sealed
from booking.models.staff import StaffMember

A_WORKING_DAY = 480  # minutes; what takes longer is no short contact


class ContactKind(StrEnum):
    """By which way somebody was helped."""

    PHONE = "phone"
    CORRIDOR = "corridor"
    AUTHORITY = "authority"  # a call to an authority for somebody
    WRITTEN = "written"  # an e-mail or a letter


class ShortContact(Record):
    """A few minutes for somebody, without an appointment and perhaps without a file."""

    __tablename__ = "short_contact"
    __table_args__ = (
        CheckConstraint(f"kind IN {tuple(map(str, ContactKind))}", name="kind"),
        CheckConstraint(f"minutes BETWEEN 1 AND {A_WORKING_DAY}", name="minutes"),
        Index(None, "staff_id", "at"),
        Index(None, "at"),
        Index(None, "client_id"),
    )

    kind: Mapped[str] = mapped_column(String(10))
    minutes: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"))
    topic_sealed: Mapped[bytes | None]
    note_sealed: Mapped[bytes | None]
    idempotency_key: Mapped[str | None] = mapped_column(String(64), unique=True)

    topic = Sealed("topic_sealed")
    note = Sealed("note_sealed")

    staff: Mapped[StaffMember] = relationship()
    client: Mapped[Client | None] = relationship()

    @property
    def about(self) -> str:
        """Name it in the journal."""
        return f"contact:{self.uuid}"
