"""In which order are the homes visited? The one door of this package.

A first plan is built greedily (``construct``), bettered by ruin and recreate
(``improve``), and whoever is left out learns why (``explain``). The same week, seed
and number of rounds give the same plan, on any machine.
"""

from dataclasses import dataclass
from random import Random

from booking.routing.construct import Draft, fill, first_plan
from booking.routing.explain import reason_for
from booking.routing.grouping import OFFICE
from booking.routing.improve import Progress, Watch, improve
from booking.routing.schedule import Problem, Timetable
from booking.routing.week import Cost, Plan, Route, Stop, Week


@dataclass(frozen=True, slots=True)
class Rounds:
    """A budget counted in rounds: the same plan on every machine."""

    number: int

    def __call__(self, progress: Progress) -> float:
        """Return the share that is used up."""
        return progress.rounds / self.number if self.number else 1


def plan(week: Week, *, seed: int, watch: Watch) -> Plan:
    """Plan a week; ``watch`` is told the progress and says when it is enough."""
    problem = Problem(week)
    draft = first_plan(problem)
    improve(draft, Random(seed), watch)  # noqa: S311 - a search, not a secret
    # A blink may have skipped the one place that was left.
    fill(draft, lambda visit: -problem.leave_out[visit])
    return _as_plan(draft)


def _as_plan(draft: Draft) -> Plan:
    problem = draft.problem
    tables = [table for table in draft.tables if table.visits]
    return Plan(
        routes=tuple(_route(table) for table in tables),
        unplanned=tuple(reason_for(draft, visit) for visit in sorted(draft.left_over)),
        cost=Cost(
            travel=sum(table.travel for table in tables),
            strangers=sum(table.cost - table.travel for table in tables),
            unplanned=sum(problem.leave_out[visit] for visit in draft.left_over),
        ),
    )


def _route(table: Timetable) -> Route:
    problem, shift = table.problem, table.problem.shifts[table.number]
    legs, setup = problem.legs[table.number], problem.week.setup
    here, free = OFFICE, shift.start
    stops: list[Stop] = []
    for visit, start in zip(table.visits, table.starts(), strict=True):
        there = problem.place[visit]
        # From the office she leaves just in time; from a door at once.
        leaves = start - legs[here][there] if not stops else free
        on_the_way = legs[here][there] - _setup_between(problem, stops, visit, setup)
        free = start + problem.service[visit]
        wished = problem.week.visits[visit]
        stops.append(Stop(wished.id, leaves, leaves + on_the_way, start, free))
        here = there
    spent = sum(problem.service[visit] for visit in table.visits) + table.travel
    back = free + legs[here][OFFICE]
    return Route(
        counsellor=problem.week.counsellors[shift.counsellor].id,
        shift_starts=shift.start,
        shift_ends=shift.end,
        stops=tuple(stops),
        back=back,
        travel=table.travel,
        waiting=back - stops[0].leaves_for - spent,
    )


def _setup_between(problem: Problem, stops: list[Stop], visit: int, setup: int) -> int:
    """Return the setup that the way to this door holds: none at the same address."""
    if not stops:
        return setup
    before = next(v for v in problem.week.visits if v.id == stops[-1].visit)
    return setup * (before.address != problem.week.visits[visit].address)
