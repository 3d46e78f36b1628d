"""Where do the tests find a real PostgreSQL? Given by address, or started here.

A cluster lives in a temporary directory, listens on a socket in it and nowhere
else, and is gone when the tests are. As root it runs as the user ``postgres``.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

Settings = Mapping[str, str]

FAST: Settings = MappingProxyType(
    {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "autovacuum": "off",  # no test lives long enough to need it
    }
)
DURABLE: Settings = MappingProxyType({"fsync": "on", "synchronous_commit": "on"})

INSTALLED = Path("/usr/lib/postgresql")  # Debian keeps each version's programs apart
STARTS_WITHIN = 30.0  # seconds; one is usual, a busy machine needs more


class PostgresMissing(Exception):
    """Neither an address nor the programs of a PostgreSQL were found."""


class PostgresDidNotStart(Exception):
    """The server gave up or stayed silent; its own words follow."""


@contextmanager
def postgres_url(settings: Settings = FAST) -> Iterator[str]:
    """Give the address of a server that may create databases."""
    given = os.environ.get("BOOKING_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with _cluster(_programs(), settings) as url:
        yield url


def fresh_database(server: str, *, template: str = "template0") -> str:
    """Create an empty database, or a copy of a template nobody is connected to."""
    url = make_url(server).set(database=f"lotse_{uuid4().hex}")
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(_database(url)), sql.Identifier(template)
    )
    _execute(make_url(server), statement)
    return url.render_as_string(hide_password=False)


def drop_database(server: str, database: str) -> None:
    """Remove a database made by ``fresh_database``, whoever is still connected."""
    name = sql.Identifier(_database(make_url(database)))
    _execute(make_url(server), sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _programs() -> Path:
    found = sorted(INSTALLED.glob("*/bin/initdb"), key=_version)
    elsewhere = shutil.which("initdb")
    if found:
        return found[-1].parent
    if elsewhere:
        return Path(elsewhere).resolve().parent
    raise PostgresMissing(
        "PostgreSQL 15 or newer is missing: install it, run tests/run, "
        "or set BOOKING_TEST_DATABASE_URL."
    )


def _version(initdb: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", initdb.parts[-3]))


@contextmanager
def _cluster(programs: Path, settings: Settings) -> Iterator[str]:
    # Not TMPDIR: the path of a socket may not be longer than 107 bytes.
    room = Path(tempfile.mkdtemp(prefix="lotse-postgres-", dir="/tmp"))
    try:
        _give_to_postgres(room)
        _make(programs, room)
        with _running(programs, room, settings) as url:
            yield url
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _give_to_postgres(room: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(room, "postgres", "postgres")


def _unprivileged() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def _make(programs: Path, room: Path) -> None:
    command = [str(programs / "initdb"), "-D", str(room / "cluster"), "--no-sync"]
    command += ["--username=postgres", "--auth=trust"]
    command += ["--encoding=UTF8", "--locale=C.UTF-8"]
    made = subprocess.run(
        command,
        cwd=room,
        capture_output=True,
        text=True,
        check=False,
        **_unprivileged(),
    )
    if made.returncode:
        raise PostgresDidNotStart(made.stderr)


@contextmanager
def _running(programs: Path, room: Path, settings: Settings) -> Iterator[str]:
    with (room / "log").open("w") as log:
        server = subprocess.Popen(
            _server_command(programs, room, settings),
            cwd=room,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            process_group=0,  # Ctrl-C is for pytest, which then stops us in order
            **_unprivileged(),
        )
        try:
            yield _when_ready(server, room)
        finally:
            server.send_signal(signal.SIGQUIT)  # nothing is worth a checkpoint
            server.wait()


def _server_command(programs: Path, room: Path, settings: Settings) -> list[str]:
    chosen = {
        "listen_addresses": "",
        "unix_socket_directories": str(room),
        "max_connections": "100",
        **settings,
    }
    command = [str(programs / "postgres"), "-D", str(room / "cluster")]
    for name, value in chosen.items():
        command += ["-c", f"{name}={value}"]
    return command


def _when_ready(server: subprocess.Popen[bytes], room: Path) -> str:
    url = URL.create(
        "postgresql+psycopg",
        username="postgres",
        database="postgres",
        query={"host": str(room)},
    )
    deadline = time.monotonic() + STARTS_WITHIN
    while server.poll() is None and time.monotonic() < deadline:
        with suppress(psycopg.OperationalError):
            _execute(url, sql.SQL("SELECT 1"))
            return url.render_as_string(hide_password=False)
        time.sleep(0.02)
    raise PostgresDidNotStart((room / "log").read_text())


def _execute(url: URL, statement: sql.SQL | sql.Composed) -> None:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement)


def _database(url: URL) -> str:
    return url.database or "postgres"
