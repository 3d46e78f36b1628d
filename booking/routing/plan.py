"""In which order are the homes visited? The one door of this package.

A first plan is built greedily (``construct``), bettered by ruin and recreate
(``improve``), and whoever is left out learns why (``explain``). The same week, seed
and number of rounds give the same plan, on any machine.
"""

from dataclasses import dataclass
from random import Random

from booking.routing.construct import fill, first_order
from booking.routing.improve import Progress, Watch, improve
from booking.routing.outcome import Plan
from booking.routing.problem import Problem
from booking.routing.telling import as_plan
from booking.routing.ties import draft_for
from booking.routing.week import Week


@dataclass(frozen=True, slots=True)
class Rounds:
    """A budget counted in rounds: the same plan on every machine."""

    number: int

    def __call__(self, progress: Progress) -> float:
        """Return the share that is used up."""
        return progress.rounds / self.number if self.number else 1


def plan(week: Week, *, seed: int, watch: Watch) -> Plan:
    """Plan a week; ``watch`` is told the progress and says when it is enough."""
    problem = Problem(week)
    draft = draft_for(problem)
    fill(draft, first_order(problem))
    improve(draft, Random(seed), watch)  # noqa: S311 - a search, not a secret
    # A blink may have skipped the one place that was left.
    fill(draft, lambda visit: -problem.leave_out[visit])
    return as_plan(draft)
