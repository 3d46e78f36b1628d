"""How do we talk to the database so that nothing is lost or booked twice?

SQLite: WAL, FULL, and every transaction that will write begins IMMEDIATE, because
a transaction that reads first and writes later fails under load ("database is
locked") or, under the driver's own BEGIN, lets two readers decide alike.
"""

import sqlite3
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection

from booking.models.base import db
from booking.models.overlap import missing_rules

SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: a power cut takes back nothing that was acknowledged
    "foreign_keys": 1,
    "busy_timeout": 10_000,  # milliseconds
    "secure_delete": 1,  # an erased name leaves no bytes behind
    "trusted_schema": 0,
}
# PostgreSQL's machine may be gone without a word; a page says so rather than hang.
ANSWERS_WITHIN = {"connect_timeout": 5, "tcp_user_timeout": 15_000}  # s, ms
LOCKS_WITHIN = 10_000  # milliseconds that a statement waits for others, as on SQLite
PATIENCE = 10.0  # seconds that one who opens a new database waits for another
# Passed to Connection.execution_options by a unit that will write.
WILL_WRITE = {"sqlite_begin": "IMMEDIATE"}


class UnsoundDatabase(Exception):
    """The database lacks something that we rely on; the message says what."""


def init_app(app: Flask) -> None:
    """Connect the application to its database."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(url.get_backend_name())
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The log beside it gets the same rights: nobody else reads along.
        Path(url.database).touch(mode=0o600)
    db.init_app(app)
    with app.app_context():
        event.listen(db.engine, "reset", _end_what_is_open)
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", prepare)
            event.listen(db.engine, "begin", _begin)
        else:
            event.listen(db.engine, "connect", _limit_waiting)


def refuse_unsound(engine: Engine) -> None:
    """Raise ``UnsoundDatabase`` unless settings and overlap rules are in force."""
    with engine.connect() as connection:
        faults = settings_faults(connection)
        faults += [f"The rule {rule} is missing." for rule in missing_rules(connection)]
    if faults:
        raise UnsoundDatabase(
            " ".join(faults) + " Run “booking migrate”, then “booking check”."
        )


def settings_faults(connection: Connection) -> list[str]:
    """Say which of our settings this SQLite connection does not keep."""
    if connection.dialect.name != "sqlite":
        return []
    found = {name: connection.scalar(text(f"PRAGMA {name}")) for name in SQLITE_PRAGMAS}
    return [
        f"SQLite keeps {name} = {found[name]}, not {wanted}."
        for name, wanted in SQLITE_PRAGMAS.items()
        if found[name] != wanted
    ]


def edition_of(connection: Connection) -> tuple[int, int] | None:
    """Name the state of the database that a reading transaction sees.

    As long as one connection gets the same name, nobody has written anything, in
    this process or another (SQLite's ``data_version``). None where that cannot be
    told: in a unit that writes, whose work may yet be undone, and on PostgreSQL.
    """
    if connection.dialect.name != "sqlite" or _will_write(connection):
        return None
    raw = connection.connection.driver_connection
    if not isinstance(raw, sqlite3.Connection):
        return None
    version: int = raw.execute("PRAGMA data_version").fetchone()[0]
    # Of what the connection itself wrote when it served another, the version is silent.
    return version, raw.total_changes


def _will_write(connection: Connection) -> bool:
    return "sqlite_begin" in connection.get_execution_options()


def _engine_options(backend: str) -> dict[str, Any]:
    if backend == "sqlite":
        # A writer waits for the lock with its connection in hand, so readers
        # need enough besides: one write and one read connection a thread. The last
        # one given back comes first: it has seen the newest state (see ``edition_of``).
        return {"pool_size": 32, "max_overflow": 32, "pool_use_lifo": True}
    # Pinged before use: after a restart of the server, nobody meets a dead connection.
    return {
        "pool_size": 16,
        "max_overflow": 16,
        "pool_pre_ping": True,
        "connect_args": ANSWERS_WITHIN,
    }


def prepare(connection: sqlite3.Connection, _record: object = None) -> None:
    """Give a new connection our settings."""
    # The driver must not send a BEGIN of its own: see _begin.
    connection.isolation_level = None
    until = monotonic() + PATIENCE
    while not _has_log(connection) and monotonic() < until:
        sleep(0.005)
    for name, value in SQLITE_PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}").close()


def _limit_waiting(connection: Any, _record: object) -> None:
    """Let no statement wait for a lock without end; a setting of the session, kept."""
    connection.autocommit = True  # set in a transaction, it would end with it
    connection.execute(f"SET lock_timeout = {LOCKS_WITHIN}")
    connection.autocommit = False


def _has_log(connection: sqlite3.Connection) -> bool:
    """Switch to the log; of several who do so at once SQLite lets no one wait."""
    try:
        connection.execute("PRAGMA journal_mode = wal").close()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def _end_what_is_open(
    connection: DBAPIConnection, _record: object, _state: object
) -> None:
    """Let nobody go on in a transaction of somebody else.

    Where a COMMIT fails, SQLAlchemy takes the transaction for ended and gives the
    connection back as it is: on SQLite it would keep the lock that all writers need.
    Where nothing is open, this asks nobody.
    """
    connection.rollback()


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin")
    if mode is None:  # waits for nobody and cannot fail: the driver's own call will do
        connection.connection.cursor().execute("BEGIN")
    else:
        connection.exec_driver_sql(f"BEGIN {mode}")
