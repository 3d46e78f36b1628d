"""What belongs together? Doors with one address, and hours with nothing between.

Two ideas make the search simple. A shift is a maximal free interval: it starts and
ends at the office, so that every plan fits between real appointments. And setup lies
on the edge: whoever goes on to the same address pays none, so that visits at one
address find each other by themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from booking.routing.travel import Circles, shared
from booking.routing.week import Duty, Week

OFFICE = 0  # its number among the places


class Shift(NamedTuple):
    """A free interval of one counsellor (its number in the week), office to office."""

    counsellor: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Places:
    """The distinct doors of a week, the office first, and the way between them.

    ``of_visit`` holds each visit's place. For each mode, ``onward[here][there]`` and
    ``into[there][here]`` are travel plus setup from place to place, in seconds.
    """

    of_visit: tuple[int, ...]
    onward: dict[str, list[list[int]]]
    into: dict[str, list[list[int]]]


def shifts_of(week: Week) -> list[Shift]:
    """List every counsellor's free intervals that are long enough, in order."""
    return [
        Shift(number, start, end)
        for number, counsellor in enumerate(week.counsellors)
        for duty in counsellor.duties
        for start, end in _gaps(duty)
        if end - start >= week.shortest_shift
    ]


def places_of(week: Week) -> Places:
    """Number the doors and measure the ways between them, once for each mode in use."""
    distinct = dict.fromkeys((visit.address, visit.point) for visit in week.visits)
    doors = {door: number for number, door in enumerate(distinct, start=1)}
    addresses = [None, *(address for address, _ in doors)]
    points = [week.office, *(point for _, point in doors)]
    travel = week.travel or Circles(week.modes)
    modes = sorted({counsellor.mode for counsellor in week.counsellors})
    onward = {
        mode: shared(_with_setup(travel.matrix(points, mode), addresses, week.setup))
        for mode in modes
    }
    return Places(
        of_visit=tuple(doors[visit.address, visit.point] for visit in week.visits),
        onward=onward,
        into={
            mode: [list(way) for way in zip(*onward[mode], strict=True)]
            for mode in modes
        },
    )


def with_break(
    duties: Sequence[Duty], *, after: int, length: int, earliest: int, latest: int
) -> tuple[Duty, ...]:
    """Cut a break without a place out of a day's work, if the day needs one.

    A day of more than ``after`` seconds needs ``length`` seconds of rest in one piece
    between ``earliest`` and ``latest``. Time that is no work is rest already; else
    the break goes where it leaves the longest free interval.
    """
    if sum(duty.end - duty.start for duty in duties) <= after:
        return tuple(duties)
    taken = [part for duty in duties for part in duty.busy]
    idle = _gaps(Duty(earliest, latest, tuple(_clipped(duties, earliest, latest))))
    if any(_fits_between(gap, taken, length) for gap in idle):
        return tuple(duties)
    candidates = sorted(_break_starts(duties, length, earliest, latest))
    if not candidates:
        return tuple(duties)  # appointments have eaten the noon; she sees it herself
    best = max(candidates, key=lambda start: _left_free(duties, start, length))
    return tuple(_without(duty, best, best + length) for duty in duties)


def _gaps(duty: Duty) -> list[tuple[int, int]]:
    found, begin = [], duty.start
    for busy_from, busy_until in [*sorted(duty.busy), (duty.end, duty.end)]:
        if min(busy_from, duty.end) > begin:
            found.append((begin, min(busy_from, duty.end)))
        begin = max(begin, busy_until)
    return found


def _with_setup(
    travel: list[list[int]], addresses: Sequence[str | None], setup: int
) -> list[list[int]]:
    found = []
    for here, row in zip(addresses, travel, strict=True):
        ways = [
            way if there == here else way + setup
            for there, way in zip(addresses, row, strict=True)
        ]
        ways[OFFICE] = row[OFFICE]  # nobody sets anything up at the office
        found.append(ways)
    return found


def _turned(ways: list[list[int]]) -> list[list[int]]:
    return [list(column) for column in zip(*ways, strict=True)]


def _clipped(
    duties: Sequence[Duty], earliest: int, latest: int
) -> list[tuple[int, int]]:
    spans = ((max(d.start, earliest), min(d.end, latest)) for d in duties)
    return [(start, end) for start, end in spans if start < end]


def _fits_between(
    gap: tuple[int, int], taken: Sequence[tuple[int, int]], length: int
) -> bool:
    return any(
        end - start >= length
        for start, end in _gaps(Duty(gap[0], gap[1], tuple(taken)))
    )


def _break_starts(
    duties: Sequence[Duty], length: int, earliest: int, latest: int
) -> set[int]:
    """Return the starts worth trying: at the ends of what is free around noon."""
    starts = set()
    for duty in duties:
        for start, end in _gaps(duty):
            first, last = max(start, earliest), min(end, latest) - length
            if first <= last:
                starts |= {first, last}
    return starts


def _left_free(duties: Sequence[Duty], start: int, length: int) -> tuple[int, int]:
    left = [
        end - begin
        for duty in duties
        for begin, end in _gaps(_without(duty, start, start + length))
    ]
    # Of two that leave the same, the later one: a morning is longer than it seems.
    return sum(gap * gap for gap in left), start


def _without(duty: Duty, start: int, end: int) -> Duty:
    if end <= duty.start or duty.end <= start:
        return duty
    return Duty(duty.start, duty.end, (*duty.busy, (start, end)))
