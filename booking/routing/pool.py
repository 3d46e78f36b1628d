"""When is an interpreter free, and which vehicle? What all counsellors share.

Both are told from the timetables that stand: an interpreter by the moments that
visits keep, a vehicle by the hours between leaving the office and coming back.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from booking.routing.grouping import Shift
from booking.routing.problem import Problem
from booking.routing.schedule import Ride, Timetable

Span = tuple[int, int]


class Pool:
    """The vehicles and interpreters of a week, by number."""

    def __init__(self, problem: Problem) -> None:
        week = problem.week
        self.problem = problem
        self.of_mode: defaultdict[str, list[int]] = defaultdict(list)
        for number, vehicle in enumerate(week.vehicles):
            self.of_mode[vehicle.mode].append(number)
        self.mode_of = {
            number: mode
            for number in range(len(problem.shifts))
            if (mode := self._mode(number)) is not None
        }
        self.rivals = {one: self._rivals(one) for one in self.mode_of}
        self.called = {
            number: [n for n, one in enumerate(week.interpreters) if one.id in ids]
            for number, visit in enumerate(week.visits)
            if (ids := visit.interpreters) is not None
        }

    def rides(self, shift: int, tables: Sequence[Timetable]) -> Iterator[Ride]:
        """Yield the vehicles that a shift could have, and from when until when."""
        hours = self.problem.shifts[shift]
        for vehicle in self.of_mode[self.mode_of[shift]]:
            taken = [
                *self.problem.week.vehicles[vehicle].busy,
                *self._spans(vehicle, self.rivals[shift], tables),
            ]
            for start, end in cut((hours.start, hours.end), taken):
                yield Ride(vehicle, start, end)

    def starts(self, visit: int, tables: Iterable[Timetable]) -> list[tuple[int, Span]]:
        """List who could interpret at a visit, and between which starts of it."""
        service = self.problem.week.visits[visit].service
        engaged = list(self._engaged(visit, tables))
        return [
            (number, (start, end - service))
            for number in self.called[visit]
            for hours in self.problem.week.interpreters[number].hours
            for start, end in cut(hours, [span for n, span in engaged if n == number])
            if end - start >= service
        ]

    def _engaged(
        self, but: int, tables: Iterable[Timetable]
    ) -> Iterator[tuple[int, Span]]:
        """Yield which interpreter is away when, with what she needs in between."""
        week, base = self.problem.week, self.problem.base
        for table in tables:
            for node, fix in table.fixed.items():
                if fix.interpreter >= 0 and base[node] == node != but:
                    between = week.interpreters[fix.interpreter].between
                    end = fix.start + week.visits[node].service
                    yield fix.interpreter, (fix.start - between, end + between)

    def _spans(
        self, vehicle: int, shifts: Iterable[int], tables: Sequence[Timetable]
    ) -> Iterator[Span]:
        for shift in shifts:
            ride = tables[shift].ride
            if ride and ride.vehicle == vehicle and tables[shift].visits:
                yield tables[shift].span()

    def _mode(self, shift: int) -> str | None:
        counsellor = self.problem.week.counsellors[
            self.problem.shifts[shift].counsellor
        ]
        shared = counsellor.mode in self.of_mode and not counsellor.own_vehicle
        return counsellor.mode if shared else None

    def _rivals(self, shift: int) -> list[int]:
        here = self.problem.shifts[shift]
        return [
            other
            for other, mode in self.mode_of.items()
            if other != shift
            and mode == self.mode_of[shift]
            and _meet(here, self.problem.shifts[other])
        ]


def cut(hours: Span, taken: Iterable[Span]) -> Iterator[Span]:
    """Yield what is left of some hours when others are taken out."""
    begin, end = hours
    for start, until in sorted(taken):
        if begin < min(start, end):
            yield begin, min(start, end)
        begin = max(begin, until)
    if begin < end:
        yield begin, end


def _meet(one: Shift, other: Shift) -> bool:
    return one.start < other.end and other.start < one.end
