"""Builders for feeds: appointments and routes with marked names, written as they are."""

from datetime import date, timedelta

from booking.models import (
    Appointment,
    ConsultationType,
    Place,
    Reach,
    Route,
    RouteState,
    Status,
    Stop,
    VisitRequest,
    VisitState,
)
from booking.scheduling import TimeWindow
from booking.services.writing import write_session
from tests import make

THURSDAY = date(2027, 3, 4)
HOUR = timedelta(hours=1)
# What must never be found in a feed that nobody asked to be told more.
SECRETS = ("Canaria", "Kanarienweg", "0151 5550199", "canaria@", "Vierter Stock")
TOPIC = ("health", "Gesundheit")


def at(hour, minute=0):
    return make.at(THURSDAY, hour, minute)


def taken(counsellor, start, place=Place.OFFICE, status=Status.BOOKED, **facts):
    """Write an appointment straight into the database: the past takes no bookings."""
    window = TimeWindow(start, start + HOUR)
    with write_session() as session:
        row = _row(session, counsellor, window, place, status)
        for name, value in facts.items():
            setattr(row, name, value)
    return row.uuid


def mark(one):
    """Give it a client who must not be found again."""
    one.name, one.phone, one.email = "Canaria", "0151 5550199", "canaria@x.org"


def secrets_in(told):
    """Return what was told of her after all."""
    words = told.decode() if isinstance(told, bytes) else str(told)
    unfolded = words.replace("\r\n ", "").lower()
    return [one for one in (*SECRETS, *TOPIC) if one.lower() in unfolded]


def _row(session, counsellor, window, place, status):
    kind = session.query(ConsultationType).filter_by(place=place).first()
    if kind is None:
        kind = ConsultationType(slug=place, place=place)
    row = Appointment(
        type=kind,
        counsellor_id=counsellor,
        status=status,
        hold_until=window.end,
        created_at=window.start,
        changed_at=window.start,
        language="de",
        letter_language="de",
    )
    row.take(window, window)
    session.add(row)
    return row


def published(counsellor, count):
    """Publish a route of so many visits, an hour each; return their appointments."""
    with write_session() as session:
        route = Route(
            counsellor_id=counsellor,
            day=THURSDAY,
            mode="car",
            state=RouteState.PUBLISHED,
            travel=0,
            waiting=0,
            changed_at=at(8),
        )
        session.add(route)
        found = [_stop(session, route, number) for number in range(1, count + 1)]
        session.flush()
    return [row.uuid for row in found]


def _stop(session, route, number):
    window = TimeWindow(at(8 + number), at(9 + number))
    counsellor = route.counsellor_id
    row = _row(session, counsellor, window, Place.HOME, Status.BOOKED)
    request = VisitRequest(
        state=VisitState.PUBLISHED,
        created_at=at(8),
        changed_at=at(8),
        weekdays=[],
        parts_of_day=[],
        from_day=THURSDAY,
        language="de",
        letter_language="de",
        reach=Reach.NONE,
    )
    for one in (row, request):
        mark(one)
    row.address = "Kanarienweg 7, 73054 Eislingen"
    request.street, request.floor = "Kanarienweg 7", "Vierter Stock"
    request.postcode, request.town = "73054", "Eislingen"
    session.flush()
    moments = {"leaves_for_at": window.start, "arrives_at": window.start}
    moments |= {"starts_at": window.start, "ends_at": window.end}
    stop = Stop(position=number, visit_request=request, appointment=row, **moments)
    route.stops.append(stop)
    return row
