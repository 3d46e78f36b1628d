"""Which files has the office given to its pages: recordings, a film, a photo?"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.models.base import Instant, Record


class OfficeFile(Record):
    """One file for one place on the pages, in one language ("" for all of them)."""

    __tablename__ = "office_file"
    __table_args__ = (
        UniqueConstraint("slug", "language"),
        CheckConstraint("size > 0", name="size"),
    )

    slug: Mapped[str] = mapped_column(String(60))  # audio-start, sign-language, …
    language: Mapped[str] = mapped_column(String(12), default="")
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]  # bytes
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256, hexadecimal
    description: Mapped[str] = mapped_column(String(200), default="")
    content: Mapped[bytes] = mapped_column(deferred=True)
    uploaded_at: Mapped[datetime] = mapped_column(Instant)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
