"""Who must be reminded now? As many days before as she, or else the office, likes."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from booking.models import NEVER_REMIND, Appointment, Letter, LetterKind, Reach, Status
from booking.models.running import zone
from booking.scheduling import instant
from booking.services.office import decisions
from booking.services.quiet_hours import end_of_night

REMIND_AT = time(10)  # local time, on a day before
REMIND_THAT_MORNING = time(7)  # local time, on the day itself
CHOICES = (0, 1, 2)  # days before, that a client may choose
# Paper is too slow for it; who wants post has the day in writing already.
NOT_REMINDED = (Reach.NONE, Reach.POST)


def due(now: datetime) -> Select[Appointment] | None:
    """Select whom to remind now; none at night.

    Whoever booked or moved on the reminder's own day, or later, was told already.
    A reminder that no worker wrote in time is still written as long as it helps.
    """
    if end_of_night(now) > now:
        return None
    usual = decisions().remind_days
    before = {*CHOICES, usual} - {NEVER_REMIND}
    chosen = func.coalesce(Appointment.remind_days, usual)
    now_due = [
        and_(chosen == days, _on(day), ~_told_since(day - timedelta(days=days)))
        for days in sorted(before)
        for day in _days_due(days, now)
    ]
    if not now_due:
        return None
    return (
        select(Appointment)
        .where(
            Appointment.status == Status.BOOKED,
            Appointment.reach.not_in(NOT_REMINDED),
            Appointment.starts_at >= now,
            or_(*now_due),
        )
        .with_for_update(skip_locked=True)
    )


def _days_due(days: int, now: datetime) -> Iterator[date]:
    """Yield the days whose reminder, so many days before, is due by now."""
    today = now.astimezone(zone()).date()
    at = REMIND_AT if days else REMIND_THAT_MORNING
    for ahead in range(days + 1):
        day = today + timedelta(days=ahead)
        if instant(day - timedelta(days=days), at, zone()) <= now:
            yield day


def _on(day: date) -> ColumnElement[bool]:
    following = instant(day + timedelta(days=1), time.min, zone())
    starts = Appointment.starts_at
    return and_(starts >= instant(day, time.min, zone()), starts < following)


def _told_since(day: date) -> ColumnElement[bool]:
    since = instant(day, time.min, zone())
    return (
        select(Letter.id)
        .where(
            Letter.appointment_id == Appointment.id,
            Letter.interpreter_request_id.is_(None),
            Letter.sequence == Appointment.sequence,
            or_(Letter.kind == LetterKind.REMINDER, Letter.created_at >= since),
        )
        .exists()
    )
