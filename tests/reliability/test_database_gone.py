"""The database is away for a while: what do clients read, and does all go on afterwards?

SQLite's file is locked by somebody who forgot to go home. PostgreSQL has locked a table,
throws everybody out, or lets nobody in.
"""

import sqlite3
import threading
from contextlib import ExitStack, closing, contextmanager

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from booking.cli import serving
from booking.models import Appointment, Letter, LetterState, Status, db, storage
from booking.services import appointments, feeds, writing
from tests import make
from tests.web.reading import Page, Visitor

A_MOMENT = 100  # milliseconds; people are more patient than tests
DAYS = "/de/book/day?place=office&language=de&interpreter=no"
BOOK = "/de/book/appointment"
PHONE = "07161 650 55730"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def settings(database_url, tmp_path, monkeypatch):
    """An office whose patience with a locked database is short."""
    monkeypatch.setitem(storage.SQLITE_PRAGMAS, "busy_timeout", A_MOMENT)
    monkeypatch.setattr(storage, "LOCKS_WITHIN", A_MOMENT)
    monkeypatch.setattr(writing, "TURN_WITHIN", A_MOMENT / 1000)
    return make.settings(tmp_path, database_url)


def test_while_somebody_locks_the_database_clients_read_whom_to_call(browser_like):
    fields = Visitor(browser_like).check_page().form("/appointment").fields
    with locked():
        refuses(browser_like.post(BOOK, data=fields))
        assert browser_like.get(DAYS).status_code == 200
    assert browser_like.post(BOOK, data=fields).status_code == 303
    assert names_booked() == ["Amal Beispiel"]


def test_while_somebody_locks_the_database_staff_and_calendars_still_read(
    app, office, browser_like, now
):
    token = feeds.subscribe(office.counsellor, "Telefon", now=now.now())
    make.sign_in(browser_like, office.counsellor)
    now.move(minutes=2)  # that she was here should be noted by now
    with locked():
        assert browser_like.get("/staff/today").status_code == 200
        assert browser_like.get(f"/feeds/{token}.ics").status_code == 200


@on_sqlite
def test_nobody_hangs_behind_somebody_who_writes_without_end(browser_like):
    fields = Visitor(browser_like).check_page().form("/appointment").fields
    with endless_writer():
        refuses(browser_like.post(BOOK, data=fields))
        assert browser_like.get(DAYS).status_code == 200
    assert browser_like.post(BOOK, data=fields).status_code == 303


@on_postgresql
def test_when_postgresql_has_thrown_everybody_out_the_next_page_comes(browser_like):
    fields = Visitor(browser_like).check_page().form("/appointment").fields
    throw_everybody_out()
    assert browser_like.get(DAYS).status_code == 200
    throw_everybody_out()
    assert browser_like.post(BOOK, data=fields).status_code == 303


@on_postgresql
def test_while_postgresql_is_away_clients_read_whom_to_call(
    browser_like, postgres_server
):
    fields = Visitor(browser_like).check_page().form("/appointment").fields
    with closed(postgres_server):
        for answer in (browser_like.get(DAYS), browser_like.post(BOOK, data=fields)):
            refuses(answer)
        assert refuses(browser_like.get("/ar/")).all("html")[0].get("dir") == "rtl"
    assert browser_like.get(DAYS).status_code == 200
    assert browser_like.post(BOOK, data=fields).status_code == 303


def test_the_worker_goes_on_when_the_database_is_back(
    app, office, now, request, database_url
):
    start = make.at(now.now().date().replace(day=4), 9)
    appointments.book(make.choice(start), make.person(), now=now.now())
    with ExitStack() as away:
        if database_url.startswith("sqlite"):
            away.enter_context(locked())
        else:
            server = request.getfixturevalue("postgres_server")
            away.enter_context(closed(server))
        serving._work(app, PausesOnce(away.close))
    with Session(db.engine) as session:
        [letter] = session.scalars(select(Letter))
    assert letter.state == LetterState.SENT


class PausesOnce:
    """Tells the worker to stop at its second pause; something happens in the first."""

    def __init__(self, meanwhile) -> None:
        self._meanwhile = meanwhile
        self._pauses = 0

    def is_set(self) -> bool:
        return self._pauses > 1

    def wait(self, _seconds: float) -> None:
        if not self._pauses:
            self._meanwhile()
        self._pauses += 1


def refuses(answer) -> Page:
    """Say that a page answers as it should while the database is away."""
    page = Page(answer)
    assert (page.status, answer.headers["Retry-After"]) == (503, "120")
    assert PHONE in page.text
    assert "Traceback" not in page.html
    return page


def names_booked() -> list[str]:
    with Session(db.engine) as session:
        rows = session.scalars(select(Appointment).filter_by(status=Status.BOOKED))
        return [row.name for row in rows]


@contextmanager
def locked():
    """Let somebody begin to write, by another program, and come to no end."""
    if db.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(db.engine.url.database)) as somebody:
            somebody.execute("BEGIN IMMEDIATE")
            yield
        return
    somebody = create_engine(db.engine.url)
    try:
        with somebody.begin() as connection:
            connection.execute(_LOCK)
            yield
    finally:
        somebody.dispose()


@contextmanager
def endless_writer():
    """Let a thread of ours write without end."""
    begun, enough = threading.Event(), threading.Event()

    engine = db.engine

    def write() -> None:
        with writing._one_writer(engine):
            begun.set()
            enough.wait()

    thread = threading.Thread(target=write)
    thread.start()
    begun.wait()
    try:
        yield
    finally:
        enough.set()
        thread.join()


def throw_everybody_out() -> None:
    db.session.rollback()
    somebody = create_engine(db.engine.url, isolation_level="AUTOCOMMIT")
    with somebody.connect() as connection:
        connection.execute(_END_ALL, {"name": db.engine.url.database})
    somebody.dispose()


@contextmanager
def closed(server: str):
    """Let nobody into PostgreSQL's database, and throw out who is in."""
    name = db.engine.url.database
    db.session.remove()
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
        connection.execute(_END_ALL, {"name": name})
        try:
            yield
        finally:
            connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'))
    admin.dispose()


_LOCK = text("LOCK TABLE appointment, staff_session, subscription IN EXCLUSIVE MODE")
_END_ALL = text(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
    "WHERE datname = :name AND pid <> pg_backend_pid()"
)
