"""Where does a first plan come from, and how are visits put back? Greedily.

Each visit goes where it is cheapest now; the best place of a visit in a shift is
remembered until that shift changes, so that after an insertion one shift is asked
again and not all of them. Skipping a place now and then (a blink) keeps the search
from building the same plan for ever (Christiaens and Vanden Berghe 2020, SISR).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from random import Random
from typing import NamedTuple

from booking.routing.problem import NEVER, Problem
from booking.routing.schedule import Fix, Timetable, timetable

BLINK = 0.01

Order = Callable[[int], object]


class Step(NamedTuple):
    """One visit (or who comes along) into one timetable."""

    table: Timetable
    node: int
    position: int
    fix: Fix | None = None


class Draft:
    """A plan in the making: a timetable for each shift, and who is left over.

    ``mark`` begins a round and ``undo`` takes it back; a timetable is replaced, never
    changed, so that both only handle lists. ``shift_of`` is -1 for whoever is not
    planned.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.tables = [timetable(problem, n, ()) for n in range(len(problem.shifts))]
        self.shift_of = [-1] * len(problem.base)
        self.left_over = set(range(len(problem.week.visits)))
        self.cost = sum(problem.leave_out)
        self.unfair = 0  # how much of the cost is an uneven load
        self._before: dict[int, Timetable] = {}
        self._marked = (set(self.left_over), self.cost)

    def mark(self) -> None:
        """Remember this state."""
        self._before = {}
        self._marked = (set(self.left_over), self.cost)

    def undo(self) -> None:
        """Go back to the marked state."""
        shift_of, tables = self.shift_of, self.tables
        for shift in self._before:
            for node in tables[shift].visits:
                shift_of[node] = -1
        for shift, table in self._before.items():
            tables[shift] = table
            for node in table.visits:
                shift_of[node] = shift
        self.left_over, self.cost = self._marked

    def adopt(self, tables: Sequence[Timetable]) -> None:
        """Put timetables of another moment in place."""
        for table in tables:
            self.replace(timetable(self.problem, table.number, ()))
        for table in tables:
            self.replace(table)

    def take_out(self, visits: Iterable[int]) -> None:
        """Remove visits that are planned."""
        by_shift: dict[int, set[int]] = {}
        for visit in visits:
            by_shift.setdefault(self.shift_of[visit], set()).add(visit)
        for shift, gone in by_shift.items():
            shorter = self.tables[shift].without(gone)
            if shorter.is_possible:  # it may not be where a detour is quicker
                self.replace(shorter)

    def insert(self, visit: int, chance: Random | None = None) -> bool:
        """Put in a visit where it is cheapest; tell whether it found a place."""
        tables, best, best_shift, best_position = self.tables, NEVER, -1, -1
        for entry in self.problem.choices[visit]:
            table = tables[entry[1]]
            # Asked a million times: the memory is read here, without a call.
            found = table.places.get(visit) or table.best_place(visit)
            if found[0] < best and (chance is None or chance.random() >= BLINK):
                best, best_position = found
                best_shift = entry[1]
        if best_shift < 0:
            return False
        self.replace(tables[best_shift].with_visit(visit, best_position))
        return True

    def is_joint(self, _visit: int) -> bool:
        """Tell whether a visit needs more than one counsellor with time for it."""
        return False

    def is_bound(self, _visit: int) -> bool:
        """Tell whether other routes decide, too, if a visit fits on one."""
        return False

    def admits(self, visit: int, shift: int) -> bool:
        """Tell whether this shift's counsellor may come, as the plan stands."""
        return self.problem.may_take(shift, visit)

    def variants(self, shift: int) -> Sequence[Timetable]:
        """Return what this shift could be: itself, or with one vehicle or another."""
        return (self.tables[shift],)

    def would_take(self, visit: int, *, without: Iterable[int]) -> bool:
        """Tell whether a visit would fit if some others were not there."""
        gone = set(without)
        shorter = [
            self.tables[entry.shift].without(gone)
            for entry in self.problem.choices[visit]
        ]
        return any(
            table.is_possible and table.best_place(visit)[1] >= 0 for table in shorter
        )

    def offers(self, visit: int) -> Iterator[tuple[int, tuple[Step, ...]]]:
        """Yield every way to put in a visit, with what it costs."""
        for entry in self.problem.choices[visit]:
            table = self.tables[entry.shift]
            cost, position = table.best_place(visit)
            if position >= 0:
                yield cost, (Step(table, visit, position),)

    def replace(self, table: Timetable) -> None:
        """Put a timetable in the place of its shift's older one."""
        old = self.tables[table.number]
        self._before.setdefault(table.number, old)
        self.cost += table.cost - old.cost
        self._count(old, -1, 1)
        self._count(table, table.number, -1)
        self.tables[table.number] = table

    def _count(self, table: Timetable, shift: int, sign: int) -> None:
        base, leave_out, left_over = (
            self.problem.base,
            self.problem.leave_out,
            self.left_over,
        )
        for node in table.visits:
            self.shift_of[node] = shift
            if base[node] == node:
                self.cost += sign * leave_out[node]
                if shift < 0:
                    left_over.add(node)
                else:
                    left_over.discard(node)


def fill(
    draft: Draft,
    order: Order,
    chance: Random | None = None,
    among: AbstractSet[int] | None = None,
) -> None:
    """Insert whoever is left over, in this order, each at its cheapest place."""
    choices = draft.problem.choices
    left = draft.left_over if among is None else draft.left_over & among
    for visit in sorted(sorted(left), key=order):  # type: ignore[arg-type]  # orders compare with themselves
        if choices[visit]:
            draft.insert(visit, chance)


def first_order(problem: Problem) -> Order:
    """Say who comes first: what staff have pinned, then whoever has least choice."""
    return lambda visit: (not problem.pinned[visit], _freedom(problem, visit))


def _freedom(problem: Problem, visit: int) -> int:
    """Return how many seconds of starts a visit has, over all shifts."""
    width = sum(late - early for early, late in problem.windows[visit])
    return len(problem.choices[visit]) * (width + 1)
