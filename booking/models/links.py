"""How does a client find back, and how often may somebody guess?"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.appointments import Appointment
from booking.models.base import Base, Instant, Record
from booking.models.sealed import Sealed
from booking.models.visits import VisitRequest
from booking.models.waiting import Waiting


class ClientLink(Record):
    """The way back to an appointment, a wish or a place on the waiting list.

    A secret link, and a code for paper.

    Only hashes are searched; token and code lie sealed beside them, because
    letters, the slip and a repeated POST must show them again.
    """

    __tablename__ = "client_link"
    __table_args__ = (
        Index(None, "appointment_id"),
        Index(None, "visit_request_id"),
        Index(None, "waiting_id"),
    )

    visit_request_id: Mapped[int | None] = mapped_column(ForeignKey("visit_request.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    waiting_id: Mapped[int | None] = mapped_column(ForeignKey("waiting.id"))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    code_hash: Mapped[bytes] = mapped_column(unique=True)
    token_sealed: Mapped[bytes]
    code_sealed: Mapped[bytes]

    token = Sealed("token_sealed")
    code = Sealed("code_sealed")

    appointment: Mapped[Appointment | None] = relationship()
    visit_request: Mapped[VisitRequest | None] = relationship()
    waiting: Mapped[Waiting | None] = relationship()


class LimitCounter(Base):
    """How often something was tried from somewhere, within a stretch of time."""

    __tablename__ = "limit_counter"

    bucket: Mapped[bytes] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)
