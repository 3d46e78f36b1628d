"""What does a plan look like that stands already? And where would this visit fit?

A plan is read back into timetables, so that a question about one visit is answered
without planning anew, and a new search can begin where the last one ended.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from booking.routing.construct import Draft, Step
from booking.routing.explain import reason_for
from booking.routing.outcome import Plan, Route, Unplanned
from booking.routing.problem import Problem
from booking.routing.schedule import Fix, Ride, Timetable, timetable
from booking.routing.ties import draft_for
from booking.routing.week import Week


@dataclass(frozen=True, slots=True)
class Push:
    """A visit that would begin later (or, below zero, earlier), in seconds."""

    visit: str
    by: int


class Spot(NamedTuple):
    """A position, counted from 0, in one free interval of a counsellor."""

    counsellor: str
    shift_starts: int
    position: int


@dataclass(frozen=True, slots=True)
class Insertion:
    """One place for a visit: who comes when, what it costs and whom it pushes.

    ``counsellors`` are one, or the two of a crew, whoever speaks first;
    ``leaves_for`` and ``arrives`` are those of the first.
    """

    cost: int
    counsellors: tuple[str, ...]
    leaves_for: int
    arrives: int
    starts: int
    pushes: tuple[Push, ...]
    interpreter: str | None = None
    vehicle: str | None = None
    spots: tuple[Spot, ...] = ()  # where each of the counsellors goes there


class Standing:
    """A plan as it stands, prepared once for many questions."""

    def __init__(self, week: Week, plan: Plan) -> None:
        self.problem = Problem(week)
        self.draft = draft_for(self.problem)
        self.draft.adopt(tables_of(self.draft, plan))
        self._number = {visit.id: n for n, visit in enumerate(week.visits)}

    def places_for(self, visit: str, *, most: int = 10) -> list[Insertion]:
        """Return the best places for a visit, the cheapest first.

        One for each counsellor and free interval. A visit that is planned is taken
        out first: the answer says where else it could be.
        """
        number, draft = self._number[visit], self.draft
        home = draft.tables[:]
        if draft.shift_of[number] >= 0:
            draft.take_out([number])
        best: dict[tuple[int, ...], Insertion] = {}
        for cost, steps in sorted(draft.offers(number), key=_costs):
            shifts = tuple(step.table.number for step in steps)
            if shifts not in best and len(best) < most:
                best[shifts] = self._insertion(number, cost, steps)
        draft.adopt([one for one in home if draft.tables[one.number] is not one])
        return sorted(best.values(), key=lambda one: (one.cost, one.starts))

    def reason_for(self, visit: str) -> Unplanned | None:
        """Say why a visit that stands on no route fits nowhere, if it does not."""
        number = self._number[visit]
        if self.draft.shift_of[number] >= 0 or self.places_for(visit, most=1):
            return None
        return reason_for(self.draft, number)

    def _insertion(self, number: int, cost: int, steps: Sequence[Step]) -> Insertion:
        problem, week = self.problem, self.problem.week
        tables = [step.table.with_visit(*step[1:]) for step in steps]
        first, step = tables[0], steps[0]
        starts = first.starts()[step.position]
        leaves_for, arrives = first.way_to(step.position)
        interpreter = step.fix.interpreter if step.fix else -1
        # What is published may be pushed: only the whole timetables know the cost.
        if problem.has_promises:
            cost = sum(t.cost - self.draft.tables[t.number].cost for t in tables)
        return Insertion(
            cost=cost,
            counsellors=tuple(problem.counsellor(t.number) for t in tables),
            leaves_for=leaves_for,
            arrives=arrives,
            starts=starts,
            pushes=tuple(self._pushes(tables)),
            interpreter=problem.interpreter(interpreter),
            vehicle=week.vehicles[first.ride.vehicle].id if first.ride else None,
            spots=tuple(self._spot(one) for one in steps),
        )

    def _spot(self, step: Step) -> Spot:
        problem, shift = self.problem, step.table.number
        start = problem.shifts[shift].start
        return Spot(problem.counsellor(shift), start, step.position)

    def _pushes(self, tables: Sequence[Timetable]) -> Iterator[Push]:
        for table in tables:
            old = self.draft.tables[table.number]
            before = dict(zip(old.visits, old.starts(), strict=True))
            for node, start in zip(table.visits, table.starts(), strict=True):
                if node in before and before[node] != start:
                    visit = self.problem.week.visits[self.problem.base[node]]
                    yield Push(visit.id, start - before[node])


def places_for(week: Week, plan: Plan, visit: str) -> list[Insertion]:
    """Return where this visit would fit into a plan, the cheapest place first."""
    return Standing(week, plan).places_for(visit)


def tables_of(draft: Draft, plan: Plan) -> list[Timetable]:
    """Read a plan back; what the week does not allow any more is left out."""
    problem = draft.problem
    numbers = {
        (problem.counsellor(number), shift.start): number
        for number, shift in enumerate(problem.shifts)
    }
    driven = [
        (numbers[route.counsellor, route.shift_starts], route)
        for route in plan.routes
        if (route.counsellor, route.shift_starts) in numbers
    ]
    nodes = _nodes(problem, driven)
    found = [
        _timetable(draft, shift, route, [nodes[shift, s.visit] for s in route.stops])
        for shift, route in driven
    ]
    there = {node for table in found for node in table.visits}
    alone = {one for one in there if not _partners(problem, one) <= there}
    return [table.without(alone) if alone else table for table in found]


def _nodes(
    problem: Problem, driven: Sequence[tuple[int, Route]]
) -> dict[tuple[int, str], int]:
    """Say which node each stop is: of a crew, the one who should speak comes first."""
    number = {visit.id: n for n, visit in enumerate(problem.week.visits)}
    shifts: dict[str, list[int]] = {}
    for shift, route in driven:
        for stop in route.stops:
            shifts.setdefault(stop.visit, []).append(shift)
    found = {}
    for name, those in shifts.items():
        node = number.get(name, -1)
        those.sort(key=lambda shift: _dearness(problem, shift, node))
        for place, shift in enumerate(those):
            found[shift, name] = problem.twin.get(node, -1) if place else node
    return found


def _dearness(problem: Problem, shift: int, node: int) -> tuple[bool, int]:
    entry = problem.entries[shift].get(node)
    return (entry is None, entry.extra if entry else 0)


def _timetable(
    draft: Draft, shift: int, route: Route, nodes: Sequence[int]
) -> Timetable:
    problem = draft.problem
    vehicles = {one.id: number for number, one in enumerate(problem.week.vehicles)}
    ride = None
    if route.vehicle in vehicles:
        ride = Ride(vehicles[route.vehicle], route.stops[0].leaves_for, route.back)
    table = timetable(problem, shift, (), ride=ride)
    number = {one.id: n for n, one in enumerate(problem.week.interpreters)}
    for node, stop in zip(nodes, route.stops, strict=True):
        if node not in problem.entries[shift]:
            continue
        fix = None
        if draft.is_joint(problem.base[node]):
            fix = Fix(stop.starts, number.get(stop.interpreter or "", -1))
        longer = table.with_visit(node, len(table.visits), fix)
        table = longer if longer.is_possible else table
    return table


def _partners(problem: Problem, node: int) -> set[int]:
    base = problem.base[node]
    return {base, problem.twin[base]} if base in problem.twin else {base}


def _costs(offer: tuple[int, tuple[Step, ...]]) -> int:
    return offer[0]
