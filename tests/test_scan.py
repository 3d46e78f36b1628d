"""Does the scan tell what wapiti found, and nothing that is none?"""

import pytest

from tests.scan import broken, findings, not_reached


def report(kind, path, method="POST"):
    place = {"method": method, "path": path, "info": "…"}
    return {"vulnerabilities": {kind: [place], "SQL Injection": []}, "anomalies": {}}


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("Reflected Cross Site Scripting", "/de/find"),
        ("Cross Site Request Forgery", "/staff/absences"),
        ("Clickjacking Protection", "/de/"),
    ],
)
def test_what_wapiti_found_is_told(kind, path):
    assert list(findings(report(kind, path))) == [(kind, f"POST {path}", "…")]


def test_a_form_without_a_session_needs_no_token():
    assert list(findings(report("Cross Site Request Forgery", "/de/find"))) == []


def test_a_scan_that_every_form_refused_for_its_token_proves_nothing():
    line = "2026-11-27 16:40:09,280 INFO POST /staff/walk-ins {} 3.1 ms\n"
    refused = line.format(400) + "INFO POST /de/find 200 1.0 ms\n"
    assert [kind for kind, *_ in not_reached(refused)] == [
        "no form of staff was reached"
    ]
    assert list(not_reached(refused + line.format(422))) == []


def test_a_page_that_breaks_under_attack_is_a_fault_and_a_slow_one_is_none():
    slow = "2026-11-27 16:40:09,423 INFO GET /staff/today 200 506.9 ms\n"
    breaks = "2026-11-27 16:40:09,423 INFO POST /<lang:lang>/book 503 8.1 ms\n"
    assert list(broken(slow + breaks)) == [("fault", "POST /<lang:lang>/book", "503")]
