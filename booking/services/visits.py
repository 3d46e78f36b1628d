"""Plan, publish and give up home visits: from wishes to appointments at the door."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.models import (
    ACTIVE,
    Appointment,
    BookableBy,
    ClientLink,
    ConsultationType,
    JobState,
    LetterKind,
    Place,
    PlanningJob,
    Role,
    Route,
    RouteState,
    StaffMember,
    StaffRole,
    Status,
    Stop,
    VisitRequest,
    VisitState,
    db,
)
from booking.models.running import zone
from booking.scheduling import TimeWindow
from booking.services import appointments, feeds, invitations, letters
from booking.services.availability import NothingOffered
from booking.services.claim import end_holds_of
from booking.services.invitations import Change
from booking.services.journal import Actor, note
from booking.services.office import USUAL_MODE, decisions
from booking.services.rota import Rota
from booking.services.told import told_window
from booking.services.writing import read_session, tried_again, write_session


class NothingToPlan(Exception):
    """No day or no counsellor was chosen."""


class NothingToPublish(Exception):
    """No draft stands on these days: somebody has published or planned anew."""


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


@tried_again
def plan(
    days: Collection[date],
    modes: Mapping[int, str],
    *,
    seconds: int,
    by: int,
    now: datetime,
    moves_published: bool = False,
) -> UUID:
    """Order a plan for these days; ``modes`` says how each counsellor travels.

    The worker draws it up (``services.planning``). With ``moves_published`` it may
    change what clients were told, at a price. An order for the same week that still
    waits or runs is called off. Raises ``NothingToPlan``.
    """
    terms = {"moves_published": True} if moves_published else None
    return _ordered(days, modes, terms, seconds=seconds, by=by, now=now)


@tried_again
def plan_without(
    counsellor: int, day: date, *, seconds: int, by: int, now: datetime
) -> UUID:
    """Order a plan for a day on which a counsellor is ill; few others shall move.

    Everybody who drives that day drives on, her colleagues who counsel may join in.
    Raises ``NothingToPlan`` if nobody is to be visited that day.
    """
    with read_session() as session:
        driven = dict(
            session.execute(
                select(Route.counsellor_id, Route.mode).where(Route.day == day)
            ).all()
        )
        others = session.execute(
            select(StaffMember.id, StaffMember.uuid)
            .join(StaffRole)
            .where(StaffRole.role == Role.COUNSELLOR, StaffMember.disabled_at.is_(None))
        ).all()
    if not driven:
        raise NothingToPlan
    usual = decisions().modes
    modes = {one: usual.get(str(uuid), USUAL_MODE) for one, uuid in others} | driven
    terms = {
        "moves_published": True,
        "absent": counsellor,
        "absent_on": day.isoformat(),
    }
    return _ordered([day], modes, terms, seconds=seconds, by=by, now=now)


def _ordered(
    days: Collection[date],
    modes: Mapping[int, str],
    terms: dict[str, Any] | None,
    *,
    seconds: int,
    by: int,
    now: datetime,
) -> UUID:
    if not days or not modes:
        raise NothingToPlan
    with write_session() as session:
        for job in session.scalars(_unfinished().with_for_update()):
            if set(job.days) & {day.isoformat() for day in days}:
                job.cancel_wanted = True
        job = PlanningJob(
            asked_by_id=by,
            days=sorted(day.isoformat() for day in days),
            modes={str(one): mode for one, mode in modes.items()},
            seconds=seconds,
            terms=terms,
            state=JobState.WAITING,
            created_at=now,
            seen_at=now,
        )
        session.add(job)
        session.flush()
        note(session, Actor.STAFF, "plan visits", f"plan:{job.uuid}", now=now, staff=by)
    return job.uuid


def call_off(job: UUID, *, by: int, now: datetime) -> None:
    """Stop a plan that is being drawn up; what stood before stays."""
    with write_session() as session:
        row = session.scalar(
            _unfinished().where(PlanningJob.uuid == job).with_for_update()
        )
        if row is not None:
            row.cancel_wanted = True
            note(session, Actor.STAFF, "call off", f"plan:{job}", now=now, staff=by)


@tried_again
def publish(days: Collection[date], *, by: int, now: datetime) -> int:
    """Make every draft of these days binding, all or nothing; count the visits.

    Appointments appear, feeds follow, letters are written. Raises ``Clash`` or
    ``NothingToPublish``.
    """
    today = now.astimezone(zone()).date()
    with write_session() as session:
        # What was planned for yesterday and never published is no promise any more.
        ahead = [day for day in days if day >= today]
        routes = list(session.scalars(_drafts(ahead)))
        if not routes:
            raise NothingToPublish
        counsellors = {route.counsellor_id for route in routes}
        _lock(session, counsellors, now)
        if found := _clashes(session, routes, now):
            raise Clash(found)
        kind = _visit_type(session)
        links = _links(session, routes)
        for route in routes:
            route.state, route.changed_at = RouteState.PUBLISHED, now
            for stop in route.stops:
                _promise(session, stop, kind, links, by=by, now=now)
        promised = [stop.appointment for route in routes for stop in route.stops]
        changes = [Change(row) for row in promised if row is not None]
        invitations.keep_told(session, changes, now=now, by=by)
        feeds.bump(session, counsellors, at=now)
    return sum(len(route.stops) for route in routes)


@tried_again
def discard(days: Collection[date], *, by: int, now: datetime) -> None:
    """Throw the drafts of these days away; their wishes wait again."""
    with write_session() as session:
        forget_drafts(session, days, now=now)
        for day in sorted(days):
            note(session, Actor.STAFF, "discard plan", f"day:{day}", now=now, staff=by)


def decline(request: UUID, *, now: datetime) -> None:
    """Give up a published visit on the client's word; the wish is asked about again.

    Raises ``appointments.TooLate`` once it has begun.
    """
    row = db.session.scalar(
        select(Appointment)
        .join(Stop, Stop.appointment_id == Appointment.id)
        .join(VisitRequest, VisitRequest.id == Stop.visit_request_id)
        .where(VisitRequest.uuid == request, Appointment.status == Status.BOOKED)
    )
    if row is not None:
        appointments.cancel(row.uuid, now=now)


def forget_drafts(session: Session, days: Collection[date], *, now: datetime) -> None:
    """Remove the drafts of these days, inside a unit of work already open."""
    for route in session.scalars(_drafts(days)):
        for stop in route.stops:
            if stop.visit_request.state == VisitState.PLANNED:
                stop.visit_request.state = VisitState.WISHED
                stop.visit_request.changed_at = now
        session.delete(route)
    session.flush()


def _unfinished() -> Select[PlanningJob]:
    return select(PlanningJob).where(
        PlanningJob.state.in_((JobState.WAITING, JobState.RUNNING))
    )


def _drafts(days: Collection[date]) -> Select[Route]:
    return (
        select(Route)
        .where(Route.day.in_(days), Route.state != RouteState.PUBLISHED)
        .order_by(Route.day, Route.counsellor_id)
        .options(
            joinedload(Route.counsellor),
            selectinload(Route.stops).joinedload(Stop.visit_request),
        )
        .with_for_update(of=Route)
    )


def _lock(session: Session, counsellors: Collection[int], now: datetime) -> None:
    """Lock all whose time is taken, in one order for everybody (as ``claim`` does)."""
    session.execute(
        select(StaffMember.id)
        .where(StaffMember.id.in_(counsellors))
        .order_by(StaffMember.id)
        .with_for_update()
    )
    end_holds_of(session, counsellors, now=now)


def _clashes(session: Session, routes: list[Route], now: datetime) -> list[InTheWay]:
    """Find what was booked, or who has gone away, since the plan was drawn up."""
    days = sorted({route.day for route in routes})
    counsellors = {route.counsellor_id for route in routes}
    rota = Rota.read(session, days, now=now, only=counsellors)
    taken = _appointments(session, counsellors, routes)
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
    session: Session, counsellors: Collection[int], routes: list[Route]
) -> dict[int, list[tuple[TimeWindow, UUID]]]:
    stops = [stop for route in routes for stop in route.stops]
    if not stops:
        return {}
    rows = session.scalars(
        select(Appointment)
        .where(
            Appointment.counsellor_id.in_(counsellors),
            Appointment.status.in_(ACTIVE),
            Appointment.busy_from < max(stop.busy.end for stop in stops),
            Appointment.busy_until > min(stop.busy.start for stop in stops),
        )
        .order_by(Appointment.busy_from)
    )
    found: dict[int, list[tuple[TimeWindow, UUID]]] = {}
    for row in rows:
        busy = TimeWindow(row.busy_from, row.busy_until)
        found.setdefault(row.counsellor_id, []).append((busy, row.uuid))
    return found


def _visit_type(session: Session) -> ConsultationType:
    found = session.scalar(
        select(ConsultationType)
        .where(
            ConsultationType.place == Place.HOME,
            ConsultationType.active,
            or_(
                ConsultationType.bookable_by == BookableBy.ANYONE,
                ConsultationType.bookable_by == BookableBy.STAFF,
            ),
        )
        .order_by(ConsultationType.id)
        .limit(1)
    )
    if found is None:
        raise NothingOffered(Place.HOME)
    return found


def _links(session: Session, routes: list[Route]) -> dict[int, ClientLink]:
    wishes = [stop.visit_request_id for route in routes for stop in route.stops]
    rows = session.scalars(
        select(ClientLink).where(ClientLink.visit_request_id.in_(wishes))
    )
    return {row.visit_request_id: row for row in rows if row.visit_request_id}


def _promise(
    session: Session,
    stop: Stop,
    kind: ConsultationType,
    links: Mapping[int, ClientLink],
    *,
    by: int,
    now: datetime,
) -> None:
    """Turn one stop into an appointment that its client is told of."""
    request = stop.visit_request
    row = _appointment_for(stop, kind, by=by, now=now)
    session.add(row)
    session.flush()
    stop.appointment = row
    if link := links.get(request.id):
        link.appointment_id = row.id
    request.state, request.changed_at = VisitState.PUBLISHED, now
    told = told_window(stop.starts_at)
    request.told_from, request.told_until = told.start, told.end
    request.sequence += 1
    letters.write(session, row, LetterKind.VISIT, now=now)
    note(session, Actor.STAFF, "publish", request.about, now=now, staff=by)


def _appointment_for(
    stop: Stop, kind: ConsultationType, *, by: int, now: datetime
) -> Appointment:
    request = stop.visit_request
    row = Appointment(
        type_id=kind.id,
        counsellor_id=stop.route.counsellor_id,
        client_id=request.client_id,
        status=Status.BOOKED,
        created_at=now,
        changed_at=now,
        language=request.language,
        letter_language=request.letter_language,
        interpreter_wanted=request.interpreter_wanted,
        people=request.people,
        reach=request.reach,
        no_message=request.no_message,
        remind_days=request.remind_days,
        booked_by_id=by,
        contact_hash=request.contact_hash,
    )
    row.name, row.supporter = request.name, request.supporter
    row.phone, row.email = request.phone, request.email
    row.safe_hours, row.address = request.safe_hours, request.address
    row.take(stop.window, stop.busy)
    return row
