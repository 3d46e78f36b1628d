"""What has the office decided, and in which words? Settings, texts, signs of life."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.models.base import Base, Instant, Record


class Setting(Base):
    """One decision of the office, edited on its own page."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class OfficeText(Record):
    """A text the office edits, per language; older versions stay."""

    __tablename__ = "text"
    __table_args__ = (UniqueConstraint("slug", "language", "version"),)

    slug: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(12))
    version: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Instant)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Heartbeat(Base):
    """When a worker last showed that it is alive."""

    __tablename__ = "worker_heartbeat"

    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
