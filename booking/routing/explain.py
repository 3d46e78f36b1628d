"""Why is a visit left out? Decided exactly, in the order in which one would ask.

All answers but the last do not depend on any other visit; the last names who takes
the place. A wrong reason is worse than none.
"""

from collections.abc import Iterator
from itertools import chain
from math import ceil

from booking.routing.alone import what_is_missing
from booking.routing.construct import Draft
from booking.routing.grouping import OFFICE
from booking.routing.outcome import Change, ReasonCode, Unplanned
from booking.routing.problem import Problem
from booking.routing.schedule import Timetable
from booking.routing.week import Visit, Week

A_MINUTE = 60  # seconds


def reason_for(draft: Draft, number: int) -> Unplanned:
    """Say why this visit (by its number) stands on no route of the draft."""
    problem = draft.problem
    visit = problem.week.visits[number]
    if not _is_spoken(problem.week, visit):
        return Unplanned(visit.id, ReasonCode.NO_LANGUAGE)
    if not _has_somebody(problem.week, visit):
        return Unplanned(visit.id, ReasonCode.NOBODY_ALLOWED)
    shifts = list(_meeting(problem, number))
    change = least_change(draft, number)
    if not shifts:
        return Unplanned(visit.id, ReasonCode.NO_INTERVAL, change=change)
    if not problem.choices[number]:
        missing = min(_missing(problem, shift, number) for shift in shifts)
        return Unplanned(
            visit.id, ReasonCode.TOO_SHORT, ceil(missing / A_MINUTE), change=change
        )
    if missing_one := what_is_missing(problem, number):
        return Unplanned(visit.id, missing_one)
    return Unplanned(
        visit.id, ReasonCode.NO_ROOM, others=in_the_way(draft, number), change=change
    )


def sentence(reason: Unplanned, visit: Visit) -> str:
    """Say a reason in plain English, for the command line."""
    sentences = {
        ReasonCode.NO_LANGUAGE: f"Nobody speaks the language {visit.language}.",
        ReasonCode.NOBODY_ALLOWED: "All who could come are absent or excluded.",
        ReasonCode.NO_INTERVAL: "No free interval meets one of its windows.",
        ReasonCode.TOO_SHORT: (
            f"The best free interval is {reason.minutes} minutes too short."
        ),
        ReasonCode.NO_INTERPRETER: "No interpreter has time when she could be visited.",
        ReasonCode.NO_VEHICLE: "No vehicle of the pool is free when it is needed.",
        ReasonCode.NO_CREW: "No two counsellors could be there at the same time.",
        ReasonCode.NO_ROOM: f"Others take the place: {', '.join(reason.others)}.",
    }
    return sentences[reason.reason]


def least_change(draft: Draft, number: int) -> Change | None:
    """Return the least by which a window would have to grow, as the plan stands.

    Nobody else moves. Only for visits that tie no routes together: for the others
    there is more than a window to change.
    """
    problem = draft.problem
    if draft.is_joint(number):
        return None
    found = min(_changes(draft, number), default=None)
    if found is None:
        return None
    _, start, shift, earlier, later = found
    return Change(problem.counsellor(shift), start, earlier, later)


def _changes(draft: Draft, number: int) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield by how much, to what start, on which shift: window after window."""
    problem = draft.problem
    for shift in range(len(problem.shifts)):
        if not draft.admits(number, shift):
            continue
        entry = problem.entry(shift, number)
        for opening in chain.from_iterable(
            table.slack(entry) for table in draft.variants(shift)
        ):
            if opening.latest < opening.earliest:
                continue
            for early, late in problem.windows[number]:
                if opening.latest < early:
                    by = early - opening.latest
                    yield by, opening.latest, shift, by, 0
                elif late < opening.earliest:
                    by = opening.earliest - late
                    yield by, opening.earliest, shift, 0, by


def in_the_way(draft: Draft, number: int) -> tuple[str, ...]:
    """Name the visits that take the place: the fewest in a row where that is enough."""
    problem = draft.problem
    fewest: tuple[int, ...] = ()
    for entry in [] if draft.is_bound(number) else problem.choices[number]:
        blockers = _blockers(draft.tables[entry.shift], number)
        if blockers and (not fewest or len(blockers) < len(fewest)):
            fewest = blockers
    fewest = fewest or tuple(_needed_to_go(draft, number))
    return tuple(problem.week.visits[problem.base[one]].id for one in fewest)


def _is_spoken(week: Week, visit: Visit) -> bool:
    if visit.interpreters is not None:
        return any(one.id in visit.interpreters for one in week.interpreters)
    return any(visit.language in one.languages for one in week.counsellors)


def _has_somebody(week: Week, visit: Visit) -> bool:
    there = [one for one in week.counsellors if visit.admits(one.id) and one.duties]
    speakers = [
        one
        for one in there
        if visit.interpreters is not None or visit.language in one.languages
    ]
    return bool(speakers) and len(there) >= visit.crew


def _meeting(problem: Problem, visit: int) -> Iterator[int]:
    """Yield the shifts of possible counsellors that share a moment with a window."""
    for number, shift in enumerate(problem.shifts):
        if problem.may_take(number, visit) and any(
            early <= shift.end and shift.start <= late
            for early, late in problem.windows[visit]
        ):
            yield number


def _missing(problem: Problem, number: int, visit: int) -> int:
    """Return by how many seconds the shift is too short for this visit alone.

    She can begin no earlier than ``first`` and no later than ``last``; if these are
    the wrong way round, that alone is missing, and then the way to the window.
    """
    shift, entry = problem.shifts[number], problem.entry(number, visit)
    first = shift.start + entry.into[OFFICE]
    last = shift.end - entry.service - entry.onward[OFFICE]
    too_long, between = max(0, first - last), sorted((first, last))
    return too_long + min(
        max(0, between[0] - late, early - between[1])
        for early, late in problem.windows[visit]
    )


def _blockers(table: Timetable, visit: int) -> tuple[int, ...]:
    """Return the shortest run of stops without which the visit would fit."""
    stops = table.visits
    for length in range(1, len(stops) + 1):
        for first in range(len(stops) - length + 1):
            run = stops[first : first + length]
            shorter = table.without(set(run))
            if shorter.is_possible and shorter.best_place(visit)[1] >= 0:
                return run
    return ()


def _needed_to_go(draft: Draft, number: int) -> list[int]:
    """Return visits that would all have to go, found by putting them back one by one.

    None of them alone can stay; where routes are tied there may be other such sets.
    """
    problem = draft.problem
    planned = [v for v in range(len(problem.week.visits)) if draft.shift_of[v] >= 0]
    blockers: list[int] = []
    for kept in range(len(planned)):
        gone = [*blockers, *planned[kept + 1 :]]
        if not draft.would_take(number, without=gone):
            blockers.append(planned[kept])
    return blockers
