"""What is in the way of publishing: booked meanwhile, or somebody gone away?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import ACTIVE, Appointment, Route, StaffMember
from booking.scheduling import TimeWindow
from booking.services.claim import end_holds_of
from booking.services.published import Told
from booking.services.rota import Rota


@dataclass(frozen=True, slots=True)
class InTheWay:
    """What a visit would collide with: an appointment, or an absence."""

    counsellor: str
    visit: TimeWindow
    taken: TimeWindow
    appointment: UUID | None


class Clash(Exception):
    """Published as planned, visits would collide; ``found`` says with what."""

    def __init__(self, found: list[InTheWay]) -> None:
        super().__init__(found)
        self.found = found


def lock(session: Session, counsellors: Collection[int], now: datetime) -> None:
    """Lock all whose time is taken, in one order for everybody (as ``claim`` does)."""
    session.execute(
        select(StaffMember.id)
        .where(StaffMember.id.in_(counsellors))
        .order_by(StaffMember.id)
        .with_for_update(key_share=True)
    )
    end_holds_of(session, counsellors, now=now)


def clashes(
    session: Session, routes: Sequence[Route], told: Told, now: datetime
) -> list[InTheWay]:
    """Find what was booked, or who has gone away, since the plan was drawn up.

    What is about to move itself is in nobody's way.
    """
    if not routes:
        return []
    days = sorted({route.day for route in routes})
    counsellors = {route.counsellor_id for route in routes}
    rota = Rota.read(session, days, now=now, only=counsellors)
    moving = {row.id for row in told.appointments}
    taken = _appointments(session, counsellors, routes, besides=moving)
    return [
        InTheWay(route.counsellor.name, stop.window, window, appointment)
        for route in routes
        for stop in route.stops
        for window, appointment in (
            *taken.get(route.counsellor_id, ()),
            *((away, None) for away in rota.away.get(route.counsellor_id, ())),
        )
        if window.overlaps(stop.busy)
    ]


def _appointments(
    session: Session,
    counsellors: Collection[int],
    routes: Sequence[Route],
    *,
    besides: Collection[int],
) -> dict[int, list[tuple[TimeWindow, UUID]]]:
    there = [stop for route in routes for stop in route.stops]
    rows = session.scalars(
        select(Appointment)
        .where(
            Appointment.counsellor_id.in_(counsellors),
            Appointment.status.in_(ACTIVE),
            Appointment.busy_from < max(stop.busy.end for stop in there),
            Appointment.busy_until > min(stop.busy.start for stop in there),
            Appointment.id.not_in(besides),
        )
        .order_by(Appointment.busy_from)
    )
    found: dict[int, list[tuple[TimeWindow, UUID]]] = {}
    for row in rows:
        busy = TimeWindow(row.busy_from, row.busy_until)
        found.setdefault(row.counsellor_id, []).append((busy, row.uuid))
    return found
