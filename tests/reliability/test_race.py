"""Two hundred clients, twenty times, one counsellor: who gets one, who learns what?

BOOKING_TEST_RACE=1000 sends a thousand after a hundred times.
Over real HTTP, through the whole form, from thirty networks, against several server
processes on one database. The twin runs the same race without guard and rule, and
must find what this one does not.
"""

import itertools
import os
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, time, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import ACTIVE, Appointment, ClientLink, Status, db
from tests import make
from tests.reliability import sabotaged
from tests.reliability.arrange import crowded_office, working_days
from tests.reliability.processes import servers
from tests.reliability.walk import Walk, over_http

CLIENTS = int(os.environ.get("BOOKING_TEST_RACE", "200"))
TIMES, NETWORKS, PROCESSES = CLIENTS // 10, 30, 3
TALK = 300 // TIMES  # minutes; so many of them fill the day
OPENS, CLOSES = time(8), time(13)
CALM_CLOSES = time(9)  # on the days that only serve as "other times"
EVERYBODY_WITHIN = 90  # seconds until all are at the same page; more is a hang
ROUNDS_OF_THE_TWIN = 3

BOOKED, TAKEN = 303, 409


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one client's walk ended."""

    start: str
    status: int = 0
    location: str = ""
    helped: bool = True  # who came too late is shown other times, or a number to call
    fault: str = ""  # a status that nobody should meet, or a page that never came


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which time a client wants."""

    day: date
    start: str


@pytest.fixture
def days(app) -> list[date]:
    """Open one full day a round, and calm days for those who come too late."""
    days = list(itertools.islice(working_days(), ROUNDS_OF_THE_TWIN + 5))
    crowded, calm = days[:ROUNDS_OF_THE_TWIN], days[ROUNDS_OF_THE_TWIN:]
    hours = dict.fromkeys(crowded, (OPENS, CLOSES))
    crowded_office(hours | dict.fromkeys(calm, (OPENS, CALM_CLOSES)), minutes=TALK)
    return crowded


def test_of_two_hundred_clients_twenty_get_a_time_and_the_others_learn_of_other_times(
    settings, days
):
    with servers(PROCESSES, settings) as running:
        outcomes = race([server.port for server in running], days[0])
    assert faults(outcomes, days[0]) == []


def test_without_guard_and_rule_the_same_race_books_twice(settings, days):
    with db.engine.begin() as connection:
        sabotaged.drop_the_rules(connection)
    with servers(PROCESSES, settings, module=sabotaged.__name__) as running:
        ports = [server.port for server in running]
        rounds = (faults(race(ports, day), day) for day in days)
        assert any(DOUBLE in fault for found in rounds for fault in found)


# --- The race ----------------------------------------------------------------


def race(ports: list[int], day: date) -> list[Outcome]:
    """Send everybody off at once; ten clients want each time."""
    wanted = starts()
    gates = [threading.Barrier(CLIENTS, timeout=EVERYBODY_WITHIN) for _ in range(2)]

    def run(number: int) -> Outcome:
        start = wanted[number * TIMES // CLIENTS]
        try:
            return walked(number, Wanted(day, start), ports, gates)
        except Exception as fault:  # noqa: BLE001 - whatever happened is the finding
            for gate in gates:
                gate.abort()  # nobody waits for somebody who is gone
            return Outcome(start, fault=f"{type(fault).__name__}: {fault}")

    with ThreadPoolExecutor(CLIENTS) as crowd:
        return list(crowd.map(run, range(CLIENTS)))


def walked(
    number: int, want: Wanted, ports: list[int], gates: list[threading.Barrier]
) -> Outcome:
    """Walk one client through; everybody chooses at once, and presses book at once."""
    shift = number % len(ports)
    ask = over_http(ports[shift:] + ports[:shift], f"203.0.113.{number % NETWORKS + 1}")
    walk = Walk(ask)
    offered = walk.to_times(want.day.isoformat())
    assert offered == starts()
    gates[0].wait()
    answer = walk.choose(want.start)
    if answer.status != TAKEN:
        walk.describe(f"Amal Beispiel {number}")
    gates[1].wait()
    if answer.status != TAKEN:
        answer = walk.book()
    return Outcome(want.start, answer.status, answer.location, helped=is_helped(walk))


def is_helped(walk: Walk) -> bool:
    page = walk.answer.page
    return walk.answer.status != TAKEN or bool(page.other_times) or page.says_call


def starts() -> list[str]:
    minutes = range(OPENS.hour * 60, CLOSES.hour * 60, TALK)
    return [f"{since // 60:02}:{since % 60:02}" for since in minutes]


# --- The judgement, the same for both ----------------------------------------

DOUBLE = "overlaps"


def faults(outcomes: list[Outcome], day: date) -> list[str]:
    """Say everything that went wrong; an empty list means a fair race."""
    with Session(db.engine) as session:
        rows = taken(session, day)
        links = {link.token_hash for link in session.scalars(select(ClientLink))}
    return [
        *(outcome.fault for outcome in outcomes if outcome.fault),
        *miscounted(outcomes, rows),
        *doubles(rows),
        *unhelped(outcomes),
        *forgotten(outcomes, links),
    ]


def taken(session: Session, day: date) -> list[Appointment]:
    """Return what takes up the counsellor's time that day."""
    midnight = make.at(day, 0)
    query = select(Appointment).where(
        Appointment.status.in_(ACTIVE),
        Appointment.starts_at >= midnight,
        Appointment.starts_at < midnight + timedelta(days=1),
    )
    return list(session.scalars(query.order_by(Appointment.busy_from)))


def miscounted(outcomes: list[Outcome], rows: list[Appointment]) -> Iterator[str]:
    answers = Counter(outcome.status for outcome in outcomes)
    if answers != {BOOKED: TIMES, TAKEN: CLIENTS - TIMES}:
        yield f"The answers were {dict(answers)}."
    booked = [row.starts_at for row in rows if row.status == Status.BOOKED]
    if (len(rows), len(booked), len(set(booked))) != (TIMES, TIMES, TIMES):
        yield f"{len(rows)} rows, {len(booked)} booked, {len(set(booked))} starts."


def doubles(rows: list[Appointment]) -> Iterator[str]:
    for one, other in itertools.combinations(rows, 2):
        if (
            one.counsellor_id == other.counsellor_id
            and one.busy_from < other.busy_until
            and other.busy_from < one.busy_until
        ):
            yield f"{one.starts_at:%H:%M} {DOUBLE} {other.starts_at:%H:%M}."


def unhelped(outcomes: list[Outcome]) -> Iterator[str]:
    lost = sum(not outcome.helped for outcome in outcomes)
    if lost:
        yield f"{lost} clients were told of no other time and of no number."


def forgotten(outcomes: list[Outcome], links: set[bytes]) -> Iterator[str]:
    for outcome in outcomes:
        token = outcome.location.rpartition("/")[2]
        if outcome.status == BOOKED and sha256(token.encode()).digest() not in links:
            yield f"{outcome.start} was confirmed and is not in the database."
