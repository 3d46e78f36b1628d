"""What if routes depend on one another? Crews, interpreters, vehicles, fair shares.

The idea: what ties two routes together is given a fixed moment while it stands. A
visit for two, or with an interpreter, keeps one start (``Fix``) on every route that
it is on, and a route keeps the hours of its vehicle (``Ride``); so each route can
still be driven on paper by itself. Whoever is taken out gives her moment back, and
gets another one when she is put in again.
"""

from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import NamedTuple

from booking.routing.alone import ALWAYS
from booking.routing.construct import BLINK, Draft, Step
from booking.routing.pool import Pool
from booking.routing.problem import NEVER, Entry, Problem
from booking.routing.schedule import Fix, Timetable, beside

PERCENT = 100
ANY_MOMENT = 0.3  # how often a joint visit gets another moment than the earliest


class _Room(NamedTuple):
    """Where one of a crew would fit, and between which starts."""

    cost: int
    table: Timetable
    position: int
    earliest: int
    latest: int


class TiedDraft(Draft):
    """A draft whose routes share counsellors, interpreters or vehicles."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.pool = Pool(problem)
        counsellors = range(len(problem.week.counsellors))
        self.load = [0 for _ in counsellors]
        self.offered = [0 for _ in counsellors]
        for shift in problem.shifts:
            self.offered[shift.counsellor] += shift.end - shift.start
        self._loads = (self.load[:], 0)

    def mark(self) -> None:
        """Remember this state."""
        super().mark()
        self._loads = (self.load[:], self.unfair)

    def undo(self) -> None:
        """Go back to the marked state."""
        super().undo()
        self.load, self.unfair = self._loads

    def is_joint(self, visit: int) -> bool:
        """Tell whether a visit needs more than one counsellor with time for it."""
        return visit in self.problem.twin or visit in self.pool.called

    def is_bound(self, visit: int) -> bool:
        """Tell whether other routes decide, too, if a visit fits on one."""
        choices, pooled = self.problem.choices[visit], self.pool.mode_of
        return (
            self.is_joint(visit)
            or visit in self.problem.not_by_one
            or any(entry.shift in pooled for entry in choices)
        )

    def admits(self, visit: int, shift: int) -> bool:
        """Tell whether this shift's counsellor may come, as the plan stands."""
        return super().admits(visit, shift) and not self._meets(visit, shift)

    def variants(self, shift: int) -> list[Timetable]:
        """Return what this shift could be: itself, or with one vehicle or another."""
        table = self.tables[shift]
        if shift not in self.pool.mode_of:
            return [table]
        rides = self.pool.rides(shift, self.tables)
        return [one for ride in rides if (one := table.by(ride)).is_possible]

    def would_take(self, visit: int, *, without: Iterable[int]) -> bool:
        """Tell whether a visit would fit if some others were not there."""
        self.mark()
        for shift, gone in self._by_shift(self._with_partners(without)).items():
            self._shorten(self.tables[shift].without(gone))
        found = next(self.offers(visit), None) is not None
        self.undo()
        return found

    def take_out(self, visits: Iterable[int]) -> None:
        """Remove visits with all who come along, and nobody who cannot be removed."""
        gone = self._with_partners(visits)
        while True:
            shorter = [
                self.tables[shift].without(some)
                for shift, some in self._by_shift(gone).items()
            ]
            loose = self._with_partners(_one_of_two(shorter))
            if not all(table.is_possible for table in shorter):
                return
            if any(self.problem.pinned[node] for node in loose):
                return
            if not loose:
                break
            gone |= loose
        for table in shorter:
            self._shorten(table)

    def insert(self, visit: int, chance: Random | None = None) -> bool:
        """Put in a visit where it is cheapest; tell whether it found a place."""
        if self.is_joint(visit):
            steps = self._moment(visit, chance)
        else:
            steps = self._cheapest(visit, chance)
        for step in steps:
            self.replace(step.table.with_visit(step.node, step.position, step.fix))
        return bool(steps)

    def _cheapest(self, visit: int, chance: Random | None) -> Sequence[Step]:
        best, chosen = NEVER, tuple[Step, ...]()
        for cost, steps in self.offers(visit):
            if cost < best and (chance is None or chance.random() >= BLINK):
                best, chosen = cost, steps
        return chosen

    def _moment(self, visit: int, chance: Random | None) -> Sequence[Step]:
        """Choose among the cheapest moments the earliest, but now and then any.

        An early one leaves room behind, a late one lets somebody in before.
        """
        offers = list(self.offers(visit))
        if not offers:
            return ()
        least = min(cost for cost, _ in offers)
        cheapest = [steps for cost, steps in offers if cost == least]
        if chance is not None and chance.random() < ANY_MOMENT:
            return chance.choice(cheapest)
        return min(cheapest, key=_start)

    def replace(self, table: Timetable) -> None:
        """Put a timetable in the place of its shift's older one."""
        old = self.tables[table.number]
        super().replace(table)
        if self.problem.week.costs.unfair:
            counsellor = self.problem.shifts[table.number].counsellor
            self.load[counsellor] += self._work(table) - self._work(old)
            before, self.unfair = self.unfair, self._unevenness()
            self.cost += self.unfair - before

    def offers(self, visit: int) -> Iterator[tuple[int, tuple[Step, ...]]]:
        """Yield every way to put in a visit, with what it costs."""
        if self.is_joint(visit):
            yield from self._joint_offers(visit)
            return
        for entry in self.problem.choices[visit]:
            if self._meets(visit, entry.shift):
                continue
            for table in self.variants(entry.shift):
                cost, position = table.best_place(visit)
                if position >= 0:
                    cost += self._unfairness(entry, cost)
                    yield cost, (Step(table, visit, position),)

    def _joint_offers(self, visit: int) -> Iterator[tuple[int, tuple[Step, ...]]]:
        """Yield moments at which everybody who is needed can be there."""
        called = visit in self.pool.called
        interpreted = self.pool.starts(visit, self.tables) if called else [ALWAYS]
        first = list(self._rooms(visit))
        twin = self.problem.twin.get(visit)
        if twin is None:
            crews: Iterable[tuple[_Room, ...]] = ((one,) for one in first)
        else:
            second = list(self._rooms(twin))
            crews = ((a, b) for a in first for b in second if self._go_together(a, b))
        nodes = (visit,) if twin is None else (visit, twin)
        for crew in crews:
            earliest = max(room.earliest for room in crew)
            latest = min(room.latest for room in crew)
            for interpreter, (start, end) in interpreted:
                span = max(start, earliest), min(end, latest)
                for moment in self._moments(visit, *span):
                    fix = Fix(moment, interpreter)
                    cost = sum(room.cost for room in crew) + self._late(visit, fix)
                    steps = (
                        Step(room.table, node, room.position, fix)
                        for node, room in zip(nodes, crew, strict=True)
                    )
                    yield cost, tuple(steps)

    def _rooms(self, node: int) -> Iterator[_Room]:
        for entry in self.problem.choices[node]:
            if self._meets(node, entry.shift):
                continue
            for table in self.variants(entry.shift):
                for position, cost, earliest, latest in table.openings(entry):
                    cost_here = cost + self._unfairness(entry, cost)
                    yield _Room(cost_here, table, position, earliest, latest)

    def _go_together(self, one: _Room, other: _Room) -> bool:
        shifts = self.problem.shifts
        by_one = (
            shifts[one.table.number].counsellor == shifts[other.table.number].counsellor
        )
        a, b = one.table.ride, other.table.ride
        in_one = a is not None and b is not None and a.vehicle == b.vehicle
        return not by_one and not in_one

    def _moments(self, visit: int, earliest: int, latest: int) -> Sequence[int]:
        """Return the starts worth trying: what is published, if it can be."""
        if latest < earliest:
            return ()
        published = self.problem.week.visits[visit].published
        if published is None:
            return sorted({earliest, latest})
        return (max(earliest, min(latest, published.start)),)

    def _late(self, visit: int, fix: Fix) -> int:
        published = self.problem.week.visits[visit].published
        promise = published.start if published else None
        return self.problem.another_hour(promise, fix.start)

    def _meets(self, node: int, shift: int) -> bool:
        """Tell whether this counsellor goes already to whom it is kept apart from."""
        apart = self.problem.not_by_one.get(node, ())
        shifts, shift_of = self.problem.shifts, self.shift_of
        return any(
            shift_of[other] >= 0
            and shifts[shift_of[other]].counsellor == shifts[shift].counsellor
            for other in apart
        )

    def _with_partners(self, nodes: Iterable[int]) -> set[int]:
        base, twin = self.problem.base, self.problem.twin
        found = {base[node] for node in nodes}
        return found | {twin[node] for node in found if node in twin}

    def _by_shift(self, nodes: Iterable[int]) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for node in sorted(nodes):
            if self.shift_of[node] >= 0:
                found.setdefault(self.shift_of[node], set()).add(node)
        return found

    def _shorten(self, table: Timetable) -> None:
        """Replace a timetable by a shorter one, whose vehicle keeps its hours."""
        ride = table.ride
        if ride is not None:
            left, back = self.tables[table.number].span()
            table = table.by(
                next(
                    one
                    for one in self.pool.rides(table.number, self.tables)
                    if one.vehicle == ride.vehicle
                    and one.start <= left
                    and back <= one.end
                )
            )
        self.replace(table)

    def _work(self, table: Timetable) -> int:
        visits, base = self.problem.week.visits, self.problem.base
        return table.travel + sum(visits[base[node]].service for node in table.visits)

    def _unevenness(self) -> int:
        """Return the cost of how far each load is from its fair share of them all."""
        hours, load = sum(self.offered), sum(self.load)
        each = zip(self.load, self.offered, strict=True)
        away = sum(abs(mine * hours - load * offered) for mine, offered in each)
        return self.problem.week.costs.unfair * away // (PERCENT * max(1, hours))

    def _unfairness(self, entry: Entry, way: int) -> int:
        """Guess what this much more work for one counsellor makes of it."""
        unfair = self.problem.week.costs.unfair
        if not unfair:
            return 0
        counsellor = self.problem.shifts[entry.shift].counsellor
        more = entry.service + way
        hours, load = sum(self.offered), sum(self.load)
        share = self.offered[counsellor] / hours
        now = self.load[counsellor] - load * share
        then = now + more - more * share
        return round(unfair * (abs(then) - abs(now)) / PERCENT)


def draft_for(problem: Problem) -> Draft:
    """Begin a draft of the kind that the week needs."""
    return TiedDraft(problem) if problem.is_tied else Draft(problem)


def _start(steps: Sequence[Step]) -> int:
    return steps[0].fix.start if steps[0].fix else 0


def _one_of_two(tables: Iterable[Timetable]) -> Iterator[int]:
    """Yield of every pair that must not follow each other one that can move."""
    for table in tables:
        for one, other in beside(table):
            yield one if table.problem.pinned[other] else other
