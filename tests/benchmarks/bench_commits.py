"""How near does a booking come to what the disk can keep? python -m tests.benchmarks.bench_commits

Four things in turn, again and again, on the same disk with the same SQLite settings (WAL,
FULL: a commit that was acknowledged survives a power cut):

- raw: one row and one durable commit each, by Python's own sqlite3;
- replay: the very rows that bookings write, into the same tables with the same indexes
  and rules, each booking one commit, by sqlite3 again, without any program of ours;
- last POST: clients who have filled in everything press the button, through HTTP;
- whole walk: clients go from the list of days to the page of their appointment.

The figures are medians of the rounds, and of the ratios within each round. Clients and
server share the machine: what the clients need is part of the time. How near a booking
comes depends on the disk first: ``--flush 2`` lets each flush take 2 ms longer.
"""

import argparse
import shutil
import sqlite3
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from time import monotonic
from typing import Any

from flask import Flask
from sqlalchemy import event

from booking import clock, create_app
from booking.models import Reach, db
from booking.models.migration import migrate_to_newest
from booking.models.storage import prepare
from booking.services import appointments
from tests import make
from tests.benchmarks.load_bookings import (
    CLOSES,
    COUNSELLORS,
    OPENS,
    SEE_OTHER,
    TALK,
    Visitor,
    one_booking,
    to_the_last_button,
)
from tests.benchmarks.waiting_disk import flush_ms, run_again
from tests.reliability.arrange import crowded_office, working_days
from tests.reliability.processes import Server, servers

RAW_SECONDS = 0.5
REPLAYED = 150  # bookings
Statement = tuple[str, Any, bool]  # with its parameters, and whether there are many


@dataclass
class Round:
    """What one round measured: how many a second, and how long each answer took."""

    raw: float = 0.0
    replay: float = 0.0
    post: float = 0.0
    walk: float = 0.0
    post_ms: list[float] = field(default_factory=list)


def main() -> None:
    """Measure round after round, and print the medians."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--rounds", type=int, default=9)
    wanted.add_argument("--clients", type=int, default=4)
    wanted.add_argument("--each", type=int, default=10, help="bookings of a client")
    wanted.add_argument("--servers", type=int, default=1)
    wanted.add_argument("--flush", type=float, default=0.0, help="milliseconds more")
    asked = wanted.parse_args()
    if asked.flush:
        sizes = {name: size for name, size in vars(asked).items() if name != "flush"}
        again = [f"--{name}={size}" for name, size in sizes.items()]
        sys.exit(
            run_again(["-m", "tests.benchmarks.bench_commits", *again], asked.flush)
        )
    with tempfile.TemporaryDirectory() as folder:
        bookings = Recorded(Path(folder) / "recorded")
        home = Path(folder) / "served"
        settings = make.settings(
            home, f"sqlite:///{home / 'lotse.sqlite'}", trusted_proxies=("127.0.0.1",)
        )
        founded(create_app(settings))
        with servers(asked.servers, settings) as running:
            crowd = Crowd(running, asked.clients, asked.each)
            crowd.walk()  # to warm up
            rounds = [_round(home, bookings, crowd) for _ in range(asked.rounds)]
        flush = flush_ms(home)
    _report(rounds, flush)


def _round(folder: Path, bookings: "Recorded", crowd: "Crowd") -> Round:
    found = Round(raw=_raw(folder / "raw.sqlite"), replay=bookings.replayed())
    found.post, found.post_ms = crowd.press()
    found.walk, _ = crowd.walk()
    return found


def _report(rounds: list[Round], flush: float) -> None:
    waits = sorted(wait for one in rounds for wait in one.post_ms)
    lines = {
        "a flush of this disk, ms": flush,
        "raw commits a second": statistics.median(one.raw for one in rounds),
        "replayed bookings a second": statistics.median(one.replay for one in rounds),
        "last POSTs a second": statistics.median(one.post for one in rounds),
        "whole walks a second": statistics.median(one.walk for one in rounds),
        "last POST, p50, ms": statistics.median(waits),
        "last POST, p99, ms": waits[int(0.99 * (len(waits) - 1))],
    }
    for name, figure in lines.items():
        sys.stdout.write(f"{name:32}{figure:12,.2f}\n")
    for name, other in (("raw commits", "raw"), ("replayed bookings", "replay")):
        for mine in ("post", "walk"):
            ratio = statistics.median(
                getattr(one, mine) / getattr(one, other) for one in rounds
            )
            sys.stdout.write(f"{mine + ' / ' + name:32}{ratio:12.4f}\n")
    sys.stdout.write(f"{len(rounds)} rounds, {len(waits)} bookings by a last POST\n")


# --- The disk ----------------------------------------------------------------


def _raw(path: Path) -> float:
    """Write one row and keep it, for a while; return how often in a second."""
    with closing(_opened(path)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, x)")
        begun, done = monotonic(), 0
        while monotonic() - begun < RAW_SECONDS:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO row (x) VALUES (?)", ("x" * 100,))
            connection.execute("COMMIT")
            done += 1
        return done / (monotonic() - begun)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    prepare(connection)  # as the product opens its own
    return connection


class Recorded:
    """What some bookings wrote, to be written again from the same beginning."""

    def __init__(self, folder: Path) -> None:
        self._before, self._copy = folder / "before.sqlite", folder / "copy.sqlite"
        path = folder / "lotse.sqlite"
        app = create_app(make.settings(folder, f"sqlite:///{path}"))
        founded(app)
        shutil.copy(path, self._before)
        self._bookings = list(_written(app))

    def replayed(self) -> float:
        """Write all of it again; return how many bookings a second."""
        for leftover in self._copy.parent.glob("copy.sqlite*"):
            leftover.unlink()
        shutil.copy(self._before, self._copy)
        with closing(_opened(self._copy)) as connection:
            begun = monotonic()
            for statements in self._bookings:
                _write(connection, statements)
            return len(self._bookings) / (monotonic() - begun)


def _write(connection: sqlite3.Connection, statements: list[Statement]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for statement, parameters, several in statements:
        (connection.executemany if several else connection.execute)(
            statement, parameters
        )
    connection.execute("COMMIT")


def _written(app: Flask) -> Iterator[list[Statement]]:
    """Book, and yield what each booking wrote: the hold before it is not counted."""
    sent: list[Statement] = []

    def note(_connection, _cursor, statement, parameters, _context, several):
        if statement.split()[0] in {"INSERT", "UPDATE", "DELETE"}:
            sent.append((statement, parameters, several))

    with app.app_context():
        starts = (
            make.at(day, hour, minute)
            for day in islice(working_days(), 5)
            for hour in range(OPENS.hour, CLOSES.hour)
            for minute in range(0, 60, TALK)
        )
        event.listen(db.engine, "before_cursor_execute", note)
        for start in islice(starts, REPLAYED):
            person = make.person(reach=Reach.EMAIL)
            appointments.book(make.choice(start), person, now=clock.now())
            yield sent.copy()
            sent.clear()
        event.remove(db.engine, "before_cursor_execute", note)
        db.session.remove()
        db.engine.dispose()


def founded(app: Flask) -> None:
    """Open an office in which a crowd can book for a while."""
    with app.app_context():
        migrate_to_newest()
        hours = dict.fromkeys(working_days(), (OPENS, CLOSES))
        crowded_office(hours, minutes=TALK, counsellors=COUNSELLORS)
        with db.engine.connect() as connection:
            raw = connection.connection.driver_connection
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()


# --- The clients -------------------------------------------------------------


class Crowd:
    """Clients with a connection each, who all do the same at the same time."""

    def __init__(
        self, running: Sequence[Server], clients: int, each: int, **reach: str
    ) -> None:
        self._each = each
        self._clients = [
            Visitor(server.port, f"203.0.113.{number + 1}", **reach)
            for number, server in zip(range(clients), cycle(running), strict=False)
        ]

    def press(self) -> tuple[float, list[float]]:
        """Press the last buttons of forms filled in before: how many, how quickly?"""
        filled = [
            [to_the_last_button(client) for _ in range(self._each)]
            for client in self._clients
        ]
        took, waits = self._together(_pressed, filled)
        return len(waits) / took, waits

    def walk(self) -> tuple[float, list[float]]:
        """Book from the list of days to the page of the appointment."""
        took, waits = self._together(_walked, [[""] * self._each] * len(self._clients))
        return len(waits) / took, waits

    def _together(self, deed, texts) -> tuple[float, list[float]]:
        gate = threading.Barrier(len(self._clients) + 1)

        def work(client: Visitor, pages: list[str]) -> list[float]:
            gate.wait()
            return [wait for page in pages for wait in deed(client, page)]

        with ThreadPoolExecutor(len(self._clients)) as pool:
            going = [
                pool.submit(work, client, pages)
                for client, pages in zip(self._clients, texts, strict=True)
            ]
            gate.wait()
            begun = monotonic()
            waits = [wait for one in going for wait in one.result()]
            return monotonic() - begun, waits


def _pressed(client: Visitor, page: str) -> Iterator[float]:
    """Press; yield how many milliseconds it took, if she was booked."""
    if page:
        client.text = page
        begun = monotonic()
        client.send("appointment")
        if client.status == SEE_OTHER:
            yield 1000 * (monotonic() - begun)


def _walked(client: Visitor, _page: str) -> Iterator[float]:
    begun = monotonic()
    if one_booking(client) == "booked":
        yield 1000 * (monotonic() - begun)


if __name__ == "__main__":
    main()
