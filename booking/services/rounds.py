"""What does the worker do on each of its rounds?"""

from datetime import datetime, timedelta

from sqlalchemy import delete

from booking.models import Heartbeat
from booking.services import (
    holds,
    journal_chain,
    letters,
    limits,
    locating,
    looking_after,
    notices,
    passkey_challenges,
    retention,
    sessions,
    sign_in_links,
)
from booking.services.writing import write_session

SILENT_FOR_GOOD = timedelta(days=1)  # a worker that was replaced long ago


def make_round(worker: str, *, now: datetime) -> int:
    """End holds, look after who drives, post letters, erase; count what was sent."""
    show_alive(worker, now=now)
    holds.expire(now=now)
    limits.forget_guesses(now=now)
    sessions.forget_ended(now=now)
    sign_in_links.forget_old(now=now)
    passkey_challenges.forget_old(now=now)
    notices.notify(now=now)
    looking_after.alert(now=now)
    locating.look_in_the_book(now=now)
    letters.write_due(now=now)
    sent = letters.post(now=now)
    journal_chain.seal(now=now)
    retention.erase_daily(now=now)
    return sent


def show_alive(worker: str, *, now: datetime) -> None:
    """Leave a sign of life for “booking check”."""
    with write_session() as session:
        session.merge(Heartbeat(worker=worker, at=now))
        session.execute(delete(Heartbeat).where(Heartbeat.at < now - SILENT_FOR_GOOD))
