"""How do other engines plan the same week? VROOM, PyVRP, OR-Tools, each in its words.

Each gets the free intervals as its vehicles, setup on the edges, and who is a stranger
to whom in its costs: the same problem as our own search, as far as it can say it.
They are installed by hand (``pip install pyvroom pyvrp ortools``) and are no part of
the product. Each returns the visits of each shift, in order.
"""

from datetime import timedelta
from importlib.util import find_spec
from itertools import pairwise
from time import process_time

from booking.routing import vroom as our_vroom
from booking.routing.problem import Problem

NOBODY = 10_000_000  # seconds: a way that no plan takes
A_WEEK = 7 * 86_400  # seconds

Routes = dict[int, list[int]]


def installed():
    """Name the yardsticks that can be asked here."""
    engines = {
        "VROOM 1": ("vroom", by_vroom_once),
        "VROOM 5": ("vroom", by_vroom),
        "PyVRP": ("pyvrp", by_pyvrp),
        "OR-Tools": ("ortools", by_ortools),
    }
    return {name: ask for name, (module, ask) in engines.items() if find_spec(module)}


def by_vroom_once(problem: Problem, _seconds: float, _seed: int) -> Routes:
    """Ask VROOM with the least exploration."""
    return _by_vroom(problem, 1)


def by_vroom(problem: Problem, _seconds: float, _seed: int) -> Routes:
    """Ask VROOM with the most exploration."""
    return _by_vroom(problem, 5)


def _by_vroom(problem: Problem, exploration: int) -> Routes:
    return _grouped(our_vroom.solved(problem, exploration=exploration))


def by_pyvrp(problem: Problem, seconds: float, seed: int) -> Routes:
    """Ask PyVRP: one client for each window of a visit, of which one is served."""
    import numpy as np
    import pyvrp

    begin = _begin(problem)
    offers = [
        (visit, window)
        for visit, choices in enumerate(problem.choices)
        if choices
        for window in problem.windows[visit]
    ]
    places = [0, *(problem.places.of_visit[visit] for visit, _ in offers)]
    of_visit: dict[int, list[int]] = {}
    for number, (visit, _) in enumerate(offers):
        of_visit.setdefault(visit, []).append(number)
    several = {
        visit: clients for visit, clients in of_visit.items() if len(clients) > 1
    }
    group = {visit: number for number, visit in enumerate(several)}
    clients = [
        pyvrp.Client(
            number + 1,
            service_duration=problem.week.visits[visit].service,
            tw_early=max(0, early - begin),
            tw_late=max(0, late - begin),
            prize=problem.leave_out[visit],
            required=False,
            group=group.get(visit),
        )
        for number, (visit, (early, late)) in enumerate(offers)
    ]
    distances, durations = [], []
    for counsellor in problem.week.counsellors:
        onward = problem.places.onward[counsellor.mode]
        ways = np.array(
            [[onward[a][b] for b in places] for a in places], dtype=np.int64
        )
        extra = [_price(problem, visit, counsellor) for visit, _ in offers]
        costs = ways + np.array([0, *extra])[None, :]
        np.fill_diagonal(ways, 0)
        np.fill_diagonal(costs, 0)
        distances.append(costs)
        durations.append(ways)
    kinds = [
        pyvrp.VehicleType(
            1,
            tw_early=shift.start - begin,
            tw_late=shift.end - begin,
            profile=shift.counsellor,
            unit_distance_cost=1,
            unit_duration_cost=0,
        )
        for shift in problem.shifts
    ]
    asked = pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _ in places],
        clients,
        [pyvrp.Depot(0)],
        kinds,
        distances,
        durations,
        [pyvrp.ClientGroup(clients, required=False) for clients in several.values()],
    )
    until = process_time() + seconds  # of CPU: others use this machine, too
    found = pyvrp.solve(
        asked,
        lambda _cost: process_time() >= until,
        seed=seed,
        collect_stats=False,
        display=False,
    )
    if not found.is_feasible():
        return {}
    return {
        route.vehicle_type(): [
            offers[stop.idx][0] for stop in route if stop.is_client()
        ]
        for route in found.best.routes()
    }


def by_ortools(problem: Problem, seconds: float, _seed: int) -> Routes:
    """Ask OR-Tools: guided local search after parallel cheapest insertion."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    asked = [visit for visit, choices in enumerate(problem.choices) if choices]
    manager = pywrapcp.RoutingIndexManager(len(asked) + 1, len(problem.shifts), 0)
    model = pywrapcp.RoutingModel(manager)
    _add_ways(problem, asked, manager, model)
    _add_visits(problem, asked, manager, model)
    wanted = pywrapcp.DefaultRoutingSearchParameters()
    strategies = routing_enums_pb2.FirstSolutionStrategy
    wanted.first_solution_strategy = strategies.PARALLEL_CHEAPEST_INSERTION
    searches = routing_enums_pb2.LocalSearchMetaheuristic
    wanted.local_search_metaheuristic = searches.GUIDED_LOCAL_SEARCH
    wanted.time_limit.FromTimedelta(timedelta(seconds=seconds))
    found = model.SolveWithParameters(wanted)
    routes: Routes = {}
    for shift in range(len(problem.shifts) if found else 0):
        index = found.Value(model.NextVar(model.Start(shift)))
        while not model.IsEnd(index):
            routes.setdefault(shift, []).append(asked[manager.IndexToNode(index) - 1])
            index = found.Value(model.NextVar(index))
    return routes


def _add_ways(problem, asked, manager, model):
    places = [0, *(problem.places.of_visit[visit] for visit in asked)]
    services = [0, *(problem.week.visits[visit].service for visit in asked)]
    costs, transits = [], []
    for counsellor in problem.week.counsellors:
        onward = problem.places.onward[counsellor.mode]
        extra = [0, *(_price(problem, visit, counsellor) for visit in asked)]
        ways = [[onward[a][b] for b in places] for a in places]
        for number, row in enumerate(ways):
            row[number] = 0
        priced = [[w + e for w, e in zip(row, extra, strict=True)] for row in ways]
        timed = [
            [w + service for w in row]
            for row, service in zip(ways, services, strict=True)
        ]
        costs.append(model.RegisterTransitMatrix(priced))
        transits.append(model.RegisterTransitMatrix(timed))
    for number, shift in enumerate(problem.shifts):
        model.SetArcCostEvaluatorOfVehicle(costs[shift.counsellor], number)
    of_vehicle = [transits[shift.counsellor] for shift in problem.shifts]
    model.AddDimensionWithVehicleTransits(of_vehicle, A_WEEK, A_WEEK, False, "time")  # noqa: FBT003 - OR-Tools' own signature
    hours, begin = model.GetDimensionOrDie("time"), _begin(problem)
    for number, shift in enumerate(problem.shifts):
        span = (shift.start - begin, shift.end - begin)
        hours.CumulVar(model.Start(number)).SetRange(*span)
        hours.CumulVar(model.End(number)).SetRange(*span)


def _add_visits(problem, asked, manager, model):
    hours, begin = model.GetDimensionOrDie("time"), _begin(problem)
    for number, visit in enumerate(asked, start=1):
        index = manager.NodeToIndex(number)
        windows = [
            (max(0, a - begin), max(0, b - begin)) for a, b in problem.windows[visit]
        ]
        hours.CumulVar(index).SetRange(windows[0][0], windows[-1][1])
        for (_, closed), (opened, _) in pairwise(windows):
            hours.CumulVar(index).RemoveInterval(closed + 1, opened - 1)
        shifts = [entry.shift for entry in problem.choices[visit]]
        model.VehicleVar(index).SetValues([-1, *shifts])
        model.AddDisjunction([index], problem.leave_out[visit])


def _price(problem, visit, counsellor):
    shifts = [entry.shift for entry in problem.choices[visit]]
    if counsellor.id not in {problem.counsellor(shift) for shift in shifts}:
        return NOBODY
    return problem.stranger(problem.week.visits[visit], counsellor.id)


def _begin(problem):
    return min(shift.start for shift in problem.shifts) // 86_400 * 86_400


def _grouped(pairs) -> Routes:
    routes: Routes = {}
    for shift, visit in pairs:
        routes.setdefault(shift, []).append(visit)
    return routes
