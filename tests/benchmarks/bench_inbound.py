"""What does a foreign calendar cost? Run: python -m tests.benchmarks.bench_inbound

10,000 events as a busy office's own calendar has them, five years deep: 9,000 single
ones and 1,000 series, read for a window of eight weeks. The yardstick is the plain
way, icalendar and recurring-ical-events over the same bytes, as their READMEs show it;
both are asked in turn in one process, and the figure is the median of the ratios.
The child process that the service adds is measured by itself.
"""

import argparse
import random
import statistics
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from time import perf_counter, process_time
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from booking.calendars import read_calendar
from booking.scheduling import TimeWindow
from booking.services.calendar_child import busy_by

EVENTS, SERIES = 10_000, 1_000
BERLIN = ZoneInfo("Europe/Berlin")
FIRST = date(2023, 1, 2)
WINDOW = TimeWindow(
    datetime(2027, 3, 1, tzinfo=BERLIN), datetime(2027, 4, 26, tzinfo=BERLIN)
)
RULES = (
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
    "FREQ=MONTHLY;BYDAY=1TU",
    "FREQ=DAILY;COUNT=10",
    "FREQ=WEEKLY;UNTIL=20260601T000000Z",
)
_CHANCE = random.Random(1)  # noqa: S311 - the same calendar each time, no secret


def main() -> None:
    """Measure and print."""
    asked = _arguments()
    content = _calendar()
    ours, plain = _ours(content), _plain(content)
    _say(f"{EVENTS} events, {SERIES} of them series, {len(content) / 1e6:.1f} MB")
    _say(f"{ours()} busy blocks here, merged; {plain()} single times the plain way")
    pairs = [(_cpu(ours), _cpu(plain)) for _ in range(asked.rounds)]
    mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    _say(f"sieve, gate and series:              {mine:6.2f} s CPU")
    _say(f"icalendar and recurring-ical-events: {theirs:6.2f} s CPU")
    _say(f"ratio (median of {asked.rounds} rounds):           {ratio:6.2f}")
    begun = perf_counter()
    busy_by(content, window=WINDOW, office=BERLIN)
    _say(f"in a child process, on the wall:     {perf_counter() - begun:6.2f} s")


def _arguments() -> argparse.Namespace:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--rounds", type=int, default=3)
    return wanted.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _cpu(ask: Callable[[], int]) -> float:
    begun = process_time()
    ask()
    return process_time() - begun


def _ours(content: bytes) -> Callable[[], int]:
    return lambda: len(read_calendar(content, window=WINDOW, office=BERLIN).windows)


def _plain(content: bytes) -> Callable[[], int]:
    def ask() -> int:
        calendar = Calendar.from_ical(content)
        found = recurring_ical_events.of(calendar).between(WINDOW.start, WINDOW.end)
        return len({(each["DTSTART"].dt, each["DTEND"].dt) for each in found})

    return ask


# --- The calendar ------------------------------------------------------------


def _calendar() -> bytes:
    zones = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Lotse//Benchmark//EN\r\n"
    entries = (_entry(number) for number in range(EVENTS))
    return (zones + "".join(entries) + "END:VCALENDAR\r\n").encode()


def _entry(number: int) -> str:
    day = FIRST + timedelta(days=_CHANCE.randrange(5 * 365))
    hour, quarter = _CHANCE.randrange(8, 17), _CHANCE.choice((0, 15, 30, 45))
    rule = f"RRULE:{_CHANCE.choice(RULES)}\r\n" if number < SERIES else ""
    return (
        f"BEGIN:VEVENT\r\nUID:{number}@example.org\r\n"
        f"DTSTAMP:{datetime(2027, 1, 1, tzinfo=UTC):%Y%m%dT%H%M%SZ}\r\n"
        f"DTSTART;TZID=Europe/Berlin:{day:%Y%m%d}T{hour:02}{quarter:02}00\r\n"
        f"DURATION:PT{_CHANCE.choice((15, 30, 60, 90))}M\r\n{rule}"
        f"SUMMARY:Besprechung Nummer {number}\\, wie jede Woche\r\n"
        "DESCRIPTION:Eine Tagesordnung\\, die etwas länger ist als eine Zeile und\r\n"
        "  deshalb umbrochen wird\\, wie es sich gehört.\r\n"
        "LOCATION:Bürgerhaus\r\nSTATUS:CONFIRMED\r\nTRANSP:OPAQUE\r\nSEQUENCE:0\r\n"
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\nEND:VEVENT\r\n"
    )


if __name__ == "__main__":
    main()
