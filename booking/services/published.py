"""Which visits have been published, and how do they make room for a newer plan?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.models import Appointment, Route, RouteState, Status, Stop
from booking.scheduling import TimeWindow
from booking.services import invitations, stops

AN_HOUR = timedelta(hours=1)
ASIDE = datetime(1971, 1, 1, tzinfo=UTC)  # where nothing else ever was


@dataclass(slots=True)
class Told:
    """The published stops of those who stand on drafts again, by wish."""

    leads: dict[int, Stop]
    seconds: dict[int, Stop]

    @property
    def stops(self) -> list[Stop]:
        """All of them."""
        return [*self.leads.values(), *self.seconds.values()]

    @property
    def appointments(self) -> list[Appointment]:
        """What stands for them in calendars."""
        return [stop.appointment for stop in self.stops if stop.appointment]


def told_on(session: Session, routes: Iterable[Route]) -> Told:
    """Return the published stops of all who stand on these drafts."""
    wishes = {stop.visit_request_id for route in routes for stop in route.stops}
    known = session.scalars(
        select(Stop)
        .join(Stop.route)
        .join(Stop.appointment)
        .where(
            Stop.visit_request_id.in_(wishes),
            Route.state == RouteState.PUBLISHED,
            Appointment.status == Status.BOOKED,
        )
        .order_by(Stop.id)
        .options(
            joinedload(Stop.company),
            joinedload(Stop.visit_request),
            joinedload(Stop.appointment).joinedload(Appointment.type),
            joinedload(Stop.route)
            .selectinload(Route.stops)
            .joinedload(Stop.appointment),
        )
    )
    found = Told({}, {})
    for stop in known:
        of_kind = found.seconds if is_second(stop) else found.leads
        of_kind[stop.visit_request_id] = stop
    return found


def clear_the_way(
    session: Session, told: Told, now: datetime
) -> dict[int, invitations.Before]:
    """Set aside what moves: two who swap their times would meet in between.

    Return, by the appointment's number, whose it was and when it began.
    """
    rows = told.appointments
    was = {row.id: invitations.as_it_was(row) for row in rows}
    for stop in told.stops:  # first: it lets those who stay stand where they stood
        stops.take_off(session, stop, now=now)
    for row in rows:
        hour = TimeWindow(ASIDE + row.id * AN_HOUR, ASIDE + (row.id + 1) * AN_HOUR)
        row.take(hour, hour)
    session.flush()
    return was


def is_second(stop: Stop) -> bool:
    """Tell whether she who stops there comes along to somebody else's visit."""
    return stop.company is not None and stop.company.is_second
