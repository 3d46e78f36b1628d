"""What does a calendar app see of an appointment? When, what, roughly where.

A name or a street only on a subscription that asked for it, in an office that allows
it; for all others these columns are not even read.
"""

from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, load_only

from booking.calendars import CalendarEvent, ShownAs, feed
from booking.languages import language_of_code, speaking
from booking.models import (
    Appointment,
    ConsultationType,
    FeedLevel,
    Office,
    Place,
    StaffMember,
    Status,
    Stop,
    VisitRequest,
    db,
)
from booking.models.running import settings, zone
from booking.scheduling import TimeWindow

MOST_EVENTS = 2_000
# Cancelled ones leave; holds are nobody's business yet.
SHOWN = (Status.BOOKED, Status.MET, Status.MISSED)
OF_THE_OFFICE = "de"  # feeds speak the office's language


def written(staff_id: int, window: TimeWindow, level: FeedLevel) -> bytes:
    """Write a counsellor's appointments as iCalendar, in the office's language."""
    owner = db.session.get_one(StaffMember, staff_id)
    office = db.session.scalars(select(Office).order_by(Office.id)).first()
    rows = db.session.execute(_appointments(staff_id, window, level))
    with speaking(language_of_code(OF_THE_OFFICE)):
        events = [_event(Shown(*row), office, level) for row in rows]
    return feed(events, name=_short(owner.name), zone=zone().key)


@dataclass(frozen=True, slots=True)
class Shown:
    """One appointment; of a visit also which one it is on its route."""

    appointment: Appointment
    place: str
    position: int | None
    stops: int
    wish: VisitRequest | None


def _appointments(staff_id: int, window: TimeWindow, level: FeedLevel) -> Select[Any]:
    on_route = aliased(Stop)
    stops = (
        select(func.count(on_route.id))
        .where(on_route.route_id == Stop.route_id)
        .scalar_subquery()
    )
    return (
        select(Appointment, ConsultationType.place, Stop.position, stops, VisitRequest)
        .join(ConsultationType, ConsultationType.id == Appointment.type_id)
        .outerjoin(Stop, Stop.appointment_id == Appointment.id)
        .outerjoin(VisitRequest, VisitRequest.id == Stop.visit_request_id)
        .where(
            Appointment.counsellor_id == staff_id,
            Appointment.status.in_(SHOWN),
            Appointment.busy_until > window.start,  # as the index is sorted
            Appointment.starts_at < window.end,
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(MOST_EVENTS)
        .options(*_COLUMNS[level])
    )


def _event(shown: Shown, office: Office | None, level: FeedLevel) -> CalendarEvent:
    row = shown.appointment
    if level == FeedLevel.BUSY:
        return row.as_event(summary=_("Busy"), location="", url="")
    wish = shown.wish
    named = f" {row.name}" if level == FeedLevel.FULL else ""
    reference = wish.reference if wish else row.uuid.hex[:5].upper()
    event = row.as_event(
        summary=f"{_kind(shown)} {reference}{named}",
        location=_location(shown, office, level),
        url=f"{settings().public_url.rstrip('/')}/staff/appointments/{row.uuid}",
    )
    if shown.place == Place.HOME:
        return replace(event, category=_("Home visit"), shown_as=ShownAs.AWAY)
    return replace(event, category=_("Counselling"))


def _kind(shown: Shown) -> str:
    if shown.position:
        # I18N: in a counsellor's calendar: the third of her six home visits that day
        return str(
            _("Home visit %(number)s/%(all)s", number=shown.position, all=shown.stops)
        )
    if shown.place == Place.HOME:
        return str(_("Home visit"))
    if shown.place == Place.PHONE:
        return str(_("Counselling by phone"))
    return str(_("Counselling"))


def _location(shown: Shown, office: Office | None, level: FeedLevel) -> str:
    """Say the office's address; of a visit the town alone: a street tells a name."""
    if shown.place == Place.HOME:
        if level == FeedLevel.FULL:
            return shown.wish.address if shown.wish else shown.appointment.address
        return shown.wish.town if shown.wish else ""
    if shown.place == Place.PHONE or office is None:
        return ""
    street = f"{office.street} {office.house_number}"
    return f"{office.name}, {street}, {office.postcode} {office.town}"


def _short(name: str) -> str:
    """Return “A. Sommer”: enough for her own list of calendars."""
    first, space, rest = name.strip().partition(" ")
    return f"{first[:1]}. {rest}" if space else first


# A name that is not asked for is not even read.
_BARE = load_only(
    Appointment.uuid,
    Appointment.sequence,
    Appointment.changed_at,
    Appointment.starts_at,
    Appointment.ends_at,
)
_TOWN = load_only(VisitRequest.uuid, VisitRequest.town_sealed)
_COLUMNS = {
    FeedLevel.BUSY: (_BARE, load_only(VisitRequest.uuid)),
    FeedLevel.PLACE: (_BARE, _TOWN),
    FeedLevel.FULL: (),
}
