"""What is an appointment, from the first hold to its end? One row for all of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.calendars import CalendarEvent
from booking.models.base import Instant, Record
from booking.models.office import ConsultationType
from booking.models.overlap import Status, no_overlap
from booking.models.people import Client, Interpreter, Reach
from booking.models.sealed import Sealed
from booking.models.staff import StaffMember
from booking.scheduling import TimeWindow


class Topic(StrEnum):
    """The seven areas of life."""

    LANGUAGE = "language"
    WORK = "work"
    CHILDCARE_AND_SCHOOL = "childcare_and_school"
    HOUSING = "housing"
    RESIDENCE = "residence"
    HEALTH = "health"
    LEISURE = "leisure"


IN_PERSON = "in_person"  # instead of a topic: she would rather say it herself
NEVER_REMIND = -1  # in ``remind_days``: a letter about the talk, but no reminder


class Appointment(Record):
    """One fixed meeting of a counsellor; ``uuid`` is its UID in every calendar.

    ``starts_at`` to ``ends_at`` is what people read; ``busy_from`` to
    ``busy_until`` adds buffers, and is what must not overlap.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint(f"status IN {tuple(map(str, Status))}", name="status"),
        CheckConstraint(
            "busy_from <= starts_at AND starts_at < ends_at AND ends_at <= busy_until",
            name="order",
        ),
        CheckConstraint("status <> 'held' OR hold_until IS NOT NULL", name="held"),
        CheckConstraint(f"reach IN {tuple(map(str, Reach))}", name="reach"),
        CheckConstraint("people BETWEEN 1 AND 20", name="people"),
        # All that a rota asks of an appointment: its row, with the sealed fields, is
        # not touched. The overlap rule finds its neighbours by the same index.
        Index(
            "ix_appointment_counsellor_time",
            *("counsellor_id", "busy_until", "busy_from", "status", "hold_until"),
        ),
        Index(None, "interpreter_id", "busy_until"),
        Index(None, "starts_at"),
        Index(
            "ix_appointment_held",
            "hold_until",
            sqlite_where=text("status = 'held'"),
            postgresql_where=text("status = 'held'"),
        ),
        Index(None, "contact_hash"),
        Index(None, "client_id"),
    )

    type_id: Mapped[int] = mapped_column(ForeignKey("consultation_type.id"))
    counsellor_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    interpreter_id: Mapped[int | None] = mapped_column(ForeignKey("interpreter.id"))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    busy_from: Mapped[datetime] = mapped_column(Instant)
    busy_until: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(String(10))
    hold_until: Mapped[datetime | None] = mapped_column(Instant)
    network_hash: Mapped[bytes | None]  # of a hold only, forgotten once booked
    idempotency_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)

    language: Mapped[str] = mapped_column(String(12))  # of the talk
    letter_language: Mapped[str] = mapped_column(String(12))  # of pages and letters
    interpreter_wanted: Mapped[bool] = mapped_column(default=False)
    people: Mapped[int] = mapped_column(default=1)
    woman_preferred: Mapped[bool] = mapped_column(default=False)
    reach: Mapped[str] = mapped_column(String(5), default=Reach.NONE)
    no_message: Mapped[bool] = mapped_column(default=False)
    # How many days before to remind (0: that very morning); NEVER_REMIND, or None for
    # what the office usually does.
    remind_days: Mapped[int | None]
    # Who did it last, for the words of page and letter: the office, or the client.
    moved_by_office: Mapped[bool | None]
    cancelled_by_office: Mapped[bool | None]
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    name_sealed: Mapped[bytes | None]
    supporter_sealed: Mapped[bytes | None]
    phone_sealed: Mapped[bytes | None]
    email_sealed: Mapped[bytes | None]
    address_sealed: Mapped[bytes | None]
    safe_hours_sealed: Mapped[bytes | None]
    topic_sealed: Mapped[bytes | None]
    note_sealed: Mapped[bytes | None]  # of the counsellor; it leaves no page of hers
    contact_hash: Mapped[bytes | None]

    name = Sealed("name_sealed")
    supporter = Sealed("supporter_sealed")
    phone = Sealed("phone_sealed")
    email = Sealed("email_sealed")
    address = Sealed("address_sealed")
    safe_hours = Sealed("safe_hours_sealed")
    topic = Sealed("topic_sealed")  # "" until she has answered
    note = Sealed("note_sealed")

    type: Mapped[ConsultationType] = relationship()
    counsellor: Mapped[StaffMember] = relationship(foreign_keys=[counsellor_id])
    interpreter: Mapped[Interpreter | None] = relationship()
    client: Mapped[Client | None] = relationship()

    @property
    def window(self) -> TimeWindow:
        """When it takes place, as people read it."""
        return TimeWindow(self.starts_at, self.ends_at)

    @property
    def about(self) -> str:
        """Name it in letters and the journal."""
        return f"appointment:{self.uuid}"

    def take(self, window: TimeWindow, busy: TimeWindow) -> None:
        """Stand at this window; ``busy`` adds what surrounds it."""
        self.starts_at, self.ends_at = window.start, window.end
        self.busy_from, self.busy_until = busy.start, busy.end

    def raise_sequence(self, *, at: datetime) -> None:
        """Say that calendars and letters must learn of a change."""
        self.sequence, self.changed_at = self.sequence + 1, at

    def as_event(self, *, summary: str, location: str, url: str) -> CalendarEvent:
        """Hand itself out as a calendar entry, in words that its reader may see."""
        return CalendarEvent(
            uid=str(self.uuid),
            sequence=self.sequence,
            changed_at=self.changed_at,
            window=self.window,
            summary=summary,
            location=location,
            url=url,
        )


_table = Appointment.__table__
assert isinstance(_table, Table)  # noqa: S101 - narrows the type for mypy
no_overlap(_table, "counsellor_id")
no_overlap(_table, "interpreter_id")
