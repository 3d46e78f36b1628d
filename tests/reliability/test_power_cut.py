"""Is anything lost that was confirmed, when the power fails?

A server books for clients and writes down what it asks of its disk; then we lay out the
files as a cut at many moments may have left them (BOOKING_TEST_POWER_CUTS, usually 6),
and the product opens each. The twin does not wait for its disk, and must lose something.
"""

import itertools
import os
import random
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import time
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep

import pytest

from booking import clock, create_app
from booking.models import db
from booking.services.soundness import faults
from tests import make
from tests.reliability import careless_disk, recorded_disk
from tests.reliability.arrange import crowded_office, working_days
from tests.reliability.power_cut import lay_out, steps_in
from tests.reliability.processes import ALONE, servers
from tests.reliability.recorded_disk import FILES, Step
from tests.reliability.walk import Walk, over_http

CUTS = int(os.environ.get("BOOKING_TEST_POWER_CUTS", "6"))
BOOKINGS = max(40, 10 * CUTS)
DATABASE = FILES[0]
CLIENTS = 4  # book at the same time, one appointment after the other
SEED = random.randrange(10**9)  # noqa: S311 - named when a test fails
WITH_WORKER = ()
FOLDS_WITHIN = 30.0  # seconds; one is usual, a busy machine needs more
TALK, COUNSELLORS = 5, 3  # minutes; enough times for everybody


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A client who was told yes, and how much the disk had been asked for by then."""

    token_hash: bytes
    by: int


@pytest.fixture
def database_url(sqlite_url):
    """PostgreSQL sees to its own disk, and has tests for that."""
    return sqlite_url


@pytest.fixture
def before(app, tmp_path) -> bytes:
    """Open long days; return the database's file before anybody books."""
    days = itertools.islice(working_days(), 20)
    hours = dict.fromkeys(days, (time(8), time(13)))
    crowded_office(hours, minutes=TALK, counsellors=COUNSELLORS)
    db.session.remove()
    db.engine.dispose()  # who leaves last folds the log into the file
    return (tmp_path / DATABASE).read_bytes()


def test_no_confirmed_booking_is_lost_in_a_power_cut(settings, before, tmp_path):
    confirmed = booked(settings, recorded_disk.__name__, WITH_WORKER)
    assert was_folded(settings), "no cut could fall into a checkpoint"
    seen = [
        what_is_wrong(settings, folder, known_by(confirmed, cut))
        for cut, folder in cuts(settings, before, confirmed, CUTS)
    ]
    assert [fault for found in seen for fault in found] == [], f"seed {SEED}"


def test_who_does_not_wait_for_the_disk_loses_what_was_confirmed(settings, before):
    confirmed = booked(settings, careless_disk.__name__)
    assert any(
        lost(folder, known_by(confirmed, cut))
        for cut, folder in cuts(settings, before, confirmed, 20)
    )


# --- Before the cut ------------------------------------------------------------


def booked(settings, module: str, how=ALONE) -> list[Confirmed]:
    """Let a server book for several clients at once, and write down its steps."""
    confirmed: list[Confirmed] = []
    with servers(1, settings, module=module, how=how) as [server]:
        with ThreadPoolExecutor(CLIENTS) as crowd:
            walks = [
                crowd.submit(book_on, settings, server.port, confirmed)
                for _ in range(CLIENTS)
            ]
        for walk in walks:
            walk.result()
        if how == WITH_WORKER:
            await_folding(settings)
    return confirmed


def book_on(settings, port: int, confirmed: list[Confirmed]) -> None:
    chance = random.Random()  # noqa: S311 - somebody's taste
    while len(confirmed) < BOOKINGS:
        confirmed.extend(one_booking(settings, port, chance))


def await_folding(settings) -> None:
    """With nobody reading any more, the worker's next writing folds the log."""
    deadline = monotonic() + FOLDS_WITHIN
    while not was_folded(settings) and monotonic() < deadline:
        sleep(0.1)


def one_booking(settings, port: int, chance: random.Random) -> list[Confirmed]:
    walk = Walk(over_http([port]))
    link = chance.choice([one for one in walk.to_days().links if "day=" in one])
    if walk.choose_any(link).status != 200:
        return []
    walk.describe("Amal Beispiel", reach="email", email="amal@example.org")
    answer = walk.book()
    asked = recorded_disk.book_of(settings).stat().st_size
    if answer.status != 303:
        return []
    token = answer.location.rpartition("/")[2]
    return [Confirmed(sha256(token.encode()).digest(), asked)]


def was_folded(settings) -> bool:
    """Tell whether the log was ever folded wholly into the database's file."""
    steps = steps_in(recorded_disk.book_of(settings))
    return any(one.step is Step.SYNC and FILES[one.file] == DATABASE for one in steps)


# --- After it --------------------------------------------------------------------


def cuts(settings, before: bytes, confirmed: list[Confirmed], count: int):
    """Yield moments of a cut, and a folder with what it left behind."""
    chance = random.Random(SEED)  # noqa: S311 - chance that can be had again
    book = recorded_disk.book_of(settings)
    steps = list(steps_in(book))
    first, last = confirmed[0].by, book.stat().st_size
    for number in range(count):
        cut = chance.randint(first, last)
        folder = settings.data.with_name(f"after-{number}")
        lay_out(before, steps, cut, folder, chance)
        yield cut, folder
        shutil.rmtree(folder)


def known_by(confirmed: list[Confirmed], cut: int) -> set[bytes]:
    return {one.token_hash for one in confirmed if one.by <= cut}


def what_is_wrong(settings, folder: Path, known: set[bytes]) -> list[str]:
    """Say what the product finds wrong in these files, and what is lost or halved."""
    url = f"sqlite:///{folder / DATABASE}"
    survivor = create_app(make.settings(folder, url, keys=settings.keys))
    with survivor.app_context():
        found = faults(now=clock.now())
        db.session.remove()
        db.engine.dispose()
    missing = f"{len(lost(folder, known))} of {len(known)} lost"
    return [
        *(one for one in found if "overlap" in one or "damaged" in one),
        *([missing] if lost(folder, known) else []),
        *(f"{one} without letter or journal" for one in halved(folder)),
    ]


def lost(folder: Path, known: set[bytes]) -> set[bytes]:
    return known - {row[0] for row in _asked(folder, _LINKS)}


def halved(folder: Path) -> list[str]:
    """Return the appointments that lack what was written together with them."""
    return [str(row[0]) for row in _asked(folder, _WITHOUT_LETTER_OR_LINE)]


def _asked(folder: Path, question: str) -> list[tuple]:
    try:
        with closing(sqlite3.connect(folder / DATABASE)) as connection:
            return connection.execute(question).fetchall()
    except sqlite3.DatabaseError:
        return []  # not even a database any more


_LINKS = """
    SELECT token_hash FROM client_link JOIN appointment
    ON appointment.id = appointment_id WHERE status = 'booked'
"""
_WITHOUT_LETTER_OR_LINE = """
    SELECT id FROM appointment WHERE status = 'booked' AND (
        NOT EXISTS (SELECT 1 FROM letter WHERE appointment_id = appointment.id)
        OR (SELECT count(*) FROM journal_entry WHERE deed = 'book')
        <> (SELECT count(*) FROM appointment WHERE status = 'booked'))
"""
