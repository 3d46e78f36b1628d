"""Who has more appointments under one number or address than is usual?

Nobody is refused for it, and no page of a client ever says so: a shared phone, a
volunteer who books for many, or misuse. Staff see the count and judge.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from booking.models import Appointment, Status, db

USUAL = 2  # coming appointments of one contact


def crowded(rows: Iterable[Appointment], *, now: datetime) -> dict[bytes, int]:
    """Return how many coming appointments the contacts of these have, if too many."""
    hashes = {row.contact_hash for row in rows if row.contact_hash}
    if not hashes:
        return {}
    counted = db.session.execute(
        select(Appointment.contact_hash, func.count())
        .where(
            Appointment.contact_hash.in_(hashes),
            Appointment.status == Status.BOOKED,
            Appointment.starts_at > now,
        )
        .group_by(Appointment.contact_hash)
        .having(func.count() > USUAL)
    )
    return {contact: count for contact, count in counted if contact}


def beside(row: Appointment, *, now: datetime) -> list[Appointment]:
    """Return the coming appointments of the same contact, if they are too many."""
    if row.contact_hash is None:
        return []
    found = list(
        db.session.scalars(
            select(Appointment)
            .where(
                Appointment.contact_hash == row.contact_hash,
                Appointment.status == Status.BOOKED,
                Appointment.starts_at > now,
            )
            .options(joinedload(Appointment.counsellor))
            .order_by(Appointment.starts_at)
        )
    )
    return found if len(found) > USUAL else []
