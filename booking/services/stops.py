"""What happens to a route when a visit is given up, or one more is put in?

Who was to drive from door to door still has to get from the door before to the door
after: the time of the visit that falls away is kept busy by its neighbour, so that
nobody is offered an office slot in it from which the route could not go on.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.models import Appointment, Route, Stop, VisitState

A_DAY = timedelta(days=1)


def stop_of(session: Session, appointment: Appointment) -> Stop | None:
    """Return the stop that this appointment stands for, if it is a visit."""
    return session.scalar(
        select(Stop)
        .where(Stop.appointment_id == appointment.id)
        .options(
            joinedload(Stop.visit_request),
            joinedload(Stop.route)
            .selectinload(Route.stops)
            .joinedload(Stop.appointment),
        )
    )


def give_up(session: Session, stop: Stop, *, state: VisitState, now: datetime) -> None:
    """Take a stop off its route, and off every draft; its wish gets this state.

    Who says that a day does not suit is asked about a later one.
    """
    request = stop.visit_request
    request.state, request.changed_at = state, now
    if state == VisitState.DECLINED:
        request.from_day = max(request.from_day, stop.route.day + A_DAY)
    request.told_from = request.told_until = None
    drafted = [one for one in open_stops(session, request.id) if one is not stop]
    for one in (stop, *drafted):
        leave(session, one, now=now)


def leave(session: Session, stop: Stop, *, now: datetime) -> None:
    """Take one stop off its route; who drives it keeps the time."""
    route = stop.route
    _leave_gap(route, stop)
    # The appointment that fell away must be inactive before another grows into it.
    session.flush()
    take_off(session, stop, now=now)


def take_off(session: Session, stop: Stop, *, now: datetime) -> None:
    """Take one stop off its route as if it had never been there."""
    route = stop.route
    route.stops.remove(stop)
    session.flush()
    for position, left in enumerate(route.stops, start=1):
        _stand(left, position, now)
        session.flush()  # one by one: each takes the number that is free just now
    route.changed_at = now
    if not route.stops:
        session.delete(route)


def put_in(session: Session, added: Stop, *, behind: Stop, now: datetime) -> None:
    """Put one stop more on a route; both its neighbours have made room already."""
    route = behind.route
    later = [stop for stop in route.stops if stop.position > behind.position]
    for stop in route.stops[: behind.position]:  # first: their time is what is free now
        _stand(stop, stop.position, now)
    session.flush()
    for stop in reversed(later):
        _stand(stop, stop.position + 1, now)
        session.flush()  # one by one: each takes the number that is free just now
    added.position = behind.position + 1
    route.stops.insert(behind.position, added)
    route.changed_at = now
    session.flush()


def _leave_gap(route: Route, stop: Stop) -> None:
    place = route.stops.index(stop)
    before = route.stops[place - 1] if place else None
    after = route.stops[place + 1] if place + 1 < len(route.stops) else None
    if stop.back_at is None and after is not None:
        after.leaves_for_at = stop.leaves_for_at
    elif before is not None and before.back_at is None:
        before.back_at = stop.back_at


def _stand(stop: Stop, position: int, now: datetime) -> None:
    """Bring what calendars see of a stop up to date: “2/3” is “2/2” now."""
    stop.position = position
    if row := stop.appointment:
        row.take(stop.window, stop.busy)
        row.changed_at = now


def open_stops(session: Session, request_id: int) -> list[Stop]:
    """Return the stops of a wish that no appointment stands for yet, a crew's two."""
    return list(
        session.scalars(
            select(Stop)
            .where(Stop.visit_request_id == request_id, Stop.appointment_id.is_(None))
            .options(
                joinedload(Stop.visit_request),
                joinedload(Stop.route)
                .selectinload(Route.stops)
                .joinedload(Stop.appointment),
            )
        )
    )
