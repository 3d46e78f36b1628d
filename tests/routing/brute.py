"""What is the lowest cost there is? By trying everything, for a handful of visits."""

from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise, permutations, product

from booking.routing import Distance
from tests.routing.referee import (
    drive,
    free_times,
    leave_out,
    may,
    person_cost,
    qualified,
    unevenness_of,
    way,
)


def intervals(all_of):
    """Every counsellor's free times, one after the other."""
    return [
        (one, interval)
        for one in all_of.counsellors
        for interval in free_times(one, all_of.shortest_shift)
    ]


def cheapest(all_of):
    """The lowest cost of routes that do not depend on one another."""
    shifts = intervals(all_of)
    tours = [_tours(one, interval, all_of) for one, interval in shifts]
    leave = [leave_out(one, all_of) for one in all_of.visits]

    @cache
    def best(shift, left):
        if shift == len(shifts):
            return sum(cost for n, cost in enumerate(leave) if left >> n & 1)
        return min(
            cost + best(shift + 1, left & ~group)
            for group, cost in tours[shift].items()
            if not group & ~left
        )

    return best(0, (1 << len(leave)) - 1)


def _tours(one, interval, all_of):
    """The cheapest order of every set of visits that fits into one interval."""
    found, begun = {0: 0}, [()]
    while begun:
        order = begun.pop()
        for number, wished in enumerate(all_of.visits):
            if number in order or not may(one, wished):
                continue
            longer = (*order, number)
            visits = [all_of.visits[n] for n in longer]
            driven = drive(visits, one, interval, all_of)
            if driven is None:
                continue
            strangers = sum(
                person_cost(one, visit, start, all_of)
                for visit, start in zip(visits, driven[0], strict=True)
            )
            group = sum(1 << n for n in longer)
            cost = driven[1] + strangers
            found[group] = min(cost, found.get(group, cost))
            begun.append(longer)
    return found


# Routes that depend on one another: who goes, in which order, with whom and what,
# is tried in every way; when, is the earliest time that all of it allows.


def tied_cheapest(all_of):
    """The lowest cost of a week without promises, however its routes are tied."""
    shifts = intervals(all_of)
    options = [_options(wished, shifts, all_of) for wished in all_of.visits]
    lowest = None
    for chosen in product(*options):
        routes = {}
        for wished, crew in zip(all_of.visits, chosen, strict=True):
            for shift in crew:
                routes.setdefault(shift, []).append(wished)
        if _too_near(chosen, shifts, all_of):
            continue
        for orders in product(*(permutations(group) for group in routes.values())):
            tour = dict(zip(routes, orders, strict=True))
            cost = _tied_cost(tour, chosen, shifts, all_of)
            if (lowest is None or cost < lowest) and _can_be(tour, shifts, all_of):
                lowest = cost
    return lowest


def _options(wished, shifts, all_of):
    """Nobody, or everybody who could be there, alone or two by two."""
    able = [
        n
        for n, (one, _) in enumerate(shifts)
        if (wished.allowed is None or one.id in wished.allowed)
        and one.id not in wished.excluded
    ]
    crews = (
        permutations(able, wished.crew) if wished.crew == 1 else combinations(able, 2)
    )
    found = [()]
    for crew in crews:
        people = [shifts[n][0] for n in crew]
        apart = len({one.id for one in people}) == len(people)
        if apart and any(qualified(one, wished) for one in people):
            found.append(crew)
    return found


def _too_near(chosen, shifts, all_of):
    who = {
        wished.id: {shifts[n][0].id for n in crew}
        for wished, crew in zip(all_of.visits, chosen, strict=True)
    }
    return any(
        pair.how == Distance.COUNSELLOR and who[pair.one] & who[pair.other]
        for pair in all_of.apart
    )


def _tied_cost(tour, chosen, shifts, all_of):
    cost, load = 0, {one.id: 0 for one in all_of.counsellors}
    for shift, order in tour.items():
        one = shifts[shift][0]
        travel = _travel(order, one, all_of)
        cost += travel
        load[one.id] += travel + sum(wished.service for wished in order)
    for wished, crew in zip(all_of.visits, chosen, strict=True):
        able = [shifts[n][0] for n in crew if qualified(shifts[n][0], wished)]
        prices = [person_cost(one, wished, 0, all_of) for one in able]
        cost += min(prices) if crew else leave_out(wished, all_of)
    return cost + unevenness_of(load, all_of)


def _travel(order, one, all_of):
    mode, here, address, spent = all_of.modes[one.mode], all_of.office, None, 0
    for wished in order:
        spent += way(here, wished.point, mode)
        spent += all_of.setup * (wished.address != address)
        here, address = wished.point, wished.address
    return spent + way(here, all_of.office, mode)


def _can_be(tour, shifts, all_of):
    """Is there an interpreter, a vehicle and a time for everything?"""
    beside = [
        {pair.one, pair.other} for pair in all_of.apart if pair.how == Distance.ORDER
    ]
    for order in tour.values():
        if any({a.id, b.id} in beside for a, b in pairwise(order)):
            return False
    called = {
        w.id: w for order in tour.values() for w in order if w.interpreters is not None
    }
    pooled = [n for n in tour if needs_vehicle(shifts[n][0], all_of)]
    helpers = product(*(sorted(w.interpreters) for w in called.values()))
    for who in helpers:
        with_whom = dict(zip(called, who, strict=True))
        if not set(who) <= {one.id for one in all_of.interpreters}:
            continue
        for which in product(all_of.vehicles, repeat=len(pooled)):
            with_what = dict(zip(pooled, which, strict=True))
            if any(shifts[n][0].mode != v.mode for n, v in with_what.items()):
                continue
            if any(
                _Times(tour, shifts, all_of, with_whom, with_what).work_out(
                    first, rides
                )
                for first in permutations(with_whom)
                for rides in permutations(with_what)
            ):
                return True
    return False


def needs_vehicle(one, all_of):
    return not one.own_vehicle and one.mode in {v.mode for v in all_of.vehicles}


class _Times:
    """Pushes every start later until nothing is broken, if that ends well."""

    def __init__(self, tour, shifts, all_of, with_whom, with_what):
        self.tour, self.shifts, self.all_of = tour, shifts, all_of
        self.with_whom, self.with_what = with_whom, with_what
        self.wishes = {w.id: w for order in tour.values() for w in order}
        self.people = {one.id: one for one in all_of.interpreters}
        self.starts = dict.fromkeys(self.wishes, 0)
        self.leaves = {n: shifts[n][1][0] for n in tour}
        self.backs = {}

    def work_out(self, first, rides):
        while True:
            before = (dict(self.starts), dict(self.leaves))
            if not all(self._drives(n) for n in self.tour):
                return False
            if not all(self._waits_for_interpreter(name) for name in self.with_whom):
                return False
            self._one_after_the_other(first, rides)
            if (self.starts, self.leaves) == before:
                return True

    def _drives(self, n):
        (one, (_, end)), all_of = self.shifts[n], self.all_of
        mode, here, address, free = all_of.modes[one.mode], all_of.office, None, None
        for wished in self.tour[n]:
            leg = way(here, wished.point, mode)
            leg += all_of.setup * (wished.address != address)
            bound = leg + (self.leaves[n] if free is None else free)
            start = _in_window(wished, max(bound, self.starts[wished.id]))
            if start is None:
                return False
            if free is None:
                self.leaves[n] = start - leg  # just in time
            self.starts[wished.id] = start
            free, here, address = start + wished.service, wished.point, wished.address
        self.backs[n] = free + way(here, all_of.office, mode)
        return self.backs[n] <= end

    def _waits_for_interpreter(self, name):
        service = self.wishes[name].service
        for a, b in sorted(self.people[self.with_whom[name]].hours):
            if max(a, self.starts[name]) + service <= b:
                self.starts[name] = max(a, self.starts[name])
                return True
        return False

    def _one_after_the_other(self, first, rides):
        for a, b in combinations(first, 2):
            if self.with_whom[a] == self.with_whom[b]:
                end = self.starts[a] + self.wishes[a].service
                end += self.people[self.with_whom[a]].between
                self.starts[b] = max(self.starts[b], end)
        for n, vehicle in self.with_what.items():
            for a, b in sorted(vehicle.busy):
                if self.leaves[n] < b and a < self.backs[n]:
                    self.leaves[n] = max(self.leaves[n], b)
        for a, b in combinations(rides, 2):
            if self.with_what[a].id == self.with_what[b].id:
                self.leaves[b] = max(self.leaves[b], self.backs[a])


def _in_window(wished, moment):
    possible = [max(w.earliest, moment) for w in wished.windows if w.latest >= moment]
    return min(possible) if possible else None


def could_be(wished, all_of, *, interpreter, crew, vehicle):
    """Could somebody be visited if nobody else were? Step by step, at any moment."""
    shifts = intervals(all_of)
    starts = {w.earliest for w in wished.windows}
    starts |= {t for one in all_of.interpreters for hours in one.hours for t in hours}
    for one, (begin, _) in shifts:
        leg = way(all_of.office, wished.point, all_of.modes[one.mode]) + all_of.setup
        opens = [begin, *(b for v in all_of.vehicles for _, b in v.busy)]
        starts |= {t + leg for t in opens}
    alone = wished if crew else replace(wished, crew=1)
    return any(
        _there(alone, combo, start, shifts, all_of, vehicle=vehicle)
        for start in starts
        if _in_window(wished, start) == start
        and (not interpreter or _interpreted(wished, start, all_of))
        for combo in _options(alone, shifts, all_of)[1:]
    )


def _interpreted(wished, start, all_of):
    return wished.interpreters is None or any(
        a <= start and start + wished.service <= b
        for one in all_of.interpreters
        if one.id in wished.interpreters
        for a, b in one.hours
    )


def _there(wished, crew, start, shifts, all_of, *, vehicle):
    taken = []
    for one, (begin, end) in (shifts[n] for n in crew):
        travel = way(all_of.office, wished.point, all_of.modes[one.mode])
        left = start - all_of.setup - travel
        back = start + wished.service + travel
        if left < begin or end < back:
            return False
        if vehicle and needs_vehicle(one, all_of):
            free = {
                v.id
                for v in all_of.vehicles
                if v.mode == one.mode
                and not any(a < back and left < b for a, b in v.busy)
            }
            taken.append(free)
    return any(len(set(some)) == len(some) for some in product(*taken))
