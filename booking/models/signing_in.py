"""Who is signed in? Sessions kept on our side, so that they can be ended."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
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


class SignInLinkKind(StrEnum):
    """Why somebody is given a link by which she sets her own password."""

    INVITATION = "invitation"
    RESET = "reset"


class SignInLink(Record):
    """The last link by which somebody may set her password; a new one replaces it.

    Only its hash opens it. The link itself is kept, sealed, until its letter is sent.
    """

    __tablename__ = "sign_in_link"
    __table_args__ = (
        CheckConstraint(f"kind IN {tuple(map(str, SignInLinkKind))}", name="kind"),
    )

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    token_hash: Mapped[bytes | None] = mapped_column(unique=True)  # None: ended
    token_sealed: Mapped[bytes | None]
    number: Mapped[int] = mapped_column(default=0)  # how many there have been
    expires_at: Mapped[datetime] = mapped_column(Instant)

    token = Sealed("token_sealed")

    staff: Mapped[StaffMember] = relationship()


class Passkey(Record):
    """A key of a staff member's own device; we know its public half alone."""

    __tablename__ = "passkey"
    __table_args__ = (Index(None, "staff_id"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    # Goes up at each use, unless the device does not count; 32 bits without a sign.
    sign_count: Mapped[int] = mapped_column(BigInteger)
    label: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)

    staff: Mapped[StaffMember] = relationship()


class PasskeyChallenge(Record):
    """What a browser's passkey is to sign: one each, good for one answer."""

    __tablename__ = "passkey_challenge"
    __table_args__ = (Index(None, "created_at"),)

    browser_hash: Mapped[bytes] = mapped_column(unique=True)
    challenge: Mapped[bytes]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # who adds one
    created_at: Mapped[datetime] = mapped_column(Instant)
