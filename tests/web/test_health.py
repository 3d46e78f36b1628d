"""Do machines learn how the house is doing, and does nobody else?"""

import dataclasses

import pytest

from booking.models import Letter, Reach, db
from booking.services import appointments, rounds
from tests import make

PATHS = ("/health/live", "/health/ready", "/metrics")
TOKEN = "a token of at least thirty-two characters"


def asked(browser, path, remote="127.0.0.1", **headers):
    return browser.get(path, environ_base={"REMOTE_ADDR": remote}, headers=headers)


@pytest.mark.parametrize("path", PATHS)
def test_this_machine_itself_is_answered(browser_like, path):
    answer = asked(browser_like, path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert asked(browser_like, path, "::1").status_code == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("remote", "headers"),
    [
        ("198.51.100.7", {}),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", {"Forwarded": "for=198.51.100.7"}),
        ("127.0.0.1", {"X-Real-IP": "127.0.0.1"}),
        ("198.51.100.7", {"Authorization": "Bearer guess"}),
        ("127.0.0.1", {"Authorization": f"Bearer {TOKEN}x"}),
        ("not an address", {}),
    ],
)
def test_a_stranger_finds_nothing_there(app, browser_like, path, remote, headers):
    with_token(app)
    assert asked(browser_like, path, remote, **headers).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_who_brings_the_token_is_answered_from_elsewhere(app, browser_like, path):
    with_token(app)
    bearer = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "198.51.100.7"}
    assert asked(browser_like, path, "198.51.100.7", **bearer).status_code == 200


def with_token(app):
    app.config["BOOKING"] = dataclasses.replace(
        app.config["BOOKING"], metrics_token=TOKEN
    )


def test_without_a_database_it_is_alive_but_not_ready(browser_like, monkeypatch):
    from booking.services import health

    monkeypatch.setattr(health, "schema_fault", lambda _: "It is at migration 0001.")
    answer = asked(browser_like, "/health/ready")
    assert (answer.status_code, answer.text) == (503, "It is at migration 0001.\n")
    assert asked(browser_like, "/health/live").status_code == 200


def test_figures_name_routes_and_counts_and_nobody(browser_like, office, now):
    person = make.person(
        name="Kanarienvogel", reach=Reach.EMAIL, email="kanarienvogel@example.org"
    )
    way = appointments.book(
        make.choice(make.at(now.now().date().replace(day=4), 9)), person, now=now.now()
    )
    browser_like.get(f"/de/a/{way.token}")
    browser_like.get("/nothing/Kanarienvogel")
    rounds.show_alive("test", now=now.now())
    now.move(seconds=7)
    text = asked(browser_like, "/metrics").text
    assert 'lotse_letters{channel="email",state="due"} 1.0' in text
    assert "lotse_worker_silent_seconds 7.0" in text
    assert 'route="/<lang:lang>/a/<string:token>",status="2xx"} 1.0' in text
    assert 'lotse_answers_total{route="unknown",status="4xx"} 1.0' in text
    assert "Kanarienvogel" not in text
    assert "kanarienvogel" not in text
    assert way.token not in text
    assert db.session.query(Letter).count() == 1
