"""Who may be told what about a client? Only who stands in a paper that she signed."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.base import Instant, Record
from booking.models.people import Client
from booking.models.sealed import Sealed
from booking.models.staff import StaffMember


class ReleaseScope(StrEnum):
    """What a supporter may be told; nothing, unless it is ticked."""

    APPOINTMENTS = "appointments"  # when and where
    CONTACT = "contact"  # how she is reached
    TOPICS = "topics"  # what the talks are about
    GOALS = "goals"  # what was agreed


class Release(Record):
    """A signed release from confidentiality for one supporter, until a day."""

    __tablename__ = "release"
    __table_args__ = (
        CheckConstraint("last_day >= signed_on", name="order"),
        Index(None, "client_id"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    supporter_sealed: Mapped[bytes]
    contact_sealed: Mapped[bytes | None]
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    signed_on: Mapped[date]
    last_day: Mapped[date]
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)

    supporter = Sealed("supporter_sealed")
    contact = Sealed("contact_sealed")

    client: Mapped[Client] = relationship()
    entered_by: Mapped[StaffMember] = relationship()

    def holds_on(self, day: date) -> bool:
        """Tell whether anything may be told on this day."""
        return self.revoked_at is None and self.signed_on <= day <= self.last_day
