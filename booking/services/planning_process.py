"""How is a plan searched for without holding up anybody? In a process of its own.

The child gets values and gives values back through a pipe; it opens no database. The
parent shows its progress, and can end it at any moment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Protocol

from booking import clock
from booking.routing import Plan, Progress, Watch, Week, plan, sick, vroom

LOOK_EVERY = 1.0  # seconds; an answer is read at once
GRACE = 60  # seconds beyond its time, after which the child is taken for lost
PERCENT = 100

# Is told the percentage now and then; says whether somebody still waits for the plan.
GoesOn = Callable[[int], bool]


class SearchFailed(Exception):
    """The child ended without an answer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The plan, or None when it was called off."""

    plan: Plan | None


@dataclass(frozen=True, slots=True)
class Illness:
    """Who is away on a day (any second of it), and which plan stood until then."""

    stood: Plan
    counsellor: str
    day: int


class Search(Protocol):
    """How a plan is searched for."""

    def __call__(
        self,
        week: Week,
        seconds: int,
        seed: int,
        goes_on: GoesOn,
        illness: Illness | None = None,
        /,
    ) -> Outcome:
        """Search for so many seconds; ``goes_on`` is asked whether to go on."""


def searched(
    week: Week,
    seconds: int,
    seed: int,
    goes_on: GoesOn,
    illness: Illness | None = None,
) -> Outcome:
    """Search for so many seconds; raises ``SearchFailed`` should the child die."""
    # A fork would inherit locks that other threads hold just now.
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(
        target=_search, args=(week, seconds, seed, illness, there), daemon=True
    )
    child.start()
    there.close()
    try:
        return _awaited(here, seconds, goes_on)
    finally:
        here.close()
        child.terminate()
        child.join()


def _awaited(pipe: Connection, seconds: int, goes_on: GoesOn) -> Outcome:
    gone = clock.stopwatch()
    while gone() < seconds + GRACE:
        if pipe.poll(LOOK_EVERY):
            try:
                found = pipe.recv()
            except EOFError as end:
                raise SearchFailed from end
            return Outcome(found)
        if not goes_on(min(PERCENT - 1, int(PERCENT * gone() / seconds))):
            return Outcome(None)
    raise SearchFailed


def _search(
    week: Week, seconds: int, seed: int, illness: Illness | None, pipe: Connection
) -> None:
    """Do the work of the child."""
    watch = _for(seconds)
    if illness is None:
        found = plan(week, seed=seed, watch=watch, starts=vroom.starts(seconds))
    else:
        found = sick(
            week,
            illness.stood,
            counsellor=illness.counsellor,
            day=illness.day,
            seed=seed,
            watch=watch,
        )
    pipe.send(found)


def _for(seconds: int) -> Watch:
    gone = clock.stopwatch()

    def watch(_progress: Progress) -> float:
        return gone() / seconds

    return watch
