"""Of which past appointments has nobody said whether they met?"""

from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from booking.models import Appointment, Status, db
from booking.services.desk import Entry
from booking.services.sessions import SignedIn

LOOKED_BACK = timedelta(days=90)  # as long as an appointment without a file is kept


def unrecorded(person: SignedIn, *, now: datetime) -> list[Entry]:
    """Return hers, the latest first: one query."""
    rows = (
        _unrecorded(person, now)
        .options(joinedload(Appointment.type))
        .order_by(Appointment.starts_at.desc())
    )
    return [Entry(row, None) for row in db.session.scalars(rows)]


def unrecorded_number(person: SignedIn, *, now: datetime) -> int:
    """Count these."""
    counted = _unrecorded(person, now).with_only_columns(func.count(Appointment.id))
    return db.session.scalar(counted) or 0


def _unrecorded(person: SignedIn, now: datetime) -> Select[Appointment]:
    return select(Appointment).where(
        Appointment.counsellor_id == person.id,
        Appointment.status == Status.BOOKED,
        Appointment.starts_at > now - LOOKED_BACK,
        Appointment.ends_at <= now,
    )
