"""How is a draft told to people? Routes with their times, costs, and reasons."""

from booking.routing.construct import Draft
from booking.routing.explain import reason_for
from booking.routing.grouping import OFFICE
from booking.routing.outcome import Cost, Plan, Route, Stop
from booking.routing.schedule import Timetable


def as_plan(draft: Draft) -> Plan:
    """Tell a draft as a plan."""
    tables = [table for table in draft.tables if table.visits]
    return Plan(
        routes=tuple(_route(table) for table in tables),
        unplanned=tuple(reason_for(draft, visit) for visit in sorted(draft.left_over)),
        cost=cost_of(draft),
    )


def cost_of(draft: Draft) -> Cost:
    """Say what a draft costs, kind by kind."""
    problem = draft.problem
    tables = [table for table in draft.tables if table.visits]
    planned = [
        (problem.week.visits[node], table)
        for table in tables
        for node in table.visits
        if problem.base[node] == node
    ]
    strangers = sum(
        problem.stranger(visit, problem.counsellor(table.number))
        for visit, table in planned
    )
    travel = sum(table.travel for table in tables)
    unplanned = sum(problem.leave_out[visit] for visit in draft.left_over)
    return Cost(
        travel=travel,
        strangers=strangers,
        unplanned=unplanned,
        moved=sum(table.cost for table in tables) - travel - strangers,
        unfair=draft.unfair,
    )


def _route(table: Timetable) -> Route:
    problem, shift = table.problem, table.problem.shifts[table.number]
    week, entries = problem.week, problem.entries[table.number]
    here, address, free = OFFICE, None, shift.start
    stops: list[Stop] = []
    for node, start in zip(table.visits, table.starts(), strict=True):
        entry, visit = entries[node], week.visits[problem.base[node]]
        way = entry.into[here]
        # From the office she leaves just in time; from a door at once.
        leaves = free if stops else start - way
        setup = week.setup * (visit.address != address)
        fix = table.fixed.get(node)
        stops.append(
            Stop(
                visit=visit.id,
                leaves_for=leaves,
                arrives=leaves + way - setup,
                starts=start,
                ends=start + visit.service,
                interpreter=week.interpreters[fix.interpreter].id
                if fix and fix.interpreter >= 0
                else None,
            )
        )
        here, address, free = entry.place, visit.address, start + visit.service
    back = free + entries[table.visits[-1]].onward[OFFICE]
    at_doors = sum(stop.ends - stop.starts for stop in stops)
    return Route(
        counsellor=problem.counsellor(table.number),
        shift_starts=shift.start,
        shift_ends=shift.end,
        stops=tuple(stops),
        back=back,
        travel=table.travel,
        waiting=back - stops[0].leaves_for - at_doors - table.travel,
        vehicle=week.vehicles[table.ride.vehicle].id if table.ride else None,
    )
