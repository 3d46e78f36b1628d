"""Whose appointments come into her own mailbox too, and what was told there last?"""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.appointments import Appointment
from booking.models.base import Base, Record
from booking.models.staff import StaffMember
from booking.models.subscriptions import FeedLevel

# Mail is read along by more programs than a feed: names and streets never go there.
MAILED_LEVELS = (FeedLevel.BUSY, FeedLevel.PLACE)


class OwnMailbox(Base):
    """A counsellor who wants invitations there, and how much they say.

    A subscribed calendar makes nobody busy in Exchange; what stands in the mailbox's
    own calendar does.
    """

    __tablename__ = "own_mailbox"
    __table_args__ = (
        CheckConstraint(f"level IN {tuple(map(str, MAILED_LEVELS))}", name="level"),
    )

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    level: Mapped[str] = mapped_column(String(5))


class Invitation(Record):
    """An appointment of which a counsellor was told by mail, and how it stood then."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("appointment_id", "staff_id"),
        Index(None, "staff_id"),
    )

    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    stands: Mapped[bool]  # it is hers; else it was given up, or is a colleague's now
    in_calendar: Mapped[bool]  # her mailbox's calendar learned of it, not she alone
    sequence: Mapped[int]  # of the appointment, as she was last told of it

    appointment: Mapped[Appointment] = relationship()
    staff: Mapped[StaffMember] = relationship()

    @property
    def about(self) -> str:
        """Name it in letters."""
        return f"invitation:{self.uuid}"
