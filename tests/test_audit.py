"""Does the audit call unknown what nobody could look up?"""

import json

import pytest

from tests import audit

KNOWN = {"name": "flask", "version": "3.1.0", "vulns": []}
HOLE = {"id": "PYSEC-1", "fix_versions": ["3.1.1"], "description": "…"}
HOLED = {"name": "jinja2", "version": "3.1.1", "vulns": [HOLE]}
SKIPPED = {"name": "waitress", "skip_reason": "Dependency not found"}


def said(*dependencies):
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_only_what_was_looked_up_altogether_is_called_audited():
    assert audit.verdict(said(KNOWN), installed=1) == (
        ["dependencies: audited 1 of 1"],
        0,
    )


@pytest.mark.parametrize(
    "answer",
    ["", "Traceback (most recent call last):", "{}", "[]", said(), said(SKIPPED)],
)
def test_what_could_not_be_looked_up_is_unknown_and_no_fault(answer):
    (words,), holes = audit.verdict(answer, installed=3)
    assert words.startswith("dependencies: unknown: audited 0 of 3")
    assert holes == 0


def test_half_of_the_packages_are_not_all_of_them():
    (words,), holes = audit.verdict(said(KNOWN, SKIPPED), installed=2)
    assert words.startswith("dependencies: unknown: audited 1 of 2")
    assert holes == 0


def test_a_known_hole_is_named_even_when_others_were_skipped(monkeypatch, capsys):
    monkeypatch.setattr(audit, "_said", lambda: said(KNOWN, HOLED, SKIPPED))
    assert audit.main() == 1
    told = capsys.readouterr().out
    assert told.startswith("jinja2 3.1.1: PYSEC-1, mended in 3.1.1\n")
    assert "unknown: audited 2 of" in told


def test_an_audit_that_cannot_even_start_is_unknown(monkeypatch, capsys):
    monkeypatch.setattr(audit, "COMMAND", ("no-such-command",))
    assert audit.main() == 0
    assert "unknown: audited 0 of" in capsys.readouterr().out
