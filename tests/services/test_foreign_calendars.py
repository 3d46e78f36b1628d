"""From a stranger's server to a blocked slot, by the very way: what comes of a file?

The server is real, and so is the child that reads. Nothing is played but the town's
own net, in which the server may lie.
"""

import gzip
import logging
import multiprocessing
import threading
from contextlib import contextmanager
from datetime import date
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import select

from booking.models import Base, BusyTime, CalendarSource, JournalEntry, db
from booking.services import appointments, refreshing, sources
from booking.services.calendar_fetch import fetch
from booking.services.claim import SlotTaken
from booking.services.refreshing import Pace, refresh
from tests import make
from tests.calendars.reading import calendar
from tests.calendars.test_habits import HABITS

HERE = Path(__file__).parent.parent / "calendars"
THURSDAY = date(2027, 3, 4)
TALK = "UID:canary\nDTSTART:20270304T080000Z\nDTEND:20270304T090000Z\nSUMMARY:Canary\n"
GOOD = calendar(TALK)
SECRET = "canary-address-7f3a"


class Answer(BaseHTTPRequestHandler):
    """Says what the test wants said; ``drip`` never comes to an end."""

    def do_GET(self):
        said = self.server.said
        self.send_response(200)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if said is not None:
            self.wfile.write(said)
            return
        self.server.dripping.set()
        while not self.server.leaving.wait(0.05):
            self.wfile.write(b"B")
            self.wfile.flush()

    def log_message(self, *_words):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    said = GOOD

    def handle_error(self, request, client_address):
        """Whoever hangs up is no news."""


@pytest.fixture
def server():
    with running() as server:
        yield server


@contextmanager
def running():
    server = Server(("127.0.0.1", 0), Answer)
    server.headers, server.leaving = {}, threading.Event()
    server.dripping = threading.Event()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.leaving.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def settings(database_url, tmp_path):
    return make.settings(tmp_path, database_url, calendar_hosts=("127.0.0.1",))


@pytest.fixture
def source(office, now, server):
    """A calendar of hers that was read well once: she is busy from nine to ten."""
    address = f"http://127.0.0.1:{server.server_port}/{SECRET}.ics"
    sources.add_address(office.counsellor, "Mine", address, now=now.now())
    return db.session.query(CalendarSource.id).scalar()


def at(hour, minute=0):
    return make.at(THURSDAY, hour, minute)


def busy():
    db.session.rollback()
    rows = db.session.query(BusyTime).order_by(BusyTime.starts_at)
    return [(row.starts_at, row.ends_at) for row in rows]


def book(hour, now):
    return appointments.book(make.choice(at(hour)), make.person(), now=now.now())


def everything_stored(app):
    """Every value of every table, and on SQLite every byte of the file and its log."""
    db.session.rollback()
    found = [repr(row) for t in Base.metadata.tables.values() for row in _rows(t)]
    path = db.engine.url.database
    if db.engine.dialect.name == "sqlite":
        found += [repr(Path(path + end).read_bytes()) for end in ("", "-wal")]
    return "\n".join(found).casefold()


def _rows(table):
    return db.session.connection().execute(select(table))


def test_only_times_of_a_calendar_ever_reach_the_database(app, office, now):
    for of_hers, blocks in HABITS.items():
        content = (HERE / f"{of_hers}.ics").read_bytes()
        file = sources.NewFile(content=content, valid_until=date(2027, 4, 11))
        before = len(busy())
        sources.add_file(office.counsellor, "Mine", file, now=now.now())
        assert len(busy()) - before >= len(blocks)
    stored = everything_stored(app)
    assert "2027, 3, 22" in stored
    for told in ("canary", ".com", *(f"{one}-1" for one in HABITS)):
        assert told not in stored


def test_neither_address_nor_title_is_stored_in_clear_or_written_down(
    app, source, server, now, caplog, capfd
):
    server.headers["ETag"] = '"canary-tag"'
    with caplog.at_level(logging.DEBUG):
        for said in (GOOD, GOOD[:-30], b"BEGIN:X-Canary", calendar(TALK * 2)):
            server.said = said
            refresh(source, now=now.move(hours=30), pace=Pace.REGULAR)
    assert busy() == [(at(9), at(10))]
    assert "canary" not in everything_stored(app)
    assert "canary" not in (caplog.text + "".join(capfd.readouterr())).casefold()


def test_what_she_has_in_her_calendar_is_not_booked(source, now):
    with pytest.raises(SlotTaken):
        book(9, now)
    assert book(10, now).appointment.starts_at == at(10)


READ_AS_FAR_AS_IS_FAIR = [
    calendar(TALK + "RRULE:FREQ=SECONDLY"),
    calendar(TALK + "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    calendar(TALK + "RRULE:FREQ=DAILY;BYSETPOS=366"),
]
REFUSED = {
    "too_large": (gzip.compress(bytes(1 << 26)), {"Content-Encoding": "gzip"}),
    "too_many_events": (calendar(*[TALK] * 20_001), {}),
    "truncated": (GOOD[:-20], {}),
    "unreadable": (b"\x00" * 1_000, {}),
    "bad_answer": (b"\x1f\x8b" + b"\x00" * 50, {"Content-Encoding": "gzip"}),
    "web_page": (b"<html>Sign in, Canary</html>", {}),
}


def test_a_rule_without_end_blocks_its_first_time_and_she_is_told(source, server, now):
    for server.said in READ_AS_FAR_AS_IS_FAIR:
        assert refresh(source, now=now.move(minutes=15), pace=Pace.REGULAR)
        assert busy() == [(at(9), at(10))]
        warnings = db.session.get(CalendarSource, source).warnings
        assert warnings == {"refused_rule": 1}


def test_a_hostile_file_leaves_what_was_known_and_nothing_behind(source, server, now):
    for why, (server.said, server.headers) in REFUSED.items():
        now.move(minutes=15)
        assert not refresh(source, now=now.now(), pace=Pace.REGULAR)
        assert busy() == [(at(9), at(10))]
        assert db.session.get(CalendarSource, source).trouble == why
        assert multiprocessing.active_children() == []


def test_people_book_while_a_server_drips_for_ever(
    app, source, server, now, monkeypatch
):
    monkeypatch.setattr(
        refreshing, "fetch", lambda *one, **facts: fetch(*one, **facts | {"within": 6})
    )
    server.said = None
    reading = threading.Thread(target=partial(_read_it, app, source, now.now()))
    reading.start()
    assert server.dripping.wait(10)
    assert book(10, now).appointment.starts_at == at(10)
    assert reading.is_alive()  # the booking waited for nobody
    reading.join(20)
    assert not reading.is_alive()
    assert busy() == [(at(9), at(10))]
    assert db.session.get(CalendarSource, source).trouble == "timed_out"


def _read_it(app, source, now):
    with app.app_context():
        refresh(source, now=now, pace=Pace.REGULAR)


def test_reading_again_and_again_fills_no_journal(source, server, now):
    before = db.session.query(JournalEntry).count()
    for _ in range(3):
        refresh(source, now=now.move(minutes=15), pace=Pace.REGULAR)
    db.session.rollback()
    assert db.session.query(JournalEntry).count() == before
