"""Does anybody who books notice that a stranger hangs? No call, no lock, no connection.

The stranger takes the call and says nothing: a mail server, a gateway for text
messages, somebody's calendar server, a geocoder, a map server. While the worker, or
somebody on a page of staff, waits for him, a client books, moves, cancels and wishes.
"""

import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from booking.models import Appointment, Status, VisitRequest, db
from booking.services import appointments, letters, refreshing, sources
from booking.services.calendar_fetch import NotFetched
from tests import make
from tests.services import visiting

PATIENCE = 60  # seconds until somebody must have called; more is a hang of ours
THURSDAY, FRIDAY = date(2027, 3, 4), date(2027, 3, 5)


@dataclass
class Stranger:
    """Takes every call, and says nothing until he is told to hang up."""

    port: int
    called: threading.Event = field(default_factory=threading.Event)
    told: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def serve(self, listening):
        with suppress(OSError):  # the test is over
            while True:
                line, _ = listening.accept()
                self.called.set()
                threading.Thread(target=self._hang, args=(line,), daemon=True).start()

    def _hang(self, line):
        with line:
            self.told.wait(PATIENCE)


@pytest.fixture
def stranger():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        stranger = Stranger(listening.getsockname()[1])
        listener = threading.Thread(
            target=stranger.serve, args=(listening,), daemon=True
        )
        listener.start()
        yield stranger
        stranger.told.set()


@pytest.fixture
def settings(database_url, tmp_path, stranger):
    """Let everything outside be this one stranger."""
    return make.settings(
        tmp_path,
        database_url,
        mail_url=f"smtp://127.0.0.1:{stranger.port}",
        sms_url=stranger.url,
        calendar_hosts=("127.0.0.1",),
        geocoder="nominatim",
        geocoder_url=stranger.url,
        travel="osrm",
        travel_url=stranger.url,
    )


@pytest.fixture
def team(office, now):
    visiting.town(now)
    return [*office.counsellors, make.counsellor(hours=visiting.ALL_DAY)]


def booked(now, hour=9, **person):
    choice, person = make.choice(make.at(THURSDAY, hour)), make.person(**person)
    return appointments.book(choice, person, now=now.now()).appointment


# --- What waits for him ------------------------------------------------------


def a_mail_is_sent(_app, now, _team, _url):
    booked(now)
    return lambda: letters.post(now=now.now())


def a_text_message_is_sent(_app, now, _team, _url):
    booked(now, reach="sms", email="", phone="0151 23456789")
    return lambda: letters.post(now=now.now())


def a_calendar_is_read(_app, now, team, url):
    source = make.busy(team[0], kind="address", valid_until=None, due_at=now.now())
    with make.write_session() as session:
        session.merge(source).address = f"{url}/calendar.ics"
    return lambda: refreshing.refresh_next(now=now.now())


def a_counsellor_adds_a_calendar(_app, now, team, url):
    def add():
        with pytest.raises(NotFetched):
            sources.add_address(team[0], "Hers", f"{url}/her.ics", now=now.now())

    return add


def an_address_is_looked_up(_app, now, team, _url):
    visiting.wish(now, street="Hinter den Gärten 3")
    return lambda: visiting.planned(now, team)


def ways_are_measured(app, now, team, _url):
    app.config["BOOKING"] = replace(app.config["BOOKING"], geocoder="local")
    visiting.wish(now)
    visiting.wish(now, 7)
    return lambda: visiting.planned(now, team)


ERRANDS = (
    *(a_mail_is_sent, a_text_message_is_sent, a_calendar_is_read),
    *(a_counsellor_adds_a_calendar, an_address_is_looked_up, ways_are_measured),
)


@contextmanager
def going_on(app, errand):
    """Run an errand beside the test, as the worker or another request would."""

    def run():
        with app.app_context():
            errand()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield thread
    finally:
        thread.join(PATIENCE)


@pytest.mark.parametrize("errand", ERRANDS, ids=lambda one: one.__name__)
def test_while_a_stranger_hangs_clients_book_move_cancel_and_wish(
    app, now, team, stranger, errand
):
    errand = errand(app, now, team, stranger.url)
    db.session.remove()
    with going_on(app, errand) as waiting:
        assert stranger.called.wait(PATIENCE)
        in_hand = db.engine.pool.checkedout()
        row = booked(now, 10)
        appointments.move(row.uuid, make.at(FRIDAY, 11), now=now.now())
        appointments.cancel(row.uuid, now=now.now())
        visiting.wish(now, 9)
        still_hangs = waiting.is_alive()
        stranger.told.set()
    assert still_hangs, "whoever booked had to wait for him"
    assert in_hand == 0, "a connection is kept from others while he is waited for"


def test_no_client_makes_us_call_anybody(app, now, team, stranger, monkeypatch):
    called = []
    for owner, name in ((socket.socket, "connect"), (socket, "getaddrinfo")):
        monkeypatch.setattr(owner, name, lambda *facts, **_more: called.append(facts))
    make.busy(team[0], kind="address", valid_until=None, due_at=now.now())
    row = booked(now, reach="sms", email="", phone="0151 23456789")
    appointments.move(row.uuid, make.at(FRIDAY, 11), now=now.now())
    appointments.cancel(row.uuid, now=now.now())
    visiting.wish(now, street="Hinter den Gärten 3")
    assert db.session.query(Appointment).one().status == Status.CANCELLED
    assert db.session.query(VisitRequest).count() == 1
    assert called == []
    assert not stranger.called.is_set()
