"""What does the search read a million times? A week in numbers.

Visits, shifts and places are counted from 0 (place 0 is the office). A visit for two
counsellors is two nodes: the visit itself, and a twin for the one who comes along.
Only the shifts on which a visit could stand alone are its choices; a day without one
of its windows is never looked at again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from booking.routing.grouping import OFFICE, Shift, places_of, shifts_of
from booking.routing.week import A_DAY, Distance, StartWindow, Visit, Week

NEVER = 1 << 60  # later than any week
AN_HOUR = 3600  # seconds
REMEMBERED = 40_000  # timetables, about 1 KB each, over all shifts
AT_LEAST = 16  # of them for each shift


class Entry(NamedTuple):
    """What one shift needs to know of one visit.

    ``into[here]`` and ``onward[there]`` are the ways to and from its door; ``extra``
    is what it costs that this counsellor comes, on this day.
    """

    visit: int
    shift: int
    place: int
    into: list[int]
    onward: list[int]
    windows: tuple[tuple[int, int], ...]
    service: int
    extra: int
    promise: int | None


class Problem:
    """A week as the search reads it; ``known`` is its memory of timetables."""

    def __init__(self, week: Week) -> None:
        self.week = week
        self.shifts = shifts_of(week)
        visits = week.visits
        pairs = [number for number, one in enumerate(visits) if one.crew > 1]
        self.base: list[int] = [*range(len(visits)), *pairs]
        self.twin = {one: len(visits) + n for n, one in enumerate(pairs)}
        self.places = places_of(week)
        self.windows = [_merged(visit.windows) for visit in visits]
        self.leave_out = [_leave_out(week, visit) for visit in visits]
        self.pinned = [visits[one].is_pinned for one in self.base]
        self.has_promises = any(visit.published for visit in visits)
        self._keep_apart()
        self.entries = [self._entries(n) for n in range(len(self.shifts))]
        self.choices = self._choices()
        # Timetables, by what stands in them: ``schedule`` makes and remembers them.
        self.known: list[dict[object, Any]] = [{} for _ in self.shifts]
        self.remembered = max(AT_LEAST, REMEMBERED // max(1, len(self.shifts)))

    @property
    def is_tied(self) -> bool:
        """Whether routes depend on one another: then nothing is solved apart."""
        week = self.week
        together = self.twin or any(one.interpreters is not None for one in week.visits)
        return bool(together or week.vehicles or week.apart or week.costs.unfair)

    def nodes(self, visit: int) -> Iterable[int]:
        """Return the visit, and for a crew her twin, who may have other shifts."""
        return (visit, self.twin[visit]) if visit in self.twin else (visit,)

    def counsellor(self, number: int) -> str:
        """Return whose shift this is."""
        return self.week.counsellors[self.shifts[number].counsellor].id

    def address(self, node: int) -> str:
        """Return the front door of a visit."""
        return self.week.visits[self.base[node]].address

    def interpreter(self, number: int) -> str | None:
        """Return who this is; nobody has a number below 0."""
        return self.week.interpreters[number].id if number >= 0 else None

    def may_take(self, number: int, node: int) -> bool:
        """Tell whether the shift's counsellor is allowed, and speaks or need not."""
        counsellor = self.week.counsellors[self.shifts[number].counsellor]
        visit = self.week.visits[self.base[node]]
        comes_along = node != self.base[node] or visit.interpreters is not None
        speaks = comes_along or visit.language in counsellor.languages
        return speaks and visit.admits(counsellor.id)

    def stranger(self, visit: Visit, counsellor: str) -> int:
        """Return what it costs that somebody else than the client's own comes."""
        if visit.own in {None, counsellor}:
            return 0
        costs = self.week.costs
        return (
            costs.familiar if counsellor in visit.familiar else costs.other_counsellor
        )

    def elsewhere(self, visit: Visit, shift: Shift) -> int:
        """Return what it costs to move it to another counsellor or another day."""
        costs, promise = self.week.costs, visit.published
        if promise is None:
            return 0
        other = self.week.counsellors[shift.counsellor].id != promise.counsellor
        another_day = shift.start // A_DAY != promise.start // A_DAY
        return other * costs.moved_counsellor + another_day * costs.moved_day

    def another_hour(self, promise: int | None, start: int) -> int:
        """Return what it costs to begin at another hour than the one published."""
        if promise is None:
            return 0
        away = min(AN_HOUR, abs(start % A_DAY - promise % A_DAY))
        return self.week.costs.moved_hour * away // AN_HOUR

    def entry(self, number: int, node: int) -> Entry:
        """Say what a shift needs to know of a visit that it may or may not take."""
        shift, one = self.shifts[number], self.base[node]
        counsellor = self.week.counsellors[shift.counsellor]
        visit, place = self.week.visits[one], self.places.of_visit[one]
        comes_along = node != one  # whoever comes along counts for nothing but her way
        extra = self.stranger(visit, counsellor.id) + self.elsewhere(visit, shift)
        promise = visit.published.start if visit.published else None
        return Entry(
            visit=node,
            shift=number,
            place=place,
            into=self.places.into[counsellor.mode][place],
            onward=self.places.onward[counsellor.mode][place],
            windows=tuple(
                window
                for window in self.windows[one]
                if window[0] <= shift.end and shift.start <= window[1]
            ),
            service=visit.service,
            extra=0 if comes_along else extra,
            promise=None if comes_along else promise,
        )

    def _entries(self, number: int) -> dict[int, Entry]:
        shift = self.shifts[number]
        return {
            node: entry
            for node, one in enumerate(self.base)
            if any(a <= shift.end and shift.start <= b for a, b in self.windows[one])
            and self.may_take(number, node)
            and fits_alone(entry := self.entry(number, node), shift.start, shift.end)
        }

    def _choices(self) -> list[list[Entry]]:
        found: list[list[Entry]] = [[] for _ in self.base]
        for entries in self.entries:
            for node, entry in entries.items():
                found[node].append(entry)
        return found

    def _keep_apart(self) -> None:
        number = {visit.id: n for n, visit in enumerate(self.week.visits)}
        by = {how: defaultdict[int, set[int]](set) for how in Distance}
        for pair in self.week.apart:
            one, other = number[pair.one], number[pair.other]
            for a in self.nodes(one):
                by[pair.how][a].update(self.nodes(other))
            for a in self.nodes(other):
                by[pair.how][a].update(self.nodes(one))
        self.not_beside: Mapping[int, set[int]] = dict(by[Distance.ORDER])
        self.not_by_one: Mapping[int, set[int]] = dict(by[Distance.COUNSELLOR])


def fits_alone(entry: Entry, start: int, end: int) -> bool:
    """Tell whether the visit fits into these hours if nothing else is in them."""
    first = start + entry.into[OFFICE]
    last = end - entry.service - entry.onward[OFFICE]
    return any(max(early, first) <= min(late, last) for early, late in entry.windows)


def _leave_out(week: Week, visit: Visit) -> int:
    return week.costs.unplanned[visit.priority] + visit.overdue * week.costs.overdue


def _merged(windows: tuple[StartWindow, ...]) -> list[tuple[int, int]]:
    """Sort a visit's windows and join those that overlap or touch."""
    joined: list[tuple[int, int]] = []
    for window in sorted(windows):
        if joined and window.earliest <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], window.latest))
        else:
            joined.append((window.earliest, window.latest))
    return joined
