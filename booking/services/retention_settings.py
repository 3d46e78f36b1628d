"""How long does a file stay after counselling? An office decides, within limits."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime

from booking.services.journal import Actor, note
from booking.services.office import Decisions, ImpossibleSetting, decide
from booking.services.storage_periods import Months
from booking.services.writing import write_session

# The privacy notice says in every language: until six months after our help ends.
# Aftercare is help; what follows it may be shorter than promised, never longer.
BOUNDS = {"aftercare_months": (0, 12), "keep_months": (1, 6)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSettings:
    """How long we still help after the end, and how long a file stays after that."""

    aftercare_months: int = 3  # a letter comes, a form is asked back: one quarter
    keep_months: int = 6

    def __post_init__(self) -> None:
        if not all(
            low <= getattr(self, name) <= high for name, (low, high) in BOUNDS.items()
        ):
            raise ImpossibleSetting

    @property
    def period(self) -> Months:
        """Both, counted as one stretch from the end of counselling."""
        return Months(self.aftercare_months + self.keep_months)


def retention_settings(decided: Decisions) -> RetentionSettings:
    """Return what the office has decided, or what it starts out with."""
    names = {one.name for one in fields(RetentionSettings)}
    kept = {k: v for k, v in decided.retention.items() if k in names}
    return RetentionSettings(**kept)


def save_retention_settings(
    wanted: RetentionSettings, *, by: int, now: datetime
) -> None:
    """Decide how long files stay from now on; it counts for those already ended."""
    with write_session() as session:
        decide(session, now=now, retention=asdict(wanted))
        note(session, Actor.STAFF, "settle retention", "office", now=now, staff=by)
