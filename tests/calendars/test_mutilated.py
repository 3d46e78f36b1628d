"""A calendar that was broken on its way: is it read with care, or refused by a name?

Files as five programs write them are mutilated by chance: bytes exchanged, lines doubled,
lost, cut, swapped, nonsense put in. BOOKING_TEST_STRINGS=all does it thirty times as
often.
"""

import os
import random
from pathlib import Path

import pytest

from booking.calendars import CalendarRefused
from tests.calendars.reading import SPRING, read
from tests.web.nonsense import CURATED

FILES = sorted(Path(__file__).parent.glob("*.ics"))
TIMES = 3_000 if os.environ.get("BOOKING_TEST_STRINGS") == "all" else 100
NUMBERS = (b"0", b"-1", b"9999999999999999999999", b"99991231T235959Z", b"00010101")
WORDS = [one[:300].encode("utf-8", "surrogatepass") for one in CURATED]
PIECES = (b"RRULE:", b"DTSTART;TZID=", b"BEGIN:VEVENT\r\n", b"END:VCALENDAR\r\n", b"\\")


def mutilated(content, chance):
    """Break a file at one to eight places."""
    lines = content.splitlines(keepends=True)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(lines))
        line = lines[at]
        lines[at] = chance.choice(
            (
                b"",
                line * 2,
                line[: chance.randrange(len(line) + 1)],
                line.replace(b":", chance.choice((b"", b";", b"::", b":=")), 1),
                line.partition(b":")[0] + b":" + chance.choice((*NUMBERS, *WORDS)),
                chance.choice(PIECES) + line,
                bytes(
                    chance.choice((byte, byte ^ 1 << chance.randrange(8)))
                    for byte in line
                ),
                chance.choice(lines),
            )
        )
    return b"".join(lines)


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.stem)
def test_a_mutilated_calendar_is_read_or_refused(file):
    content, chance = file.read_bytes(), random.Random()  # noqa: S311 - no secret
    read_at_all = 0
    for _ in range(TIMES):
        broken = mutilated(content, chance)
        try:
            found = read(broken)
        except CalendarRefused:
            continue
        except Exception as fault:
            raise AssertionError(broken) from fault
        read_at_all += 1
        assert all(SPRING.contains(window) for window in found.windows), broken
    assert read_at_all > 0
