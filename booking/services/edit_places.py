"""Where would this visit fit? The best places with their price, and all others.

Coordinators ask this most: a client rings, and one visit has to go somewhere else
without a new plan for everybody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from booking.routing import (
    Breach,
    BreachCode,
    Cost,
    Insertion,
    OnPaper,
    Plan,
    Spot,
    Standing,
    StartWindow,
    Unplanned,
    Visit,
    Week,
)
from booking.scheduling import TimeWindow
from booking.services.edit_orders import Wanted, ordered, still_kept
from booking.services.edit_trials import reference_of
from booking.services.paper_tours import Interval, day_at, moment
from booking.services.paper_week import PaperWeek
from booking.services.plan_steps import Deed

A_MINUTE = 60  # seconds
BEST = 10  # places: whoever reads more of them plans anew
WRONG_TIME = frozenset({BreachCode.LATE, BreachCode.EARLY, BreachCode.NOT_AT_HOME})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """A visit that would begin later (or, below zero, earlier), in minutes."""

    reference: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """A place that breaks nothing; ``more`` are the minutes on the way it adds."""

    counsellors: tuple[str, ...]
    starts_at: datetime
    day: date
    more: int
    is_own: bool  # the client's own counsellor comes
    pushes: tuple[Pushed, ...]
    spots: tuple[Spot, ...]
    start: int
    interpreter: str
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionRow:
    """One position on a tour: behind and before which visits, and when they begin."""

    spot: Spot
    seen: str
    after: tuple[str, datetime] | None
    before: tuple[str, datetime] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalRow:
    """A free interval of a counsellor with all positions in it."""

    counsellor: str
    day: date
    free: TimeWindow
    positions: tuple[PositionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What can be said about one visit: where it is, and where it could be.

    ``seen`` are the versions of the drafts on which it stands; ``is_known`` is false
    while nobody knows where the address is.
    """

    deed: Deed
    is_known: bool
    is_crew: bool
    seen: tuple[str, ...]
    best: tuple[PlaceRow, ...]
    intervals: tuple[IntervalRow, ...]
    why: Unplanned | None = None  # it fits nowhere


def places(week: PaperWeek, visit: UUID) -> Places:
    """Return the places of a visit, the cheapest first."""
    name = str(visit)
    there = week.where(name)
    found = next((one for one in week.week.visits if one.id == name), None)
    keys = sorted({week.key_of(one) for one in there})
    before = week.driven(week.orders, week.kept)
    standing = _standing(week, found, before) if found else None
    return Places(
        deed=Deed.MOVE if there else Deed.PUT_IN,
        is_known=found is not None,
        is_crew=found is not None and found.crew > 1,
        seen=tuple(map(week.version, keys)),
        best=tuple(_best(week, found, standing, before)) if found and standing else (),
        intervals=tuple(_intervals(week, name, before)) if found else (),
        why=standing.reason_for(name) if standing and not there else None,
    )


def _standing(week: PaperWeek, visit: Visit, before: OnPaper) -> Standing:
    return Standing(
        _as_they_stand(week.week, visit, before),
        Plan(before.routes, (), Cost(travel=0, strangers=0, unplanned=0)),
    )


def _best(
    week: PaperWeek, visit: Visit, standing: Standing, before: OnPaper
) -> Iterator[PlaceRow]:
    for place in standing.places_for(visit.id, most=BEST):
        wanted = Wanted(
            deed=Deed.MOVE if week.where(visit.id) else Deed.PUT_IN,
            visit=UUID(visit.id),
            spots=place.spots,
            start=place.starts,
            interpreter=place.interpreter,
        )
        after = week.driven(
            ordered(week, wanted), still_kept(week.kept, visit.id, wanted)
        )
        # Whatever a place would break after all, it is not offered.
        breaks = set(after.breaches) - set(before.breaches)
        if after.routes != before.routes and not breaks:
            yield _place(week, visit, place, before, after)


def _place(
    week: PaperWeek, visit: Visit, place: Insertion, before: OnPaper, after: OnPaper
) -> PlaceRow:
    own = week.wishes[visit.id].own_counsellor
    keys = {week.key_of((spot.counsellor, spot.shift_starts)) for spot in place.spots}
    return PlaceRow(
        counsellors=tuple(week.names[int(one)] for one in place.counsellors),
        starts_at=moment(place.starts),
        day=day_at(place.starts),
        more=round((_travel(after) - _travel(before)) / A_MINUTE),
        is_own=str(own) in place.counsellors,
        pushes=tuple(_pushes(visit.id, before, after)),
        spots=place.spots,
        start=place.starts,
        interpreter=place.interpreter or "",
        seen=tuple(week.version(key) for key in sorted(keys)),
    )


def _pushes(visit: str, before: OnPaper, after: OnPaper) -> Iterator[Pushed]:
    was = _starts(before)
    for name, start in _starts(after).items():
        if name != visit and (by := start - was[name]):
            yield Pushed(reference=reference_of(name), minutes=round(by / A_MINUTE))


def _intervals(week: PaperWeek, visit: str, before: OnPaper) -> Iterator[IntervalRow]:
    """Yield every free interval, by day and by name."""
    starts = _starts(before)
    order = sorted(
        week.paper.shifts,
        key=lambda one: (week.key_of(one)[1], week.names[int(one[0])], one),
    )
    for interval in order:
        counsellor, day = week.key_of(interval)
        yield IntervalRow(
            counsellor=week.names[counsellor],
            day=day,
            free=TimeWindow(moment(interval[1]), moment(week.paper.shifts[interval])),
            positions=tuple(_positions(week, interval, visit, starts)),
        )


def _positions(
    week: PaperWeek, interval: Interval, visit: str, starts: Mapping[str, int]
) -> Iterator[PositionRow]:
    visits = week.orders[interval].visits
    others = [
        (reference_of(one), moment(starts[one])) for one in visits if one != visit
    ]
    here = visits.index(visit) if visit in visits else -1
    around = [None, *others, None]
    for position in range(len(others) + 1):
        if position != here:
            yield PositionRow(
                spot=Spot(*interval, position),
                seen=week.version(week.key_of(interval)),
                after=around[position],
                before=around[position + 1],
            )


def _as_they_stand(week: Week, asked: Visit, before: OnPaper) -> Week:
    """Return the week as if everybody had agreed to what the drafts break already."""
    broken: dict[str, list[Breach]] = {}
    for one in before.breaches:
        broken.setdefault(one.visit, []).append(one)
    starts = _starts(before)
    languages = {one.id: one.languages for one in week.counsellors}
    return replace(
        week,
        visits=tuple(
            one
            if one.id == asked.id
            else _agreed(one, broken.get(one.id, []), starts, languages)
            for one in week.visits
        ),
    )


def _agreed(
    visit: Visit,
    broken: list[Breach],
    starts: Mapping[str, int],
    languages: Mapping[str, frozenset[str]],
) -> Visit:
    for one in broken:
        if one.code in WRONG_TIME:
            now = StartWindow(starts[visit.id], starts[visit.id])
            visit = replace(visit, windows=(*visit.windows, now))
        elif one.code == BreachCode.LANGUAGE:
            spoken = min(languages[one.counsellor], default=visit.language)
            visit = replace(visit, language=spoken)
        elif one.code == BreachCode.NOT_ALLOWED:
            visit = replace(visit, allowed=None)
    return visit


def _starts(found: OnPaper) -> dict[str, int]:
    return {stop.visit: stop.starts for route in found.routes for stop in route.stops}


def _travel(found: OnPaper) -> int:
    return sum(route.travel for route in found.routes)
