"""Where and when is counselling offered? The office, what it offers, its hours."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.base import Base, Instant, Record
from booking.models.staff import StaffMember
from booking.scheduling import SlotRules, TimeWindow, WeeklyHours


class Place(StrEnum):
    """Where a consultation takes place."""

    OFFICE = "office"
    PHONE = "phone"
    HOME = "home"


class BookableBy(StrEnum):
    """Who may book a consultation type."""

    ANYONE = "anyone"
    KNOWN_CLIENTS = "known_clients"
    STAFF = "staff"


class Office(Record):
    """The place of consultations: what stands on every page and letter."""

    __tablename__ = "office"

    name: Mapped[str] = mapped_column(String(80))  # Bürgerhaus
    service: Mapped[str] = mapped_column(String(80))  # Integrationsmanagement
    street: Mapped[str] = mapped_column(String(80))
    house_number: Mapped[str] = mapped_column(String(10))
    postcode: Mapped[str] = mapped_column(String(10))
    town: Mapped[str] = mapped_column(String(80))
    floor: Mapped[str] = mapped_column(String(10), default="")
    phone: Mapped[str] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(String(120))
    # Which public holidays close it (ISO 3166-2): DE-BW is Baden-Württemberg.
    country: Mapped[str] = mapped_column(String(2), default="DE")
    subdivision: Mapped[str] = mapped_column(String(6), default="BW")


class ConsultationType(Record):
    """What is offered: how long, where, and how it may be booked. Minutes and days."""

    __tablename__ = "consultation_type"
    __table_args__ = (
        CheckConstraint(f"place IN {tuple(map(str, Place))}", name="place"),
        CheckConstraint(
            f"bookable_by IN {tuple(map(str, BookableBy))}", name="bookable_by"
        ),
        CheckConstraint(
            "minutes > 0 AND raster > 0 AND buffer_before >= 0 AND buffer_after >= 0 "
            "AND interpreter_minutes >= 0 AND group_minutes >= 0 "
            "AND notice >= 0 AND horizon > 0",
            name="lengths",
        ),
    )

    slug: Mapped[str] = mapped_column(String(40), unique=True)
    place: Mapped[str] = mapped_column(String(10))
    minutes: Mapped[int] = mapped_column(default=45)
    interpreter_minutes: Mapped[int] = mapped_column(default=15)
    group_minutes: Mapped[int] = mapped_column(default=15)
    buffer_before: Mapped[int] = mapped_column(default=0)
    buffer_after: Mapped[int] = mapped_column(default=15)
    raster: Mapped[int] = mapped_column(default=15)
    notice: Mapped[int] = mapped_column(default=24 * 60)
    horizon: Mapped[int] = mapped_column(default=42)  # days
    bookable_by: Mapped[str] = mapped_column(String(14), default=BookableBy.ANYONE)
    active: Mapped[bool] = mapped_column(default=True)

    def rules(self, *, interpreted: bool, group: bool) -> SlotRules:
        """Return how such a talk is cut out of the day."""
        extra = self.interpreter_minutes if interpreted else 0
        extra += self.group_minutes if group else 0
        return SlotRules(
            length=timedelta(minutes=self.minutes + extra),
            before=timedelta(minutes=self.buffer_before),
            after=timedelta(minutes=self.buffer_after),
            raster=timedelta(minutes=self.raster),
        )


opening_hours_type = Table(
    "opening_hours_type",
    Base.metadata,
    Column("opening_hours_id", ForeignKey("opening_hours.id"), primary_key=True),
    Column("type_id", ForeignKey("consultation_type.id"), primary_key=True),
)


class OpeningHours(Record):
    """A counsellor's weekly pattern in wall time; no types listed means all."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens < closes", name="order"),
        CheckConstraint("every_weeks > 0", name="every_weeks"),
        Index(None, "counsellor_id"),
    )

    counsellor_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    weekday: Mapped[int]  # Monday is 0
    opens: Mapped[time]
    closes: Mapped[time]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    every_weeks: Mapped[int] = mapped_column(default=1)

    counsellor: Mapped[StaffMember] = relationship()
    types: Mapped[list[ConsultationType]] = relationship(secondary=opening_hours_type)

    def as_weekly_hours(self) -> WeeklyHours:
        """Hand out the pattern as a value of ``booking.scheduling``."""
        return WeeklyHours(
            weekday=self.weekday,
            opens=self.opens,
            closes=self.closes,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            every_weeks=self.every_weeks,
        )


class Absence(Record):
    """A counsellor is away; why is nobody's business and not stored."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        Index(None, "counsellor_id", "ends_at"),
    )

    counsellor_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def window(self) -> TimeWindow:
        """When she is away."""
        return TimeWindow(self.starts_at, self.ends_at)


class Closure(Record):
    """The whole office is closed."""

    __tablename__ = "closure"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="order"),)

    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def window(self) -> TimeWindow:
        """When nobody is seen."""
        return TimeWindow(self.starts_at, self.ends_at)
