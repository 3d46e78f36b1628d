"""How do instants and the engine's time line meet? Whole seconds since 1970 (UTC)."""

from datetime import UTC, datetime

A_MINUTE = 60  # seconds


def seconds(moment: datetime) -> int:
    """Return whole minutes, in seconds; what has begun counts as over."""
    return int(-(-moment.timestamp() // A_MINUTE)) * A_MINUTE


def moment(since: int) -> datetime:
    """Return the instant so many seconds after 1970 began."""
    return datetime.fromtimestamp(since, UTC)
