"""Where does a first plan come from, and how are visits put back? Greedily.

Each visit goes where it is cheapest now; the best place of a visit in a shift is
remembered until that shift changes, so that after an insertion one shift is asked
again and not all of them. Skipping a place now and then (a blink) keeps the search
from building the same plan for ever (Christiaens and Vanden Berghe 2020, SISR).
"""

from collections.abc import Callable, Iterable
from random import Random

from booking.routing.schedule import NEVER, Insertion, Problem, Timetable

BLINK = 0.01

Order = Callable[[int], float]


class Draft:
    """A plan in the making: a timetable for each shift, and who is left over.

    A timetable is replaced, never changed: keeping an older draft is keeping a list.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.tables = [Timetable(problem, n) for n in range(len(problem.shifts))]
        self.shift_of: dict[int, int] = {}
        self.left_over = set(range(len(problem.service)))
        self.cost = sum(problem.leave_out)
        self._places: list[dict[int, tuple[Timetable, Insertion | None]]] = [
            {} for _ in problem.service
        ]

    def kept(self) -> tuple[list[Timetable], dict[int, int], set[int], int]:
        """Return what ``restore`` needs."""
        return self.tables[:], self.shift_of.copy(), self.left_over.copy(), self.cost

    def restore(
        self, before: tuple[list[Timetable], dict[int, int], set[int], int]
    ) -> None:
        """Go back to an older state."""
        tables, shift_of, left_over, self.cost = before
        self.tables = tables[:]
        self.shift_of, self.left_over = shift_of.copy(), left_over.copy()

    def take_out(self, visits: Iterable[int]) -> None:
        """Remove visits that are planned."""
        by_shift: dict[int, set[int]] = {}
        for visit in visits:
            by_shift.setdefault(self.shift_of.pop(visit), set()).add(visit)
            self.left_over.add(visit)
            self.cost += self.problem.leave_out[visit]
        for shift, gone in by_shift.items():
            self._replace(self.tables[shift].without(gone))

    def put(self, visit: int, shift: int, position: int) -> None:
        """Insert a visit that is left over."""
        self._replace(self.tables[shift].with_visit(visit, position))
        self.shift_of[visit] = shift
        self.left_over.discard(visit)
        self.cost -= self.problem.leave_out[visit]

    def place(self, visit: int, shift: int) -> Insertion | None:
        """Return the best place of a visit in a shift as it stands now."""
        table = self.tables[shift]
        known = self._places[visit].get(shift)
        if known is None or known[0] is not table:
            known = self._places[visit][shift] = (table, table.best_place(visit))
        return known[1]

    def _replace(self, table: Timetable) -> None:
        self.cost += table.cost - self.tables[table.number].cost
        self.tables[table.number] = table


def first_plan(problem: Problem) -> Draft:
    """Build a plan: what staff have pinned first, then whoever has the least choice."""
    draft = Draft(problem)
    fill(draft, lambda visit: (not problem.pinned[visit], _freedom(problem, visit)))
    return draft


def fill(
    draft: Draft, order: Callable[[int], object], chance: Random | None = None
) -> None:
    """Insert whoever is left over, in this order, each at its cheapest place."""
    possible = (visit for visit in draft.left_over if draft.problem.choices[visit])
    for visit in sorted(possible, key=order):  # type: ignore[arg-type]  # orders compare with themselves
        shift, place = _cheapest(draft, visit, chance)
        if place is not None:
            draft.put(visit, shift, place.position)


def _cheapest(
    draft: Draft, visit: int, chance: Random | None
) -> tuple[int, Insertion | None]:
    best, best_cost, best_shift = None, NEVER, -1
    for shift in draft.problem.choices[visit]:
        if chance and chance.random() < BLINK:
            continue
        place = draft.place(visit, shift)
        if place is not None and place.cost < best_cost:
            best, best_cost, best_shift = place, place.cost, shift
    return best_shift, best


def _freedom(problem: Problem, visit: int) -> int:
    """Return how many seconds of starts a visit has, over all shifts."""
    width = sum(late - early for early, late in problem.windows[visit])
    return len(problem.choices[visit]) * (width + 1)
