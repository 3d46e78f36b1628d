"""Does every gate of tests/run close? One fault is planted for each, in a copy."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

HOLE = {"id": "PYSEC-1", "fix_versions": ["1.1"]}
HOLED = {"dependencies": [{"name": "planted", "version": "1.0", "vulns": [HOLE]}]}
# gate → (file, what is appended to it, what the gate then says)
PLANTED = {
    "ruff check": ("booking/planted.py", "import os\n", "F401"),
    "ruff format": ("booking/planted.py", "PLANTED = {  }\n", "PLANTED = {}"),
    "import-linter": (
        "booking/scheduling/planted.py",
        "import flask\n",
        "booking.scheduling.planted -> flask",
    ),
    "djlint": ("templates/planted.html", "<button>Planted</button>\n", "H043"),
    "catalogues": (
        "templates/planted.html",
        "{% trans %}A planted sentence{% endtrans %}\n",
        '+msgid "A planted sentence"',
    ),
    "translations": (
        "translations/ar/LC_MESSAGES/messages.po",
        '\nmsgid "%(planted)s"\nmsgstr "%(sown)s"\n',
        "ar: “%(planted)s”: lacks %(planted)s",
    ),
    "bandit": (
        "booking/planted.py",
        'import subprocess\nsubprocess.run("true", shell=True)\n',
        "B602:subprocess_popen_with_shell_equals_true",
    ),
    "semgrep": ("booking/planted.py", "token = given == token\n", "constant-time"),
    "mypy": ("booking/planted.py", 'COUNT: int = "planted"\n', "planted.py:6: error"),
    "dependency audit": (
        "stand-in/pip-audit",
        f"#!/bin/sh\necho '{json.dumps(HOLED)}'\n",
        "planted 1.0: PYSEC-1, mended in 1.1",
    ),
}


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What tests/run says of a copy of the house with every fault in it."""
    copy = tmp_path_factory.mktemp("house") / "copy"
    copy_of_the_house(copy)
    for path, fault, _ in PLANTED.values():
        (copy / path).parent.mkdir(exist_ok=True)
        with (copy / path).open("a") as planted:
            planted.write(fault)
    (copy / "stand-in/pip-audit").chmod(0o755)
    before = f"{copy / 'stand-in'}:{Path(sys.executable).parent}"
    after = ROOT / ".tools/semgrep/bin"
    checked = subprocess.run(
        ["bash", "-c", ". tests/run && run_checks"],
        cwd=copy,
        env=os.environ | {"PATH": f"{before}:{os.environ['PATH']}:{after}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 1
    return checked.stdout + checked.stderr


def copy_of_the_house(copy):
    for name in ("booking", "templates", "translations", ".mypy_cache"):
        if (ROOT / name).exists():  # mypy's memory saves a quarter of a minute
            shutil.copytree(ROOT / name, copy / name)
    shutil.copytree(ROOT / "tests/semgrep", copy / "tests/semgrep")
    for name in (
        "pyproject.toml",
        "wsgi.py",
        ".babel.cfg",
        "tests/run",
        "tests/audit.py",
        "tests/catalogues.py",
    ):
        shutil.copy(ROOT / name, copy / name)


@pytest.mark.parametrize("gate", PLANTED)
def test_a_gate_closes_before_its_planted_fault(said, gate):
    assert f"{gate} … FAILED" in said
    assert PLANTED[gate][2] in said


def test_behind_a_closed_gate_no_test_runs(said):
    assert said.rstrip().endswith(
        f"The tests did not run, because of: {', '.join(PLANTED)}"
    )
