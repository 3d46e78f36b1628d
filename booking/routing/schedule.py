"""Does a visit still fit into this shift, and what would it cost? On paper, in order.

For each stop the earliest and the latest start are kept. A visit fits between two
stops exactly when it can begin in one of its windows after the stop before, and the
stop behind is then reached no later than its latest start. Savelsbergh (1992), with
several windows a visit: because each latest start lies in a window itself, whoever
arrives before it can start by then.
"""

from bisect import bisect_left
from dataclasses import dataclass

from booking.routing.grouping import OFFICE, Shift, places_of, shifts_of
from booking.routing.week import StartWindow, Week

NEVER = 1 << 60  # later than any week


class Problem:
    """A week in numbers, as the search reads it a million times.

    Visits, shifts and places are counted from 0 (place 0 is the office). ``legs[s]``
    is the matrix by which shift ``s`` travels; ``choices[v]`` lists the shifts that
    could take visit ``v`` if they were empty.
    """

    def __init__(self, week: Week) -> None:
        self.week = week
        self.shifts = shifts_of(week)
        places = places_of(week)
        self.place = places.of_visit
        self.service = [visit.service for visit in week.visits]
        self.windows = [_merged(visit.windows) for visit in week.visits]
        self.latest = [[late for _, late in one] for one in self.windows]
        self.legs = [places.legs[self._mode(shift)] for shift in self.shifts]
        self.leave_out = [week.costs.unplanned[v.priority] for v in week.visits]
        self.pinned = [visit.is_pinned for visit in week.visits]
        self.choices = [self._choices(v) for v in range(len(week.visits))]

    def stranger(self, visit: int, shift: int) -> int:
        """Return what it costs that this shift's counsellor is not the client's own."""
        own = self.week.visits[visit].own
        counsellor = self.week.counsellors[self.shifts[shift].counsellor].id
        return self.week.costs.other_counsellor if own not in {None, counsellor} else 0

    def may_take(self, shift: Shift, visit: int) -> bool:
        """Tell whether the shift's counsellor speaks and is allowed."""
        counsellor = self.week.counsellors[shift.counsellor]
        wished = self.week.visits[visit]
        return wished.language in counsellor.languages and wished.admits(counsellor.id)

    def start_from(self, visit: int, moment: int) -> int:
        """Return the first moment, this one or later, at which the visit may begin."""
        number = bisect_left(self.latest[visit], moment)
        if number == len(self.latest[visit]):
            return NEVER
        return max(moment, self.windows[visit][number][0])

    def start_until(self, visit: int, moment: int) -> int:
        """Return the last moment, this one or earlier, at which it may begin."""
        for earliest, latest in reversed(self.windows[visit]):
            if earliest <= moment:
                return min(latest, moment)
        return -NEVER

    def _mode(self, shift: Shift) -> str:
        return self.week.counsellors[shift.counsellor].mode

    def _choices(self, visit: int) -> list[int]:
        return [
            number
            for number, shift in enumerate(self.shifts)
            if self.may_take(shift, visit) and self._fits_alone(number, visit)
        ]

    def _fits_alone(self, number: int, visit: int) -> bool:
        return Timetable(self, number).best_place(visit) is not None


@dataclass(slots=True)
class Insertion:
    """Where a visit fits best into one shift, and what that adds to the cost."""

    cost: int
    position: int


class Timetable:
    """The visits of one shift in order, with the earliest and latest start of each."""

    __slots__ = ("_earliest_end", "_latest", "number", "problem", "travel", "visits")

    def __init__(
        self, problem: Problem, number: int, visits: tuple[int, ...] = ()
    ) -> None:
        self.problem, self.number, self.visits = problem, number, visits
        self._drive()

    @property
    def cost(self) -> int:
        """What this shift costs: its travel, and who is a stranger to whom."""
        return self.travel + sum(
            self.problem.stranger(visit, self.number) for visit in self.visits
        )

    @property
    def is_possible(self) -> bool:
        """Whether every visit begins in a window and she is back in time."""
        return not self.visits or self.starts()[0] <= self._latest[0]

    def best_place(self, visit: int) -> Insertion | None:
        """Return the cheapest position at which the visit fits, if there is one."""
        problem = self.problem
        legs, there = problem.legs[self.number], problem.place[visit]
        from_there, service = legs[there], problem.service[visit]
        here, best_cost, best_position = OFFICE, NEVER, -1
        for position, free_from in enumerate(self._earliest_end):
            last = position == len(self.visits)
            onward = OFFICE if last else problem.place[self.visits[position]]
            cost = legs[here][there] + from_there[onward] - legs[here][onward]
            if cost < best_cost:
                start = problem.start_from(visit, free_from + legs[here][there])
                if start + service + from_there[onward] <= self._latest[position]:
                    best_cost, best_position = cost, position
            here = onward
        if best_position < 0:
            return None
        return Insertion(
            best_cost + problem.stranger(visit, self.number), best_position
        )

    def with_visit(self, visit: int, position: int) -> "Timetable":
        """Return the timetable with one visit more."""
        return Timetable(
            self.problem,
            self.number,
            (*self.visits[:position], visit, *self.visits[position:]),
        )

    def without(self, gone: set[int]) -> "Timetable":
        """Return the timetable with some visits less."""
        left = tuple(visit for visit in self.visits if visit not in gone)
        return Timetable(self.problem, self.number, left)

    def starts(self) -> list[int]:
        """Return the earliest start of each visit."""
        service = self.problem.service
        return [
            end - service[visit]
            for visit, end in zip(self.visits, self._earliest_end[1:], strict=True)
        ]

    def _drive(self) -> None:
        """Go through the day forwards for the earliest, backwards for the latest."""
        problem, shift = self.problem, self.problem.shifts[self.number]
        legs = problem.legs[self.number]
        here, now, travel = OFFICE, shift.start, 0
        ends = [now]
        for visit in self.visits:
            there = problem.place[visit]
            travel += legs[here][there]
            now = problem.start_from(visit, now + legs[here][there])
            now += problem.service[visit]
            ends.append(now)
            here = there
        self.travel = travel + legs[here][OFFICE]
        self._earliest_end = ends
        self._latest = self._latest_starts(legs, shift.end)

    def _latest_starts(self, legs: list[list[int]], bound: int) -> list[int]:
        """Return until when each stop, and at last the office, must be reached."""
        problem = self.problem
        latest, onward = [bound], OFFICE
        for visit in reversed(self.visits):
            here = problem.place[visit]
            bound -= legs[here][onward] + problem.service[visit]
            bound = problem.start_until(visit, bound)
            latest.append(bound)
            onward = here
        latest.reverse()
        return latest


def _merged(windows: tuple[StartWindow, ...]) -> list[tuple[int, int]]:
    """Sort a visit's windows and join those that overlap or touch."""
    joined: list[tuple[int, int]] = []
    for window in sorted(windows):
        if joined and window.earliest <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], window.latest))
        else:
            joined.append((window.earliest, window.latest))
    return joined
