"""What may a letter say? Time, place and link; no name, no topic, no address."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.languages import clock_time, day_in_words, isolated, part_of_day
from booking.models import Appointment, ClientLink, Office, Place, VisitRequest
from booking.models.running import zone
from booking.scheduling import TimeWindow
from booking.services import told
from booking.services.links import WayBack, WayToWish, readable


def of_appointment(session: Session, way: WayBack, now: datetime) -> dict[str, Any]:
    """Say when and where, in the language now spoken."""
    appointment = way.appointment
    window = _told(session, appointment)
    starts_at = window.start if window else appointment.starts_at
    start = starts_at.astimezone(zone())
    return _ways_back(session, way) | {
        "day": day_in_words(start.date(), today=now.astimezone(zone()).date()),
        "time": told.in_words(window) if window else clock_time(start, zone()),
        "part": part_of_day(start, zone()),
        "place": appointment.type.place,
    }


def of_wish(session: Session, way: WayToWish) -> dict[str, Any]:
    """Say how to find back to a wish, which has no time yet."""
    return _ways_back(session, way)


def _told(session: Session, appointment: Appointment) -> TimeWindow | None:
    """Return within which time to expect a visit at home: never the minute."""
    if appointment.type.place != Place.HOME:
        return None
    request = session.scalar(
        select(VisitRequest)
        .join(ClientLink)
        .where(ClientLink.appointment_id == appointment.id)
    )
    kept = request.told if request else None
    return kept or told.told_window(appointment.starts_at)


def _ways_back(session: Session, way: WayBack | WayToWish) -> dict[str, Any]:
    office = session.scalars(select(Office)).one()
    return {
        "office": office,
        "code": isolated(readable(way.code)),
        "phone": isolated(office.phone),
        "url": way.url,
        "is_wish": isinstance(way, WayToWish),
    }
