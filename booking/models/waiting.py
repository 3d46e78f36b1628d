"""Who waits for a time that fits, or for a call of ours?"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.appointments import Appointment
from booking.models.base import Base, Instant, Record
from booking.models.office import ConsultationType
from booking.models.people import Client, Reach
from booking.models.sealed import Sealed


class WaitingKind(StrEnum):
    """What somebody waits for."""

    SLOT = "slot"  # a free time: she gets notices, and books like everybody
    CALL_BACK = "call_back"  # a call of ours: she stands on the call list
    EARLIER = "earlier"  # an earlier time than her appointment's


class WaitingState(StrEnum):
    """Where somebody on the list stands."""

    OPEN = "open"
    BOOKED = "booked"  # she has a time now
    CALLED = "called"  # we have called her back
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"  # her last day has passed


class Waiting(Record):
    """One person on the waiting list, with how to reach her."""

    __tablename__ = "waiting"
    __table_args__ = (
        CheckConstraint(f"kind IN {tuple(map(str, WaitingKind))}", name="kind"),
        CheckConstraint(f"state IN {tuple(map(str, WaitingState))}", name="state"),
        CheckConstraint(f"reach IN {tuple(map(str, Reach))}", name="reach"),
        CheckConstraint("people BETWEEN 1 AND 20", name="people"),
        CheckConstraint("notices BETWEEN 0 AND 3", name="notices"),
        Index(None, "state", "kind"),
        Index(None, "appointment_id"),
        Index(None, "contact_hash"),
    )

    kind: Mapped[str] = mapped_column(String(9), default=WaitingKind.SLOT)
    state: Mapped[str] = mapped_column(String(9), default=WaitingState.OPEN)
    type_id: Mapped[int | None] = mapped_column(ForeignKey("consultation_type.id"))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    idempotency_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    until: Mapped[date]  # the last day on which a time still helps
    notices: Mapped[int] = mapped_column(default=0)  # sent so far; three at most
    last_notice_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)

    language: Mapped[str] = mapped_column(String(12))  # of the talk
    letter_language: Mapped[str] = mapped_column(String(12))
    interpreter_wanted: Mapped[bool] = mapped_column(default=False)
    woman_preferred: Mapped[bool] = mapped_column(default=False)
    people: Mapped[int] = mapped_column(default=1)
    reach: Mapped[str] = mapped_column(String(5), default=Reach.NONE)
    no_message: Mapped[bool] = mapped_column(default=False)

    name_sealed: Mapped[bytes | None]
    phone_sealed: Mapped[bytes | None]
    email_sealed: Mapped[bytes | None]
    address_sealed: Mapped[bytes | None]
    safe_hours_sealed: Mapped[bytes | None]
    contact_hash: Mapped[bytes | None]

    name = Sealed("name_sealed")
    phone = Sealed("phone_sealed")
    email = Sealed("email_sealed")
    address = Sealed("address_sealed")
    safe_hours = Sealed("safe_hours_sealed")

    type: Mapped[ConsultationType | None] = relationship()
    client: Mapped[Client | None] = relationship()
    appointment: Mapped[Appointment | None] = relationship()

    @property
    def about(self) -> str:
        """Name it in letters and the journal."""
        return f"waiting:{self.uuid}"


class FreeTimes(Base):
    """What was free for one wish when we last looked, and since when.

    One row for all who wish the same, so that each is told only of what has become
    free since she last heard from us.
    """

    __tablename__ = "free_times"

    wish: Mapped[str] = mapped_column(String(40), primary_key=True)
    since: Mapped[dict[str, str]] = mapped_column(JSON)  # instants: start, free since
    looked_at: Mapped[datetime] = mapped_column(Instant)
    told_at: Mapped[datetime] = mapped_column(Instant)  # of all that was free till then
