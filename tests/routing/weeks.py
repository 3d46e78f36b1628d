"""Invented weeks for the laws, and a referee who knows nothing of the engine."""

from itertools import pairwise, permutations, product
from math import asin, cos, radians, sin, sqrt

from hypothesis import strategies as st

from booking.routing import (
    Counsellor,
    Duty,
    Point,
    StartWindow,
    TravelMode,
    Visit,
    Week,
)

HOUR, MINUTE = 3600, 60
OFFICE = Point(48.7025, 9.6528)
CAR = TravelMode(kmh=28, detour=1.4, extra_minutes=4)
FOOT = TravelMode(kmh=4.8, detour=1.25)


def at(hours, minutes=0):
    return hours * HOUR + minutes * MINUTE


def duty(start=8, end=12, *busy):
    return Duty(at(start), at(end), tuple((at(*a), at(*b)) for a, b in busy))


MORNING = duty()


def counsellor(name="c0", languages=("de",), duties=(MORNING,), mode="car"):
    return Counsellor(
        id=name, languages=frozenset(languages), mode=mode, duties=tuple(duties)
    )


def visit(name="v0", east=1.0, north=0.0, **changes):
    """A visit some kilometres from the office, at any time of the first morning."""
    usual = {
        "id": name,
        "address": f"{east:.3f} {north:.3f}",
        "point": Point(OFFICE.latitude + north / 111.2, OFFICE.longitude + east / 73.4),
        "service": 45 * MINUTE,
        "language": "de",
        "windows": (StartWindow(at(8), at(12)),),
    }
    return Visit(**(usual | changes))


HER = counsellor()


def week(visits=(), counsellors=(HER,), **changes):
    usual = {
        "name": "invented",
        "office": OFFICE,
        "setup": 5 * MINUTE,
        "shortest_shift": 40 * MINUTE,
        "modes": {"car": CAR, "foot": FOOT},
        "counsellors": tuple(counsellors),
        "visits": tuple(visits),
    }
    return Week(**(usual | changes))


@st.composite
def weeks(draw, most=8):
    """Small weeks in which everything may happen."""
    staff = [
        counsellor(
            f"c{n}",
            draw(st.sets(st.sampled_from(["de", "ar", "ti"]), min_size=1)),
            draw(_duties()),
            draw(st.sampled_from(["car", "foot"])),
        )
        for n in range(draw(st.integers(1, 3)))
    ]
    visits = [draw(_visits(f"v{n}")) for n in range(draw(st.integers(0, most)))]
    return week(visits, staff)


@st.composite
def _duties(draw):
    days = draw(st.lists(st.integers(0, 2), max_size=3, unique=True))
    duties = []
    for day in days:
        start = 24 * 60 * day + draw(st.integers(7 * 60, 10 * 60))
        length = draw(st.integers(60, 8 * 60))
        busy = draw(
            st.lists(
                st.tuples(st.integers(-30, length), st.integers(5, 120)), max_size=3
            )
        )
        spans = tuple(((start + a) * MINUTE, (start + a + b) * MINUTE) for a, b in busy)
        duties.append(Duty(start * MINUTE, (start + length) * MINUTE, spans))
    return tuple(duties)


@st.composite
def _visits(draw, name):
    doors = st.sampled_from([(0.5, 0.2), (1.0, -1.0), (-2.0, 0.5), (0.0, 3.0)])
    east, north = draw(doors)
    windows = []
    for _ in range(draw(st.integers(0, 3))):
        early = 24 * 60 * draw(st.integers(0, 2)) + draw(st.integers(7 * 60, 17 * 60))
        windows.append(
            StartWindow(early * MINUTE, (early + draw(st.integers(0, 240))) * MINUTE)
        )
    names = st.sampled_from(["c0", "c1", "c2"])
    return visit(
        name,
        east,
        north,
        service=draw(st.integers(10, 90)) * MINUTE,
        language=draw(st.sampled_from(["de", "de", "ar", "ti", "so"])),
        windows=tuple(windows),
        priority=draw(st.integers(0, 2)),
        own=draw(st.none() | names),
        allowed=draw(st.none() | st.frozensets(names, min_size=1)),
        excluded=draw(st.frozensets(names, max_size=1)),
    )


# The referee. It works from the definitions alone, with no code of the engine.


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


def judged(plan, all_of):
    """Check a plan against every rule and return its cost."""
    staff = {one.id: one for one in all_of.counsellors}
    wishes = {one.id: one for one in all_of.visits}
    seen, driven, cost = [], set(), 0
    for route in plan.routes:
        one = staff[route.counsellor]
        interval = (route.shift_starts, route.shift_ends)
        assert interval in free_times(one, all_of.shortest_shift)
        assert (one.id, interval) not in driven, "she drives twice at once"
        driven.add((one.id, interval))
        cost += _judged_route(route, one, interval, wishes, all_of)
        seen += [stop.visit for stop in route.stops]
    assert len(seen) == len(set(seen)), "a home is visited twice"
    left = [one.visit for one in plan.unplanned]
    assert sorted(seen + left) == sorted(wishes), "a home is lost"
    return cost + sum(all_of.costs.unplanned[wishes[v].priority] for v in left)


def _judged_route(route, one, interval, wishes, all_of):
    mode = all_of.modes[one.mode]
    here, address, free, cost = all_of.office, None, interval[0], 0
    for number, stop in enumerate(route.stops):
        wished = wishes[stop.visit]
        assert may(one, wished)
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
        if wished.own not in {None, one.id}:
            cost += all_of.costs.other_counsellor
    assert route.back == free + way(here, all_of.office, mode)
    assert route.back <= interval[1], "she is back late"
    return cost + route.back - free


def cheapest(all_of):
    """The lowest cost there is, by trying everything: for a handful of visits."""
    shifts = [
        (one, interval)
        for one in all_of.counsellors
        for interval in free_times(one, all_of.shortest_shift)
    ]
    choices = product(range(-1, len(shifts)), repeat=len(all_of.visits))
    costs = (_cost_of(choice, shifts, all_of) for choice in choices)
    return min(cost for cost in costs if cost is not None)


def _cost_of(choice, shifts, all_of):
    total = 0
    for number, wished in zip(choice, all_of.visits, strict=True):
        if number < 0:
            total += all_of.costs.unplanned[wished.priority]
        elif not may(shifts[number][0], wished):
            return None
        elif wished.own not in {None, shifts[number][0].id}:
            total += all_of.costs.other_counsellor
    for number, (one, interval) in enumerate(shifts):
        group = [v for n, v in zip(choice, all_of.visits, strict=True) if n == number]
        if not group:
            continue
        driven = [drive(order, one, interval, all_of) for order in permutations(group)]
        if not any(driven):
            return None
        total += min(found[1] for found in driven if found)
    return total
