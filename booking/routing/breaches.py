"""Which rules does a plan break that somebody has made by hand? Each is named.

Only what the times alone do not say is asked here: who may come, who comes along,
what is shared. How late somebody is, the drive itself tells (``editing``).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from booking.routing.outcome import Route, Stop
from booking.routing.week import Counsellor, Distance, Visit, Week


class BreachCode(StrEnum):
    """What can be wrong with stops that were ordered by hand."""

    OFF_DUTY = "off_duty"  # no free interval of hers begins then
    NOT_AT_HOME = "not_at_home"  # the client has no time on that day
    EARLY = "early"
    LATE = "late"
    PINNED = "pinned"  # staff have fixed who comes and when
    BUSY = "busy"  # she is not back before her next appointment
    BACK_LATE = "back_late"  # nor before her work ends
    LANGUAGE = "language"
    NOT_ALLOWED = "not_allowed"  # others were named for this visit
    EXCLUDED = "excluded"
    CREW = "crew"  # not as many as are needed, or not at once
    INTERPRETER = "interpreter"
    VEHICLE = "vehicle"
    APART_BY_ONE = "apart_by_one"  # the same counsellor for both
    APART_IN_A_ROW = "apart_in_a_row"  # one straight after the other


@dataclass(frozen=True, slots=True)
class Breach:
    """One broken rule: at which visit, with whom, and by how many seconds.

    ``other`` is a visit that is kept apart or takes the interpreter, or the vehicle.
    """

    code: BreachCode
    counsellor: str = ""
    visit: str = ""
    by: int = 0
    other: str = ""


def breaches_of(week: Week, routes: Sequence[Route]) -> Iterator[Breach]:
    """Yield what is wrong besides the times, in the order of the routes."""
    staff = {one.id: one for one in week.counsellors}
    visits = {one.id: one for one in week.visits}
    there: defaultdict[str, list[tuple[Counsellor, Stop]]] = defaultdict(list)
    for route in routes:
        for stop in route.stops:
            there[stop.visit].append((staff[route.counsellor], stop))
    for name, who in there.items():
        yield from _who_comes(visits[name], who)
    yield from _interpreters(week, visits, there)
    yield from _vehicles(week, routes)
    yield from _apart(week, routes)


def needs_vehicle(week: Week, one: Counsellor) -> bool:
    """Tell whether she takes a vehicle of the pool."""
    return not one.own_vehicle and any(v.mode == one.mode for v in week.vehicles)


def _who_comes(
    visit: Visit, there: Sequence[tuple[Counsellor, Stop]]
) -> Iterator[Breach]:
    for one, _ in there:
        if visit.allowed is not None and one.id not in visit.allowed:
            code = BreachCode.PINNED if visit.is_pinned else BreachCode.NOT_ALLOWED
            yield Breach(code, one.id, visit.id)
        if one.id in visit.excluded:
            yield Breach(BreachCode.EXCLUDED, one.id, visit.id)
    speaks = any(visit.language in one.languages for one, _ in there)
    if visit.interpreters is None and not speaks:
        yield Breach(BreachCode.LANGUAGE, there[0][0].id, visit.id)
    starts = [stop.starts for _, stop in there]
    as_many = len(there) == len({one.id for one, _ in there}) == visit.crew
    if not as_many or len(set(starts)) > 1:
        by = max(starts) - min(starts)
        yield Breach(BreachCode.CREW, there[0][0].id, visit.id, by)


def _interpreters(
    week: Week,
    visits: Mapping[str, Visit],
    there: Mapping[str, Sequence[tuple[Counsellor, Stop]]],
) -> Iterator[Breach]:
    people = {one.id: one for one in week.interpreters}
    engaged: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for name, who in there.items():
        called, stop = visits[name].interpreters, who[0][1]
        if called is None:
            continue
        comes = stop.interpreter
        if comes is None or comes not in called:
            yield Breach(BreachCode.INTERPRETER, who[0][0].id, name)
            continue
        if not any(a <= stop.starts and stop.ends <= b for a, b in people[comes].hours):
            yield Breach(BreachCode.INTERPRETER, who[0][0].id, name)
        engaged[comes].append((stop.starts, stop.ends, name))
    for comes, spans in engaged.items():
        for (_, until, before), (start, _, name) in pairwise(sorted(spans)):
            missing = until + people[comes].between - start
            if missing > 0:
                yield Breach(BreachCode.INTERPRETER, "", name, missing, before)


def _vehicles(week: Week, routes: Iterable[Route]) -> Iterator[Breach]:
    staff = {one.id: one for one in week.counsellors}
    pool = {one.id: one for one in week.vehicles}
    taken: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for route in routes:
        if not needs_vehicle(week, staff[route.counsellor]):
            continue
        name, start, end = route.vehicle, route.stops[0].leaves_for, route.back
        mode = staff[route.counsellor].mode
        if name is None or name not in pool or pool[name].mode != mode:
            yield Breach(BreachCode.VEHICLE, route.counsellor)
            continue
        if any(a < end and start < b for a, b in pool[name].busy):
            yield Breach(BreachCode.VEHICLE, route.counsellor, other=name)
        taken[name].append((start, end, route.counsellor))
    for name, spans in taken.items():
        for (_, until, _), (start, _, counsellor) in pairwise(sorted(spans)):
            if start < until:
                yield Breach(
                    BreachCode.VEHICLE, counsellor, by=until - start, other=name
                )


def _apart(week: Week, routes: Sequence[Route]) -> Iterator[Breach]:
    by: defaultdict[str, set[str]] = defaultdict(set)
    beside: dict[frozenset[str], str] = {}
    for route in routes:
        names = [stop.visit for stop in route.stops]
        for one in names:
            by[one].add(route.counsellor)
        beside |= {frozenset(pair): route.counsellor for pair in pairwise(names)}
    for pair in week.apart:
        both = frozenset((pair.one, pair.other))
        if pair.how == Distance.COUNSELLOR:
            for one in sorted(by[pair.one] & by[pair.other]):
                code = BreachCode.APART_BY_ONE
                yield Breach(code, one, pair.one, other=pair.other)
        elif both in beside:
            code = BreachCode.APART_IN_A_ROW
            yield Breach(code, beside[both], pair.one, other=pair.other)
