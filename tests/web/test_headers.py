"""Does every answer protect its reader, whatever was asked, and how?

``conftest.py`` asks it of every answer that any test of a page gets: every page, every
deed, every role. Here stands what else can be asked.
"""

import io
import logging
import os
import re
import socket

import pytest
from flask import abort
from sqlalchemy.exc import OperationalError

from booking.cli import server as servers
from booking.services import availability, feeds
from tests.reliability.processes import servers as running
from tests.web.protection import ALWAYS, HSTS, unprotected
from tests.web.reading import Visitor
from tests.web.test_gets_change_nothing import made_up

METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "GET", "POST")
EVERY_ONE = os.environ.get("BOOKING_TEST_METHODS") == "all"  # half a minute
TLS = "https://localhost"


def addresses(app):
    """Yield the address of every rule, with something made up in it."""
    for rule in app.url_map.iter_rules():
        values = {name: made_up(kind) for name, kind in rule._converters.items()}
        with app.test_request_context():  # the rule's own: an endpoint may have two
            _host, path = rule.build({"lang": "de"} | values)
        yield path


def test_whatever_a_stranger_asks_by_whatever_method_the_answer_is_protected(
    app, browser_like
):
    seen = set()
    for number, path in enumerate(addresses(app)):
        turn = number % len(METHODS)
        for method in METHODS if EVERY_ONE else METHODS[turn : turn + 1]:
            answer = browser_like.open(path, method=method, base_url=TLS, buffered=True)
            assert (method, path, *unprotected(answer)) == (method, path)
            seen.add((method, answer.status_code))
    assert number > 250
    assert {method for method, _ in seen} == set(METHODS)
    assert {status for _, status in seen} >= {200, 303, 400, 404, 405}


STRANGE = (
    *("/%", "/%ff%fe", "/%00", "/de/%0d%0aSet-Cookie:%20a=b", "//evil.example/de/"),
    *("/..%2f..%2fetc/passwd", "/static/..%2f..%2fconfig.py", "/static/", "/de//"),
    *("/\u202e", "/de/a/" + "A" * 5000, "/?" + "a=b&" * 500, "/de;x=y", "/DE/", "*"),
)
STRANGE_HOSTS = ("evil.example", "[::1", "a b", "", "evil.example:99999", "ä.example")


def test_strange_addresses_and_hosts_are_answered_as_carefully(browser_like):
    answers = [browser_like.get(path, buffered=True) for path in STRANGE]
    for host in STRANGE_HOSTS:
        environ = {"HTTP_HOST": host, "SERVER_NAME": "localhost"}
        answers.append(browser_like.get("/de/", environ_overrides=environ))
    assert [list(unprotected(answer)) for answer in answers] == [[]] * len(answers)
    assert {answer.status_code for answer in answers} <= {200, 303, 308, 400, 404}


def broken(*arguments, **_facts):
    raise RuntimeError(*arguments)


def without_database(*_arguments, **_facts):
    raise OperationalError("", {}, Exception("gone"))


def refused(**_facts):
    abort(403)


def provoked(app, browser, monkeypatch):
    """Yield an answer of every status that our pages know."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    taken = Visitor(browser).check_page(time="10:00").form("/appointment")
    taken.fields["time"] = "09:00"
    yield 200, browser.get("/de/")
    yield 303, browser.get("/de/book/you")
    yield 308, browser.get("/de")
    yield 400, browser.post("/staff/sign-in", data={})
    yield 404, browser.get("/de/a/x")
    yield 405, browser.put("/de/")
    yield 409, browser.post(taken.action, data=taken.fields)
    yield 413, browser.post("/de/book/check", data={"name": "A" * 2_000_000})
    yield 422, browser.get("/de/book/day")
    *_, last = (browser.post("/de/find", data={"code": "A"}) for _ in range(11))
    yield 429, last
    for fault, status in ((broken, 500), (without_database, 503)):
        monkeypatch.setattr(availability, "next_free", fault)
        yield status, browser.get("/de/")
    refused.audience = frozenset({"anyone"})
    app.view_functions["client.find"] = refused
    yield 403, browser.get("/de/find")


def test_every_status_that_can_be_provoked_is_protected(
    app, browser_like, token, monkeypatch
):
    seen = set()
    for status, answer in provoked(app, browser_like, monkeypatch):
        assert (status, *unprotected(answer)) == (answer.status_code,)
        seen.add(status)
    assert seen == {200, 303, 308, 400, 403, 404, 405, 409, 413, 422, 429, 500, 503}


def test_files_that_have_not_changed_and_feeds_are_protected_too(
    browser_like, office, now
):
    token = feeds.subscribe(office.counsellor, "phone", now=now.now())
    for path in ("/static/client.css?v=1", "/static/staff.css", f"/feeds/{token}.ics"):
        first = browser_like.get(path, buffered=True)
        known = {"If-None-Match": first.headers["ETag"]}
        again = browser_like.get(path, headers=known, buffered=True)
        part = browser_like.get(path, headers={"Range": "bytes=0-9"}, buffered=True)
        assert (first.status_code, again.status_code) == (200, 304)
        for answer in (first, again, part):
            assert (path, *unprotected(answer)) == (path,)


def test_machines_get_the_same_protection(browser_like):
    for path in ("/health/live", "/health/ready", "/metrics"):
        local, strange = (
            browser_like.get(path, environ_base={"REMOTE_ADDR": one})
            for one in ("127.0.0.1", "192.0.2.7")
        )
        assert strange.status_code == 404
        assert [*unprotected(local), *unprotected(strange)] == []


# --- What the server says by itself, before any page is asked -----------------

SECRET = b"/de/a/Geheimgeheimgeheimgeheimgeheimgeheimgeheim12"
UNREADABLE = {
    b"GARBAGE\r\n\r\n": 400,
    b"GET " + SECRET + b" HTTP/1.1\r\nHost: x\r\nno header\r\n\r\n": 400,
    b"get " + SECRET + b" HTTP/1.1\r\nHost: x\r\n\r\n": 400,
    b"GET http://[" + SECRET + b" HTTP/1.1\r\nHost: x\r\n\r\n": 400,
    b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n": 431,
    b"POST /de/find HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n": 400,
    b"POST /de/find HTTP/1.1\r\nHost: x\r\nContent-Length: 100000001\r\n\r\n": 413,
    b"POST /de/find HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n": 501,
    b"GET /%ff%00 HTTP/1.1\r\nHost: \xff[\r\n\r\n": 404,
}


def said(port, request):
    """Send these bytes as they are; return the status and the headers."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            more = line.recv(65536)
            assert more, "it hung up without a word"
            answer += more
    first, *lines = answer.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    return int(first.split()[1]), dict(one.split(": ", 1) for one in lines)


def test_what_the_server_cannot_read_is_answered_protected_and_not_written_down(
    settings,
):
    with running(1, settings) as (server,):
        answers = {request: said(server.port, request) for request in UNREADABLE}
        log = server.log.read_text()
    for request, (status, headers) in answers.items():
        assert (request[:60], status) == (request[:60], UNREADABLE[request])
        assert ALWAYS.items() <= headers.items(), request[:60]
        assert headers["Cache-Control"] == "no-store"
        ours = status == 404  # a page of ours knows that nobody came over TLS
        assert headers.get("Strict-Transport-Security") == (None if ours else HSTS)
        assert "Server" not in headers
    assert "Geheim" not in log
    assert "127.0.0.1:" not in log.replace(f"127.0.0.1:{server.port}", "")


def test_a_fault_behind_the_pages_tells_the_servers_log_no_link(app, monkeypatch):
    for one in ("handlers", "filters", "propagate"):
        monkeypatch.setattr(servers.WATCHED, one, getattr(servers.WATCHED, one))
    servers._keep_quiet()
    written = io.StringIO()
    logging.getLogger("booking").handlers[0].setStream(written)
    try:
        broken("Canaria")
    except RuntimeError:
        servers.WATCHED.exception("Exception while serving %s", "/de/a/secret")
    assert "could not finish" in written.getvalue()
    assert "RuntimeError" in written.getvalue()
    assert not re.search("secret|Canaria", written.getvalue())


# --- The gate closes ----------------------------------------------------------


@pytest.mark.parametrize("name", [*ALWAYS, "Cache-Control"])
def test_a_header_that_is_missing_or_weaker_is_seen(browser_like, name):
    answer = browser_like.get("/de/")
    right = answer.headers.pop(name)
    assert any(name in fault for fault in unprotected(answer))
    answer.headers[name] = f"{right} *"
    assert any(name in fault for fault in unprotected(answer))


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        (("Server", "waitress"), "tells of Server"),
        (("Set-Cookie", "a=b; Path=/"), "a careless cookie"),
        (("Strict-Transport-Security", "max-age=1"), "Strict-Transport-Security"),
        (("Referrer-Policy", "unsafe-url"), "Referrer-Policy"),
    ],
)
def test_a_header_that_should_not_be_there_is_seen(browser_like, planted, fault):
    answer = browser_like.get("/de/")
    answer.headers.add(*planted)
    assert any(fault in one for one in unprotected(answer))
