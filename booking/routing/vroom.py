"""Can another engine give a first plan? VROOM, where it is installed.

VROOM (the extra ``[vroom]``) is quick to a good plan on large weeks. It knows neither
crews nor what is published, so that it plans the visits that stand alone, and only
weeks whose routes do not depend on one another. What it returns is driven on paper
like every other plan, and improved.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from importlib.util import find_spec
from typing import Any

from booking.routing.construct import Draft
from booking.routing.grouping import OFFICE
from booking.routing.plan import Start
from booking.routing.problem import Problem
from booking.routing.schedule import Timetable, timetable

EXPLORATION = 5  # of 0 to 5: how hard it tries
URGENCY = 100  # VROOM's highest priority
MOST_WAYS = 5_000_000  # in all tables of ways; 1,000 visits of 60 would take 1.2 GB
SHARE = 3  # a third of the time is VROOM's: 200 visits would take it half a minute


def starts(seconds: float) -> tuple[Start, ...]:
    """Return the start by VROOM for a search of so long; none where it is lacking."""
    if seconds <= 0 or not find_spec("vroom"):
        return ()
    return (partial(first_routes, seconds=seconds / SHARE),)


def first_routes(draft: Draft, *, seconds: float) -> Sequence[Timetable]:
    """Let VROOM plan for so long at most, and read its routes as timetables."""
    problem = draft.problem
    if problem.is_tied or not any(problem.choices) or _is_too_large(problem):
        return ()
    routes: dict[int, list[int]] = {}
    for shift, visit in solved(problem, exploration=EXPLORATION, seconds=seconds):
        routes.setdefault(shift, []).append(visit)
    return [_driven(problem, shift, visits) for shift, visits in routes.items()]


def _is_too_large(problem: Problem) -> bool:
    ways = (1 + len(problem.choices)) ** 2
    return 2 * ways * len(problem.week.counsellors) > MOST_WAYS


def _driven(problem: Problem, shift: int, visits: Sequence[int]) -> Timetable:
    table = timetable(problem, shift, ())
    for visit in visits:
        if visit in problem.entries[shift]:
            longer = table.with_visit(visit, len(table.visits))
            table = longer if longer.is_possible else table
    return table


def solved(
    problem: Problem, *, exploration: int, seconds: float | None = None
) -> list[tuple[int, int]]:
    """Return what VROOM answers: which shift, which visit, in order."""
    import vroom  # noqa: PLC0415 - only where it is installed

    asked, highest = vroom.Input(), max(1, *problem.leave_out)
    begin = min(shift.start for shift in problem.shifts)
    for number in range(len(problem.week.counsellors)):
        _add_ways(asked, problem, number)
    for visit, choices in enumerate(problem.choices):
        if choices:
            asked.add_job(_job(vroom, problem, visit, highest, begin))
    for number, shift in enumerate(problem.shifts):
        asked.add_vehicle(
            vroom.Vehicle(
                id=number + 1,
                start=0,
                end=0,
                profile=_profile(shift.counsellor),
                skills={visit + 1 for visit in problem.entries[number]},
                time_window=vroom.TimeWindow(shift.start - begin, shift.end - begin),
            )
        )
    routes = asked.solve(
        exploration_level=exploration,
        nb_threads=1,
        timeout=None if seconds is None else timedelta(seconds=seconds),
    ).routes
    jobs = routes[routes["type"] == "job"]
    pairs = jobs[["vehicle_id", "id"]].itertuples(index=False)
    return [(int(vehicle) - 1, int(job)) for vehicle, job in pairs]


def _job(vroom: Any, problem: Problem, visit: int, highest: int, begin: int) -> Any:
    """Ask for a visit; a skill of its own says on which shifts it can be."""
    return vroom.Job(
        id=visit,
        location=visit + 1,
        default_service=problem.week.visits[visit].service,
        skills={visit + 1},
        priority=URGENCY * problem.leave_out[visit] // highest,
        time_windows=[
            vroom.TimeWindow(max(0, early - begin), late - begin)
            for early, late in problem.windows[visit]
            if late >= begin
        ],
    )


def _add_ways(asked: Any, problem: Problem, number: int) -> None:
    """Add a counsellor's ways, dearer to whom she is a stranger."""
    import numpy as np  # noqa: PLC0415 - comes with VROOM

    counsellor = problem.week.counsellors[number]
    onward = problem.places.onward[counsellor.mode]
    places = [OFFICE, *problem.places.of_visit]
    ways = np.array([[onward[a][b] for b in places] for a in places], dtype=np.uint32)
    np.fill_diagonal(ways, 0)
    visits = problem.week.visits
    extra = [0, *(problem.stranger(visit, counsellor.id) for visit in visits)]
    dearer = ways + np.array(extra, dtype=np.uint32)[None, :]
    np.fill_diagonal(dearer, 0)
    asked.set_durations_matrix(_profile(number), ways)
    asked.set_costs_matrix(_profile(number), dearer)


def _profile(counsellor: int) -> str:
    return f"counsellor {counsellor}"
