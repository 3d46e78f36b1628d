"""Which ways do staff know better than any map? Hashes stand here, no address."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.models.base import Instant, Record

AT_THE_OFFICE = b"office"  # instead of the hash of an address
LONGEST_WAY = 240  # minutes


class KnownWay(Record):
    """How long it takes between two doors, there as back, by one mode of travel.

    The doors are the address hashes of wishes, the smaller first: a way is there once.
    """

    __tablename__ = "known_way"
    __table_args__ = (
        UniqueConstraint("mode", "one_hash", "other_hash"),
        CheckConstraint(f"minutes BETWEEN 1 AND {LONGEST_WAY}", name="minutes"),
        CheckConstraint("one_hash < other_hash", name="order"),
    )

    mode: Mapped[str] = mapped_column(String(8))
    one_hash: Mapped[bytes]
    other_hash: Mapped[bytes]
    minutes: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(Instant)
