"""Which foreign calendars say when a counsellor is busy? Of them only the times."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.base import Base, Instant, Record
from booking.models.sealed import Sealed
from booking.models.staff import StaffMember
from booking.scheduling import TimeWindow


class SourceKind(StrEnum):
    """How a foreign calendar comes in."""

    ADDRESS = "address"  # read again and again
    UPLOAD = "upload"  # a file, good until a day


class CalendarSource(Record):
    """A calendar of hers that we read; neither its file nor a title is kept.

    Of the file there are its busy times, how many entries it had, and how often
    which doubt came up.
    """

    __tablename__ = "calendar_source"
    __table_args__ = (
        CheckConstraint(f"kind IN {tuple(map(str, SourceKind))}", name="kind"),
        CheckConstraint(
            "(kind = 'address') = (address_sealed IS NOT NULL)", name="address"
        ),
        CheckConstraint("(kind = 'address') = (due_at IS NOT NULL)", name="due"),
        CheckConstraint("(kind = 'upload') = (valid_until IS NOT NULL)", name="valid"),
        CheckConstraint("events >= 0 AND failures >= 0", name="counts"),
        Index(None, "staff_id"),
        Index(None, "due_at"),
    )

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(String(7))
    label_sealed: Mapped[bytes]  # her own word for it
    address_sealed: Mapped[bytes | None]
    # What its server calls this state of the file; a server may write anything here.
    tag_sealed: Mapped[bytes | None]
    modified_sealed: Mapped[bytes | None]
    valid_until: Mapped[date | None]  # the last day for which a file speaks
    created_at: Mapped[datetime] = mapped_column(Instant)

    fetched_at: Mapped[datetime | None] = mapped_column(Instant)  # "as of"
    tried_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)  # the next regular try
    taken_until: Mapped[datetime | None] = mapped_column(Instant)  # one reader at once
    expanded_on: Mapped[date | None]  # the window slides: each day is read anew
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    trouble: Mapped[str | None] = mapped_column(String(24))  # why the last try failed
    warnings: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)  # by doubt
    events: Mapped[int] = mapped_column(default=0)  # entries of the file
    empty_since: Mapped[datetime | None] = mapped_column(Instant)  # not believed yet

    label = Sealed("label_sealed")
    address = Sealed("address_sealed")
    tag = Sealed("tag_sealed")
    modified = Sealed("modified_sealed")

    staff: Mapped[StaffMember] = relationship()

    @property
    def about(self) -> str:
        """Name it in the journal."""
        return f"source:{self.uuid}"


class BusyTime(Base):
    """A counsellor is busy by one of her own calendars; with what is not known."""

    __tablename__ = "busy_time"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        # All that a rota asks. What is past is forgotten, so it begins about now.
        Index(None, "counsellor_id", "starts_at", "ends_at"),
        Index(None, "source_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("calendar_source.id"))
    counsellor_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def window(self) -> TimeWindow:
        """When she is busy."""
        return TimeWindow(self.starts_at, self.ends_at)


class KeptConflict(Base):
    """She keeps an appointment although she is busy then: not to be asked again.

    What is kept is the time that both share. Should the appointment move, or the other
    entry reach further into it, that is another question.
    """

    __tablename__ = "kept_conflict"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="order"),)

    appointment_id: Mapped[int] = mapped_column(
        ForeignKey("appointment.id"), primary_key=True
    )
    starts_at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
