"""How does the running database become one SQLite file, as it is at one moment?"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, create_engine

from booking.models import db
from booking.models.running import settings
from booking.models.storage import UnsoundDatabase
from booking.services.row_copy import copy_rows, make_schema
from booking.services.soundness import schema_fault

ROOM = ".room-"


@contextmanager
def private_room() -> Iterator[Path]:
    """Give a folder in the data directory that nobody else reads, for a while."""
    data = settings().data
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear_abandoned(data)
    with TemporaryDirectory(dir=data, prefix=ROOM) as room, _locked(Path(room)):
        yield Path(room)


def _clear_abandoned(data: Path) -> None:
    """Remove what a killed process left behind: its lock went with it."""
    for room in data.glob(f"{ROOM}*"):
        with suppress(OSError), _locked(room):
            rmtree(room)


@contextmanager
def _locked(room: Path) -> Iterator[None]:
    descriptor = os.open(room, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def take_snapshot(path: Path) -> None:
    """Write the whole database to a new file; readers and writers go on meanwhile.

    Raises:
        UnsoundDatabase: a PostgreSQL database that waits for migrations.
    """
    if db.engine.dialect.name == "sqlite":
        # Not Connection.backup: it begins anew whenever another process writes.
        with closing(sqlite3.connect(db.engine.url.database or "")) as source:
            source.execute("PRAGMA busy_timeout = 10000")
            source.execute("VACUUM INTO ?", (str(path),))
        return
    with one_moment() as source, opened(path) as target:
        make_schema(target)
        copy_rows(source, target)


@contextmanager
def one_moment() -> Iterator[Connection]:
    """See the running database as it is now, whatever is written meanwhile."""
    level = {"postgresql": {"isolation_level": "REPEATABLE READ"}}
    with db.engine.connect() as connection:
        connection.execution_options(**level.get(db.engine.dialect.name, {}))
        if unfinished := schema_fault(connection):
            raise UnsoundDatabase(unfinished)
        yield connection


@contextmanager
def opened(path: Path) -> Iterator[Connection]:
    """Open a file as a database, in one transaction."""
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
