"""What if somebody orders the stops herself? Driven on paper, and what it breaks.

The engine only ever makes plans that break nothing. A coordinator may know better:
here her order is driven as it is, as early as can be, and every rule that it breaks
is said with the minutes by which it is broken. She decides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from booking.routing.along import accompanied, equipped
from booking.routing.breaches import Breach, BreachCode, breaches_of, needs_vehicle
from booking.routing.grouping import OFFICE, places_of, shifts_of
from booking.routing.outcome import Route, Stop
from booking.routing.week import (
    A_DAY,
    Counsellor,
    ImpossibleWeek,
    StartWindow,
    Visit,
    Week,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """Whom a counsellor visits in one free interval, in this order.

    ``shift_starts`` names the interval. ``leaves_from`` is before when she does not
    leave the office: her vehicle may be on its way until then.
    """

    counsellor: str
    shift_starts: int
    visits: tuple[str, ...]
    leaves_from: int = 0
    vehicle: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays as it was agreed: not before which moment, and who interprets."""

    starts: Mapping[str, int] = field(default_factory=dict)
    interpreters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OnPaper:
    """How the tours are driven, in the order given, and what that breaks."""

    routes: tuple[Route, ...]
    breaches: tuple[Breach, ...]


@dataclass(frozen=True, slots=True)
class _Driven:
    route: Route
    breaches: tuple[Breach, ...]


AS_EARLY_AS_CAN_BE = Kept()


class Paper:
    """A week prepared once, on which any order of stops can be tried out."""

    def __init__(self, week: Week) -> None:
        self.week = week
        self.shifts = {
            (week.counsellors[one.counsellor].id, one.start): one.end
            for one in shifts_of(week)
        }
        self._staff = {one.id: one for one in week.counsellors}
        self._visits = {one.id: one for one in week.visits}
        self._places = places_of(week)
        self._place = {
            one.id: place
            for one, place in zip(week.visits, self._places.of_visit, strict=True)
        }

    def driven(self, tours: Iterable[Tour], kept: Kept = AS_EARLY_AS_CAN_BE) -> OnPaper:
        """Drive these tours as they are ordered; tell every rule that this breaks.

        Of two who go together each waits for the other. Raises ``ImpossibleWeek``
        for strangers, and for somebody who drives twice in one interval.
        """
        asked = [one for one in tours if one.visits]
        self._refuse_strangers(asked)
        driven = self._together(asked, kept)
        there = accompanied(self.week, (one.route for one in driven), kept.interpreters)
        routes = equipped(self.week, there)
        late = (breach for one in driven for breach in one.breaches)
        return OnPaper(routes, (*late, *breaches_of(self.week, routes)))

    def _refuse_strangers(self, tours: Sequence[Tour]) -> None:
        intervals = {(one.counsellor, one.shift_starts) for one in tours}
        if len(intervals) < len(tours):
            raise ImpossibleWeek("Nobody drives twice in one interval.")
        for tour in tours:
            if tour.counsellor not in self._staff:
                raise ImpossibleWeek(f"Nobody here is called {tour.counsellor}.")
            if unknown := [one for one in tour.visits if one not in self._visits]:
                raise ImpossibleWeek(f"Nobody has wished for {unknown[0]}.")

    def _together(self, tours: Sequence[Tour], kept: Kept) -> list[_Driven]:
        """Let each of a crew wait for the other, until all are there at once."""
        starts = dict(kept.starts)
        rounds = 2 + 2 * sum(self._visits[v].crew > 1 for t in tours for v in t.visits)
        driven: list[_Driven] = []
        for _ in range(rounds):
            driven = [self._drive(one, replace(kept, starts=starts)) for one in tours]
            later = dict(_waited_for(one.route for one in driven))
            if not later:
                break
            starts |= later
        return driven

    def _drive(self, tour: Tour, kept: Kept) -> _Driven:
        one, end = self._staff[tour.counsellor], self._end(tour)
        into, onward = self._places.into[one.mode], self._places.onward[one.mode]
        here, free = OFFICE, max(tour.shift_starts, tour.leaves_from)
        travel, stops, breaches = 0, list[Stop](), list[Breach]()
        for name in tour.visits:
            visit, there = self._visits[name], self._place[name]
            way = into[there][here]
            setup = 0 if stops and self._is_beside(stops[-1], visit) else self._setup
            at_door = max(free + way, self._kept(kept, name, tour, end))
            start, breach = self._start(visit, at_door, one, end, kept)
            # From the office she leaves just in time; from a door at once.
            leaves = free if stops else start - way
            stops.append(
                Stop(name, leaves, leaves + way - setup, start, start + visit.service)
            )
            breaches += [breach] if breach else []
            travel, here, free = travel + way, there, stops[-1].ends
        back = free + onward[here][OFFICE]
        breaches += self._back(tour, one, back)
        return _Driven(
            Route(
                counsellor=one.id,
                shift_starts=tour.shift_starts,
                shift_ends=end,
                stops=tuple(stops),
                back=back,
                travel=travel + back - free,
                waiting=_waiting(stops, back, travel + back - free),
                vehicle=tour.vehicle if needs_vehicle(self.week, one) else None,
            ),
            tuple(breaches),
        )

    @property
    def _setup(self) -> int:
        return self.week.setup

    def _is_beside(self, before: Stop, visit: Visit) -> bool:
        return self._visits[before.visit].address == visit.address

    def _end(self, tour: Tour) -> int:
        key = (tour.counsellor, tour.shift_starts)
        return self.shifts.get(key, _end_of_day(tour.shift_starts))

    def _kept(self, kept: Kept, name: str, tour: Tour, end: int) -> int:
        """Return before when she does not begin; another day's moment is none."""
        moment = kept.starts.get(name, 0)
        return moment if tour.shift_starts <= moment <= end else 0

    def _start(
        self, visit: Visit, at_door: int, one: Counsellor, end: int, kept: Kept
    ) -> tuple[int, Breach | None]:
        """Return when she begins, and what is wrong with it."""
        for windows in (self._with_interpreter(visit, kept), visit.windows):
            fitting = (
                max(window.earliest, at_door)
                for window in windows
                if at_door <= window.latest and window.earliest <= max(end, at_door)
            )
            if (start := min(fitting, default=None)) is not None:
                return start, None
        return at_door, _wrong_time(visit, at_door, one)

    def _with_interpreter(self, visit: Visit, kept: Kept) -> list[StartWindow]:
        """Return the windows in which one who interprets has hours, too."""
        if visit.interpreters is None:
            return []
        named = kept.interpreters.get(visit.id)
        called = {named} if named in visit.interpreters else visit.interpreters
        return [
            StartWindow(earliest, latest)
            for who in self.week.interpreters
            if who.id in called
            for start, end in who.hours
            for window in visit.windows
            if (earliest := max(start, window.earliest))
            <= (latest := min(end - visit.service, window.latest))
        ]

    def _back(self, tour: Tour, one: Counsellor, back: int) -> Iterator[Breach]:
        end = self.shifts.get((one.id, tour.shift_starts))
        if end is None:
            yield Breach(BreachCode.OFF_DUTY, one.id)
        elif back > end:
            busy = (span for duty in one.duties for span in duty.busy)
            meets = any(start < back and end < until for start, until in busy)
            code = BreachCode.BUSY if meets else BreachCode.BACK_LATE
            yield Breach(code, one.id, tour.visits[-1], back - end)


def _end_of_day(moment: int) -> int:
    return (moment // A_DAY + 1) * A_DAY


def _waited_for(routes: Iterable[Route]) -> Iterator[tuple[str, int]]:
    """Yield the visits to which one of a crew comes later than the other, and when."""
    starts: dict[str, list[int]] = {}
    for route in routes:
        for stop in route.stops:
            starts.setdefault(stop.visit, []).append(stop.starts)
    for visit, there in starts.items():
        if len(set(there)) > 1:
            yield visit, max(there)


def _wrong_time(visit: Visit, start: int, one: Counsellor) -> Breach:
    if visit.is_pinned:
        return Breach(
            BreachCode.PINNED, one.id, visit.id, start - visit.windows[0].earliest
        )
    today = [w for w in visit.windows if w.earliest // A_DAY == start // A_DAY]
    if not today:
        return Breach(BreachCode.NOT_AT_HOME, one.id, visit.id)
    late = min((start - w.latest for w in today if w.latest < start), default=None)
    if late is not None:
        return Breach(BreachCode.LATE, one.id, visit.id, late)
    early = min(w.earliest for w in today) - start
    return Breach(BreachCode.EARLY, one.id, visit.id, early)


def _waiting(stops: Sequence[Stop], back: int, travel: int) -> int:
    at_doors = sum(stop.ends - stop.starts for stop in stops)
    return back - stops[0].leaves_for - at_doors - travel
