"""Could somebody be visited if nobody else were? With all that the visit needs.

Asked step by step, so that the first step that fails is what is missing: an
interpreter, a second counsellor, a vehicle of the pool.
"""

from collections.abc import Iterator
from typing import NamedTuple

from booking.routing.construct import Draft
from booking.routing.grouping import OFFICE
from booking.routing.outcome import ReasonCode
from booking.routing.pool import Pool, Span
from booking.routing.problem import Entry, Problem

ALWAYS = (-1, (-(1 << 60), 1 << 60))  # nobody is called, so everybody has time


class _Chance(NamedTuple):
    counsellor: int
    vehicle: int  # -1: none of the pool is needed
    starts: Span


def what_is_missing(problem: Problem, visit: int) -> ReasonCode | None:
    """Return what keeps a visit out of an empty calendar that has room for it."""
    if not problem.is_tied:
        return None
    pool, empty = Pool(problem), Draft(problem).tables
    called = visit in pool.called
    interpreted = pool.starts(visit, empty) if called else [ALWAYS]
    on_foot = [list(_chances(problem, node)) for node in _nodes(problem, visit)]
    if not _is_possible(on_foot[:1], interpreted):
        return ReasonCode.NO_INTERPRETER
    if not _is_possible(on_foot, interpreted):
        return ReasonCode.NO_CREW
    driven = [list(_driven(problem, pool, node)) for node in _nodes(problem, visit)]
    return None if _is_possible(driven, interpreted) else ReasonCode.NO_VEHICLE


def _nodes(problem: Problem, visit: int) -> list[int]:
    return [visit, problem.twin[visit]] if visit in problem.twin else [visit]


def _is_possible(
    chances: list[list[_Chance]], interpreted: list[tuple[int, Span]]
) -> bool:
    """Tell whether one chance of each kind and an interpreter share a moment."""
    found = [
        (one, _both(one.starts, span)) for one in chances[0] for _, span in interpreted
    ]
    if len(chances) == 1:
        return any(_is_some(span) for _, span in found)
    return any(
        _is_some(_both(span, other.starts))
        for one, span in found
        for other in chances[1]
        if one.counsellor != other.counsellor
        and (one.vehicle != other.vehicle or one.vehicle < 0)
    )


def _chances(problem: Problem, node: int) -> Iterator[_Chance]:
    for entry in problem.choices[node]:
        shift = problem.shifts[entry.shift]
        for span in _starts(entry, (shift.start, shift.end)):
            yield _Chance(shift.counsellor, -1, span)


def _driven(problem: Problem, pool: Pool, node: int) -> Iterator[_Chance]:
    empty = Draft(problem).tables
    for entry in problem.choices[node]:
        shift = problem.shifts[entry.shift]
        if entry.shift not in pool.mode_of:
            for span in _starts(entry, (shift.start, shift.end)):
                yield _Chance(shift.counsellor, -1, span)
            continue
        for vehicle, *hours in pool.rides(entry.shift, empty):
            for span in _starts(entry, (hours[0], hours[1])):
                yield _Chance(shift.counsellor, vehicle, span)


def _starts(entry: Entry, hours: Span) -> Iterator[Span]:
    first = hours[0] + entry.into[OFFICE]
    last = hours[1] - entry.service - entry.onward[OFFICE]
    for window in entry.windows:
        if _is_some(span := _both(window, (first, last))):
            yield span


def _both(one: Span, other: Span) -> Span:
    return max(one[0], other[0]), min(one[1], other[1])


def _is_some(span: Span) -> bool:
    return span[0] <= span[1]
