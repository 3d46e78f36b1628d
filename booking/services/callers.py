"""What has somebody of the staff booked for a caller, and what does she read out?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking.models import (
    Appointment,
    JournalEntry,
    Place,
    Status,
    db,
)
from booking.models.running import zone
from booking.scheduling import TimeWindow, day_window
from booking.services.desk import UnknownAppointment
from booking.services.links import readable, way_to
from booking.services.sessions import SignedIn


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody on the phone is told: when, with whom, her code."""

    window: TimeWindow
    place: Place
    counsellor: str
    code: str
    own: UUID | None  # the appointment's page, if it is this counsellor's own


def booked_by(person: SignedIn, appointment: UUID) -> Told:
    """Return what to read out to a caller whom this person has booked.

    Raises ``UnknownAppointment``.
    """
    row = db.session.scalar(
        select(Appointment)
        .where(Appointment.uuid == appointment, Appointment.booked_by_id == person.id)
        .options(joinedload(Appointment.type), joinedload(Appointment.counsellor))
    )
    if row is None or row.status != Status.BOOKED:
        raise UnknownAppointment
    return Told(
        window=row.window,
        place=Place(row.type.place),
        counsellor=row.counsellor.name,
        code=readable(way_to(db.session(), row).code),
        own=row.uuid if row.counsellor_id == person.id else None,
    )


def booked_last(person: SignedIn, *, now: datetime) -> Appointment | None:
    """Return what this person has booked last today: found by her journal's lines."""
    midnight = day_window(now.astimezone(zone()).date(), zone()).start
    about = db.session.scalar(
        select(JournalEntry.about)
        .where(
            JournalEntry.at >= midnight,
            JournalEntry.staff_id == person.id,
            JournalEntry.deed == "book",
        )
        .order_by(JournalEntry.at.desc(), JournalEntry.id.desc())
        .limit(1)
    )
    if about is None:
        return None
    uuid = UUID(about.rpartition(":")[2])
    return db.session.scalar(
        select(Appointment)
        .where(Appointment.uuid == uuid)
        .options(joinedload(Appointment.type), joinedload(Appointment.client))
    )
