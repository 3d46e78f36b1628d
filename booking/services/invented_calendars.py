"""What do the own calendars of invented counsellors say? Files of made-up hours."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import (
    ACTIVE,
    Appointment,
    BusyTime,
    CalendarSource,
    SourceKind,
    StaffMember,
)
from booking.models.running import zone
from booking.scheduling import TimeWindow, instant

LENT = 2  # counsellors whose calendars are read
WEEKS = 8
# Weekday, from, until, in wall time: meetings that somebody has every week.
WEEKLY = (
    (0, time(11), time(12)),
    (1, time(15), time(16)),
    (2, time(8, 30), time(9, 15)),
    (3, time(13), time(14, 30)),
    (4, time(10, 30), time(12)),
)


def lent(session: Session, team: Iterable[StaffMember], *, now: datetime) -> None:
    """Let some of the team have a calendar; one of its times is in conflict."""
    today = now.astimezone(zone()).date()
    for counsellor in list(team)[:LENT]:
        row = CalendarSource(
            staff_id=counsellor.id,
            kind=SourceKind.UPLOAD,
            valid_until=today + timedelta(weeks=WEEKS),
            created_at=now,
            fetched_at=now,
            tried_at=now,
        )
        row.label = "Rathaus"
        session.add(row)
        session.flush()
        windows = list(_beside(_booked(session, counsellor, now), _meetings(today)))
        row.events = len(windows)
        session.add_all(
            BusyTime(
                source_id=row.id,
                counsellor_id=counsellor.id,
                starts_at=window.start,
                ends_at=window.end,
            )
            for window in windows
        )


def _meetings(today: date) -> Iterator[TimeWindow]:
    monday = today - timedelta(days=today.weekday())
    for week in range(WEEKS):
        for weekday, starts, ends in WEEKLY:
            day = monday + timedelta(days=7 * week + weekday)
            yield TimeWindow(instant(day, starts, zone()), instant(day, ends, zone()))


def _booked(
    session: Session, counsellor: StaffMember, now: datetime
) -> list[TimeWindow]:
    rows = session.scalars(
        select(Appointment).where(
            Appointment.counsellor_id == counsellor.id,
            Appointment.status.in_(ACTIVE),
            Appointment.starts_at > now,
        )
    )
    return [row.window for row in rows]


def _beside(
    booked: Iterable[TimeWindow], meetings: Iterable[TimeWindow]
) -> Iterator[TimeWindow]:
    """Leave meetings out that nobody would have agreed to, but for the first."""
    booked, met = list(booked), False
    for meeting in meetings:
        clashes = any(meeting.overlaps(one) for one in booked)
        if not clashes or not met:
            yield meeting
        met = met or clashes
