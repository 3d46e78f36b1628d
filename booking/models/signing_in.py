"""Who is signed in? Sessions kept on our side, so that they can be ended."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.base import Instant, Record
from booking.models.sealed import Sealed
from booking.models.staff import StaffMember


class StaffSession(Record):
    """One browser in which a staff member is signed in; only a hash opens it."""

    __tablename__ = "staff_session"
    __table_args__ = (Index(None, "staff_id"), Index(None, "last_seen_at"))

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
    proved_at: Mapped[datetime | None] = mapped_column(Instant)  # by the second step

    staff: Mapped[StaffMember] = relationship()


class SecondFactor(Record):
    """The secret that a staff member's phone makes codes from (TOTP, RFC 6238)."""

    __tablename__ = "second_factor"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), unique=True)
    secret_sealed: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    last_step: Mapped[int] = mapped_column(default=0)  # no code counts twice

    secret = Sealed("secret_sealed")


class RecoveryCode(Record):
    """A code on paper, for who has lost her phone; each counts once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("staff_id", "code_hash"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    code_hash: Mapped[bytes]
    used_at: Mapped[datetime | None] = mapped_column(Instant)
