"""How long is the way, by the town's own OSRM or Valhalla? Points go out, no more.

Both limit how many places one question may name, each by its own setting: we ask in
blocks, smaller ones if need be. An OSRM answers by the one profile that it was started
with, whichever is named: several are told apart by ``{mode}`` in the address, and one
alone is asked for cars only.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from booking import clock, outside
from booking.geography.ways import MEASURED, NoTravelTimes, Rows, sound
from booking.outside import Call, Named, NotAllowed, NotNow
from booking.routing import Point

BLOCK = 50  # OSRM takes 100 places, 50 on each side; Valhalla 50 times 50
SMALLEST_BLOCK = 5
WITHIN = 10.0  # seconds, for one question
ALTOGETHER = 20.0  # seconds, for one mode: then the great circle must do
LONGEST_ANSWER = 5_000_000  # bytes; Valhalla says much about each pair
OK = 200
TOO_MUCH = frozenset({400, 413, 414})

MODE = "{mode}"  # in the address of several OSRMs
# As Valhalla names them.
COSTINGS = {"foot": "pedestrian", "bike": "bicycle", "car": "auto"}


class _TooMuch(Exception):
    """So many places at once are more than this server takes."""


_Asking = Callable[[str, Sequence[Point], Sequence[Point], str], Rows]


@dataclass(frozen=True, slots=True)
class TravelServer:
    """OSRM's table service, or Valhalla's matrix, on a server of the town's own."""

    kind: str
    url: str

    @property
    def modes(self) -> tuple[str, ...]:
        """By which modes it knows the ways."""
        only_one = self.kind == "osrm" and MODE not in self.url
        return ("car",) if only_one else MEASURED

    def measured(self, points: Sequence[Point], mode: str) -> Rows:
        """Ask for all ways among these points; raises ``NoTravelTimes``."""
        asking, gone = _ASKED[self.kind], clock.stopwatch()
        rows: Rows = [[None] * len(points) for _ in points]
        size = BLOCK
        todo = list(_blocks(len(points), size))
        while todo:
            here, there = todo[-1]
            if gone() > ALTOGETHER:
                raise NoTravelTimes("took too long")
            try:
                found = asking(self.url, points[here], points[there], mode)
            except _TooMuch as refusal:
                size //= 2
                if size < SMALLEST_BLOCK:
                    raise NoTravelTimes("refused") from refusal
                todo = list(_blocks(len(points), size))
                continue
            todo.pop()
            for row, answer in zip(rows[here], found, strict=True):
                row[there] = answer
        return rows


def _blocks(number: int, size: int) -> Iterator[tuple[slice, slice]]:
    starts = range(0, number, size)
    for here in starts:
        for there in starts:
            yield slice(here, here + size), slice(there, there + size)


def _osrm(url: str, here: Sequence[Point], there: Sequence[Point], mode: str) -> Rows:
    places = list(dict.fromkeys([*here, *there]))
    line = ";".join(f"{one.longitude:.6f},{one.latitude:.6f}" for one in places)
    sources, destinations = (
        ";".join(str(places.index(one)) for one in side) for side in (here, there)
    )
    said = _asked(
        f"{url.replace(MODE, mode).rstrip('/')}/table/v1/{mode}/{line}"
        f"?annotations=duration&sources={sources}&destinations={destinations}"
    )
    if said.get("code") != "Ok":
        raise NoTravelTimes("not Ok")
    return _checked(said.get("durations"), here, there)


def _valhalla(
    url: str, here: Sequence[Point], there: Sequence[Point], mode: str
) -> Rows:
    question = {
        "sources": [{"lat": one.latitude, "lon": one.longitude} for one in here],
        "targets": [{"lat": one.latitude, "lon": one.longitude} for one in there],
        "costing": COSTINGS[mode],
    }
    said = _asked(f"{url.rstrip('/')}/sources_to_targets", question)
    rows = said.get("sources_to_targets")
    try:
        times = [[cell.get("time") for cell in row] for row in rows or ()]
    except (AttributeError, TypeError) as fault:
        raise NoTravelTimes("no matrix") from fault
    return _checked(times, here, there)


def _asked(url: str, question: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    call = Call(
        url=url,
        named=Named.BY_THE_OPERATOR,
        method="POST" if question else "GET",
        headers={"Content-Type": "application/json"} if question else {},
        body=json.dumps(question).encode() if question else None,
        at_most=LONGEST_ANSWER,
        within=WITHIN,
    )
    try:
        answer = outside.ask(call)
    except (NotNow, NotAllowed) as fault:
        raise NoTravelTimes(type(fault).__name__) from fault
    if answer.status in TOO_MUCH:
        raise _TooMuch
    if answer.status != OK or not answer.whole:
        raise NoTravelTimes(f"status {answer.status}")
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError) as fault:  # lists in lists in lists
        raise NoTravelTimes("no JSON") from fault
    if not isinstance(said, dict):
        raise NoTravelTimes("no object")
    return said


def _checked(rows: object, here: Sequence[Point], there: Sequence[Point]) -> Rows:
    if not isinstance(rows, list) or len(rows) != len(here):
        raise NoTravelTimes("no matrix")
    if not all(isinstance(row, list) for row in rows):
        raise NoTravelTimes("no matrix")
    return sound(rows, len(there))


_ASKED: Mapping[str, _Asking] = {"osrm": _osrm, "valhalla": _valhalla}
