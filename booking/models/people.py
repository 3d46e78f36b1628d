"""Who comes, and who helps to understand? Clients and interpreters."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.base import Base, Instant, Record
from booking.models.sealed import Sealed
from booking.models.staff import StaffMember
from booking.scheduling import WeeklyHours


class Reach(StrEnum):
    """How somebody wants to hear from us; NONE means: do not write to me."""

    NONE = "none"
    SMS = "sms"
    CALL = "call"
    POST = "post"
    EMAIL = "email"


class Client(Record):
    """One person with a file; a household only relates files."""

    __tablename__ = "client"
    __table_args__ = (
        CheckConstraint(f"reach IN {tuple(map(str, Reach))}", name="reach"),
        CheckConstraint("counselling_from <= counselling_until", name="period"),
        Index(None, "name_hash"),
        Index(None, "phone_hash"),
        Index(None, "counsellor_id"),
    )

    reference: Mapped[str] = mapped_column(String(12), unique=True)
    name_sealed: Mapped[bytes]
    name_hash: Mapped[bytes]
    phone_sealed: Mapped[bytes | None]
    phone_hash: Mapped[bytes | None]
    email_sealed: Mapped[bytes | None]
    email_hash: Mapped[bytes | None]
    address_sealed: Mapped[bytes | None]
    safe_hours_sealed: Mapped[bytes | None]
    language: Mapped[str] = mapped_column(String(12))
    reach: Mapped[str] = mapped_column(String(5), default=Reach.NONE)
    no_message: Mapped[bool] = mapped_column(default=False)
    discreet: Mapped[bool] = mapped_column(default=False)
    counsellor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    counselling_from: Mapped[date | None]
    counselling_until: Mapped[date | None]
    erase_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(Instant)

    name = Sealed("name_sealed")
    phone = Sealed("phone_sealed")
    email = Sealed("email_sealed")
    address = Sealed("address_sealed")
    safe_hours = Sealed("safe_hours_sealed")

    counsellor: Mapped[StaffMember | None] = relationship()


class PersonalLink(Record):
    """A link or QR of one client: books with her own counsellor, and shows nothing.

    It stays sealed beside its hash, because her file prints it again.
    """

    __tablename__ = "personal_link"
    __table_args__ = (Index(None, "client_id"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    token_sealed: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    token = Sealed("token_sealed")

    client: Mapped[Client] = relationship()


class InterpreterKind(StrEnum):
    """How an interpreter joins a talk."""

    ON_SITE = "on_site"
    PHONE = "phone"
    VIDEO = "video"


class Interpreter(Record):
    """Somebody who interprets; can be booked once at a time."""

    __tablename__ = "interpreter"
    __table_args__ = (
        CheckConstraint(f"kind IN {tuple(map(str, InterpreterKind))}", name="kind"),
        CheckConstraint("lead_hours >= 0", name="lead_hours"),
    )

    name_sealed: Mapped[bytes]
    phone_sealed: Mapped[bytes | None]
    email_sealed: Mapped[bytes | None]
    kind: Mapped[str] = mapped_column(String(8), default=InterpreterKind.ON_SITE)
    lead_hours: Mapped[int] = mapped_column(default=48)
    active: Mapped[bool] = mapped_column(default=True)
    is_woman: Mapped[bool | None]  # for clients who would rather talk with one

    name = Sealed("name_sealed")
    phone = Sealed("phone_sealed")
    email = Sealed("email_sealed")

    _languages: Mapped[list["InterpreterLanguage"]] = relationship(
        cascade="all, delete-orphan"
    )

    @property
    def languages(self) -> frozenset[str]:
        """The codes of the languages interpreted to and from German."""
        return frozenset(row.language for row in self._languages)

    @languages.setter
    def languages(self, languages: frozenset[str]) -> None:
        self._languages = [
            InterpreterLanguage(language=code) for code in sorted(languages)
        ]


class InterpreterLanguage(Base):
    """One language of an interpreter."""

    __tablename__ = "interpreter_language"

    interpreter_id: Mapped[int] = mapped_column(
        ForeignKey("interpreter.id"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(12), primary_key=True)


class InterpreterHours(Record):
    """When an interpreter can come: a weekly pattern in wall time."""

    __tablename__ = "interpreter_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens < closes", name="order"),
        Index(None, "interpreter_id"),
    )

    interpreter_id: Mapped[int] = mapped_column(ForeignKey("interpreter.id"))
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    def as_weekly_hours(self) -> WeeklyHours:
        """Hand out the pattern as a value of ``booking.scheduling``."""
        return WeeklyHours(
            weekday=self.weekday,
            opens=self.opens,
            closes=self.closes,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )
