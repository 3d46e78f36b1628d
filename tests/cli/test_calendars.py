"""Does “booking calendars busy” print what would block, without any database?"""

import json

import pytest

from tests.calendars.reading import calendar
from tests.cli.test_routes import booking

TALK = "DTSTART;TZID=Europe/Berlin:20270323T090000\nDURATION:PT1H\nSUMMARY:Canary"
WEEK = ("--from", "2027-03-22", "--until", "2027-03-29T00:00:00+02:00")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "hers.ics"
    path.write_bytes(calendar(TALK, TALK + "\nRRULE:FREQ=X", "DTSTART:20270328"))
    return path


def test_busy_times_are_printed_with_their_offset(file, tmp_path):
    answer = booking("calendars", "busy", file, *WEEK, folder=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == {
        "busy": [
            ["2027-03-23T09:00:00+01:00", "2027-03-23T10:00:00+01:00"],
            ["2027-03-28T00:00:00+01:00", "2027-03-29T00:00:00+02:00"],
        ],
        "warnings": [
            "2027-03-23: A rule cannot be followed. Only the first time blocks."
        ],
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hers.ics"]


def test_another_office_has_another_zone(file, tmp_path):
    answer = booking(
        "calendars", "busy", file, *WEEK, "--zone", "Europe/Lisbon", folder=tmp_path
    )
    assert json.loads(answer.stdout)["busy"][0] == [
        "2027-03-23T08:00:00+00:00",
        "2027-03-23T09:00:00+00:00",
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html>", "is no calendar that can be read"),
        (calendar(TALK)[:-20], "is cut off: the end of the calendar is missing"),
        (b" " * 5_242_881, "is too large: more than 5 MB"),
    ],
)
def test_an_unreadable_file_is_answered_in_one_line(content, why, tmp_path):
    path = tmp_path / "hers.ics"
    path.write_bytes(content)
    answer = booking("calendars", "busy", path, *WEEK, folder=tmp_path)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == f"Error: {path} {why}.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "2027-03-22"),
        ("--from", "soon", "--until", "2027-03-29"),
        ("--from", "2027-03-29", "--until", "2027-03-22"),
        (*WEEK, "--zone", "Mars/Olympus"),
    ],
)
def test_a_wrong_call_is_explained(arguments, file, tmp_path):
    answer = booking("calendars", "busy", file, *arguments, folder=tmp_path)
    assert answer.returncode == 2
    assert "Error: " in answer.stderr
    assert "Traceback" not in answer.stderr
