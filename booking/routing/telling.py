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
    stops = [_stop(table, n, start) for n, start in enumerate(table.starts())]
    last = problem.entries[table.number][table.visits[-1]]
    back = stops[-1].ends + last.onward[OFFICE]
    at_doors = sum(stop.ends - stop.starts for stop in stops)
    return Route(
        counsellor=problem.counsellor(table.number),
        shift_starts=shift.start,
        shift_ends=shift.end,
        stops=tuple(stops),
        back=back,
        travel=table.travel,
        waiting=back - stops[0].leaves_for - at_doors - table.travel,
        vehicle=problem.week.vehicles[table.ride.vehicle].id if table.ride else None,
    )


def _stop(table: Timetable, position: int, start: int) -> Stop:
    problem, node = table.problem, table.visits[position]
    visit, fix = problem.week.visits[problem.base[node]], table.fixed.get(node)
    leaves_for, arrives = table.way_to(position)
    called = fix and problem.interpreter(fix.interpreter)
    return Stop(
        visit=visit.id,
        leaves_for=leaves_for,
        arrives=arrives,
        starts=start,
        ends=start + visit.service,
        interpreter=called or None,
    )
