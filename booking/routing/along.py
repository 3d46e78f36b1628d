"""Who interprets, and with which vehicle? Chosen for routes whose times are known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from booking.routing.breaches import needs_vehicle
from booking.routing.outcome import Route
from booking.routing.week import Week


def accompanied(
    week: Week, routes: Iterable[Route], named: Mapping[str, str]
) -> list[Route]:
    """Name who interprets: whoever was ``named``, else the first who is free."""
    driven = list(routes)
    times = {
        stop.visit: (stop.starts, stop.ends) for route in driven for stop in route.stops
    }
    called = {one.id: one.interpreters for one in week.visits if one.interpreters}
    names: dict[str, str] = {}
    for visit in sorted(times.keys() & called, key=lambda one: (one not in named, one)):
        choice = sorted(called[visit])
        free = (one for one in choice if _is_free(week, one, visit, times, names))
        wanted = named.get(visit, "")
        names[visit] = wanted if wanted in choice else next(free, choice[0])
    return [
        replace(
            route,
            stops=tuple(
                replace(stop, interpreter=names.get(stop.visit)) for stop in route.stops
            ),
        )
        for route in driven
    ]


def equipped(week: Week, routes: Sequence[Route]) -> tuple[Route, ...]:
    """Give a vehicle that is free to whoever needs one and has none."""
    staff = {one.id: one for one in week.counsellors}
    found = list(routes)
    for number, route in enumerate(found):
        one = staff[route.counsellor]
        if route.vehicle is None and needs_vehicle(week, one):
            free = (
                vehicle.id
                for vehicle in week.vehicles
                if vehicle.mode == one.mode
                and _is_there(route, [*vehicle.busy, *_driven(vehicle.id, found)])
            )
            found[number] = replace(route, vehicle=next(free, None))
    return tuple(found)


def _is_free(
    week: Week,
    who: str,
    visit: str,
    times: Mapping[str, tuple[int, int]],
    names: Mapping[str, str],
) -> bool:
    start, end = times[visit]
    person = next((one for one in week.interpreters if one.id == who), None)
    if person is None or not any(a <= start and end <= b for a, b in person.hours):
        return False
    others = (times[other] for other, named in names.items() if named == who)
    between = person.between
    return not any(a < end + between and start < b + between for a, b in others)


def _driven(vehicle: str, routes: Iterable[Route]) -> list[tuple[int, int]]:
    return [
        (route.stops[0].leaves_for, route.back)
        for route in routes
        if route.vehicle == vehicle
    ]


def _is_there(route: Route, taken: Iterable[tuple[int, int]]) -> bool:
    start, end = route.stops[0].leaves_for, route.back
    return not any(a < end and start < b for a, b in taken)
