"""In which order are the homes visited? The one door of this package.

A first plan is built greedily (``construct``), made the best there is where that can
be proven (``packing``) and else bettered by ruin and recreate (``improve``); whoever is
left out learns why (``explain``). The same week, seed and number of rounds give the
same plan, on any machine.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from booking.routing.construct import Draft, fill, first_order
from booking.routing.improve import Progress, Watch, improve
from booking.routing.outcome import Plan
from booking.routing.problem import Problem
from booking.routing.schedule import Timetable
from booking.routing.standing import tables_of
from booking.routing.telling import as_plan
from booking.routing.ties import draft_for
from booking.routing.week import Week

# Makes timetables to begin with: those of an older plan, or of another engine.
Start = Callable[[Draft], Sequence[Timetable]]


@dataclass(frozen=True, slots=True)
class Rounds:
    """A budget counted in rounds: the same plan on every machine."""

    number: int

    def __call__(self, progress: Progress) -> float:
        """Return the share that is used up."""
        return progress.rounds / self.number if self.number else 1


@dataclass(frozen=True, slots=True)
class Earlier:
    """Begin with an earlier plan, as far as the week still allows it."""

    plan: Plan

    def __call__(self, draft: Draft) -> Sequence[Timetable]:
        """Return its timetables."""
        return tables_of(draft, self.plan)


def plan(week: Week, *, seed: int, watch: Watch, starts: Sequence[Start] = ()) -> Plan:
    """Plan a week; ``watch`` is told the progress and says when it is enough.

    The search begins with the cheapest of its own first plan and the ``starts``, and
    never ends dearer.
    """
    problem = Problem(week)
    begun = [_begun(problem, start) for start in (_with_nothing, *starts)]
    draft = min(begun, key=lambda one: one.cost)
    improve(draft, Random(seed), watch)  # noqa: S311 - a search, not a secret
    # A blink may have skipped the one place that was left.
    fill(draft, lambda visit: -problem.leave_out[visit])
    return as_plan(draft)


def _begun(problem: Problem, start: Start) -> Draft:
    draft = draft_for(problem)
    draft.adopt(start(draft))
    fill(draft, first_order(problem))
    return draft


def _with_nothing(_draft: Draft) -> Sequence[Timetable]:
    return ()
