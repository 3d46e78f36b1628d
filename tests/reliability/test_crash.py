"""Is anything lost that was confirmed, when the server dies in the middle of it?

``kill -9`` while clients book; how often, says BOOKING_TEST_CRASHES (usually 5).
"""

import itertools
import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import time as clock_time
from hashlib import sha256

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import clock
from booking.models import Appointment, ClientLink, Status, db
from booking.services.soundness import faults
from tests.reliability.arrange import crowded_office, working_days
from tests.reliability.processes import Server
from tests.reliability.walk import Walk, over_http

CRASHES = int(os.environ.get("BOOKING_TEST_CRASHES", "5"))
CLIENTS = 4  # book at the same time, one appointment after the other
LIVES = (0.2, 1.0)  # seconds from the first page to the crash
CHANCE = random.Random()  # noqa: S311 - when to die is no secret
BACK_WITHIN = 10.0  # seconds; two on a machine that has nothing else to do
TALK, COUNSELLORS = 5, 3  # minutes; enough times for a hundred crashes


@dataclass
class Clients:
    """Some people who book until nobody answers any more."""

    confirmed: list[str] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)

    def book_until_the_crash(self, port: int, crashed: threading.Event) -> None:
        while not crashed.is_set():
            try:
                self._book(port)
            except OSError:  # the server is gone, just as it should be
                return
            except Exception as fault:  # noqa: BLE001 - anything else is a finding
                # What was cut off in the middle of an answer is no surprise either.
                if not crashed.wait(1):
                    self.surprises.append(f"{type(fault).__name__}: {fault}")
                return

    def _book(self, port: int) -> None:
        walk = Walk(over_http([port]))
        link = CHANCE.choice([one for one in walk.to_days().links if "day=" in one])
        if walk.choose_any(link).status == 200:
            walk.describe("Amal Beispiel")
            answer = walk.book()
            if answer.status == 303:
                self.confirmed.append(answer.location)


@pytest.fixture
def opened(app):
    """Open long days, so that nobody stands in another's way for long."""
    days = itertools.islice(working_days(), 20)
    hours = dict.fromkeys(days, (clock_time(8), clock_time(13)))
    crowded_office(hours, minutes=TALK, counsellors=COUNSELLORS)


def test_every_confirmed_booking_is_there_after_the_server_was_killed(settings, opened):
    clients = Clients()
    waits = [life_and_death(settings, clients) for _ in range(CRASHES)]
    assert clients.surprises == []
    assert len(clients.confirmed) >= CRASHES, "too few bookings to lose one"
    assert lost(clients.confirmed) == []
    assert [fault for fault in faults(now=clock.now()) if "overlap" in fault] == []
    assert max(waits) < BACK_WITHIN


def life_and_death(settings, clients: Clients) -> float:
    """Start a server, let clients book, kill it; return how long its start took."""
    begun = time.monotonic()
    server = Server(settings)
    crashed = threading.Event()
    try:
        server.wait_until_it_answers()
        ready = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as crowd:
            for _ in range(CLIENTS):
                crowd.submit(clients.book_until_the_crash, server.port, crashed)
            before = len(clients.confirmed)
            await_a_booking(clients, before)
            time.sleep(CHANCE.uniform(*LIVES))
            server.kill()
            crashed.set()
    finally:
        server.kill()
    return ready - begun


def await_a_booking(clients: Clients, before: int) -> None:
    deadline = time.monotonic() + BACK_WITHIN
    while len(clients.confirmed) == before and time.monotonic() < deadline:
        time.sleep(0.02)


def lost(confirmed: list[str]) -> list[str]:
    """Return the confirmed addresses behind which no booked appointment stands."""
    query = (
        select(ClientLink.token_hash)
        .join(Appointment, Appointment.id == ClientLink.appointment_id)
        .where(Appointment.status == Status.BOOKED)
    )
    with Session(db.engine) as session:
        known = set(session.scalars(query))
    tokens = ((where, where.rpartition("/")[2]) for where in confirmed)
    return [
        where for where, token in tokens if sha256(token.encode()).digest() not in known
    ]
