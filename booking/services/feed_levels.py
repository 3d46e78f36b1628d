"""How much may calendar apps be told? The office says; each subscription asks for less.

Google and outlook.com fetch feeds with servers of their own and keep copies: names and
streets leave the house only where the office allows it to those who asked for them.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from booking.models import FeedLevel, FeedScope, Subscription, db
from booking.services.journal import Actor, note
from booking.services.office import decide, decisions
from booking.services.writing import write_session

# How the decisions are called in the database; that somebody is busy may always be
# told: an office that wants less revokes the subscription.
PLACE_ALLOWED, FULL_ALLOWED = "feeds_with_place", "feeds_in_full"
DECIDED = {FeedLevel.PLACE: PLACE_ALLOWED, FeedLevel.FULL: FULL_ALLOWED}
# Of whose calendar no name can be asked for: neither an interpreter nor a coordinator
# is any client's counsellor.
MOST_OF_OTHERS = FeedLevel.PLACE


def allowed() -> tuple[FeedLevel, ...]:
    """Return what the office allows, the least first."""
    decided = decisions()
    may = {
        FeedLevel.BUSY: True,
        FeedLevel.PLACE: decided.feeds_with_place,
        FeedLevel.FULL: decided.feeds_in_full,
    }
    return tuple(level for level in FeedLevel if may[level])


def told(asked: FeedLevel, among: Collection[FeedLevel]) -> FeedLevel:
    """Return what is told to who asked for this level: the next lower one allowed."""
    steps = list(FeedLevel)
    lower = steps[: steps.index(asked) + 1]
    return next((one for one in reversed(lower) if one in among), FeedLevel.BUSY)


def offered(shows: FeedScope) -> tuple[FeedLevel, ...]:
    """Return the levels that a new subscription of this kind may ask for."""
    may = allowed()
    return may if shows is FeedScope.OWN else tuple(one for one in may if _is_bare(one))


def save(levels: Collection[FeedLevel], *, by: int, now: datetime) -> int:
    """Decide what calendar apps may be told; it counts at their next question.

    Returns how many open subscriptions asked for more than they get from now on.
    """
    with write_session() as session:
        decide(
            session, now=now, **{key: level in levels for level, key in DECIDED.items()}
        )
        note(session, Actor.STAFF, "settle calendars", "office", now=now, staff=by)
    return cut_short()


def cut_short() -> int:
    """Count the open subscriptions that ask for more than the office allows."""
    forbidden = set(FeedLevel) - set(allowed())
    counted = db.session.scalar(
        select(func.count(Subscription.id)).where(
            Subscription.revoked_at.is_(None), Subscription.level.in_(forbidden)
        )
    )
    return counted or 0


def _is_bare(level: FeedLevel) -> bool:
    return level in {FeedLevel.BUSY, MOST_OF_OTHERS}
