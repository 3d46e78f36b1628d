"""How are the drafts of a week read as tours, and tours as drafts?

A draft is a counsellor's whole day; a tour is what she drives in one free interval
of it, from the office and back. Instants become whole seconds since 1970 (UTC).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID

from booking.models.running import zone
from booking.routing import Kept, Paper, StartWindow, Tour, Visit, Week
from booking.services.draft_shots import Key, RouteShot, StopShot

MOST = 2  # counsellors who go to one home together
Interval = tuple[str, int]  # a counsellor's free one, by its first second


class WishNow(NamedTuple):
    """What editing needs to know of a wish."""

    id: int
    uuid: UUID
    state: str
    own_counsellor: int | None
    crew: int | None


def moment(since: int) -> datetime:
    """Return an instant of the engine's time line."""
    return datetime.fromtimestamp(since, UTC)


def seconds(instant: datetime) -> int:
    """Return where an instant lies on it."""
    return int(instant.timestamp())


def day_at(since: int) -> date:
    """Return the day of the office on which it lies."""
    return moment(since).astimezone(zone()).date()


def held(
    week: Week, shots: Mapping[Key, RouteShot], wishes: Mapping[int, WishNow]
) -> Week:
    """Return the week with every pin, and with the crews that stand on the drafts."""
    there: defaultdict[str, list[tuple[RouteShot, StopShot]]] = defaultdict(list)
    for shot in shots.values():
        for stop in shot.stops:
            there[str(wishes[stop.wish].uuid)].append((shot, stop))
    crews = {str(row.uuid): row.crew or 1 for row in wishes.values()}
    return replace(
        week,
        visits=tuple(_as_held(v, crews.get(v.id, 1), there[v.id]) for v in week.visits),
    )


def _as_held(
    visit: Visit, crew: int, there: Sequence[tuple[RouteShot, StopShot]]
) -> Visit:
    visit = replace(visit, crew=min(MOST, max(visit.crew, crew, len(there))))
    if not any(stop.pinned for _, stop in there):
        return visit
    start = seconds(there[0][1].starts_at)
    return replace(
        visit,
        windows=(StartWindow(start, start),),
        allowed=frozenset(str(shot.counsellor) for shot, _ in there),
    )


def orders(
    paper: Paper, shots: Mapping[Key, RouteShot], wishes: Mapping[int, WishNow]
) -> dict[Interval, Tour]:
    """Say who is visited in which free interval, as the drafts have it."""
    found = {
        interval: Tour(counsellor=interval[0], shift_starts=interval[1], visits=())
        for interval in sorted(paper.shifts, key=lambda one: (one[1], one[0]))
    }
    pool = {one.id for one in paper.week.vehicles}
    for shot in shots.values():
        vehicle = str(shot.vehicle) if str(shot.vehicle) in pool else None
        for stops in _tours(shot):
            interval = _interval(paper, shot, stops)
            tour = found.get(interval) or Tour(
                counsellor=interval[0], shift_starts=interval[1], visits=()
            )
            visits = (str(wishes[stop.wish].uuid) for stop in stops)
            found[interval] = replace(
                tour,
                visits=(*tour.visits, *visits),
                vehicle=vehicle,
                leaves_from=_free_from(paper.week, shots, shot, stops),
            )
    return found


def _tours(shot: RouteShot) -> Iterator[list[StopShot]]:
    """Yield the stops between leaving the office and being back."""
    tour: list[StopShot] = []
    for stop in shot.stops:
        tour.append(stop)
        if stop.back_at is not None:
            yield tour
            tour = []
    if tour:
        yield tour


def _interval(paper: Paper, shot: RouteShot, stops: Sequence[StopShot]) -> Interval:
    """Return the free interval that holds most of a tour, else one of its own."""
    name, start, end = str(shot.counsellor), *_span(stops)
    shared = {
        (one, since): min(end, until) - max(start, since)
        for (one, since), until in paper.shifts.items()
        if one == name
    }
    best = max(shared, key=lambda one: shared[one], default=(name, start))
    return best if shared.get(best, 0) > 0 else (name, start)


def _free_from(
    week: Week,
    shots: Mapping[Key, RouteShot],
    shot: RouteShot,
    stops: Sequence[StopShot],
) -> int:
    """Return since when her vehicle has been at the office when she leaves."""
    if shot.vehicle is None:
        return 0
    leaves = _span(stops)[0]
    away = [s for one in week.vehicles if one.id == str(shot.vehicle) for s in one.busy]
    away += [
        _span(tour)
        for other in shots.values()
        if other.vehicle == shot.vehicle
        for tour in _tours(other)
    ]
    return max((end for _, end in away if end <= leaves), default=0)


def kept(
    week: Week, shots: Mapping[Key, RouteShot], wishes: Mapping[int, WishNow]
) -> Kept:
    """Keep the moments that others share, and those that clients were told."""
    visits = {one.id: one for one in week.visits}
    starts, interpreters = {}, {}
    for shot in shots.values():
        for stop in shot.stops:
            visit = visits[str(wishes[stop.wish].uuid)]
            if visit.crew > 1 or visit.interpreters is not None or visit.published:
                starts[visit.id] = seconds(stop.starts_at)
            if stop.interpreter is not None:
                interpreters[visit.id] = str(stop.interpreter)
    return Kept(starts, interpreters)


def _span(stops: Sequence[StopShot]) -> tuple[int, int]:
    last = stops[-1]
    return seconds(stops[0].leaves_for_at), seconds(last.back_at or last.ends_at)
