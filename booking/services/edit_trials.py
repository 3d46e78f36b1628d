"""What would become of the drafts if a coordinator had her way? Tried out on paper."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from uuid import UUID, uuid4

from booking.routing import Breach, BreachCode, OnPaper, Route
from booking.scheduling import TimeWindow
from booking.services.draft_shots import Key, RouteShot, StopShot
from booking.services.edit_orders import (
    ChangedMeanwhile,
    Wanted,
    concerned,
    ordered,
    still_kept,
)
from booking.services.paper_tours import Interval, moment
from booking.services.paper_week import PaperWeek

# What no coordinator can wish away: publishing would refuse it, or somebody else
# has decided it.
HARD = frozenset(
    {BreachCode.BUSY, BreachCode.OFF_DUTY, BreachCode.EXCLUDED, BreachCode.CREW}
)
A_MINUTE = 60  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One rule that the deed would break, for people; visits by their reference."""

    code: BreachCode
    is_hard: bool
    counsellor: str = ""
    visit: str = ""
    other: str = ""
    minutes: int = 0
    is_away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a deed would make of the drafts."""

    before: OnPaper
    after: OnPaper
    shots: tuple[RouteShot, ...]  # of every draft that it changes
    concerned: frozenset[Key]  # whose versions must be as the page showed them
    broken: tuple[Broken, ...] = field(default=())

    @property
    def agreement(self) -> str:
        """Name what is broken, so that nobody agrees to something else."""
        told = "\n".join(sorted(map(repr, self.broken)))
        return sha256(told.encode()).hexdigest()[:16]


def tried(week: PaperWeek, wanted: Wanted) -> Trial:
    """Try a deed out. Raises ``ChangedMeanwhile`` and the other refusals above."""
    visit = str(wanted.visit)
    about = concerned(week, wanted)
    if not all(week.version(key) in wanted.seen for key in about):
        raise ChangedMeanwhile
    before = week.driven(week.orders, week.kept)
    orders = ordered(week, wanted)
    after = week.driven(orders, still_kept(week.kept, visit, wanted))
    changed = _changed(week, before, after)
    return Trial(
        before=before,
        after=after,
        shots=tuple(_shots(week, after, changed, wanted)),
        concerned=about,
        broken=tuple(_broken(week, before, after)),
    )


def _changed(week: PaperWeek, before: OnPaper, after: OnPaper) -> set[Key]:
    was, now = _by_interval(before.routes), _by_interval(after.routes)
    return {
        week.key_of(one)
        for one in was.keys() | now.keys()
        if was.get(one) != now.get(one)
    }


def _by_interval(routes: Iterable[Route]) -> dict[Interval, Route]:
    return {(one.counsellor, one.shift_starts): one for one in routes}


def _shots(
    week: PaperWeek, after: OnPaper, keys: Iterable[Key], wanted: Wanted
) -> Iterator[RouteShot]:
    """Yield the changed drafts; a stop that moves stays the same stop."""
    driven = _by_interval(after.routes)
    known = _Stops(week, wanted)
    for key in sorted(keys, key=lambda one: (one[1], one[0])):
        routes = [driven[one] for one in sorted(driven) if week.key_of(one) == key]
        shot = week.shot(key)
        vehicles = [int(route.vehicle) for route in routes if route.vehicle]
        yield replace(
            shot,
            travel=sum(route.travel for route in routes),
            waiting=sum(route.waiting for route in routes),
            vehicle=next(iter(vehicles), shot.vehicle),
            stops=tuple(stop for route in routes for stop in known.on(key, route)),
        )


class _Stops:
    """Knows which stop of the drafts is which, also when it changes its route."""

    def __init__(self, week: PaperWeek, wanted: Wanted) -> None:
        self._week, self._wanted = week, wanted
        self._at = {
            (stop.wish, shot.counsellor): stop
            for shot in week.shots.values()
            for stop in shot.stops
        }
        self._wish = week.wishes[str(wanted.visit)].id
        self._moving = {c: s for (w, c), s in self._at.items() if w == self._wish}
        self._arriving = [int(spot.counsellor) for spot in wanted.spots]

    def on(self, key: Key, route: Route) -> Iterator[StopShot]:
        """Yield the stops of one tour."""
        for number, stop in enumerate(route.stops, start=1):
            wish = self._week.wishes[stop.visit].id
            kept = self._at.get((wish, key[0])) or self._moved(wish, key[0])
            called = kept.interpreter if kept else None
            is_last = number == len(route.stops)
            yield StopShot(
                uuid=kept.uuid if kept else uuid4(),
                wish=wish,
                leaves_for_at=moment(stop.leaves_for),
                arrives_at=moment(stop.arrives),
                starts_at=moment(stop.starts),
                ends_at=moment(stop.ends),
                back_at=moment(route.back) if is_last else None,
                pinned=kept.pinned if kept else False,
                is_second=self._is_second(stop.visit, key[0], kept),
                interpreter=int(stop.interpreter) if stop.interpreter else called,
            )

    def _moved(self, wish: int, counsellor: int) -> StopShot | None:
        """Return the stop that comes to her from somebody who gives it up."""
        if wish != self._wish:
            return None
        giving = [one for one in self._moving if one not in self._arriving]
        taking = [one for one in self._arriving if one not in self._moving]
        pairs = dict(zip(taking, sorted(giving, key=self._comes_last), strict=False))
        return self._moving.get(pairs.get(counsellor, -1))

    def _comes_last(self, counsellor: int) -> bool:
        """Of two only the one whose stop was named may leave."""
        return counsellor != self._wanted.counsellor

    def _is_second(self, visit: str, counsellor: int, kept: StopShot | None) -> bool:
        if visit == str(self._wanted.visit) and len(self._arriving) > 1:
            return counsellor != self._arriving[0]
        return kept.is_second if kept else False


def _broken(week: PaperWeek, before: OnPaper, after: OnPaper) -> Iterator[Broken]:
    """Yield what is broken now and was not before, or not as badly."""
    was = {_what(one): one.by for one in before.breaches}
    for one in after.breaches:
        if _what(one) not in was or one.by > was[_what(one)]:
            away = one.code == BreachCode.BACK_LATE and _is_away(week, after, one)
            yield Broken(
                code=one.code,
                is_hard=away or one.code in HARD,
                counsellor=week.names.get(int(one.counsellor or 0), ""),
                visit=reference_of(one.visit),
                other=reference_of(one.other) if one.visit else "",
                minutes=-(-abs(one.by) // A_MINUTE),
                is_away=away,
            )


def _what(one: Breach) -> tuple[BreachCode, str, str, str]:
    return one.code, one.counsellor, one.visit, one.other


def _is_away(week: PaperWeek, after: OnPaper, late: Breach) -> bool:
    """Tell whether she is not only after work then, but absent."""
    return any(
        window.overlaps(TimeWindow(moment(route.shift_ends), moment(route.back)))
        for route in after.routes
        if route.counsellor == late.counsellor and route.stops[-1].visit == late.visit
        for window in week.away.get(int(route.counsellor), ())
    )


def reference_of(visit: str) -> str:
    """Return the short name of a visit, as the board shows it."""
    return UUID(visit).hex[:5].upper() if visit else ""
