"""What is the lowest cost there is? By trying everything, for a handful of visits."""

from functools import cache

from tests.routing.referee import drive, free_times, leave_out, may, person_cost


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
