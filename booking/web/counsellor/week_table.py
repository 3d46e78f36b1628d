"""How does a week stand in a table? Columns are days, rows are quarters of an hour.

No script and no inline style: an appointment is a cell that spans as many rows as it
has quarters.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from booking.models.running import zone
from booking.scheduling import TimeWindow, day_window
from booking.services.desk import Entry, Stretch

QUARTER = timedelta(minutes=15)
OPENS, CLOSES = time(8), time(17)  # shown even when nothing is there
IN_A_DAY, IN_AN_HOUR = 96, 4  # quarters


class Gap(StrEnum):
    """Why nobody is seen then, where nobody is."""

    AWAY = "away"
    BUSY = "busy"  # by a calendar of her own


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of one day: an appointment, an absence, something else, or nothing."""

    rows: int
    entry: Entry | None = None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One quarter of an hour: the cells that begin in it, one for each day at most."""

    label: str  # the hour, on its first quarter
    is_now: bool
    cells: tuple[Cell | None, ...]  # None where a cell from above still reaches


@dataclass(frozen=True, slots=True)
class WeekTable:
    """The days with their lines; ``busy`` is what her own calendars say of each."""

    days: tuple[date, ...]
    lines: tuple[Line, ...]
    busy: Mapping[date, Sequence[TimeWindow]]


def week_table(days: Sequence[date], shown: Stretch, now: datetime) -> WeekTable:
    """Lay a week out, from the first hour that is needed to the last."""
    shown_days = tuple(
        day
        for day in days
        if day.weekday() < 5 or _entries(shown, day)  # noqa: PLR2004 - Saturday
    )
    first, last = _extent(shown, shown_days)
    columns = [_column(day, shown, first, last) for day in shown_days]
    return WeekTable(
        shown_days,
        tuple(
            Line(
                label=f"{quarter // IN_AN_HOUR:02}:00"
                if quarter % IN_AN_HOUR == 0
                else "",
                is_now=any(
                    day == now.astimezone(zone()).date() and quarter == _quarter(now)
                    for day in shown_days
                ),
                cells=tuple(column.get(quarter) for column in columns),
            )
            for quarter in range(first, last)
        ),
        {day: tuple(_cut(shown.busy, day)) for day in shown_days},
    )


def _extent(shown: Stretch, days: Sequence[date]) -> tuple[int, int]:
    spans = [
        _span(entry.row.window, day) for day in days for entry in _entries(shown, day)
    ]
    first = min([_of(OPENS), *(start for start, _end in spans)])
    last = max([_of(CLOSES), *(end for _start, end in spans)])
    return first // IN_AN_HOUR * IN_AN_HOUR, -(-last // IN_AN_HOUR) * IN_AN_HOUR


def _column(day: date, shown: Stretch, first: int, last: int) -> dict[int, Cell]:
    """Fill one day from top to bottom; each cell stands at the quarter it begins in."""
    cells: dict[int, Cell] = {}
    gaps = _gaps(day, shown)
    free_from = first
    for entry in _entries(shown, day):
        start, end = _span(entry.row.window, day)
        start = max(start, free_from)
        end = max(end, start + 1)
        _fill(cells, gaps, free_from, start)
        cells[start] = Cell(end - start, entry)
        free_from = end
    _fill(cells, gaps, free_from, last)
    return cells


def _gaps(day: date, shown: Stretch) -> dict[int, Gap]:
    """Return which quarters are away or busy; who is away is that first of all."""
    return {
        quarter: gap
        for gap, windows in ((Gap.BUSY, shown.busy), (Gap.AWAY, shown.away))
        for window in windows
        for quarter in range(*_span(window, day))
    }


def _fill(
    cells: dict[int, Cell], gaps: Mapping[int, Gap], start: int, end: int
) -> None:
    """Fill what no appointment takes: a gap in one cell, free quarters one by one."""
    quarter = start
    while quarter < end:
        gap, rows = gaps.get(quarter), 1
        while gap and quarter + rows < end and gaps.get(quarter + rows) is gap:
            rows += 1
        cells[quarter] = Cell(rows, gap=gap)
        quarter += rows


def _cut(windows: Iterable[TimeWindow], day: date) -> Iterator[TimeWindow]:
    """Yield what lies on a day, cut to it."""
    whole = day_window(day, zone())
    for window in windows:
        if window.overlaps(whole):
            yield TimeWindow(max(window.start, whole.start), min(window.end, whole.end))


def _entries(shown: Stretch, day: date) -> list[Entry]:
    return [
        entry
        for entry in shown.entries
        if entry.row.starts_at.astimezone(zone()).date() == day
    ]


def _span(window: TimeWindow, day: date) -> tuple[int, int]:
    """Return the first quarter of a window and the one behind its last, this day."""
    whole = day_window(day, zone())
    if window.end <= whole.start or window.start >= whole.end:
        return 0, 0
    start = 0 if window.start <= whole.start else _quarter(window.start)
    if window.end >= whole.end:
        return start, IN_A_DAY
    return start, _quarter(window.end - timedelta.resolution) + 1


def _quarter(moment: datetime) -> int:
    return _of(moment.astimezone(zone()).time())


def _of(wall: time) -> int:
    return wall.hour * IN_AN_HOUR + wall.minute // 15
