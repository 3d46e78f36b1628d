"""What may stand in a calendar entry? There is no field for a client's name."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from booking.scheduling import TimeWindow


class ShownAs(StrEnum):
    """How Outlook colours the time: busy, out of the office, or nobody's own."""

    BUSY = "BUSY"
    AWAY = "OOF"
    FREE = "FREE"


class Certainty(StrEnum):
    """Whether it is settled (RFC 5545, 3.8.1.11), or somebody has yet to say yes."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarEvent:
    """One event as a calendar app will show it (RFC 5545, section 3.6.1)."""

    uid: str
    sequence: int
    changed_at: datetime
    window: TimeWindow
    summary: str
    location: str
    url: str = ""
    category: str = ""
    shown_as: ShownAs = ShownAs.BUSY
    status: Certainty = Certainty.CONFIRMED
