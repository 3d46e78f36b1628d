"""Does “booking routes plan” give a plan that an independent referee accepts?"""

import gc
import json
import os
import subprocess
import sys
import warnings
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest

from booking.__main__ import main
from tests.routing.test_files import WEEK

SHARED = Path(__file__).resolve().parents[3] / "shared"
REFEREE = SHARED / "tools" / "check_plan.py"
WEEKS = sorted(
    path
    for path in (SHARED / "data" / "weeks").glob("week-*.json")
    if not path.stem.startswith("week-1000")
)


@dataclass(frozen=True)
class Outcome:
    """What the command left behind."""

    returncode: int
    stdout: str
    stderr: str


def booking(*arguments, folder):
    """Run the command as an operator does in this folder, without starting Python."""
    out, err = StringIO(), StringIO()
    usual = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    with (
        chdir(folder),
        mock.patch.dict(os.environ, usual, clear=True),
        mock.patch.object(sys, "argv", ["booking", *map(str, arguments)]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        status = _ended_with()
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        gc.collect()  # what the end of the process would have closed
    return Outcome(status, out.getvalue(), err.getvalue())


def _ended_with() -> int:
    try:
        main()
    except SystemExit as end:
        return end.code or 0
    return 0


@pytest.fixture
def week_file(tmp_path):
    path = tmp_path / "week.json"
    path.write_text(json.dumps(WEEK), encoding="utf-8")
    return path


@pytest.mark.skipif(not WEEKS, reason="../shared/data is not here")
@pytest.mark.parametrize("week", WEEKS, ids=lambda path: path.stem)
def test_the_referee_accepts_the_plan_of_every_week(week, tmp_path):
    found = tmp_path / "plan.json"
    answer = booking(
        "routes", "plan", week, "--seconds", 1, "--output", found, folder=tmp_path
    )
    assert answer.returncode == 0, answer.stderr
    judged = subprocess.run(
        [sys.executable, str(REFEREE), str(week), str(found)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stderr
    assert json.loads(judged.stdout)["cost"] == json.loads(found.read_text())["cost"]


def test_without_an_output_the_plan_goes_to_standard_output(week_file):
    answer = booking(
        "routes", "plan", week_file, "--seconds", 0, folder=week_file.parent
    )
    assert json.loads(answer.stdout)["routes"][0]["stops"][0]["visit"] == "v0"
    assert "1 visits on 1 routes, 0 left out" in answer.stderr


def test_no_database_and_no_data_folder_is_made(week_file):
    booking("routes", "plan", week_file, "--seconds", 0, folder=week_file.parent)
    assert [path.name for path in week_file.parent.iterdir()] == ["week.json"]


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "no readable JSON"), ("[]", "JSON object"), ("{}", "has no office")],
)
def test_a_file_that_is_no_week_is_answered_in_one_sentence(week_file, text, words):
    week_file.write_text(text, encoding="utf-8")
    answer = booking("routes", "plan", week_file, folder=week_file.parent)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert words in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path):
    answer = booking("routes", "plan", "nothing.json", folder=tmp_path)
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr
