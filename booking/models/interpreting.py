"""Who was asked to interpret, and what did she say?"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.appointments import Appointment
from booking.models.base import Instant, Record
from booking.models.people import Interpreter
from booking.models.sealed import Sealed


class RequestState(StrEnum):
    """What became of asking an interpreter."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # the talk was moved or given up


class InterpreterRequest(Record):
    """One interpreter, asked for one appointment; her link answers yes or no.

    While she is asked or has confirmed, she stands in ``appointment.interpreter_id``
    and her time is taken: the overlap rule holds for her as for a counsellor.
    """

    __tablename__ = "interpreter_request"
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(map(str, RequestState))}", name="state"),
        Index(None, "appointment_id"),
        Index(None, "interpreter_id", "state"),
    )

    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))
    interpreter_id: Mapped[int] = mapped_column(ForeignKey("interpreter.id"))
    state: Mapped[str] = mapped_column(String(9), default=RequestState.ASKED)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    token_sealed: Mapped[bytes]
    sequence: Mapped[int]  # of the appointment, as she was last told of it
    asked_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)

    token = Sealed("token_sealed")

    appointment: Mapped[Appointment] = relationship()
    interpreter: Mapped[Interpreter] = relationship()

    @property
    def about(self) -> str:
        """Name it in letters and the journal."""
        return f"interpreter:{self.uuid}"
