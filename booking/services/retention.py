"""What has been kept long enough? Erased every day, as the privacy notice promises.

Three kinds end elsewhere: holds (``holds.expire``), sessions and guesses.
Appointments, wishes, walk-ins and short contacts in a client's file stay as long as
the file. A file goes whole, once its time is over and the archive has answered
(``file_retention``); a legal hold keeps it, and the letters and places in it. Only
the journal knows no hold: its lines name nobody, and its chain has no gaps.

On SQLite the file is rewritten after each day's erasing and its log emptied. On
PostgreSQL erased rows leave the pages as its own VACUUM frees and reuses them.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.models import JournalEntry
from booking.models.running import zone
from booking.scheduling import day_window
from booking.services.claim import queue_behind
from booking.services.journal import Actor, note
from booking.services.retention_rules import RULES, Rule
from booking.services.writing import (
    read_session,
    tried_again,
    wipe_erased,
    write_session,
)

A_BATCH = 100  # rows in one unit of work: who books meanwhile waits for milliseconds
MAY_BE_LATE = timedelta(days=2)  # a weekend without power is no fault to report
A_LEAP = timedelta(days=7)  # switched off for a week, or the clock is wrong
ABOUT, DEED, WAITS = "retention", "erase expired", "erasing waits"


def erase_daily(*, now: datetime) -> None:
    """Do a piece of today's erasing; once nothing is left, rest until midnight.

    One batch of each class a round: even the first day of an old database holds
    nobody up. Several workers share the work. After a leap of the clock it waits for
    another day: whoever set it a year ahead by mistake shall not lose a year.
    """
    with read_session() as session:
        if _is_done(session, now):
            return
        last = _last(session)
    if last and now - last > A_LEAP:
        _note_done(Actor.WORKER, WAITS, now=now)
        return
    batches = [_erase_batch(rule, now=now) for rule in RULES]
    if max(batches) < A_BATCH and wipe_erased():
        _note_done(Actor.WORKER, DEED, now=now)


def erase_all(*, now: datetime) -> dict[str, int]:
    """Erase at once what has been kept long enough; return how many of each class."""
    erased = {rule.what: _erase_class(rule, now=now) for rule in RULES}
    if wipe_erased():
        _note_done(Actor.COMMAND, DEED, now=now)
    return erased


def due_now(*, now: datetime) -> dict[str, int]:
    """Return how many of each class would go."""
    with read_session() as session:
        return {
            rule.what: session.scalar(
                select(func.count()).select_from(rule.due(now).subquery())
            )
            or 0
            for rule in RULES
        }


def overdue(*, now: datetime) -> int:
    """Count what should have gone days ago: then something holds the erasing up."""
    return sum(due_now(now=now - MAY_BE_LATE).values())


def silent_since(*, now: datetime) -> datetime | None:
    """Return since when nobody has erased, if that is longer than it may take."""
    with read_session() as session:
        last = _last(session, DEED)
        # An office that has just begun has nothing to erase yet.
        since = last or session.scalar(select(func.min(JournalEntry.at)))
    return since if since and now - since > MAY_BE_LATE else None


def _last(session: Session, *deeds: str) -> datetime | None:
    """Return when it was last erased, or waited; before the clock was set ahead."""
    return session.scalar(
        select(func.max(JournalEntry.at)).where(
            JournalEntry.about == ABOUT, JournalEntry.deed.in_(deeds or (DEED, WAITS))
        )
    )


def _is_done(session: Session, now: datetime) -> bool:
    today = day_window(now.astimezone(zone()).date(), zone())
    done = select(JournalEntry.id).where(
        JournalEntry.about == ABOUT,
        JournalEntry.deed.in_((DEED, WAITS)),
        JournalEntry.at >= today.start,
        JournalEntry.at < today.end,  # not when the clock ran ahead
    )
    return session.scalar(done.limit(1)) is not None


def _note_done(actor: Actor, deed: str, *, now: datetime) -> None:
    with write_session() as session:
        queue_behind(session, ABOUT)
        if actor is Actor.COMMAND or not _is_done(session, now):
            note(session, actor, deed, ABOUT, now=now)


def _erase_class(rule: Rule, *, now: datetime) -> int:
    erased = 0
    while batch := _erase_batch(rule, now=now):
        erased += batch
    return erased


@tried_again
def _erase_batch(rule: Rule, *, now: datetime) -> int:
    """Erase some of a class; rows that another worker has in hand are left to it."""
    with write_session() as session:
        some = rule.due(now).limit(A_BATCH).with_for_update(skip_locked=True)
        ids = session.scalars(some).all()
        if ids:
            # PostgreSQL: a hold placed while the rows were being found counts too.
            still = rule.due(now)
            number = still.selected_columns[0]
            rule.erase(session, session.scalars(still.where(number.in_(ids))).all())
    return len(ids)
