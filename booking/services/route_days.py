"""On which days are there routes, and which week waits for its plan?"""

from datetime import date, timedelta

from sqlalchemy import func, select, true

from booking.models import Route, RouteState, db
from booking.services.board import WORKING_DAYS, week_of

A_DAY, A_WEEK = timedelta(days=1), timedelta(weeks=1)


def to_be_planned(today: date) -> date:
    """Return the Monday of the first week with nothing published but a day to go."""
    day = today + A_DAY
    while day.weekday() >= WORKING_DAYS:
        day += A_DAY
    monday = week_of(day)[0]
    published = _published_weeks(monday)
    while monday in published:
        monday += A_WEEK
    return monday


def before_and_after(
    day: date, *, only: int | None = None
) -> tuple[date | None, date | None]:
    """Return the nearest days with routes on both sides, of one counsellor if named."""
    whose = Route.counsellor_id == only if only is not None else true()
    before = select(func.max(Route.day)).where(Route.day < day, whose)
    after = select(func.min(Route.day)).where(Route.day > day, whose)
    return db.session.scalar(before), db.session.scalar(after)


def _published_weeks(since: date) -> set[date]:
    days = db.session.scalars(
        select(Route.day)
        .where(Route.day >= since, Route.state == RouteState.PUBLISHED)
        .distinct()
    )
    return {week_of(day)[0] for day in days}
