"""Does every letter arrive when the mail server and the worker die again and again?

The worker is the product's own, hurried by ``hasty_worker``; at least once is the
promise, and doubles are known by their Message-ID.
"""

import itertools
import json
import random
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time as clock_time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking import clock
from booking.models import Letter, LetterState, Reach, db
from booking.services import appointments, letters
from tests import gateway as gateways
from tests import make
from tests.reliability import hasty_worker, mail_server
from tests.reliability.arrange import crowded_office, working_days
from tests.reliability.processes import LOOPBACK, ROOT, cut_off, free_port, started

LETTERS, DEATHS = 60, 10
SMS_DEATHS = 4
AT_THE_SAME_TIME = 2  # workers; one is killed, the other goes on
TALK = 15  # minutes
CHANCE = random.Random()  # noqa: S311 - when to die is no secret
EVERYTHING_WITHIN = 60.0  # seconds from the last death to the last letter; else a hang


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail server's address, and the book in which it writes what it accepted."""

    port: int
    book: Path

    @property
    def url(self) -> str:
        return f"smtp://{LOOPBACK}:{self.port}"

    def arrived(self) -> dict[str, list[str]]:
        """Return the Message-IDs that arrived, by recipient."""
        found = defaultdict(list)
        lines = self.book.read_text().splitlines() if self.book.exists() else []
        for line in map(json.loads, lines):
            for recipient in line["to"]:
                found[recipient].append(line["id"])
        return found


class Restless:
    """A process that can be killed at any moment and started again."""

    def __init__(self, start) -> None:
        self._start = start
        self.process: subprocess.Popen[bytes] = start()

    def die_and_come_back(self) -> None:
        cut_off(self.process)
        self.process = self._start()


@pytest.fixture
def mail(tmp_path) -> Mail:
    return Mail(free_port(), tmp_path / "arrived.jsonl")


@pytest.fixture
def settings(database_url, tmp_path, mail):
    return make.settings(tmp_path, database_url, mail_url=mail.url)


@pytest.fixture
def starts(app):
    """Open one long day a week or so; hand out its times, one after the other."""
    days = list(itertools.islice(working_days(), 4))
    crowded_office(dict.fromkeys(days, (clock_time(8), clock_time(13))), minutes=TALK)
    opening = [make.at(day, 8) for day in days]
    return (
        opens + timedelta(minutes=TALK * number)
        for opens in opening
        for number in range(20)
    )


def test_every_letter_arrives_though_worker_and_mail_server_are_killed_at_random(
    settings, starts, mail
):
    written = set()
    with (
        restless_mail(mail, busy=mail_server.BUSY) as server,
        workers(settings) as team,
    ):
        for death in range(DEATHS):
            written |= {booked(starts) for _ in range(LETTERS // DEATHS)}
            wait_for_work(mail)
            time.sleep(CHANCE.uniform(0, 0.2))
            team[death % len(team)].die_and_come_back()
            if CHANCE.random() < 0.5:
                server.die_and_come_back()
        wait_until_nothing_is_due()
    assert lost(written, mail) == []
    assert arrivals_under_several_names(mail) == []
    assert states() == {LetterState.SENT: LETTERS}


def test_a_letter_refused_for_good_says_why_and_keeps_no_other_waiting(
    settings, starts, mail
):
    refused = booked(starts, email=mail_server.REFUSED)
    others = {booked(starts) for _ in range(3)}
    with restless_mail(mail, busy=0):
        wait_for_greeting(mail)
        letters.post(now=clock.now())
    assert lost(others, mail) == []
    assert refused not in mail.arrived()
    failed = db.session.scalars(select(Letter).filter_by(state=LetterState.FAILED))
    assert failed.one().error == "550 5.1.1"  # her address would be in the words
    assert states() == {LetterState.FAILED: 1, LetterState.SENT: 3}


class TestTextMessages:
    @pytest.fixture
    def gateway(self):
        with gateways.running() as running:
            yield running

    @pytest.fixture
    def settings(self, database_url, tmp_path, gateway):
        facts = {"mail_url": "", "sms_url": gateway.url}
        return make.settings(tmp_path, database_url, **facts)

    def test_every_text_message_arrives_though_workers_are_killed(
        self, settings, starts, gateway
    ):
        number = {"reach": Reach.SMS, "email": "", "phone": "0151 23456789"}
        with workers(settings) as team:
            for death in range(SMS_DEATHS):
                gateway.status = 503 if death % 3 == 1 else 200
                before = len(gateway.asked)
                for _ in range(3):
                    booked(starts, **number)
                patiently(lambda before=before: len(gateway.asked) > before)
                team[death % len(team)].die_and_come_back()
            gateway.status = 200
            wait_until_nothing_is_due()
        arrived = {json.loads(body)["reference"] for *_, body in gateway.asked}
        written = {str(uuid) for uuid in db.session.scalars(select(Letter.uuid))}
        assert arrived == written
        assert states() == {LetterState.SENT: 3 * SMS_DEATHS}


# --- What goes on ------------------------------------------------------------


@contextmanager
def restless_mail(mail: Mail, *, busy: float):
    command = [sys.executable, "-m", mail_server.__name__]
    command += [str(mail.port), str(mail.book), str(busy)]
    server = Restless(lambda: subprocess.Popen(command, cwd=ROOT))
    try:
        yield server
    finally:
        cut_off(server.process)


@contextmanager
def workers(settings):
    log = settings.data.with_name("worker.log")
    team: list[Restless] = []

    def start():
        return started(hasty_worker.__name__, "worker", settings=settings, log=log)

    try:
        team.extend(Restless(start) for _ in range(AT_THE_SAME_TIME))
        yield team
    finally:
        for worker in team:
            cut_off(worker.process)


def booked(starts, **changes) -> str:
    """Book one more time; return the address its confirmation goes to."""
    start = next(starts)
    person = make.person(**({"email": f"amal.{start:%j.%H.%M}@example.org"} | changes))
    appointments.book(make.choice(start), person, now=clock.now())
    return person.email


def wait_for_work(mail: Mail) -> None:
    """Wait until one more letter has arrived, so that the next death hurts."""
    before = sum(map(len, mail.arrived().values()))
    patiently(lambda: sum(map(len, mail.arrived().values())) > before)


def wait_until_nothing_is_due() -> None:
    patiently(lambda: LetterState.DUE not in states())


def wait_for_greeting(mail: Mail) -> None:
    patiently(lambda: answers(mail))


def answers(mail: Mail) -> bool:
    import smtplib

    try:
        with smtplib.SMTP(LOOPBACK, mail.port, timeout=1):
            return True
    except OSError:
        return False


def patiently(condition) -> None:
    deadline = time.monotonic() + EVERYTHING_WITHIN
    while not condition():
        assert time.monotonic() < deadline, f"still waiting; letters: {states()}"
        time.sleep(0.02)


# --- What came of it ---------------------------------------------------------


def lost(written: set[str], mail: Mail) -> list[str]:
    return sorted(written - set(mail.arrived()))


def arrivals_under_several_names(mail: Mail) -> list[str]:
    return [to for to, names in mail.arrived().items() if len(set(names)) > 1]


def states() -> dict[str, int]:
    with Session(db.engine) as session:
        counted = select(Letter.state, func.count(Letter.id)).group_by(Letter.state)
        return dict(session.execute(counted).all())
