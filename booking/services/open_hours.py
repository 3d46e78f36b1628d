"""When may anybody come without an appointment? Weekly, as the office decides."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from booking.models import OpenHour, db
from booking.models.running import zone
from booking.scheduling import TimeWindow, WeeklyHours, hours_on
from booking.services.journal import Actor, note
from booking.services.writing import write_session

AHEAD = range(1, 15)  # days in which the next open hour is looked for


class UnknownOpenHour(Exception):
    """There is no such line any more."""


def standing(*, now: datetime) -> list[OpenHour]:
    """Return what holds today or later, in the order of the week."""
    today = now.astimezone(zone()).date()
    holds = or_(OpenHour.valid_until.is_(None), OpenHour.valid_until >= today)
    rows = db.session.scalars(select(OpenHour).where(holds))
    return sorted(rows, key=lambda one: (one.weekday, one.opens, one.id))


def on(day: date, rows: Iterable[OpenHour]) -> list[TimeWindow]:
    """Return when anybody may come on a day."""
    return hours_on([row.as_weekly_hours() for row in rows], day, zone())


def next_after(day: date, rows: Iterable[OpenHour]) -> TimeWindow | None:
    """Return the next open hour on a later day, if there is one soon."""
    lines = list(rows)
    found = (one for n in AHEAD for one in on(day + timedelta(days=n), lines))
    return next(found, None)


def add(hours: WeeklyHours, *, by: int, now: datetime) -> None:
    """Let anybody come at these hours from now on."""
    with write_session() as session:
        row = OpenHour(
            weekday=hours.weekday,
            opens=hours.opens,
            closes=hours.closes,
            valid_from=hours.valid_from,
            valid_until=hours.valid_until,
        )
        session.add(row)
        session.flush()
        about = f"open-hour:{row.uuid}"
        note(session, Actor.STAFF, "add open hour", about, now=now, staff=by)


def remove(open_hour: UUID, *, by: int, now: datetime) -> None:
    """Take a line out. Raises ``UnknownOpenHour``."""
    with write_session() as session:
        row = session.scalar(select(OpenHour).where(OpenHour.uuid == open_hour))
        if row is None:
            raise UnknownOpenHour
        session.delete(row)
        about = f"open-hour:{row.uuid}"
        note(session, Actor.STAFF, "remove open hour", about, now=now, staff=by)
