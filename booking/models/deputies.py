"""Who may stand in for whom, and from when until when?"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.base import Instant, Record
from booking.models.staff import StaffMember


class Deputy(Record):
    """Somebody whom the head has named to stand in for a counsellor, or for all."""

    __tablename__ = "deputy"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="order"),
        CheckConstraint("deputy_id <> counsellor_id", name="other"),
        Index(None, "deputy_id", "last_day"),
    )

    deputy_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    counsellor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # or all
    first_day: Mapped[date]
    last_day: Mapped[date]
    named_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)

    deputy: Mapped[StaffMember] = relationship(foreign_keys=[deputy_id])
    counsellor: Mapped[StaffMember | None] = relationship(foreign_keys=[counsellor_id])
