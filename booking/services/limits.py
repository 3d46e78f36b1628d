"""How often may somebody guess? Misses are counted, by account or network."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

from sqlalchemy import bindparam, delete, text
from sqlalchemy.orm import Session

from booking.models import Instant, LimitCounter, db
from booking.services.writing import write_session

COUNTS_ARE_KEPT = timedelta(days=1)


class TooManyGuesses(Exception):
    """Somebody tries and tries; ``seconds`` say when the next try is allowed."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Limit:
    """So many misses are allowed within each stretch of time."""

    misses: int
    stretch: timedelta

    def check(self, bucket: bytes, *, now: datetime) -> None:
        """Raise ``TooManyGuesses`` once the misses of this stretch are used up."""
        since = self._since(now)
        counter = db.session.get(LimitCounter, (bucket, since))
        if counter and counter.tries >= self.misses:
            left = since + self.stretch - now
            raise TooManyGuesses(seconds=ceil(left.total_seconds()))

    def count_miss(self, bucket: bytes, *, now: datetime) -> None:
        """Count one miss; two at once both count."""
        with write_session() as session:
            self.count(session, bucket, now=now)

    def count(self, session: Session, bucket: bytes, *, now: datetime) -> None:
        """Count inside a unit of work that is already open."""
        session.execute(_ONE_MORE_TRY, {"bucket": bucket, "since": self._since(now)})

    def _since(self, now: datetime) -> datetime:
        age = (now - datetime.min.replace(tzinfo=UTC)) % self.stretch
        return now.astimezone(UTC) - age


# SQLite and PostgreSQL read this alike; two guesses at once both count.
_ONE_MORE_TRY = text(
    "INSERT INTO limit_counter (bucket, since, tries) VALUES (:bucket, :since, 1) "
    "ON CONFLICT (bucket, since) DO UPDATE SET tries = limit_counter.tries + 1"
).bindparams(bindparam("since", type_=Instant()))


def forget_guesses(*, now: datetime) -> None:
    """Forget who tried yesterday."""
    with write_session() as session:
        session.execute(
            delete(LimitCounter).where(LimitCounter.since < now - COUNTS_ARE_KEPT)
        )
