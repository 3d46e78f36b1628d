"""Does a booking take longer while strangers hang? python -m tests.benchmarks.bench_strangers

Two servers, each with its worker. Beside the one, everybody outside takes the call and
says nothing: the mail server, the gateway for text messages, the servers of the
counsellors' own calendars; letters and calendars are due, so that the worker is always
waiting for somebody. The other has the same rows, but nothing is due. A client books with
one, then with the other, again and again, from the list of days to the page of the
appointment: whatever else the machine does, both meet it. The figure is the ratio of the
95th percentiles. We promise at most 1.1; above it the exit status is 1. Beside it stands
the median of the pairs' ratios, and between which bounds the figure lies by chance (nine
times in ten, by drawing pairs anew).
"""

import argparse
import random
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from socket import create_server

from sqlalchemy import update

from booking import clock, create_app
from booking.config import Settings
from booking.models import Letter, Reach, SourceKind, StaffMember, db
from booking.services import appointments
from tests import make
from tests.benchmarks.bench_commits import Crowd, founded
from tests.benchmarks.load_bookings import OPENS, TALK
from tests.reliability.arrange import working_days
from tests.reliability.processes import Server

PROMISED = 1.1
WARM_UP, DRAWN = 10, 1_000
Pair = tuple[float, float]  # milliseconds
A_TWENTIETH = 20
LETTERS = 15  # by mail, and as many text messages


def main() -> None:
    """Book in turn, and print the ratio."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--bookings", type=int, default=400)
    asked = wanted.parse_args()
    with tempfile.TemporaryDirectory() as folder, _hanging() as (port, called):
        alone, among = (_settings(Path(folder) / name, port) for name in "ab")
        _open(alone, port, due_at=clock.now() + timedelta(days=300))
        _open(among, port, due_at=clock.now())
        with _serving(alone) as one, _serving(among) as other:
            clients = [Crowd([server], 1, 1, reach="none") for server in (one, other)]
            pairs = [_pair(clients, turn) for turn in range(asked.bookings + WARM_UP)]
    pairs = [pair for pair in pairs[WARM_UP:] if all(pair)]
    _report(pairs, len(called))


def _pair(clients: list[Crowd], turn: int) -> Pair:
    """Book once with both; who comes first changes. 0 is a time that was taken."""
    first = turn % 2
    found = {one: sum(clients[one].walk()[1]) for one in (first, 1 - first)}
    return found[0], found[1]


def _report(pairs: list[Pair], called: int) -> None:
    ratio = _ratio(pairs)
    drawn = sorted(
        _ratio(random.choices(pairs, k=len(pairs)))  # noqa: S311 - no secret
        for _ in range(DRAWN)
    )
    low, high = drawn[DRAWN // 20], drawn[-DRAWN // 20]
    typical = statistics.median(hanging / usual for usual, hanging in pairs)
    usual, hanging = (_p95([pair[one] for pair in pairs]) for one in (0, 1))
    sys.stdout.write(
        f"p95 of {len(pairs)} bookings each: {usual:.0f} ms alone, {hanging:.0f} ms "
        f"while strangers hang ({called} calls hung)\n"
        f"ratio {ratio:.3f} (by chance {low:.2f} to {high:.2f}), promised {PROMISED}; "
        f"median of the pairs {typical:.3f}\n"
    )
    sys.exit(ratio > PROMISED)


def _ratio(pairs: list[Pair]) -> float:
    return _p95([pair[1] for pair in pairs]) / _p95([pair[0] for pair in pairs])


def _p95(waits: list[float]) -> float:
    return statistics.quantiles(waits, n=A_TWENTIETH)[-1]


@contextmanager
def _hanging() -> Iterator[tuple[int, list[object]]]:
    """Take every call and say nothing."""
    kept: list[object] = []

    def listen() -> None:
        with suppress(OSError):  # the end
            while True:
                kept.append(listening.accept()[0])

    with create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=listen, daemon=True).start()
        yield listening.getsockname()[1], kept


@contextmanager
def _serving(settings: Settings) -> Iterator[Server]:
    server = Server(settings, how=["--threads=8"])
    try:
        server.wait_until_it_answers()
        yield server
    finally:
        server.kill()


def _settings(home: Path, port: int) -> Settings:
    return make.settings(
        home,
        f"sqlite:///{home / 'lotse.sqlite'}",
        trusted_proxies=("127.0.0.1",),
        mail_url=f"smtp://127.0.0.1:{port}",
        sms_url=f"http://127.0.0.1:{port}",
        calendar_hosts=("127.0.0.1",),
    )


def _open(settings: Settings, port: int, *, due_at: datetime) -> None:
    """Open an office with calendars to read, and letters of both kinds to send."""
    founded(create_app(settings))
    with create_app(settings).app_context():
        for staff in db.session.query(StaffMember.id).all():
            source = make.busy(staff.id, kind=SourceKind.ADDRESS, due_at=due_at)
            with make.write_session() as session:
                address = f"http://127.0.0.1:{port}/{staff.id}.ics"
                session.merge(source).address = address
        by_sms = make.person(reach=Reach.SMS, email="", phone="0151 23456789")
        last = list(working_days())[-1]
        for number, person in enumerate((make.person(), by_sms) * LETTERS):
            start = make.at(last, OPENS.hour + number // 4, number % 4 * TALK)
            appointments.book(make.choice(start), person, now=clock.now())
        with make.write_session() as session:
            session.execute(update(Letter).values(next_try_at=due_at))
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    main()
