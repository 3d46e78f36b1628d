"""When is a counsellor busy by her own calendars? Kept, exchanged, forgotten.

A busy time blocks as an absence does (``rota_facts``). Here are no titles, and no way
to tell what somebody does then.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session

from booking.models import BusyTime, CalendarSource, StaffMember, db
from booking.models.running import zone
from booking.scheduling import TimeWindow, day_window, merged

AHEAD = timedelta(weeks=53)  # further than anything can be booked
COUNTED = timedelta(weeks=8)  # what a counsellor is told of, and can look through


def kept_window(now: datetime, until: date | None = None) -> TimeWindow:
    """Return from when until when busy times are kept: this week and a year of them.

    ``until`` is the last day for which a file speaks.
    """
    today = now.astimezone(zone()).date()
    first = today - timedelta(days=today.weekday())
    last = first + AHEAD if until is None else min(until, first + AHEAD)
    return TimeWindow(day_window(first, zone()).start, day_window(last, zone()).end)


def let_nobody_book(session: Session, counsellor: int) -> None:
    """Wait until nobody is about to take her time, and let nobody begin.

    Whoever books with her has looked already, or waits and then looks again.
    """
    session.execute(
        select(StaffMember.id)
        .where(StaffMember.id == counsellor)
        .with_for_update(key_share=True)
    )


def exchange(
    session: Session,
    source: CalendarSource,
    windows: Iterable[TimeWindow],
    within: TimeWindow,
) -> None:
    """Let these be the busy times of a source, in place of those kept so far.

    What stays as it is is not written anew: most of a calendar does, every time.
    """
    let_nobody_book(session, source.staff_id)
    kept = _kept(session, source, within)
    wanted = {(window.start, window.end) for window in windows}
    gone = [number for times, number in kept.items() if times not in wanted]
    if gone:
        session.execute(delete(BusyTime).where(BusyTime.id.in_(gone)))
    new = [
        {
            "source_id": source.id,
            "counsellor_id": source.staff_id,
            "starts_at": starts_at,
            "ends_at": ends_at,
        }
        for starts_at, ends_at in sorted(wanted - kept.keys())
    ]
    if new:
        session.connection().execute(insert(BusyTime), new)


def cut_off(session: Session, source: CalendarSource, until: date) -> None:
    """Let a source say nothing any more beyond a day."""
    end = day_window(until, zone()).end
    rows = session.scalars(
        select(BusyTime).where(BusyTime.source_id == source.id, BusyTime.ends_at > end)
    )
    for row in rows:
        if row.starts_at >= end:
            session.delete(row)
        else:
            row.ends_at = end


def forget_source(session: Session, source: CalendarSource) -> None:
    """Remove a source with all that it said."""
    session.execute(delete(BusyTime).where(BusyTime.source_id == source.id))
    session.delete(source)


def forget_all_of(session: Session, staff_id: int) -> None:
    """Remove all that is known of somebody's own calendars."""
    session.execute(delete(BusyTime).where(BusyTime.counsellor_id == staff_id))
    session.execute(delete(CalendarSource).where(CalendarSource.staff_id == staff_id))


def of_counsellor(counsellor: int, span: TimeWindow) -> list[TimeWindow]:
    """Return when she is busy by any calendar of hers."""
    return _merged(BusyTime.counsellor_id == counsellor, span)


def of_source(source: CalendarSource, span: TimeWindow) -> list[TimeWindow]:
    """Return when she is busy by one of them."""
    return _merged(BusyTime.source_id == source.id, span)


def blocks_ahead(staff_id: int, *, now: datetime) -> dict[int, int]:
    """Return, by a source's number, how often it blocks in the next eight weeks."""
    rows = db.session.execute(
        select(BusyTime.source_id, func.count())
        .where(
            BusyTime.counsellor_id == staff_id,
            BusyTime.starts_at < now + COUNTED,
            BusyTime.ends_at > now,
        )
        .group_by(BusyTime.source_id)
    )
    return dict(rows.all())


def still_ahead(session: Session, source: CalendarSource, *, now: datetime) -> int:
    """Count the blocks of a source that are not over."""
    return (
        session.scalar(
            select(func.count()).where(
                BusyTime.source_id == source.id, BusyTime.ends_at > now
            )
        )
        or 0
    )


def _kept(
    session: Session, source: CalendarSource, within: TimeWindow
) -> dict[tuple[datetime, datetime], int]:
    rows = session.execute(
        select(BusyTime.starts_at, BusyTime.ends_at, BusyTime.id).where(
            BusyTime.source_id == source.id, BusyTime.ends_at > within.start
        )
    )
    return {(starts_at, ends_at): number for starts_at, ends_at, number in rows}


def _merged(whose: ColumnElement[bool], span: TimeWindow) -> list[TimeWindow]:
    rows = db.session.scalars(
        select(BusyTime).where(
            whose, BusyTime.starts_at < span.end, BusyTime.ends_at > span.start
        )
    )
    return merged(row.window for row in rows)
