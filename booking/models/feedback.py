"""What hinders somebody on our pages? The answers to the accessibility statement."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.models.base import Instant, Record
from booking.models.sealed import Sealed


class Feedback(Record):
    """One barrier somebody told us of, and how to answer her."""

    __tablename__ = "feedback"
    __table_args__ = (Index(None, "done_at"),)

    language: Mapped[str] = mapped_column(String(12))
    page: Mapped[str] = mapped_column(String(60), default="")
    idempotency_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    text_sealed: Mapped[bytes | None]
    contact_sealed: Mapped[bytes | None]

    text = Sealed("text_sealed")
    contact = Sealed("contact_sealed")
