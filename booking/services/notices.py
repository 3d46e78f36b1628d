"""Who on the waiting list is told that a time has become free?

The longest waiting first, at most three times each, and only of what was not free
when she last heard from us. Who gets the time is settled by booking it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.models import (
    FreeTimes,
    LetterKind,
    Status,
    Waiting,
    WaitingKind,
    WaitingState,
    db,
)
from booking.services import freed, letters
from booking.services.availability import NothingOffered
from booking.services.journal import Actor, note
from booking.services.writing import write_session

MOST_NOTICES = 3
LOOK_EVERY = timedelta(minutes=5)  # a freed time is no news before
WISHES_A_ROUND = 5  # looked at; the others come next, the longest unseen first
PAUSE = timedelta(hours=20)  # between two notices to one person: three are few
# A time that three were told of is told to the next three if nobody took it by then.
TOGETHER = 3
HEAD_START = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Free:
    """A start that can be booked, and since when."""

    start: datetime
    since: datetime


def notify(*, now: datetime) -> int:
    """Tell who waits of what has become free; return how many were told."""
    _close_ended(now)
    told = 0
    for wish, waiting in _due(now):
        try:
            starts = freed.starts(freed.wish_of_waiting(waiting), now=now)
        except NothingOffered:
            continue
        told += _tell(wish, starts, now)
    return told


def _close_ended(now: datetime) -> None:
    """Close the places whose last day has passed, or whose appointment has changed."""
    if not any(_state_now(row, now) for row in _open_rows(db.session())):
        return
    with write_session() as session:
        for row in _open_rows(session):
            if state := _state_now(row, now):
                row.state, row.changed_at = state, now


def _state_now(row: Waiting, now: datetime) -> WaitingState | None:
    """Return the state in which a place ends, or None while it stays open."""
    appointment = row.appointment
    if row.kind == WaitingKind.EARLIER and appointment is not None:
        if appointment.status == Status.CANCELLED:
            return WaitingState.WITHDRAWN
        if freed.local_day(appointment.starts_at) != row.until:
            return WaitingState.BOOKED
        return WaitingState.EXPIRED if appointment.starts_at <= now else None
    return WaitingState.EXPIRED if row.until < freed.local_day(now) else None


def _due(now: datetime) -> list[tuple[str, Waiting]]:
    """Return the wishes to look at now, each with one of those who wait with it."""
    seen = {row.wish: row.looked_at for row in db.session.scalars(select(FreeTimes))}
    wishes: dict[str, Waiting] = {}
    for row in _open_rows(db.session()):
        if row.notices < MOST_NOTICES:
            wishes.setdefault(freed.name(row, freed.own_of(row)), row)
    never = datetime.min.replace(tzinfo=now.tzinfo)
    due = [
        (wish, row)
        for wish, row in wishes.items()
        if seen.get(wish, never) <= now - LOOK_EVERY
    ]
    due.sort(key=lambda one: seen.get(one[0], never))
    return due[:WISHES_A_ROUND]


def _tell(wish: str, starts: Iterable[datetime], now: datetime) -> int:
    """Look, choose and write in one unit: killed in between, nobody was told."""
    with write_session() as session:
        times = freed.remember(session, wish, starts, now=now)
        free = [Free(*pair) for pair in freed.since(times).items()]
        waiting = [
            row
            for row in _open_rows(session)
            if freed.name(row, freed.own_of(row)) == wish
        ]
        new = [one for one in free if one.since > times.told_at]
        earlier = list(_told_of_earlier(waiting, new))
        soon = _told_of_a_time(waiting, free, now, fresh=bool(new))
        for row in (*earlier, *soon):
            _write(session, row, now)
        times.told_at = now
    return len(earlier) + len(soon)


def _told_of_earlier(rows: list[Waiting], new: list[Free]) -> Iterator[Waiting]:
    """Match each freed time with one person: the longest waiting whom it helps."""
    left = [
        row
        for row in rows
        if row.kind == WaitingKind.EARLIER and row.notices < MOST_NOTICES
    ]
    for time in new:
        for row in left:
            helps = freed.local_day(time.start) < row.until
            if helps and time.since > row.created_at:
                left.remove(row)
                yield row
                break


def _told_of_a_time(
    rows: list[Waiting], free: list[Free], now: datetime, *, fresh: bool
) -> list[Waiting]:
    """Choose who is told of a free time now; who waited less is told later."""
    listed = [row for row in rows if row.kind == WaitingKind.SLOT]
    last = max(
        (row.last_notice_at for row in listed if row.last_notice_at), default=None
    )
    if not fresh and last is not None and now - last < HEAD_START:
        return []
    helped = {row.id: _helpful(row, free) for row in listed if _may_hear(row, now)}
    starts = {start for found in helped.values() for start in found}
    told = [row for row in listed if helped.get(row.id)]
    return told[: TOGETHER * len(starts)]


def _may_hear(row: Waiting, now: datetime) -> bool:
    """Tell whether a notice is left, and comes before her last day."""
    rested = row.last_notice_at is None or row.last_notice_at <= now - PAUSE
    in_time = freed.local_day(now) < row.until
    return row.notices < MOST_NOTICES and rested and in_time


def _helpful(row: Waiting, free: list[Free]) -> set[datetime]:
    """Return the starts that have become free since she last heard from us."""
    heard = row.last_notice_at or row.created_at
    return {
        one.start
        for one in free
        if one.since > heard and freed.local_day(one.start) <= row.until
    }


def _write(session: Session, row: Waiting, now: datetime) -> None:
    row.notices += 1
    row.last_notice_at = now
    kinds = {WaitingKind.EARLIER: LetterKind.EARLIER}
    kind = kinds.get(WaitingKind(row.kind), LetterKind.WAITING)
    letters.write_to_waiting(session, row, kind, now=now)
    note(session, Actor.WORKER, "tell of a free time", row.about, now=now)


def _open_rows(session: Session) -> list[Waiting]:
    """Return all who wait for a time, the longest waiting first."""
    return list(
        session.scalars(
            select(Waiting)
            .where(
                Waiting.state == WaitingState.OPEN,
                Waiting.kind.in_((WaitingKind.SLOT, WaitingKind.EARLIER)),
            )
            .options(
                joinedload(Waiting.type),
                joinedload(Waiting.client),
                joinedload(Waiting.appointment),
            )
            .order_by(Waiting.created_at, Waiting.id)
        )
    )
