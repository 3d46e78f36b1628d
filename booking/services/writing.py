"""How does a deed reach the database? As one unit: all of it, or nothing."""

import fcntl
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from sqlalchemy import Engine, Insert, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from booking.models import Record, db
from booking.models.storage import SQLITE_PRAGMAS, WILL_WRITE

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 3
READERS_MAY_TAKE = 1000  # milliseconds; writers wait as long
TURN_WITHIN = 10.0  # seconds; whoever waits longer is told so, and nobody hangs
# PostgreSQL: serialization_failure and deadlock_detected.
WORTH_ANOTHER_TRY = frozenset({"40001", "40P01"})


class NoTurn(Exception):
    """Others wrote all the time, or one of them comes to no end."""


@contextmanager
def write_session() -> Iterator[Session]:
    """Open a unit of work of its own, and commit it when the block ends well.

    It is never a session that has read before: SQLAlchemy would ignore the
    option then, and BEGIN would stay deferred. What it loaded may be read on
    afterwards, but belongs to no session any more.
    """
    try:
        with (
            _one_writer(db.engine),
            Session(_writing(db.engine), expire_on_commit=False) as session,
        ):
            session.connection()  # BEGIN now, not at the first statement
            yield session
            session.commit()
    finally:
        # The request's own view of the database is from before the deed.
        db.session.rollback()


@contextmanager
def if_it_can_be_kept() -> Iterator[None]:
    """Write a note beside a page, such as “seen just now”; do without it if need be.

    While the disk is full or somebody locks the database, pages are read all the same.
    """
    try:
        yield
    except (DBAPIError, NoTurn) as fault:
        log.warning("not kept", extra={"fault": type(fault).__name__})


def add_at_once(session: Session, record: Record) -> None:
    """Insert a new record by one statement, past the session's unit of work.

    For rows that nobody changes in the same transaction: it costs a third, and
    shortens the time for which all other writers wait.
    """
    columns = record.__table__.columns
    given = {name: value for name, value in vars(record).items() if name in columns}
    session.connection().execute(_insert_into(type(record)), given)


@lru_cache(maxsize=64)
def _insert_into(kind: type[Record]) -> Insert:
    return insert(kind)


@contextmanager
def read_session() -> Iterator[Session]:
    """Open a view of one moment, for work outside of any request."""
    with Session(db.engine) as session:
        yield session


def let_go() -> None:
    """Give back what was read with, before somebody outside is waited for.

    Else a connection, and the view of a moment long past, are kept from others.
    """
    db.session.rollback()


def tried_again(deed: Callable[P, R]) -> Callable[P, R]:
    """Repeat a deed that PostgreSQL broke off because two waited for each other."""

    @wraps(deed)
    def patient(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(ATTEMPTS - 1):
            try:
                return deed(*args, **kwargs)
            except DBAPIError as fault:
                if getattr(fault.orig, "sqlstate", None) not in WORTH_ANOTHER_TRY:
                    raise
        return deed(*args, **kwargs)

    return patient


def wipe_erased() -> bool:
    """Leave no byte of what was erased in SQLite's file and log; tell if it worked.

    ``secure_delete`` alone does not do it: a page that was rebalanced keeps copies
    of cells in its free space (seen in an experiment), so the file is rewritten.
    """
    if db.engine.dialect.name != "sqlite":
        return True
    with _one_writer(db.engine), db.engine.connect() as connection:
        # Neither may stand in a transaction, and every other statement begins one.
        raw = connection.connection.driver_connection
        return isinstance(raw, sqlite3.Connection) and _is_wiped(raw)


def _is_wiped(raw: sqlite3.Connection) -> bool:
    raw.execute(f"PRAGMA busy_timeout = {READERS_MAY_TAKE}")
    try:
        # First the log: while somebody reads for long, nothing is rewritten in vain.
        if not _is_log_empty(raw):
            return False
        raw.execute("VACUUM")
        return _is_log_empty(raw)
    except sqlite3.OperationalError as fault:
        if fault.sqlite_errorcode not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise
        return False
    finally:
        raw.execute(f"PRAGMA busy_timeout = {SQLITE_PRAGMAS['busy_timeout']}")


def _is_log_empty(raw: sqlite3.Connection) -> bool:
    busy: int = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return busy == 0


@lru_cache(maxsize=4)
def _writing(engine: Engine) -> Engine:
    return engine.execution_options(**WILL_WRITE)


_threads = threading.Lock()
_side_files: dict[tuple[int, str], int] = {}


@contextmanager
def _one_writer(engine: Engine) -> Iterator[None]:
    """Queue the writers of one SQLite file, threads first, then processes.

    SQLite's own busy handler sleeps and retries without an order: with 32 writers
    the slowest waited 9.4 s; a lock and ``flock`` on a file beside it: 1.2 s. Raises
    ``NoTurn`` when the thread before does not come to an end.
    """
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path:
        yield
        return
    if not _threads.acquire(timeout=TURN_WITHIN):
        raise NoTurn
    try:
        descriptor = _side_file(path)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        _threads.release()


def _side_file(path: str) -> int:
    # A forked process must not share its parent's descriptor: nor its lock.
    key = (os.getpid(), path)
    if key not in _side_files:
        side = Path(f"{path}.lock")
        _side_files[key] = os.open(side, os.O_CREAT | os.O_RDWR, 0o600)
    return _side_files[key]
