"""Who draws up a plan? The worker's planner, in a process of its own.

Reading the facts, searching, writing the routes are three steps: the search takes
seconds to minutes and holds no transaction, and a fault or a cancel ends only it.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking.models import (
    TO_BE_PLANNED,
    Company,
    JobState,
    PlanningJob,
    Ride,
    Route,
    RouteState,
    Stop,
    VisitRequest,
    VisitState,
)
from booking.routing import Plan
from booking.services import known_ways, visits
from booking.services.journal import Actor, note
from booking.services.locating import locate
from booking.services.office import decisions
from booking.services.planning_facts import Facts, Leg, gathered
from booking.services.planning_process import Outcome, Search, searched
from booking.services.planning_sick import illness_of
from booking.services.travel_settings import travel_settings
from booking.services.travel_times import measured
from booking.services.writing import read_session, write_session

log = logging.getLogger(__name__)

# A job whose worker has shown no sign of life for so long is taken up anew.
LEASE = timedelta(seconds=30)


def work_on_next(
    *,
    now: Callable[[], datetime],
    stop: Callable[[], bool] = lambda: False,
    search: Search = searched,
) -> bool:
    """Draw up the plan that waits longest; tell whether there was one."""
    job = _take(now())
    if job is None:
        return False
    try:
        outcome, facts = _draw_up(job, now, stop, search)
        _keep(job, outcome, facts, now())
    except Exception:
        log.exception("A plan failed.")
        _end(job.id, JobState.FAILED, now())
    return True


def _take(now: datetime) -> PlanningJob | None:
    waiting = (
        select(PlanningJob)
        .where(
            or_(
                PlanningJob.state == JobState.WAITING,
                (PlanningJob.state == JobState.RUNNING)
                & (PlanningJob.seen_at < now - LEASE),
            )
        )
        .order_by(PlanningJob.id)
        .limit(1)
    )
    with read_session() as session:  # asked every second: mostly there is none
        if session.scalar(waiting) is None:
            return None
    with write_session() as session:
        job = session.scalar(waiting.with_for_update(skip_locked=True))
        if job is None:
            return None
        job.state, job.seen_at = JobState.RUNNING, now
    return job


def _draw_up(
    job: PlanningJob,
    now: Callable[[], datetime],
    stop: Callable[[], bool],
    search: Search,
) -> tuple[Outcome, Facts]:
    def watched(percent: int = 0) -> bool:
        return _is_wanted(job.id, percent, now()) and not stop()

    missed = locate(now=now(), alive=watched)
    with read_session() as session:
        facts = gathered(session, job, now=now())
        known = known_ways.by_mode(session)
    decided = travel_settings(decisions())
    travel = measured(facts.week, decided=decided, known=known, alive=watched)
    facts = replace(facts.travelled(travel.ways), warnings=(*missed, *travel.warnings))
    with read_session() as session:
        illness = illness_of(session, job, facts.week)
    return search(facts.week, job.seconds, job.seed, watched, illness), facts


def _is_wanted(job_id: int, percent: int, now: datetime) -> bool:
    """Show how far the plan has come; tell whether somebody still waits for it."""
    with write_session() as session:
        job = session.get_one(PlanningJob, job_id)
        job.percent, job.seen_at = percent, now
        return not job.cancel_wanted


def _keep(job: PlanningJob, outcome: Outcome, facts: Facts, now: datetime) -> None:
    """Write the plan down as drafts, or say that it was called off."""
    if outcome.plan is None:
        _end(job.id, JobState.CANCELLED, now)
        return
    with write_session() as session:
        row = session.scalars(
            select(PlanningJob).where(PlanningJob.id == job.id).with_for_update()
        ).one()
        if row.cancel_wanted:
            row.state = JobState.CANCELLED
            return
        days = [date.fromisoformat(day) for day in row.days]
        visits.forget_drafts(session, days, now=now)
        _write_routes(session, row, outcome.plan, facts, now)
        row.unplanned = facts.left_over(outcome.plan)
        row.warnings = list(facts.warnings)
        row.state, row.percent, row.seen_at = JobState.DONE, 100, now
        row.cost = outcome.plan.cost.total
        note(session, Actor.WORKER, "plan visits", f"plan:{row.uuid}", now=now)


def _end(job_id: int, state: JobState, now: datetime) -> None:
    with write_session() as session:
        job = session.get_one(PlanningJob, job_id)
        job.state, job.seen_at = state, now


def _write_routes(
    session: Session, job: PlanningJob, plan: Plan, facts: Facts, now: datetime
) -> None:
    wishes = _still_wished(session, facts)
    modes = {int(one.id): one.mode for one in facts.week.counsellors}
    for (counsellor, day), legs in facts.routes_of(plan).items():
        left = _without_gone(legs, wishes)
        if not left:
            continue  # withdrawn while the plan was drawn up
        route = Route(
            job_id=job.id,
            counsellor_id=counsellor,
            day=day,
            mode=modes[counsellor],
            state=RouteState.DRAFT,
            travel=sum(leg.travel for leg in legs),
            waiting=sum(leg.waiting for leg in legs),
            changed_at=now,
        )
        # One sheet says one vehicle, even if she changes it at the office.
        vehicle = next((leg.vehicle for leg in left if leg.vehicle is not None), None)
        if vehicle is not None:
            route.ride = Ride(vehicle_id=vehicle)
        session.add(route)
        for position, leg in enumerate(left, start=1):
            request = wishes[leg.request]
            if request.state in TO_BE_PLANNED:
                request.state, request.changed_at = VisitState.PLANNED, now
            route.stops.append(_stop(leg, position, request.id))


def _without_gone(legs: Sequence[Leg], wishes: Collection[UUID]) -> list[Leg]:
    """Drop the legs to whom nobody goes any more; she is back as late as before."""
    left: list[Leg] = []
    for leg in legs:
        if leg.request in wishes:
            left.append(leg)
        elif leg.back_at and left and left[-1].back_at is None:
            left[-1] = replace(left[-1], back_at=leg.back_at)
    return left


def _stop(leg: Leg, position: int, request: int) -> Stop:
    stop = Stop(
        position=position,
        visit_request_id=request,
        leaves_for_at=leg.leaves_for_at,
        arrives_at=leg.arrives_at,
        starts_at=leg.starts_at,
        ends_at=leg.ends_at,
        back_at=leg.back_at,
        pinned=leg.is_pinned,
    )
    if leg.is_second or leg.interpreter is not None:
        stop.company = Company(is_second=leg.is_second, interpreter_id=leg.interpreter)
    return stop


def _still_wished(session: Session, facts: Facts) -> dict[UUID, VisitRequest]:
    """Return who still waits, and who still is to be visited as she was told."""
    promised = [UUID(one.id) for one in facts.week.visits if one.published]
    rows = session.scalars(
        select(VisitRequest)
        .where(
            VisitRequest.uuid.in_(facts.requests),
            or_(
                VisitRequest.state.in_(TO_BE_PLANNED),
                (VisitRequest.state == VisitState.PUBLISHED)
                & VisitRequest.uuid.in_(promised),
            ),
        )
        .with_for_update()
    )
    return {row.uuid: row for row in rows}
