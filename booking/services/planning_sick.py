"""Which plan stands on a day on which somebody falls ill?

What is published (and not begun), and what is drafted around it, is read back as the
engine's own plan; then her day is planned again and few others move.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.models import PlanningJob, Route, Stop
from booking.models.running import zone
from booking.routing import Cost, Kept, Paper, Plan, Tour, Week
from booking.scheduling import day_window
from booking.services.planning_process import Illness
from booking.services.planning_time import seconds

Interval = tuple[str, int]  # a counsellor's free one, by its first second


def illness_of(session: Session, job: PlanningJob, week: Week) -> Illness | None:
    """Return who is away and what stood until then, if the order is about that."""
    terms = job.terms or {}
    if "absent" not in terms:
        return None
    day = date.fromisoformat(terms["absent_on"])
    noon = day_window(day, zone())
    return Illness(
        stood=standing(week, list(_routes(session, [day]))),
        counsellor=str(terms["absent"]),
        day=seconds(noon.start + noon.length / 2),
    )


def standing(week: Week, routes: Iterable[Route]) -> Plan:
    """Read routes back as a plan of this week, as far as it knows their visits."""
    known = {one.id for one in week.visits}
    staff = {one.id for one in week.counsellors}
    paper = Paper(week)
    tours: defaultdict[Interval, list[Stop]] = defaultdict(list)
    for route in routes:
        for stop in route.stops:
            if str(stop.visit_request.uuid) in known:
                tours[_interval(paper, stop)].append(stop)
    driven = paper.driven(
        [
            Tour(
                counsellor=counsellor,
                shift_starts=since,
                visits=tuple(str(stop.visit_request.uuid) for stop in stops),
            )
            for (counsellor, since), stops in tours.items()
            if counsellor in staff
        ],
        Kept(starts=dict(_starts(stops for stops in tours.values()))),
    )
    return Plan(driven.routes, (), Cost(0, 0, 0))


def _routes(session: Session, days: Sequence[date]) -> Iterable[Route]:
    return session.scalars(
        select(Route)
        .where(Route.day.in_(days))
        .order_by(Route.id)
        .options(
            selectinload(Route.stops).options(
                joinedload(Stop.visit_request), joinedload(Stop.appointment)
            )
        )
    )


def _interval(paper: Paper, stop: Stop) -> Interval:
    """Return her free interval in which the stop lies, else one of its own."""
    one, start = str(stop.route.counsellor_id), seconds(stop.starts_at)
    holds = (
        (who, since)
        for (who, since), until in paper.shifts.items()
        if who == one and since <= start < until
    )
    return next(holds, (one, start))


def _starts(tours: Iterable[Sequence[Stop]]) -> Iterator[tuple[str, int]]:
    for stops in tours:
        for stop in stops:
            yield str(stop.visit_request.uuid), seconds(stop.starts_at)
