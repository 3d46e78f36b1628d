"""What did the drafts of a week look like before? So that every step can be undone."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.models.base import Instant, Record


class PlanStep(Record):
    """One change of a week's drafts by hand, and how they stood before it.

    ``before`` names wishes, counsellors and times by number; no name, no address.
    """

    __tablename__ = "plan_step"
    __table_args__ = (Index(None, "monday", "id"),)

    monday: Mapped[date]
    done_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    done_at: Mapped[datetime] = mapped_column(Instant)
    what: Mapped[str] = mapped_column(String(12))
    before: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
