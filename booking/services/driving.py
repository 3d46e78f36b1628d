"""What does a counsellor need on the way, and what does she mark at each door?

Names, numbers and bells are told only to who drives there, on the day itself and the
day before. What she marks says when she came and went; nobody's position is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from booking.models import (
    Doorstep,
    Reach,
    Route,
    RouteState,
    Status,
    Stop,
    VisitRequest,
    VisitState,
    db,
)
from booking.models.running import zone
from booking.services import desk
from booking.services.journal import Actor, note
from booking.services.sessions import SignedIn
from booking.services.writing import tried_again, write_session

A_DAY = timedelta(days=1)


class Mark(StrEnum):
    """What can be marked at a door, from a phone, by one tap."""

    ARRIVED = "arrived"
    LEFT = "left"
    MET = "met"
    MISSED = "missed"
    NOBODY_OPENED = "nobody_opened"
    TAKEN_BACK = "taken_back"  # the last mark was a wrong tap
    AGAIN = "again"  # who was not met is visited another day


OUTCOMES = {
    Mark.MET: Status.MET,
    Mark.MISSED: Status.MISSED,
    Mark.NOBODY_OPENED: Status.MISSED,
}


class NotHerStop(Exception):
    """There is no such stop on a route of hers today; both look the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What only who drives there is told of one stop."""

    name: str
    supporter: str
    phone: str  # "" if she is not to be called
    safe_hours: str
    no_message: bool
    entrance: str
    floor: str
    room: str
    bell: str
    call_from_downstairs: bool
    colleagues: tuple[str, ...]  # who comes along
    outcome: Status | None
    may_be_visited_again: bool


def particulars(
    person: SignedIn, day: date, *, now: datetime
) -> dict[UUID, Particulars]:
    """Return, by its stop, what she is told of each door of hers on a day.

    Only of published routes, on that day and the day before; the look is journaled.
    """
    today = now.astimezone(zone()).date()
    if not today <= day <= today + A_DAY:
        return {}
    rows = db.session.scalars(_hers(person).where(Route.day == day)).all()
    if not rows:
        return {}
    along = _colleagues(rows, person)
    found = {row.uuid: _particulars(row, along) for row in rows}
    with write_session() as session:
        about = f"route day:{day}"
        note(session, Actor.STAFF, "read route", about, now=now, staff=person.id)
    return found


@tried_again
def mark(person: SignedIn, stop: UUID, what: Mark, *, now: datetime) -> date:
    """Mark what happened at a door today; marked twice, it counts once.

    Raises ``NotHerStop``, or ``desk.NotYet`` for an outcome before it has begun.
    """
    row = db.session.scalar(_hers(person).where(Stop.uuid == stop))
    if row is None or row.appointment is None or row.route.day != _today(now):
        raise NotHerStop
    if what in OUTCOMES:
        desk.record(person, row.appointment.uuid, OUTCOMES[what], now=now)
    with write_session() as session:
        mine = session.scalars(_hers(person).where(Stop.uuid == stop)).one()
        _note_down(mine, what, now)
        deed = f"mark {what}"
        note(session, Actor.STAFF, deed, f"stop:{stop}", now=now, staff=person.id)
    return row.route.day


def _note_down(row: Stop, what: Mark, now: datetime) -> None:
    if row.doorstep is None:
        row.doorstep = Doorstep()
    door = row.doorstep
    if what is Mark.TAKEN_BACK:
        _take_back(row, door)
    elif what is Mark.AGAIN:
        _visit_again(row, now)
    elif what is Mark.ARRIVED:
        door.arrived_at = door.arrived_at or now
    else:  # whoever has met somebody, or nobody, is on her way
        door.left_at = door.left_at or now
        opened = what is not Mark.NOBODY_OPENED
        door.nobody_opened_at = None if opened else door.nobody_opened_at or now


def _visit_again(row: Stop, now: datetime) -> None:
    """Let who was not met wait for another day."""
    request = row.visit_request
    if _may_be_visited_again(row):
        request.state, request.changed_at = VisitState.WISHED, now
        request.from_day = max(request.from_day, row.route.day + A_DAY)
        request.told_from = request.told_until = None


def _take_back(row: Stop, door: Doorstep) -> None:
    """Forget the last mark; an outcome is recorded anew, as ever."""
    if door.nobody_opened_at or door.left_at:
        door.nobody_opened_at = door.left_at = None
        if row.appointment and row.appointment.status in {Status.MET, Status.MISSED}:
            row.appointment.status = Status.BOOKED
            row.visit_request.state = VisitState.PUBLISHED
    else:
        door.arrived_at = None


def _may_be_visited_again(row: Stop) -> bool:
    missed = row.appointment is not None and row.appointment.status == Status.MISSED
    return missed and row.visit_request.state == VisitState.PUBLISHED


def _particulars(row: Stop, along: dict[int, list[tuple[int, str]]]) -> Particulars:
    request, appointment = row.visit_request, row.appointment
    may_call = request.reach != Reach.NONE or request.call_from_downstairs
    done = appointment and appointment.status in {Status.MET, Status.MISSED}
    return Particulars(
        name=request.name,
        supporter=request.supporter,
        phone=request.phone if may_call else "",
        safe_hours=request.safe_hours,
        no_message=request.no_message,
        entrance=request.entrance,
        floor=request.floor,
        room=request.room,
        bell=request.bell,
        call_from_downstairs=request.call_from_downstairs,
        colleagues=tuple(
            name for route, name in along.get(request.id, ()) if route != row.route_id
        ),
        outcome=Status(appointment.status) if appointment and done else None,
        may_be_visited_again=_may_be_visited_again(row),
    )


def _colleagues(
    rows: Iterable[Stop], person: SignedIn
) -> dict[int, list[tuple[int, str]]]:
    """Return who else drives to the same homes at the same time, by the wish."""
    there = {row.visit_request_id: row.starts_at for row in rows}
    others = db.session.scalars(
        select(Stop)
        .join(Stop.route)
        .where(
            Stop.visit_request_id.in_(there),
            Route.state == RouteState.PUBLISHED,
            Route.counsellor_id != person.id,
        )
        .options(joinedload(Stop.route).joinedload(Route.counsellor))
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for stop in others:
        if there[stop.visit_request_id] == stop.starts_at:
            who = (stop.route_id, stop.route.counsellor.name)
            found.setdefault(stop.visit_request_id, []).append(who)
    return found


def _hers(person: SignedIn) -> Select[Stop]:
    return (
        select(Stop)
        .join(Stop.route)
        .join(Stop.visit_request)
        .where(Route.counsellor_id == person.id, Route.state == RouteState.PUBLISHED)
        .options(
            joinedload(Stop.route),
            joinedload(Stop.visit_request).joinedload(VisitRequest.own_counsellor),
            joinedload(Stop.appointment),
            joinedload(Stop.company),
            joinedload(Stop.doorstep),
        )
    )


def _today(now: datetime) -> date:
    return now.astimezone(zone()).date()
