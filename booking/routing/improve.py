"""How does a plan become a good one? Ruin a part of it, put it back better.

Each round takes out visits that have something to do with each other (strings of
neighbouring routes, one whole shift, one address, those that cost most, or what lies
around a visit that is left over) and puts them back greedily in some order. The new
plan is kept when it is not much worse than the one before; "much" shrinks as the
search goes on. Large neighbourhood search (Shaw 1998; Pisinger and Ropke 2007) with
the ruin, the blinks and the threshold of SISR (Christiaens and Vanden Berghe 2020).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log
from random import Random

from booking.routing.construct import Draft, fill
from booking.routing.schedule import Problem

# Seconds of cost; measured on weeks of 20 to 200 visits, better than 600 to 1.
HOT, COLD = 100.0, 3.0
REMOVED = 10  # visits a round, in the mean
LONGEST_STRING = 10
ASK_EVERY = 16  # rounds between two questions to the caller


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the search has come: rounds, and the best plan until now."""

    rounds: int
    cost: int
    unplanned: int


# Returns the share of the budget that is used up; from 1 on the search ends.
Watch = Callable[[Progress], float]


def improve(draft: Draft, chance: Random, watch: Watch) -> None:
    """Better the draft until the watch says that it is enough; it ends at its best."""
    search = _Search(draft, chance)
    while (used := watch(search.progress())) < 1:
        heat = HOT * (COLD / HOT) ** max(used, 0.0)
        for _ in range(ASK_EVERY):
            search.round(heat)
    draft.restore(search.best)


class _Search:
    def __init__(self, draft: Draft, chance: Random) -> None:
        self.draft, self.chance = draft, chance
        self.problem = draft.problem
        self.near = _neighbours(draft.problem)
        self.best, self.best_cost = draft.kept(), draft.cost
        self.rounds = 0
        self.movable = [v for v, pinned in enumerate(self.problem.pinned) if not pinned]

    def progress(self) -> Progress:
        return Progress(self.rounds, self.best_cost, len(self.best[2]))

    def round(self, heat: float) -> None:
        self.rounds += 1
        if not self.movable:
            return
        before, cost = self.draft.kept(), self.draft.cost
        self.draft.take_out(self._chosen())
        fill(self.draft, self._order(), self.chance)
        allowed = cost - heat * log(1 - self.chance.random())
        if self.draft.cost > allowed:
            self.draft.restore(before)
        elif self.draft.cost < self.best_cost:
            self.best, self.best_cost = self.draft.kept(), self.draft.cost

    def _chosen(self) -> set[int]:
        """Choose which visits to take out."""
        dice = self.chance.random()
        if dice < 0.1:  # noqa: PLR2004 - shares of the kinds of ruin, tried by hand
            chosen = set(self._one_shift())
        elif dice < 0.2:  # noqa: PLR2004 - the same
            chosen = set(self._dearest())
        else:
            chosen = set(self._strings(self._seed()))
        pinned = self.problem.pinned
        return {visit for visit in chosen if not pinned[visit]}

    def _seed(self) -> int:
        """Begin at a visit that is left over, if there is one; else anywhere."""
        waiting = sorted(v for v in self.draft.left_over if self.problem.choices[v])
        if waiting and self.chance.random() < 0.5:  # noqa: PLR2004 - half the time
            return self.chance.choice(waiting)
        return self.chance.choice(self.movable)

    def _strings(self, seed: int) -> Iterator[int]:
        """Yield strings of stops from the routes that pass near the seed."""
        wanted = self.chance.randint(1, 2 * REMOVED)
        touched: set[int] = set()
        for visit in self.near[seed]:
            if wanted <= 0:
                return
            shift = self.draft.shift_of.get(visit)
            if shift is None or shift in touched:
                continue
            touched.add(shift)
            for taken in self._string(shift, visit, wanted):
                wanted -= 1
                yield taken

    def _string(self, shift: int, visit: int, wanted: int) -> tuple[int, ...]:
        route = self.draft.tables[shift].visits
        longest = min(len(route), LONGEST_STRING, wanted)
        length = self.chance.randint(1, longest)
        here = route.index(visit)
        first = self.chance.randint(
            max(0, here - length + 1), min(here, len(route) - length)
        )
        return route[first : first + length]

    def _one_shift(self) -> tuple[int, ...]:
        busy = [table.visits for table in self.draft.tables if table.visits]
        return self.chance.choice(busy) if busy else ()

    def _dearest(self) -> list[int]:
        """Return visits that cost much where they are, with some luck in the draw."""
        cost = {
            visit: self._saving(visit, shift)
            for visit, shift in self.draft.shift_of.items()
        }
        ranked = sorted(cost, key=lambda visit: (-cost[visit], visit))
        number = self.chance.randint(1, REMOVED)
        chosen: list[int] = []
        while ranked and len(chosen) < number:
            chosen.append(ranked.pop(int(len(ranked) * self.chance.random() ** 3)))
        return chosen

    def _saving(self, visit: int, shift: int) -> int:
        table = self.draft.tables[shift]
        legs, place = self.problem.legs[shift], self.problem.place
        at = table.visits.index(visit)
        before = place[table.visits[at - 1]] if at else 0
        after = place[table.visits[at + 1]] if at + 1 < len(table.visits) else 0
        here = place[visit]
        detour = legs[before][here] + legs[here][after] - legs[before][after]
        return detour + self.problem.stranger(visit, shift)

    def _order(self) -> Callable[[int], object]:
        """Return one of several orders in which to put visits back."""
        problem, chance = self.problem, self.chance
        dice = chance.randrange(6)
        if dice == 0:
            return lambda visit: (-problem.leave_out[visit], chance.random())
        if dice == 1:
            return lambda visit: (len(problem.choices[visit]), chance.random())
        if dice == 2:  # noqa: PLR2004 - the third of six
            return lambda visit: -problem.service[visit]
        if dice == 3:  # noqa: PLR2004 - the fourth of six
            return lambda visit: problem.windows[visit][0][0]
        return lambda _visit: chance.random()


def _neighbours(problem: Problem) -> list[list[int]]:
    """List for each visit all visits, the nearest first (itself the very first)."""
    if not problem.legs:
        return [[visit] for visit in range(len(problem.service))]
    legs, place = problem.legs[0], problem.place
    everyone = range(len(place))
    return [
        sorted(
            everyone, key=lambda other: (legs[place[one]][place[other]], other != one)
        )
        for one in everyone
    ]
