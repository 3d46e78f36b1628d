"""Are real files of many producers read right? What is right was settled elsewhere."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from booking.calendars import CalendarRefused, Truncated
from booking.scheduling import TimeWindow
from tests.calendars.reading import BERLIN, doubts, read, with_line_ends

CALENDARS = Path(__file__).resolve().parents[3] / "shared" / "data" / "calendars"
LINE_ENDS = pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
HERE = pytest.mark.skipif(
    not CALENDARS.exists(), reason="../shared/data/calendars is not here"
)
ALWAYS = TimeWindow(
    datetime(1990, 1, 1, tzinfo=BERLIN), datetime(2030, 1, 1, tzinfo=BERLIN)
)
SETTLED = ("expected.json", "contested.json")
# How often each broken file blocks between 1990 and 2030, and what there is to say.
BROKEN = {
    "issue_104_broken_calendar": (1, []),
    "issue_1081_invalid_rrule_freq": (1, ["refused_rule"]),
    "issue-343": (2, ["no_date"]),
    "ms_timezones": (2, []),  # its quotation mark is mended
    "icloud": (38, []),
    "twinkle": (1352, ["no_date"]),
    "bhav23-2": (1, []),
    "test_date_duration": (1, []),
    "single_event_bad_location": (3, ["unknown_zone"]),
    "single_event_bad_line": (3, ["unknown_zone"]),
    "multi-event-basic": (8, ["no_date"]),
    "daily-count-exdate-recurrence-id": (7, ["backward"]),
}


def records(*names):
    return [
        record
        for name in names
        if (CALENDARS / name).exists()
        for record in json.loads((CALENDARS / name).read_text(encoding="utf-8"))
    ]


def file_of(record, line_end):
    return with_line_ends((CALENDARS / record["file"]).read_bytes(), line_end)


def name_of(record):
    return Path(record["file"]).stem.rpartition("__")[2]


@HERE
@LINE_ENDS
@pytest.mark.parametrize("record", records(*SETTLED), ids=name_of)
def test_every_settled_file_blocks_exactly_what_it_should(record, line_end):
    window = TimeWindow(
        datetime.fromisoformat(record["window_start"]),
        datetime.fromisoformat(record["window_end"]),
    )
    found = read(file_of(record, line_end), window)
    assert [
        [
            each.start.astimezone(BERLIN).isoformat(),
            each.end.astimezone(BERLIN).isoformat(),
        ]
        for each in found.windows
    ] == record["busy"]


@HERE
@LINE_ENDS
@pytest.mark.parametrize("record", records("malformed.json"), ids=name_of)
def test_every_broken_file_is_read_as_a_good_reader_would(record, line_end):
    content = file_of(record, line_end)
    if record["action"] == "reject":
        with pytest.raises(Truncated):
            read(content, ALWAYS)
        return
    found = read(content, ALWAYS)
    blocks, told = BROKEN[name_of(record)]
    assert (len(found.windows), doubts(found)) == (blocks, told)
    if record["action"] == "block-first":
        assert str(found.warnings[0]).startswith("2025-01-01: ")


@HERE
@LINE_ENDS
def test_no_file_raises_anything_but_a_refusal(line_end):
    files = sorted(CALENDARS.glob("*/*.ics"))
    assert len(files) >= 70
    for path in files:
        try:
            read(with_line_ends(path.read_bytes(), line_end), ALWAYS)
        except CalendarRefused:
            continue
