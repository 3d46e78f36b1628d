"""What must somebody be told? The outbox: one row a letter, sent or still to send."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.appointments import Appointment
from booking.models.base import Instant, Record
from booking.models.interpreting import InterpreterRequest
from booking.models.invitations import Invitation
from booking.models.visits import VisitRequest
from booking.models.waiting import Waiting


class LetterKind(StrEnum):
    """Why we write."""

    CONFIRMATION = "confirmation"
    MOVED = "moved"
    CANCELLED = "cancelled"
    REMINDER = "reminder"
    WISH = "wish"  # we have your wish for a visit
    VISIT = "visit"  # when we come to your home: a window
    WAITING = "waiting"  # a fitting time has become free
    EARLIER = "earlier"  # an earlier time has become free; can you come?
    INTERPRETER_ASKED = "interpreter_asked"  # to an interpreter: can you come?
    INTERPRETER_MOVED = "interpreter_moved"
    INTERPRETER_NOT_NEEDED = "interpreter_not_needed"
    INVITED = "invited"  # to a counsellor: this is in your calendar now
    UNINVITED = "uninvited"  # and this no longer is
    PROPOSED = "proposed"  # to a counsellor: please say yes or no to this route
    NOT_BACK = "not_back"  # to a named colleague: she has not left a home in time
    SIGN_IN_LINK = "sign_in_link"  # to a staff member: set your own password
    OPENED = "opened"  # to head and officer: a stranger's file was opened


class LetterState(StrEnum):
    """Where a letter stands."""

    DUE = "due"
    SENT = "sent"
    FAILED = "failed"  # refused for good; staff see why
    DROPPED = "dropped"  # overtaken by a later change


class Letter(Record):
    """One thing to tell one person by one way; its text is written at sending time."""

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("about", "kind", "channel", "sequence"),
        CheckConstraint(f"kind IN {tuple(map(str, LetterKind))}", name="kind"),
        CheckConstraint(f"state IN {tuple(map(str, LetterState))}", name="state"),
        CheckConstraint("channel IN ('email', 'sms', 'call', 'post')", name="channel"),
        Index(None, "state", "channel", "next_try_at"),
        Index(None, "appointment_id"),
        Index(None, "visit_request_id"),
        Index(None, "waiting_id"),
        Index(None, "interpreter_request_id"),
        Index(None, "invitation_id"),
    )

    about: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(24))
    channel: Mapped[str] = mapped_column(String(5))
    sequence: Mapped[int]
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    visit_request_id: Mapped[int | None] = mapped_column(ForeignKey("visit_request.id"))
    waiting_id: Mapped[int | None] = mapped_column(ForeignKey("waiting.id"))
    interpreter_request_id: Mapped[int | None] = mapped_column(
        ForeignKey("interpreter_request.id")
    )
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"))
    language: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(7), default=LetterState.DUE)
    created_at: Mapped[datetime] = mapped_column(Instant)
    next_try_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(200))
    sent_at: Mapped[datetime | None] = mapped_column(Instant)

    appointment: Mapped[Appointment | None] = relationship()
    visit_request: Mapped[VisitRequest | None] = relationship()
    waiting: Mapped[Waiting | None] = relationship()
    interpreter_request: Mapped[InterpreterRequest | None] = relationship()
    invitation: Mapped[Invitation | None] = relationship()

    @property
    def message_id(self) -> str:
        """One name for ever, so that a letter sent twice is known as one."""
        return f"<{self.uuid}@lotse.invalid>"
