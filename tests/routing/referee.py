"""A referee who knows nothing of the engine: it works from the definitions alone."""

from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

from booking.routing import Distance

DAY, HOUR = 86_400, 3600


def way(a, b, mode):
    """Seconds from point to point."""
    if a == b:
        return 0
    la, lo, lb, lp = map(radians, (a.latitude, a.longitude, b.latitude, b.longitude))
    h = sin((lb - la) / 2) ** 2 + cos(la) * cos(lb) * sin((lp - lo) / 2) ** 2
    km = 2 * 6371.0088 * asin(sqrt(h))
    return round(km * mode.detour / mode.kmh * 3600) + round(60 * mode.extra_minutes)


def free_times(one, shortest):
    """The second-by-second idea of a free interval, told by its borders."""
    found = []
    for work in one.duties:
        borders = sorted(
            {work.start, work.end}
            | {t for span in work.busy for t in span if work.start < t < work.end}
        )
        run = None
        for a, b in pairwise(borders):
            taken = any(s < b and a < e for s, e in work.busy)
            if not taken:
                run = (run[0], b) if run and run[1] == a else (a, b)
            if run and (taken or b == work.end):
                found.append(run)
                run = None
    return [(a, b) for a, b in found if b - a >= shortest]


def drive(order, one, interval, all_of):
    """Drive visits in this order as early as can be: starts and cost, or None."""
    mode = all_of.modes[one.mode]
    now, here, address, cost, starts = interval[0], all_of.office, None, 0, []
    for wished in order:
        leg = way(here, wished.point, mode)
        leg += all_of.setup * (wished.address != address)
        possible = [
            max(w.earliest, now + leg) for w in wished.windows if w.latest >= now + leg
        ]
        if not possible:
            return None
        starts.append(min(possible))
        cost += leg
        now, here, address = starts[-1] + wished.service, wished.point, wished.address
    back = way(here, all_of.office, mode)
    return (starts, cost + back) if now + back <= interval[1] else None


def may(one, wished):
    named = wished.allowed is None or one.id in wished.allowed
    spoken = wished.language in one.languages
    return named and spoken and one.id not in wished.excluded


def qualified(one, wished):
    """May she be the one who speaks with the client?"""
    admitted = wished.allowed is None or one.id in wished.allowed
    spoken = wished.interpreters is not None or wished.language in one.languages
    return admitted and spoken and one.id not in wished.excluded


def judged(plan, all_of):
    """Check a plan against every rule and return its cost."""
    staff = {one.id: one for one in all_of.counsellors}
    wishes = {one.id: one for one in all_of.visits}
    driven, cost, stops = set(), 0, {}
    for route in plan.routes:
        one = staff[route.counsellor]
        interval = (route.shift_starts, route.shift_ends)
        assert interval in free_times(one, all_of.shortest_shift)
        assert (one.id, interval) not in driven, "she drives twice at once"
        driven.add((one.id, interval))
        cost += _judged_route(route, one, interval, wishes, all_of)
        for stop in route.stops:
            stops.setdefault(stop.visit, []).append((one, stop))
    left = [one.visit for one in plan.unplanned]
    assert len(set(left)) == len(left)
    assert sorted([*stops, *left]) == sorted(wishes), "a home is lost or there twice"
    for name, there in stops.items():
        cost += _judged_visit(wishes[name], there, all_of)
    _judged_interpreters(stops, wishes, all_of)
    _judged_vehicles(plan, staff, all_of)
    _judged_distances(plan, all_of)
    cost += sum(leave_out(wishes[name], all_of) for name in left)
    return cost + unevenness(plan, wishes, all_of)


def leave_out(wished, all_of):
    costs = all_of.costs
    return costs.unplanned[wished.priority] + wished.overdue * costs.overdue


def _judged_route(route, one, interval, wishes, all_of):
    mode = all_of.modes[one.mode]
    here, address, free, cost = all_of.office, None, interval[0], 0
    for number, stop in enumerate(route.stops):
        wished = wishes[stop.visit]
        assert wished.allowed is None or one.id in wished.allowed
        assert one.id not in wished.excluded
        assert any(w.earliest <= stop.starts <= w.latest for w in wished.windows)
        travel = way(here, wished.point, mode)
        setup = all_of.setup * (wished.address != address)
        assert stop.leaves_for >= free
        assert number == 0 or stop.leaves_for == free, "she goes on at once"
        assert stop.arrives == stop.leaves_for + travel
        assert stop.arrives + setup <= stop.starts
        assert stop.ends == stop.starts + wished.service
        here, address, free = wished.point, wished.address, stop.ends
        cost += travel + setup
    assert route.back == free + way(here, all_of.office, mode)
    assert route.back <= interval[1], "she is back late"
    assert route.travel == cost + route.back - free
    return route.travel


def _judged_visit(wished, there, all_of):
    """As many as are needed come, at once; return what it costs that they do."""
    assert len({one.id for one, _ in there}) == len(there) == wished.crew
    assert len({stop.starts for _, stop in there}) == 1, "the crew comes together"
    able = [one for one, _ in there if qualified(one, wished)]
    assert able, "somebody speaks with the client"
    return min(person_cost(one, wished, there[0][1].starts, all_of) for one in able)


def person_cost(one, wished, start, all_of):
    costs, cost = all_of.costs, 0
    if wished.own not in {None, one.id}:
        near = one.id in wished.familiar
        cost += costs.familiar if near else costs.other_counsellor
    if wished.published:
        was = wished.published
        cost += costs.moved_counsellor * (was.counsellor != one.id)
        cost += costs.moved_day * (was.start // DAY != start // DAY)
        away = abs(was.start % DAY - start % DAY)
        cost += costs.moved_hour * min(away, HOUR) // HOUR
    return cost


def _judged_interpreters(stops, wishes, all_of):
    people = {one.id: one for one in all_of.interpreters}
    engaged = []
    for name, there in stops.items():
        called, named = wishes[name].interpreters, {s.interpreter for _, s in there}
        if called is None:
            assert named == {None}
            continue
        (who,) = named
        assert who in called
        start, end = there[0][1].starts, there[0][1].ends
        assert any(a <= start and end <= b for a, b in people[who].hours)
        engaged.append((who, start, end))
    for who, until in [(w, e) for w, _, e in engaged]:
        later = [s for w, s, _ in engaged if w == who and s >= until]
        assert not later or min(later) >= until + people[who].between
    _never_twice(engaged)


def _judged_vehicles(plan, staff, all_of):
    pool = {one.id: one for one in all_of.vehicles}
    used = []
    for route in plan.routes:
        one = staff[route.counsellor]
        shared = {v.mode for v in all_of.vehicles}
        if one.own_vehicle or one.mode not in shared:
            assert route.vehicle is None
            continue
        assert pool[route.vehicle].mode == one.mode
        span = (route.stops[0].leaves_for, route.back)
        assert not any(a < span[1] and span[0] < b for a, b in pool[route.vehicle].busy)
        used.append((route.vehicle, *span))
    _never_twice(used)


def _never_twice(spans):
    for one, other in pairwise(sorted(spans)):
        assert one[0] != other[0] or one[2] <= other[1], f"{one[0]} twice at once"


def _judged_distances(plan, all_of):
    by = {}
    for route in plan.routes:
        for stop in route.stops:
            by.setdefault(stop.visit, set()).add(route.counsellor)
    for pair in all_of.apart:
        both = {pair.one, pair.other}
        if pair.how == Distance.COUNSELLOR:
            assert not by.get(pair.one, set()) & by.get(pair.other, set())
        else:
            for route in plan.routes:
                names = [stop.visit for stop in route.stops]
                assert not any({a, b} == both for a, b in pairwise(names))


def unevenness(plan, wishes, all_of):
    """A share of how far everybody's load is from her part of the hours offered."""
    load = {one.id: 0 for one in all_of.counsellors}
    for route in plan.routes:
        at_doors = sum(wishes[stop.visit].service for stop in route.stops)
        load[route.counsellor] += route.travel + at_doors
    return unevenness_of(load, all_of)


def unevenness_of(load, all_of):
    hours = {
        one.id: sum(b - a for a, b in free_times(one, all_of.shortest_shift))
        for one in all_of.counsellors
    }
    total, all_hours = sum(load.values()), max(1, sum(hours.values()))
    away = sum(abs(load[c] * all_hours - total * hours[c]) for c in hours)
    return all_of.costs.unfair * away // (100 * all_hours)
