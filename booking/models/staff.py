"""Who works here? Counsellors, coordinators, the front desk, the office admin."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.base import Base, Instant, Record
from booking.models.sealed import Sealed


class Role(StrEnum):
    """What a staff member may do; one person may have several."""

    COUNSELLOR = "counsellor"
    FRONT_DESK = "front_desk"
    COORDINATOR = "coordinator"
    HEAD = "head"
    DATA_PROTECTION = "data_protection"
    ADMIN = "admin"


class StaffMember(Record):
    """A person of the office; a counsellor is one with that role."""

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint("post_share BETWEEN 1 AND 100", name="post_share"),
        CheckConstraint("daily_maximum > 0", name="daily_maximum"),
        Index(None, "sign_on_hash", unique=True),
    )

    name_sealed: Mapped[bytes]
    email_sealed: Mapped[bytes]
    email_hash: Mapped[bytes] = mapped_column(unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    post_share: Mapped[int] = mapped_column(default=100)  # percent of a full post
    daily_maximum: Mapped[int | None]  # appointments a day
    is_woman: Mapped[bool | None]  # for clients who would rather talk with one
    created_at: Mapped[datetime] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    sign_on_hash: Mapped[bytes | None]  # who she is to the town's single sign-on
    sign_on_issuer_hash: Mapped[bytes | None]  # and to which one

    name = Sealed("name_sealed")
    email = Sealed("email_sealed")

    _roles: Mapped[list["StaffRole"]] = relationship(cascade="all, delete-orphan")
    _languages: Mapped[list["StaffLanguage"]] = relationship(
        cascade="all, delete-orphan"
    )

    @property
    def roles(self) -> frozenset[Role]:
        """What this person may do."""
        return frozenset(Role(row.role) for row in self._roles)

    @roles.setter
    def roles(self, roles: frozenset[Role]) -> None:
        self._roles = [StaffRole(role=role) for role in sorted(roles)]

    @property
    def languages(self) -> frozenset[str]:
        """The codes of the languages this person counsels in."""
        return frozenset(row.language for row in self._languages)

    @languages.setter
    def languages(self, languages: frozenset[str]) -> None:
        self._languages = [StaffLanguage(language=code) for code in sorted(languages)]


class StaffRole(Base):
    """One role of one staff member."""

    __tablename__ = "staff_role"
    __table_args__ = (
        CheckConstraint(
            "role IN ('" + "', '".join(Role) + "')",
            name="role",
        ),
    )

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class StaffLanguage(Base):
    """One language a staff member counsels in."""

    __tablename__ = "staff_language"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
