"""What may a letter say? Time, place and link; no name, no topic, no address."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.languages import (
    clock_time,
    current_language,
    day_in_words,
    isolated,
    name_of_language,
)
from booking.languages import part_of_day as part_in_words
from booking.models import (
    Appointment,
    ClientLink,
    InterpreterRequest,
    Office,
    Place,
    VisitRequest,
)
from booking.models.running import settings, zone
from booking.scheduling import TimeWindow
from booking.services import told
from booking.services.links import (
    WayBack,
    WayToWaiting,
    WayToWish,
    answer_url,
    readable,
)

Way = WayBack | WayToWish | WayToWaiting
Facts = dict[str, Any]
PUBLISHED_ONCE = 1  # a wish's sequence grows with each publication


def of_office(session: Session) -> Facts:
    """Say who we are, where, and where anybody can book."""
    office = session.scalars(select(Office)).one()
    base = settings().public_url.rstrip("/")
    return {
        "office": office,
        "phone": isolated(office.phone),
        "book_url": f"{base}/{current_language().path}/book",
    }


def of_appointment(
    appointment: Appointment, window: TimeWindow, now: datetime
) -> Facts:
    """Say when and where, in the language now spoken."""
    start = window.start.astimezone(zone())
    at_home = appointment.type.place == Place.HOME
    return {
        "day": day_in_words(start.date(), today=now.astimezone(zone()).date()),
        "time": told.in_words(window) if at_home else clock_time(start, zone()),
        "part": part_in_words(start, zone()),
        "place": appointment.type.place,
        "moved_by_office": bool(appointment.moved_by_office),
        "cancelled_by_office": bool(appointment.cancelled_by_office),
    }


def of_interpreting(request: InterpreterRequest) -> Facts:
    """Say between which languages, and where to say yes or no."""
    appointment = request.appointment
    until = appointment.ends_at.astimezone(zone())
    return {
        "until": clock_time(until, zone()),
        "language": _language(appointment.language),
        "joins_by": request.interpreter.kind,
        "url": answer_url(request),
    }


def of_way(way: Way) -> Facts:
    """Say how to find back."""
    return {
        "code": isolated(readable(way.code)),
        "url": way.url,
        "is_wish": isinstance(way, WayToWish),
    }


def shown_windows(
    session: Session, appointments: Iterable[Appointment]
) -> Mapping[int, TimeWindow]:
    """Return the time each is told with: of a visit never the minute, but a window."""
    rows = list(appointments)
    visits = [row.id for row in rows if row.type.place == Place.HOME]
    kept = _kept_windows(session, visits) if visits else {}
    return {
        row.id: kept.get(row.id) or told.told_window(row.starts_at)
        if row.type.place == Place.HOME
        else row.window
        for row in rows
    }


def _kept_windows(session: Session, visits: list[int]) -> dict[int, TimeWindow]:
    found = session.execute(
        select(ClientLink.appointment_id, VisitRequest)
        .join(VisitRequest, VisitRequest.id == ClientLink.visit_request_id)
        .where(ClientLink.appointment_id.in_(visits))
    )
    return {
        appointment: request.told
        for appointment, request in found
        if appointment is not None and request.told is not None
    }


def _language(code: str) -> str:
    # What is spoken may be none of those that we can name.
    return "" if code == "other" else name_of_language(code)
