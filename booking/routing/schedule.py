"""Does a visit still fit into this shift, and what would it cost? On paper, in order.

For each stop the earliest and the latest start are kept. A visit fits between two
stops exactly when it can begin in one of its windows after the stop before, and the
stop behind is then reached no later than its latest start. Savelsbergh (1992), with
several windows a visit: because each latest start lies in a window itself, whoever
arrives before it can start by then.

Inner loops read tuples and lists of whole numbers only; that is what makes thousands
of rounds a second possible in plain Python.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from booking.routing.grouping import OFFICE
from booking.routing.problem import NEVER, Entry, Problem
from booking.routing.windows import first_within, last_within


class Fix(NamedTuple):
    """A moment that a visit keeps while it stands, and which interpreter comes."""

    start: int
    interpreter: int = -1


class Ride(NamedTuple):
    """A vehicle of the pool, and between what hours this shift can have it."""

    vehicle: int
    start: int
    end: int


class Opening(NamedTuple):
    """Between which starts a visit fits at one position, and what the way adds."""

    position: int
    cost: int
    earliest: int
    latest: int


NOWHERE = (NEVER, -1)  # the cost and position of a visit that does not fit
FREE: Mapping[int, Fix] = {}


class Timetable:
    """The visits of one shift in order, with the earliest and latest start of each.

    It is never changed, only replaced. So it can remember, for as long as it lives,
    where each visit would fit best (``places``: cost and position).
    """

    __slots__ = (
        "cost",
        "fixed",
        "is_possible",
        "number",
        "places",
        "problem",
        "ride",
        "rows",
        "travel",
        "visits",
    )
    cost: int
    travel: int
    is_possible: bool
    rows: tuple[tuple[int, int, int, int, int], ...]

    def __init__(
        self,
        problem: Problem,
        number: int,
        visits: tuple[int, ...] = (),
        fixed: Mapping[int, Fix] = FREE,
        ride: Ride | None = None,
    ) -> None:
        self.problem, self.number, self.visits = problem, number, visits
        self.fixed, self.ride = fixed, ride
        self.places: dict[int, tuple[int, int]] = {}
        self._drive()

    def best_place(self, visit: int) -> tuple[int, int]:
        """Return the lowest cost and its position, or ``NOWHERE``."""
        found = self.places.get(visit)
        if found is None:
            problem = self.problem
            entry = problem.entries[self.number][visit]
            careful = problem.has_promises or visit in problem.not_beside
            found = self._carefully(entry) if careful else self._quickly(entry)
            self.places[visit] = found
        return found

    def openings(self, entry: Entry) -> Iterator[Opening]:
        """Yield where and when the visit fits, position by position."""
        for opening in self.slack(entry):
            for early, late in entry.windows:
                first = max(early, opening.earliest)
                last = min(late, opening.latest)
                if first <= last:
                    yield Opening(opening.position, opening.cost, first, last)

    def slack(self, entry: Entry) -> Iterator[Opening]:
        """Yield between which starts it would fit, were there no windows.

        The latest may lie before the earliest: then so much is missing.
        """
        beside = self.problem.not_beside.get(entry.visit, ())
        around = (-1, *self.visits, -1)
        for position, (here, there, way, free, until) in enumerate(self.rows):
            if around[position] in beside or around[position + 1] in beside:
                continue
            cost = entry.into[here] + entry.onward[there] - way + entry.extra
            latest = until - entry.onward[there] - entry.service
            yield Opening(position, cost, free + entry.into[here], latest)

    def with_visit(
        self, visit: int, position: int, fix: Fix | None = None
    ) -> "Timetable":
        """Return the timetable with one visit more."""
        visits = (*self.visits[:position], visit, *self.visits[position:])
        fixed = self.fixed if fix is None else {**self.fixed, visit: fix}
        return self._again(visits, fixed, self.ride)

    def without(self, gone: set[int]) -> "Timetable":
        """Return the timetable with some visits less."""
        left = tuple(visit for visit in self.visits if visit not in gone)
        fixed = {v: self.fixed[v] for v in self.fixed if v not in gone}
        return self._again(left, fixed, self.ride if left else None)

    def by(self, ride: Ride) -> "Timetable":
        """Return the same visits with another vehicle, or the same at other hours."""
        return self._again(self.visits, self.fixed, ride)

    def starts(self) -> list[int]:
        """Return when each visit begins: as early as can be.

        What is published waits for its moment, if all that follows allows it.
        """
        entries = self.problem.entries[self.number]
        here, now = OFFICE, self.rows[0][3]
        found = []
        for position, visit in enumerate(self.visits):
            entry = entries[visit]
            windows = self._windows(entry)
            now = first_within(windows, now + entry.into[here])
            if entry.promise is not None:
                wanted = min(entry.promise, self.rows[position][4])
                now = max(now, last_within(windows, wanted))
            found.append(now)
            now += entry.service
            here = entry.place
        return found

    def way_to(self, position: int) -> tuple[int, int]:
        """Return when she leaves for a stop and is at its door, before any setup.

        From the office she leaves just in time; from a door at once.
        """
        entries, starts = self.problem.entries[self.number], self.starts()
        entry, setup = entries[self.visits[position]], self.problem.week.setup
        way = entry.into[self.rows[position][0]]
        if position == 0:
            return starts[0] - way, starts[0] - setup
        before = self.visits[position - 1]
        leaves = starts[position - 1] + entries[before].service
        setup *= self.problem.address(before) != self.problem.address(entry.visit)
        return leaves, leaves + way - setup

    def span(self) -> tuple[int, int]:
        """Return when she leaves the office and is back."""
        entries, starts = self.problem.entries[self.number], self.starts()
        first, last = entries[self.visits[0]], entries[self.visits[-1]]
        back = starts[-1] + last.service + last.onward[OFFICE]
        return starts[0] - first.into[OFFICE], back

    def moved(self) -> int:
        """Return what it costs that published visits begin at another hour."""
        entries = self.problem.entries[self.number]
        return sum(
            self.problem.another_hour(entries[visit].promise, start)
            for visit, start in zip(self.visits, self.starts(), strict=True)
        )

    def _again(
        self, visits: tuple[int, ...], fixed: Mapping[int, Fix], ride: Ride | None
    ) -> "Timetable":
        return timetable(self.problem, self.number, visits, fixed, ride)

    def _windows(self, entry: Entry) -> tuple[tuple[int, int], ...]:
        fix = self.fixed.get(entry.visit)
        return entry.windows if fix is None else ((fix.start, fix.start),)

    def _quickly(self, entry: Entry) -> tuple[int, int]:
        _, _, _, into, onward, windows, service, extra, _ = entry
        best, best_position, position = NEVER, -1, -1
        for here, there, way, free, until in self.rows:
            position += 1
            leg = into[here]
            cost = leg + onward[there] - way
            if cost < best:
                start = free + leg
                for early, late in windows:
                    if start <= late:
                        start = max(early, start)
                        if start + service + onward[there] <= until:
                            best, best_position = cost, position
                        break
        return (best + extra, best_position) if best_position >= 0 else NOWHERE

    def _carefully(self, entry: Entry) -> tuple[int, int]:
        """Weigh each position by the whole timetable: it may push what is published."""
        best = NOWHERE
        for position in dict.fromkeys(one.position for one in self.openings(entry)):
            cost = self.with_visit(entry.visit, position).cost - self.cost
            best = min(best, (cost, position))
        return best

    def _drive(self) -> None:
        """Go through the day forwards for the earliest, backwards for the latest."""
        problem, visits = self.problem, self.visits
        _, start, end = self.ride or problem.shifts[self.number]
        entries = problem.entries[self.number]
        here, extra, now = OFFICE, 0, start
        doors, ends = [OFFICE], [start]
        ways: list[int] = []
        for visit in visits:
            entry = entries[visit]
            way = entry.into[here]
            windows = self._windows(entry) if self.fixed else entry.windows
            now = first_within(windows, now + way) + entry.service
            extra += entry.extra
            here = entry.place
            doors.append(here)
            ways.append(way)
            ends.append(now)
        ways.append(entries[visits[-1]].onward[OFFICE] if visits else 0)
        ahead = (*doors[1:], OFFICE)
        latest = self._latest(ways, end)
        self.rows = tuple(zip(doors, ahead, ways, ends, latest, strict=True))
        self.is_possible = all(row[3] + row[2] <= row[4] for row in self.rows)
        self.travel = sum(ways)
        self.cost = self.travel + extra
        if problem.has_promises and self.is_possible:
            self.cost += self.moved()

    def _latest(self, ways: list[int], bound: int) -> list[int]:
        """Return until when each stop, and at last the office, must be reached."""
        entries = self.problem.entries[self.number]
        latest = [bound]
        for visit, way in zip(reversed(self.visits), reversed(ways), strict=False):
            entry = entries[visit]
            windows = entry.windows if not self.fixed else self._windows(entry)
            bound = last_within(windows, bound - way - entry.service)
            latest.append(bound)
        latest.reverse()
        return latest


def timetable(
    problem: Problem,
    number: int,
    visits: tuple[int, ...],
    fixed: Mapping[int, Fix] = FREE,
    ride: Ride | None = None,
) -> Timetable:
    """Return the timetable of these visits, remembered from earlier rounds.

    A search comes back to the same few orders of stops again and again.
    """
    known = problem.known[number]
    key: object = (visits, tuple(fixed.items()), ride) if fixed or ride else visits
    found: Timetable | None = known.get(key)
    if found is None:
        if len(known) >= problem.remembered:
            known.clear()
        found = known[key] = Timetable(problem, number, visits, fixed, ride)
    return found


def beside(table: Timetable) -> Iterator[tuple[int, int]]:
    """Yield the pairs that follow each other though staff keep them apart."""
    apart = table.problem.not_beside
    for one, other in pairwise(table.visits):
        if one in apart and other in apart[one]:
            yield one, other
