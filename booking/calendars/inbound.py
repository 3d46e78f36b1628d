"""When is somebody busy by her own calendar? The one door for a foreign file.

The file is sifted line by line, each entry read on the clocks of its zone, entries of
one UID are brought together, rules pass the gate, and what blocks is merged. Nothing
of it raises but the refusals of ``busy``; what was unclear comes back as warnings.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import chain, islice
from zoneinfo import ZoneInfo

from booking.calendars.busy import Busy, Caution, Doubt
from booking.calendars.entries import Entry, blocked, entry, instance_of, periods
from booking.calendars.moments import Unclear, line, on_clocks, written
from booking.calendars.series import times
from booking.calendars.sieve import Component, Sifted, sifted
from booking.calendars.zones import Clocks, Zones
from booking.scheduling import TimeWindow, merged

MOST_TIMES = 10_000  # of one file within the window
MOST_WARNINGS = 100
_ROOM = timedelta(days=2)  # wall clocks and moments are never further apart


def read_calendar(
    content: bytes, *, window: TimeWindow, office: ZoneInfo, ours: Container[str] = ()
) -> Busy:
    """Read a foreign calendar; entries with a UID of ``ours`` came from this house."""
    kept = sifted(content)
    reading = _Reading(kept, window, office, ours)
    found = list(islice(reading.windows(), MOST_TIMES + 1))
    if len(found) > MOST_TIMES:
        reading.doubted(Doubt.TOO_MANY_TIMES, None)
    return Busy(
        windows=tuple(merged(found[:MOST_TIMES])),
        warnings=reading.warnings(),
        events=kept.events,
    )


class _Reading:
    """One file being read: its zones, its doubts."""

    def __init__(
        self, kept: Sifted, window: TimeWindow, office: ZoneInfo, ours: Container[str]
    ) -> None:
        self._kept = kept
        self._window = window
        self._ours = ours
        self._doubts: dict[tuple[Doubt, date | None], None] = {}
        definitions = (each for each in kept.entries if each.kind == "VTIMEZONE")
        self._zones = Zones(definitions, office=office, window=window)
        self._clocks: dict[int, Clocks] = {}

    def doubted(self, doubt: Doubt, day: date | None) -> None:
        """Remember what was unclear, each thing once a day."""
        if len(self._doubts) < MOST_WARNINGS:
            self._doubts[doubt, day] = None

    def warnings(self) -> tuple[Caution, ...]:
        """Return all doubts in the order they came up."""
        if self._kept.long_lines:
            self.doubted(Doubt.LONG_LINE, None)
        if self._zones.unknown:
            self.doubted(Doubt.UNKNOWN_ZONE, None)
        return tuple(Caution(doubt, day) for doubt, day in self._doubts)

    def windows(self) -> Iterator[TimeWindow]:
        """Yield what blocks, cut to the window, single times first."""
        singles: list[Entry] = []
        series: list[tuple[Entry, Sequence[Entry]]] = []
        for group in self._by_uid():
            _sort(group, singles, series)
        repeated = (
            times(master, changed, self._window, self.doubted)
            for master, changed in series
        )
        found = chain(self._listed(), self._single(singles), *repeated)
        return (cut for each in found for cut in self._cut(each))

    def _by_uid(self) -> Iterable[list[Entry]]:
        groups: dict[str | int, list[Entry]] = defaultdict(list)
        for each in self._entries():
            groups[each.uid or id(each)].append(each)
        return groups.values()

    def _entries(self) -> Iterator[Entry]:
        for component in self._kept.entries:
            if component.kind == "VEVENT":
                read = entry(component, self._clocks_of(component), self.doubted)
                if read is not None and read.uid not in self._ours:
                    yield read
            elif component.kind == "VTODO":
                self._look_at(component)

    def _look_at(self, to_do: Component) -> None:
        """Say so if a to-do has a date nobody can read; busy is nobody by it."""
        rest = to_do.first("DTSTART")
        try:
            if rest is not None:
                written(line(rest).value, {})
        except Unclear:
            self.doubted(Doubt.NO_DATE, None)

    def _clocks_of(self, component: Component) -> Clocks:
        number = component.calendar
        if number not in self._clocks:
            self._clocks[number] = Clocks(self._zones, self._kept.floating.get(number))
        return self._clocks[number]

    def _listed(self) -> Iterator[TimeWindow]:
        for component in self._kept.entries:
            if component.kind == "VFREEBUSY":
                yield from periods(component, self._clocks_of(component), self.doubted)

    def _single(self, singles: Iterable[Entry]) -> Iterator[TimeWindow]:
        office = self._zones.office
        first = on_clocks(self._window.start, office) - _ROOM
        last = on_clocks(self._window.end, office) + _ROOM
        for each in singles:
            if each.blocks and first < each.end and each.start < last:
                found = blocked(each.start, each.end, each.zone)
                if found is not None:
                    yield found

    def _cut(self, found: TimeWindow) -> Iterator[TimeWindow]:
        if found.overlaps(self._window):
            yield TimeWindow(
                max(found.start, self._window.start), min(found.end, self._window.end)
            )


def _sort(
    group: Sequence[Entry],
    singles: list[Entry],
    series: list[tuple[Entry, Sequence[Entry]]],
) -> None:
    """Tell apart what stands alone and what repeats, among entries of one UID."""
    masters = _newest([each for each in group if each.replaces is None])
    changed, doubled = _changes(group, masters)
    singles += doubled
    if not masters:
        singles += changed
        return
    for number, master in enumerate(masters):
        own = changed if number == 0 else ()
        if own or master.repeats:
            series.append((master, own))
        else:
            singles.append(master)


def _newest(entries: Sequence[Entry]) -> list[Entry]:
    """Return those of the highest SEQUENCE; among equals nobody knows, so all stay."""
    highest = max((each.sequence for each in entries), default=0)
    return [each for each in entries if each.sequence == highest]


def _changes(
    group: Sequence[Entry], masters: Sequence[Entry]
) -> tuple[list[Entry], list[Entry]]:
    """Return the changes of single times, and those that double another."""
    told: dict[object, list[Entry]] = defaultdict(list)
    for each in group:
        if each.replaces is not None:
            of = masters[0] if masters else each
            told[instance_of(of, each.replaces)].append(each)
    newest = [_newest(same) for same in told.values()]
    return [same[0] for same in newest], [each for same in newest for each in same[1:]]
