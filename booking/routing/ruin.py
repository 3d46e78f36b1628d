"""Which visits are taken out together? Those that have something to do with each other.

Strings of stops from routes that pass near one another are the main ruin of SISR
(Christiaens and Vanden Berghe 2020); a whole shift, the dearest visits and everybody
at one address come from the family of Pisinger and Ropke (2007).
"""

from collections.abc import Iterator, Sequence
from heapq import nsmallest
from random import Random

from booking.routing.construct import Draft
from booking.routing.problem import Problem

REMOVED = 10  # visits a round, in the mean
LONGEST_STRING = 10
NEAR = 150  # visits; beyond, nobody is a neighbour


class Ruin:
    """Chooses what to take out of one part of a draft."""

    def __init__(self, draft: Draft, visits: Sequence[int], chance: Random) -> None:
        self.draft, self.chance = draft, chance
        self.problem = problem = draft.problem
        self.near = neighbours(problem, visits)
        self.movable = [one for one in visits if not problem.pinned[one]]
        nodes = (node for one in visits for node in problem.nodes(one))
        self.shifts = sorted({e.shift for one in nodes for e in problem.choices[one]})

    def chosen(self) -> list[int]:
        """Return planned visits to take out, none of them pinned."""
        dice = self.chance.random()
        if dice < 0.1:  # noqa: PLR2004 - shares of the kinds of ruin, tried by hand
            found: Iterator[int] = iter(self._one_shift())
        elif dice < 0.2:  # noqa: PLR2004 - the same
            found = iter(self._dearest())
        else:
            found = self._strings(self._seed())
        pinned = self.problem.pinned
        return [visit for visit in found if not pinned[visit]]

    def _seed(self) -> int:
        """Begin at a visit that is left over, if there is one; else anywhere."""
        choices, left_over = self.problem.choices, self.draft.left_over
        if left_over and self.chance.random() < 0.5:  # noqa: PLR2004 - half the time
            waiting = [v for v in self.movable if v in left_over and choices[v]]
            if waiting:
                return self.chance.choice(waiting)
        return self.chance.choice(self.movable)

    def _strings(self, seed: int) -> Iterator[int]:
        """Yield strings of stops from the routes that pass near the seed."""
        wanted = 1 + int(self.chance.random() * 2 * REMOVED)
        touched: set[int] = set()
        shift_of = self.draft.shift_of
        for visit in self.near[seed]:
            if wanted <= 0:
                return
            shift = shift_of[visit]
            if shift < 0 or shift in touched:
                continue
            touched.add(shift)
            for taken in self._string(shift, visit, wanted):
                wanted -= 1
                yield taken

    def _string(self, shift: int, visit: int, wanted: int) -> tuple[int, ...]:
        route, dice = self.draft.tables[shift].visits, self.chance.random
        longest = min(len(route), LONGEST_STRING, wanted)
        length = 1 + int(dice() * longest)
        here = route.index(visit)
        lowest, highest = max(0, here - length + 1), min(here, len(route) - length)
        first = lowest + int(dice() * (highest - lowest + 1))
        return route[first : first + length]

    def _one_shift(self) -> tuple[int, ...]:
        tables = self.draft.tables
        busy = [shift for shift in self.shifts if tables[shift].visits]
        return tables[self.chance.choice(busy)].visits if busy else ()

    def _dearest(self) -> list[int]:
        """Return visits that cost much where they are, with some luck in the draw."""
        savings = [saving for shift in self.shifts for saving in self._savings(shift)]
        savings.sort(reverse=True)
        chosen: list[int] = []
        for _ in range(1 + int(self.chance.random() * REMOVED)):
            if savings:
                drawn = int(len(savings) * self.chance.random() ** 3)
                chosen.append(savings.pop(drawn)[1])
        return chosen

    def _savings(self, shift: int) -> list[tuple[int, int]]:
        """Return what each visit of a shift costs where it is."""
        table, entries = self.draft.tables[shift], self.problem.entries[shift]
        found = []
        for visit, before, after in zip(
            table.visits, table.rows, table.rows[1:], strict=False
        ):
            entry = entries[visit]
            straight = entries[visit].into[before[0]] + after[2] + entry.extra
            found.append((straight, visit))
        return found


def neighbours(problem: Problem, visits: Sequence[int]) -> dict[int, list[int]]:
    """List for each visit those around it, the nearest first (itself the very first).

    Distances are those of the first mode there is; all modes agree on what is near.
    """
    ways = next(iter(problem.places.onward.values()), None)
    if ways is None:
        return {visit: [visit] for visit in visits}
    at: dict[int, list[int]] = {}
    for visit in visits:
        at.setdefault(problem.places.of_visit[visit], []).append(visit)
    around = {
        place: [
            visit
            for there in nsmallest(NEAR, at, key=ways[place].__getitem__)
            for visit in at[there]
        ][:NEAR]
        for place in at
    }
    return {
        visit: [
            visit,
            *(o for o in around[problem.places.of_visit[visit]] if o != visit),
        ]
        for visit in visits
    }
