"""How does a plan become a good one? Ruin a part of it, put it back better.

Each round takes out visits that have something to do with each other (``ruin``) and
puts them back greedily in some order (``construct``). The new plan is kept when it is
not much worse than the one before; "much" shrinks as the search goes on. Large
neighbourhood search (Shaw 1998; Pisinger and Ropke 2007) with the blinks and the
threshold of SISR (Christiaens and Vanden Berghe 2020).

Parts of a week that share no shift (towns, languages, days) cannot help each other:
each is searched for itself and keeps its own best, with rounds by its size. What is
small enough is not searched but solved, and proven to be best (``packing``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from random import Random

from booking.routing.columns import Spend, TooMuch
from booking.routing.construct import Draft, Order, fill
from booking.routing.packing import best_of_all, is_separable
from booking.routing.problem import Problem
from booking.routing.ruin import Ruin
from booking.routing.schedule import Timetable

# Seconds of cost; measured on weeks of 60 visits, better than 100, 300 or 2000.
HOT, COLD = 1000.0, 3.0
ASK_EVERY = 16  # rounds between two questions to the caller
PROVING = 0.5  # of the budget, at most, goes into proofs
LOOKS = 250  # at columns; they take as long as a round


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the search has come: rounds, and the best plan until now."""

    rounds: int
    cost: int
    unplanned: int


# Returns the share of the budget that is used up; from 1 on the search ends.
Watch = Callable[[Progress], float]


def improve(draft: Draft, chance: Random, watch: Watch) -> None:
    """Better the draft until the watch says that it is enough; it ends at its best.

    It ends before that, where nothing can be better.
    """
    parts = [_Part(draft, visits, chance) for visits in parts_of(draft.problem)]
    told = _Told(draft, parts, watch)
    unproven = [part for part in parts if not part.is_proven(told.spend)]
    while unproven and told.used < 1:
        heat = HOT * (COLD / HOT) ** max(told.used, 0.0)
        for part in _turns(unproven, chance):
            part.round(heat)
        told.after(ASK_EVERY)
    for part in parts:
        draft.adopt(part.best)


def parts_of(problem: Problem) -> list[list[int]]:
    """Sort the visits that can move into parts that share no shift with each other."""
    visits = [one for one, choices in enumerate(problem.choices) if choices]
    visits = [one for one in visits if problem.base[one] == one]
    parts = [visits] if problem.is_tied else _joined(problem, visits)
    return [part for part in parts if any(not problem.pinned[one] for one in part)]


class _Told:
    """What the watch has been told, and the share of the budget that it answered."""

    def __init__(self, draft: Draft, parts: Sequence["_Part"], watch: Watch) -> None:
        self.parts, self.watch, self.begun = parts, watch, draft.cost
        self.nobody = len(draft.left_over) - sum(part.left for part in parts)
        self.rounds = self.looks = 0
        self.after(0)

    def after(self, rounds: int) -> None:
        """Tell how far the search has come, and ask how much is used up."""
        self.rounds += rounds
        cost = self.begun - sum(part.saved for part in self.parts)
        left = self.nobody + sum(part.left for part in self.parts)
        self.used = self.watch(Progress(self.rounds, cost, left))

    def spend(self, looks: int) -> None:
        """Count what a proof takes as rounds; raises ``TooMuch`` once it is enough."""
        self.looks += looks
        rounds, self.looks = divmod(self.looks, LOOKS)
        if rounds:
            self.after(rounds)
        if self.used >= PROVING:
            raise TooMuch


class _Part:
    """Visits and shifts that are searched for themselves."""

    def __init__(self, draft: Draft, visits: Sequence[int], chance: Random) -> None:
        self.draft, self.chance, self.visits = draft, chance, frozenset(visits)
        self.ruin = Ruin(draft, visits, chance)
        self.left = self._left()
        self.saved = self._gained = 0  # at the best, and now
        self.best = self._tables()

    def is_proven(self, spend: Spend) -> bool:
        """Find the best plan there is, if that can be proven; tell whether it was."""
        draft, shifts = self.draft, self.ruin.shifts
        if not is_separable(draft.problem):
            return False
        try:
            best = best_of_all(draft, shifts, spend)
        except TooMuch:
            return False
        before = draft.cost
        draft.adopt(best)
        self._gained += before - draft.cost
        self._note()
        return True

    def round(self, heat: float) -> None:
        """Take out, put back, and keep what is not much worse."""
        draft, chance = self.draft, self.chance
        draft.mark()
        before = draft.cost
        draft.take_out(self.ruin.chosen())
        fill(draft, _order(draft.problem, chance), chance, self.visits)
        dearer = draft.cost - before
        if dearer > -heat * log(1 - chance.random()):
            draft.undo()
            return
        self._gained -= dearer
        if self._gained > self.saved:
            self._note()

    def _note(self) -> None:
        self.saved, self.left = self._gained, self._left()
        self.best = self._tables()

    def _tables(self) -> list[Timetable]:
        return [self.draft.tables[shift] for shift in self.ruin.shifts]

    def _left(self) -> int:
        return len(self.draft.left_over & self.visits)


def _turns(parts: Sequence[_Part], chance: Random) -> Sequence[_Part]:
    """Say whose turns the next rounds are: the larger a part, the more often."""
    if len(parts) < 2:  # noqa: PLR2004 - nothing to choose
        return [*parts] * ASK_EVERY
    sizes = [len(part.visits) for part in parts]
    return chance.choices(parts, sizes, k=ASK_EVERY)


def _joined(problem: Problem, visits: Sequence[int]) -> list[list[int]]:
    """Join visits that share a shift, by way of a forest of shifts."""
    root = list(range(len(problem.shifts)))
    for visit in visits:
        first, *others = (_root(root, e.shift) for e in problem.choices[visit])
        for other in others:
            root[_root(root, other)] = _root(root, first)
    parts: dict[int, list[int]] = {}
    for visit in visits:
        parts.setdefault(_root(root, problem.choices[visit][0].shift), []).append(visit)
    return list(parts.values())


def _root(root: list[int], shift: int) -> int:
    while root[shift] != shift:
        root[shift] = shift = root[root[shift]]
    return shift


def _order(problem: Problem, chance: Random) -> Order:
    """Return one of several orders in which to put visits back."""
    dice, random = chance.randrange(6), chance.random
    if dice == 0:
        leave_out = problem.leave_out
        return lambda visit: (-leave_out[visit], random())
    if dice == 1:
        choices = problem.choices
        return lambda visit: (len(choices[visit]), random())
    if dice == 2:  # noqa: PLR2004 - the third of six
        return lambda visit: -problem.week.visits[visit].service
    if dice == 3:  # noqa: PLR2004 - the fourth of six
        windows = problem.windows
        return lambda visit: windows[visit][0][0]
    return lambda _visit: random()
