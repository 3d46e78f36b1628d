"""Does the scan tell what wapiti found, and nothing that is none?"""

import pytest

from tests.scan import findings


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
