"""Which routes could there be at all? Every one, where they are few enough.

Home visits are long and free intervals short, so that a shift has room for a few
visits only and can be driven in some hundred ways. Routes grow visit by visit; of
those that have been to the same doors and stand at the same one, only such are kept
as are cheaper or ready earlier. Route enumeration as in Baldacci, Christofides and
Mingozzi (2008), the labels of Desrochers and Soumis (1988).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from booking.routing.grouping import OFFICE, Shift
from booking.routing.problem import NEVER, Entry, Problem
from booking.routing.windows import first_within

MOST = 30_000  # labels of a part of a week; a second to make, and 20 MB
LABEL = 5  # times as long as a look at a finished column

# Told how much has been done, in columns looked at; raises ``TooMuch`` to end it.
Spend = Callable[[int], None]
State = tuple[int, int]  # a bit for each visit that has been made, and the last place
Label = tuple[int, int, tuple[int, ...]]  # cost, ready for the way on, visits in order


class TooMuch(Exception):
    """It would take longer to prove what is best than it may."""


class Column(NamedTuple):
    """What a shift could drive: its visits in order.

    ``gain`` is what leaving them out would cost, less what the route costs.
    """

    gain: int
    visits: tuple[int, ...]


def columns_of(
    problem: Problem, shifts: Sequence[int], leave_out: Mapping[int, int], spend: Spend
) -> list[list[Column]]:
    """List for each shift all that it could drive; raises ``TooMuch``.

    Only those visits count of which is said what it costs to leave them out.
    """
    found: dict[int, list[Column]] = {}
    left = MOST
    # The fullest first: if it is too much, that is known soon.
    for shift in sorted(shifts, key=lambda one: -len(problem.entries[one])):
        hours, entries = problem.shifts[shift], problem.entries[shift]
        asked = [one for visit, one in entries.items() if visit in leave_out]
        labels = _labels(hours, asked, left)
        left -= len(labels)
        routes = _cheapest(hours.end, entries, labels)
        gains = ((sum(map(leave_out.__getitem__, v)) - cost, v) for cost, v in routes)
        found[shift] = [Column(gain, visits) for gain, visits in gains if gain > 0]
        spend(LABEL * len(labels))
    return [found[shift] for shift in shifts]


def _labels(
    shift: Shift, entries: Sequence[Entry], most: int
) -> list[tuple[State, Label]]:
    """List every way to be somewhere in the shift, except those that others beat."""
    found: list[tuple[State, Label]] = []
    layer: dict[State, list[Label]] = {(0, OFFICE): [(0, shift.start, ())]}
    while layer:
        longer = list(islice(_longer(shift.end, entries, layer), most + 1))
        if len(longer) + len(found) > most:
            raise TooMuch
        layer = _undominated(longer)
        found += ((state, label) for state in layer for label in layer[state])
    return found


def _longer(
    end: int, entries: Sequence[Entry], layer: dict[State, list[Label]]
) -> Iterator[tuple[State, Label]]:
    """Yield all that is one visit longer and not over before the shift is."""
    for (been, here), labels in layer.items():
        for visit, _, place, into, _, windows, service, extra, _ in entries:
            if been >> visit & 1:
                continue
            way = into[here]
            for cost, ready, order in labels:
                done = first_within(windows, ready + way) + service
                if done <= end:
                    longer = (cost + way + extra, done, (*order, visit))
                    yield (been | 1 << visit, place), longer


def _undominated(labels: list[tuple[State, Label]]) -> dict[State, list[Label]]:
    """Keep for each state the cheapest, and those that are dearer but ready earlier."""
    kept: dict[State, list[Label]] = {}
    for state, label in sorted(labels):
        cheaper = kept.setdefault(state, [])
        if not cheaper or label[1] < cheaper[-1][1]:
            cheaper.append(label)
    return kept


def _cheapest(
    end: int, entries: Mapping[int, Entry], labels: Iterable[tuple[State, Label]]
) -> Iterable[tuple[int, tuple[int, ...]]]:
    """Return the cost and the cheapest order of each set of visits."""
    best: dict[int, tuple[int, tuple[int, ...]]] = {}
    for (been, _), (cost, ready, order) in labels:
        home = entries[order[-1]].onward[OFFICE]
        route = (cost + home, order)
        if ready + home <= end and route < best.get(been, (NEVER, order)):
            best[been] = route
    return best.values()
