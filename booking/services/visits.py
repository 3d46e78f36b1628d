"""Order plans of home visits, and give up a visit; they are published elsewhere."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.models import (
    Appointment,
    JobState,
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
from booking.services import appointments
from booking.services.appointments import Whose
from booking.services.journal import Actor, note
from booking.services.office import decisions
from booking.services.visit_settings import USUAL_MODE
from booking.services.writing import read_session, tried_again, write_session


class NothingToPlan(Exception):
    """No day or no counsellor was chosen."""


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
def discard(days: Collection[date], *, by: int, now: datetime) -> None:
    """Throw the drafts of these days away; their wishes wait again."""
    with write_session() as session:
        forget_drafts(session, days, now=now)
        for day in sorted(days):
            note(session, Actor.STAFF, "discard plan", f"day:{day}", now=now, staff=by)


def decline(request: UUID, *, now: datetime, by: int | None = None) -> None:
    """Give up a published visit on the client's word; the wish is asked about again.

    ``by`` is the staff member who writes down what the client has told her, or None
    for the client herself. Raises ``appointments.TooLate`` once it has begun.
    """
    row = db.session.scalar(
        select(Appointment)
        .join(Stop, Stop.appointment_id == Appointment.id)
        .join(VisitRequest, VisitRequest.id == Stop.visit_request_id)
        .where(VisitRequest.uuid == request, Appointment.status == Status.BOOKED)
    )
    if row is not None:
        appointments.cancel(row.uuid, now=now, by=by, whose=Whose.CLIENT)


def forget_drafts(session: Session, days: Collection[date], *, now: datetime) -> None:
    """Remove the drafts of these days, inside a unit of work already open."""
    for route in session.scalars(drafts_on(days).with_for_update(of=Route)):
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


def drafts_on(days: Collection[date]) -> Select[Route]:
    """Select the drafts of these days with their stops."""
    return (
        select(Route)
        .where(Route.day.in_(days), Route.state != RouteState.PUBLISHED)
        .order_by(Route.day, Route.counsellor_id)
        .options(
            joinedload(Route.counsellor),
            selectinload(Route.stops).joinedload(Stop.visit_request),
        )
    )
