"""Why is a visit left out? Decided exactly, in the order in which one would ask.

The first four answers do not depend on any other visit; the last names who takes the
place. A wrong reason is worse than none.
"""

from collections.abc import Iterator
from math import ceil

from booking.routing.construct import Draft
from booking.routing.grouping import OFFICE
from booking.routing.schedule import Problem, Timetable
from booking.routing.week import ReasonCode, Unplanned, Visit

A_MINUTE = 60  # seconds


def reason_for(draft: Draft, number: int) -> Unplanned:
    """Say why this visit (by its number) stands on no route of the draft."""
    problem = draft.problem
    visit = problem.week.visits[number]
    speakers = [
        one for one in problem.week.counsellors if visit.language in one.languages
    ]
    if not speakers:
        return Unplanned(visit.id, ReasonCode.NO_LANGUAGE)
    if not any(visit.admits(one.id) and one.duties for one in speakers):
        return Unplanned(visit.id, ReasonCode.NOBODY_ALLOWED)
    shifts = list(_meeting(problem, number))
    if not shifts:
        return Unplanned(visit.id, ReasonCode.NO_INTERVAL)
    if not problem.choices[number]:
        missing = min(_missing(problem, shift, number) for shift in shifts)
        return Unplanned(visit.id, ReasonCode.TOO_SHORT, ceil(missing / A_MINUTE))
    return Unplanned(visit.id, ReasonCode.NO_ROOM, others=_in_the_way(draft, number))


def sentence(reason: Unplanned, visit: Visit) -> str:
    """Say a reason in plain English, for the command line."""
    sentences = {
        ReasonCode.NO_LANGUAGE: f"Nobody speaks the language {visit.language}.",
        ReasonCode.NOBODY_ALLOWED: "All who could come are absent or excluded.",
        ReasonCode.NO_INTERVAL: "No free interval meets one of its windows.",
        ReasonCode.TOO_SHORT: (
            f"The best free interval is {reason.minutes} minutes too short."
        ),
        ReasonCode.NO_ROOM: f"Others take the place: {', '.join(reason.others)}.",
    }
    return sentences[reason.reason]


def _meeting(problem: Problem, visit: int) -> Iterator[int]:
    """Yield the shifts of possible counsellors that share a moment with a window."""
    for number, shift in enumerate(problem.shifts):
        if problem.may_take(shift, visit) and any(
            early <= shift.end and shift.start <= late
            for early, late in problem.windows[visit]
        ):
            yield number


def _missing(problem: Problem, number: int, visit: int) -> int:
    """Return by how many seconds the shift is too short for this visit alone.

    She can begin no earlier than ``first`` and no later than ``last``; if these are
    the wrong way round, that alone is missing, and then the way to the window.
    """
    shift, legs = problem.shifts[number], problem.legs[number]
    there = problem.place[visit]
    first = shift.start + legs[OFFICE][there]
    last = shift.end - problem.service[visit] - legs[there][OFFICE]
    too_long, between = max(0, first - last), sorted((first, last))
    return too_long + min(
        max(0, between[0] - late, early - between[1])
        for early, late in problem.windows[visit]
    )


def _in_the_way(draft: Draft, visit: int) -> tuple[str, ...]:
    """Name the visits that take the place: one alone where that is enough."""
    problem = draft.problem
    fewest: tuple[int, ...] = ()
    for shift in problem.choices[visit]:
        table = draft.tables[shift]
        blockers = _blockers(table, visit)
        if not fewest or len(blockers) < len(fewest):
            fewest = blockers
    return tuple(problem.week.visits[one].id for one in fewest)


def _blockers(table: Timetable, visit: int) -> tuple[int, ...]:
    """Return the shortest run of stops without which the visit would fit."""
    stops = table.visits
    for length in range(1, len(stops) + 1):
        for first in range(len(stops) - length + 1):
            run = stops[first : first + length]
            if table.without(set(run)).best_place(visit) is not None:
                return run
    return stops
