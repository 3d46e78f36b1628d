"""What hinders somebody on our pages? She tells, the office reads and answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError

from booking.models import Feedback, db
from booking.services.journal import Actor, note
from booking.services.limits import Limit
from booking.services.writing import write_session

LONGEST_FEEDBACK = 2000  # characters
# A whole accommodation sits behind one address; a program that fills forms stops here.
FROM_A_NETWORK = Limit(misses=20, stretch=timedelta(hours=1))
SHOWN_AT_ONCE = 200  # a list that somebody reads to its end


class NoSuchFeedback(Exception):
    """Nobody has told us that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A barrier as somebody describes it; a contact only if she wants an answer."""

    text: str
    page: str
    contact: str
    language: str
    key: str  # of this one form: sent twice, it is told once


def tell(told: Told, *, network: bytes, now: datetime) -> None:
    """Keep what somebody told us. Raises ``TooManyGuesses`` for a flood."""
    FROM_A_NETWORK.check(network, now=now)
    FROM_A_NETWORK.count_miss(network, now=now)
    _keep(told, now=now)


def listed() -> list[Feedback]:
    """Return what was told, what is not done yet first, then the newest."""
    order = (Feedback.done_at.is_not(None), Feedback.created_at.desc())
    return list(
        db.session.scalars(select(Feedback).order_by(*order).limit(SHOWN_AT_ONCE))
    )


def open_ones() -> int:
    """Count what nobody has dealt with yet."""
    waiting = select(func.count(Feedback.id)).where(Feedback.done_at.is_(None))
    return db.session.scalar(waiting) or 0


def done(uuid: UUID, *, by: int, now: datetime) -> None:
    """Say that the barrier is dealt with. Raises ``NoSuchFeedback``."""
    with write_session() as session:
        row = session.scalar(select(Feedback).where(Feedback.uuid == uuid))
        if row is None:
            raise NoSuchFeedback
        if row.done_at:
            return
        row.done_at, row.done_by_id = now, by
        about = f"feedback:{uuid}"
        note(session, Actor.STAFF, "deal with feedback", about, now=now, staff=by)


def _keep(told: Told, *, now: datetime) -> None:
    try:
        with write_session() as session:
            if session.scalar(_with_key(told.key)):
                return
            row = Feedback(
                language=told.language,
                page=told.page,
                idempotency_key=told.key,
                created_at=now,
            )
            row.text, row.contact = told.text, told.contact
            session.add(row)
            session.flush()
            note(session, Actor.CLIENT, "tell", f"feedback:{row.uuid}", now=now)
    except IntegrityError:
        # The other of two taps was a moment earlier: then it is kept already.
        if not db.session.scalar(_with_key(told.key)):
            raise


def _with_key(key: str) -> Select[int]:
    return select(Feedback.id).where(Feedback.idempotency_key == key)
