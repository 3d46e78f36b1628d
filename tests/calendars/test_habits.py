"""Are the calendars of the usual apps read as their owners see them?"""

from pathlib import Path

import pytest

from tests.calendars.reading import doubts, read, short, with_line_ends

HERE = Path(__file__).parent
HABITS = {
    "outlook": [
        "03-22 09:00-10:00",
        "03-27 00:00-03-29 00:00",
        "03-29 09:00-10:00",
        "04-05 09:00-10:00",
    ],
    "exchange": [
        "03-22 09:00-09:30",
        "03-24 14:00-14:30",
        "03-25 09:00-09:30",
        "03-26 09:00-10:00",
        "03-30 00:00-03-31 00:00",
    ],
    "google": [
        "03-22 09:00-10:00",
        "03-23 09:00-10:00",
        "03-25 12:00-13:00",
        "03-30 11:00-12:00",
    ],
    "apple": [
        "03-22 09:15-10:15",
        "03-23 09:15-10:15",
        "03-24 10:15-11:15",
        "03-25 09:15-10:15",
        "03-26 00:00-03-27 00:00",
        "03-27 09:00-10:30",
        "03-28 10:00-11:00",
    ],
    "thunderbird": [
        "03-22 08:00-09:00",
        "03-23 13:00-14:00",
        "03-24 13:00-14:00",
        "03-25 13:00-15:00",
        "03-29 10:00-12:00",
        "04-05 10:00-12:00",
    ],
    "nextcloud": [
        "03-22 00:00-03-23 00:00",
        "03-26 09:00-10:00",
        "03-27 22:00-03-28 06:00",
    ],
}


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("app", HABITS)
def test_a_calendar_blocks_what_its_owner_sees_there(app, line_end):
    content = with_line_ends((HERE / f"{app}.ics").read_bytes(), line_end)
    found = read(content)
    assert short(found) == HABITS[app]
    assert doubts(found) == []


@pytest.mark.parametrize("app", HABITS)
def test_nothing_but_times_comes_out(app):
    found = read((HERE / f"{app}.ics").read_bytes())
    assert "canary" not in repr(found).casefold()
    assert app not in repr(found).casefold()
