"""Which appointments are hit when somebody is away, or the office is closed?"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking.models import Appointment, Status, db
from booking.scheduling import TimeWindow


def hit_by(
    counsellors: Collection[int], windows: Sequence[TimeWindow], *, now: datetime
) -> tuple[Appointment, ...]:
    """Return these counsellors' booked appointments that lie in these windows.

    What has begun is let alone; the earliest comes first. One query.
    """
    if not windows:
        return ()
    rows = db.session.scalars(
        select(Appointment)
        .where(
            Appointment.counsellor_id.in_(counsellors),
            Appointment.status == Status.BOOKED,
            Appointment.starts_at > now,
            Appointment.starts_at < max(one.end for one in windows),
            Appointment.ends_at > min(one.start for one in windows),
        )
        .options(
            joinedload(Appointment.type),
            joinedload(Appointment.client),
            joinedload(Appointment.counsellor),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return tuple(
        row for row in rows if any(one.overlaps(row.window) for one in windows)
    )
