"""What if the n-th call fails? A trap that lets one of them raise, and a look at all rows.

SQLite is tested so: a deed is done again and again, and each time another one of its
calls fails, until it passes untouched. Afterwards every row of every table is compared.
"""

import io
import os
import re
import socket
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import psycopg
from sqlalchemy import Engine, LargeBinary, Table, event

from booking.services.row_copy import TABLES

Deed = Callable[..., object]
Rows = dict[str, Counter[tuple[object, ...]]]


class Call(StrEnum):
    """What can be let fail, and when: before it is done, or right after it."""

    STATEMENT = "statement"
    COMMIT = "commit"
    ANSWER = "answer"  # of a commit: it is done, and nobody learns of it
    FILE = "file"
    LINE = "line"  # to somebody outside: dialled, spoken into, listened to


@dataclass
class Trap:
    """Lets the n-th call of one kind fail, and counts them all."""

    call: Call | None = None
    number: int = 0  # which one fails; the first is 1
    counted: Counter[Call] = field(default_factory=Counter)
    watch: Callable[[], None] = lambda: None  # called after each commit

    def step_on(self, call: Call) -> bool:
        """Count one more call; tell whether it is the one that fails."""
        self.counted[call] += 1
        return call is self.call and self.counted[call] == self.number


@contextmanager
def laid(trap: Trap, engine: Engine) -> Iterator[None]:
    """Lay the trap for all that talks to this database, or writes a file."""
    dialect, fault = engine.dialect, _faults(engine)
    commit = dialect.do_commit

    def execute(_cursor, _statement, _parameters, _context=None):
        if trap.step_on(Call.STATEMENT):
            raise fault

    def do_commit(connection):
        if trap.step_on(Call.COMMIT):
            raise fault
        commit(connection)
        trap.watch()
        if trap.step_on(Call.ANSWER):
            raise fault

    names = ("do_execute", "do_executemany", "do_execute_no_params")
    for name in names:
        event.listen(engine, name, execute)
    dialect.do_commit = do_commit
    try:
        with _files(trap), _lines(trap):
            yield
    finally:
        del dialect.do_commit
        for name in names:
            event.remove(engine, name, execute)


def _faults(engine: Engine) -> Exception:
    if engine.dialect.name == "sqlite":
        fault = sqlite3.OperationalError("disk I/O error")
        fault.sqlite_errorcode = sqlite3.SQLITE_IOERR
        return fault
    return psycopg.OperationalError("could not write: no space left on device")


@contextmanager
def _files(trap: Trap) -> Iterator[None]:
    """Let a full disk refuse to open a file for writing, to keep it, or to name it."""

    def refusing(deed: Deed) -> Deed:
        def done(*arguments, **facts):
            reads = deed is kept[io, "open"] and not _writes(arguments, facts)
            if not reads and trap.step_on(Call.FILE):
                raise OSError(28, "No space left on device")
            return deed(*arguments, **facts)

        return done

    kept = _deeds_of(
        *((io, "open"), (os, "fsync")),
        *((Path, "touch"), (Path, "rename"), (Path, "replace")),
    )
    with _exchanged(kept, refusing):
        yield


@contextmanager
def _lines(trap: Trap) -> Iterator[None]:
    """Let a line break; the servers of a test, in threads of their own, keep theirs."""
    here = threading.get_ident()

    def breaking(deed: Deed) -> Deed:
        def done(*arguments, **facts):
            if threading.get_ident() == here and trap.step_on(Call.LINE):
                raise ConnectionResetError(104, "Connection reset by peer")
            return deed(*arguments, **facts)

        return done

    names = ("connect", "sendall", "recv_into")
    with _exchanged(_deeds_of(*((socket.socket, name) for name in names)), breaking):
        yield


def _deeds_of(*places: tuple[object, str]) -> dict[tuple[object, str], Deed]:
    return {(owner, name): getattr(owner, name) for owner, name in places}


@contextmanager
def _exchanged(
    kept: dict[tuple[object, str], Deed], how: Callable[[Deed], Deed]
) -> Iterator[None]:
    try:
        for (owner, name), deed in kept.items():
            setattr(owner, name, how(deed))
        yield
    finally:
        for (owner, name), deed in kept.items():
            setattr(owner, name, deed)


def _writes(arguments: tuple[object, ...], facts: dict[str, object]) -> bool:
    mode = arguments[1] if len(arguments) > 1 else facts.get("mode", "r")
    return bool(set(str(mode)) & set("wxa+"))


# --- All rows of all tables --------------------------------------------------


def every_row(engine: Engine) -> Rows:
    """Read everything, past our records: what lies there, and not what we make of it."""
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        found = {table.name: _rows_of(cursor, table) for table in TABLES}
        connection.rollback()
    return found


def _rows_of(cursor, table: Table) -> Counter[tuple[object, ...]]:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    cursor.execute(f'SELECT {columns} FROM "{table.name}"')  # noqa: S608 - our own names
    return Counter(tuple(map(_comparable, row)) for row in cursor.fetchall())


def _comparable(value: object) -> object:
    return repr(value) if isinstance(value, dict | list) else value


def alike(rows: Rows, aside: frozenset[str] = frozenset()) -> Rows:
    """Leave out what is another each time: numbers of rows, names, nonces, secrets."""
    left_out = CHANCE | aside
    return {
        table.name: Counter(_seen(table, row, left_out) for row in found.elements())
        for table in TABLES
        if (found := rows[table.name])
    }


def _seen(
    table: Table, row: tuple[object, ...], left_out: frozenset[str]
) -> tuple[object, ...]:
    return tuple(
        _blurred(column.type, value)
        for column, value in zip(table.columns, row, strict=True)
        if not (column.primary_key or column.foreign_keys or column.name in left_out)
    )


# Made anew each time, and seen by nobody twice.
CHANCE = frozenset({"password_hash"})
_NAMES = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}")


def _blurred(kind: object, value: object) -> object:
    if isinstance(kind, LargeBinary) and value is not None:
        return len(value)
    return _NAMES.sub("…", str(value)) if value is not None else None


def differences(one: Rows, other: Rows) -> dict[str, tuple[list, list]]:
    """Say, by table, what only one of the two holds."""
    found = {
        name: (
            list((one.get(name, Counter()) - other.get(name, Counter())).elements()),
            list((other.get(name, Counter()) - one.get(name, Counter())).elements()),
        )
        for name in one.keys() | other.keys()
    }
    return {name: (a, b) for name, (a, b) in found.items() if a or b}


# --- Back to where it began --------------------------------------------------


class Snapshot:
    """Everything as it is now, to come back to."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.rows = every_row(engine)
        if engine.dialect.name == "sqlite":
            self._copy = sqlite3.connect(":memory:", check_same_thread=False)
            with closing(sqlite3.connect(engine.url.database)) as source:
                source.backup(self._copy)
        else:
            self._copy = _copied_out(engine)

    def bring_back(self) -> None:
        """Let everything be as it was, unless it still is."""
        if every_row(self._engine) == self.rows:
            return
        if self._engine.dialect.name == "sqlite":
            with closing(sqlite3.connect(self._engine.url.database)) as target:
                self._copy.backup(target)
        else:
            _copied_in(self._engine, self._copy)


def _copied_out(engine: Engine) -> dict[str, bytes]:
    with closing(engine.raw_connection()) as connection:
        return {table.name: _out(connection, table.name) for table in TABLES}


def _out(connection, name: str) -> bytes:
    with connection.cursor().copy(f'COPY "{name}" TO STDOUT (FORMAT binary)') as copy:
        return b"".join(copy)


def _copied_in(engine: Engine, content: dict[str, bytes]) -> None:
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        # To bring back is no deed that a rule of the tables should judge.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name in content:
            cursor.execute(f'DELETE FROM "{name}"')  # noqa: S608 - our own names
        for name, rows in content.items():
            with cursor.copy(f'COPY "{name}" FROM STDIN (FORMAT binary)') as copy:
                copy.write(rows)
        connection.commit()
