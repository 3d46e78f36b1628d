"""Who comes without an appointment, and when may anybody come? Numbered, no slots."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.base import Instant, Record
from booking.models.people import Client
from booking.models.sealed import Sealed
from booking.models.staff import StaffMember
from booking.scheduling import WeeklyHours


class OpenHour(Record):
    """When anybody may come, every week in wall time; nobody books it."""

    __tablename__ = "open_hour"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens < closes", name="order"),
        CheckConstraint("valid_from <= valid_until", name="validity"),
    )

    weekday: Mapped[int]  # Monday is 0
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


class WalkInState(StrEnum):
    """Where somebody stands who came without an appointment."""

    WAITING = "waiting"
    CALLED = "called"  # a counsellor sees her now
    DONE = "done"
    LEFT = "left"  # before anybody had time


class WalkIn(Record):
    """Somebody who came by: a number of that day, and no name."""

    __tablename__ = "walk_in"
    __table_args__ = (
        UniqueConstraint("day", "number"),
        CheckConstraint(f"state IN {tuple(map(str, WalkInState))}", name="state"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint(
            "state IN ('waiting', 'left') OR called_by_id IS NOT NULL", name="called"
        ),
        Index(None, "client_id"),
    )

    day: Mapped[date]  # at the office; numbers begin anew each day
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(7), default=WalkInState.WAITING)
    language: Mapped[str | None] = mapped_column(String(12))
    topic_sealed: Mapped[bytes | None]
    came_at: Mapped[datetime] = mapped_column(Instant)
    called_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    called_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"))
    idempotency_key: Mapped[str | None] = mapped_column(String(64), unique=True)

    topic = Sealed("topic_sealed")

    called_by: Mapped[StaffMember | None] = relationship()
    client: Mapped[Client | None] = relationship()

    @property
    def about(self) -> str:
        """Name it in the journal."""
        return f"walk-in:{self.uuid}"
