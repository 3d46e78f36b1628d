"""Whatever several processes do at once, in whatever order: is anything lost or double?

How many deeds, says BOOKING_TEST_LIFE (usually 210).
"""

import multiprocessing
import os
import pickle
import random
import sys
import traceback
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from booking import create_app
from booking.calendars import read_calendar
from booking.models import db
from booking.services import journal_chain, source_reading
from booking.services.soundness import faults
from tests import make
from tests.reliability.lives import Life
from tests.reliability.promises import broken

USUALLY = 210
DEEDS = int(os.environ.get("BOOKING_TEST_LIFE", USUALLY))
PROCESSES = 3
A_WHILE = 20  # seconds at most between two deeds of one life
SEED = random.randrange(10**9)  # noqa: S311 - named when a test fails
AT_ONCE = multiprocessing.get_context("fork")  # nothing is imported anew


class SharedClock:
    """One clock for all processes; whoever does something moves it on."""

    def __init__(self, moment) -> None:
        self._begin = moment
        self._seconds = AT_ONCE.Value("d", 0)

    def now(self):
        return self._begin + timedelta(seconds=self._seconds.value)

    def move(self, **forward):
        with self._seconds.get_lock():
            self._seconds.value += timedelta(**forward).total_seconds()
        return self.now()


@dataclass
class Lived:
    """What one process hands back."""

    life: Life
    surprises: list[str] = field(default_factory=list)


@pytest.fixture
def team(office, monkeypatch):
    """Open an office with some counsellors and two interpreters."""
    monkeypatch.setattr(source_reading, "busy_by", read_calendar)  # no child each time
    for _ in range(2):
        make.interpreter(languages=("ti", "ar"))
    others = [make.counsellor(languages=("de",), daily_maximum=4) for _ in range(2)]
    return [office.counsellor, *others]


def test_nothing_is_lost_or_double_when_several_processes_do_anything(
    settings, team, now, tmp_path, capsys
):
    lived = lived_at_once(settings, team, SharedClock(now.now()), tmp_path)
    surprises = [fault for one in lived for fault in one.surprises]
    assert surprises == [], f"seed {SEED}"
    with Session(db.engine) as session:
        assert broken(session, [one.life.told for one in lived]) == [], f"seed {SEED}"
    assert unsound(max(one.life.now.now() for one in lived)) == []
    if DEEDS > USUALLY:
        tell(lived, capsys)


def lived_at_once(settings, team, clock, folder: Path) -> list[Lived]:
    """Let several lives go on in processes of their own, until all has been done."""
    db.session.remove()
    db.engine.dispose()  # a connection belongs to one process
    files = [folder / f"life-{number}" for number in range(PROCESSES)]
    processes = [
        AT_ONCE.Process(target=live, args=(settings, team, clock, number, file))
        for number, file in enumerate(files)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return [pickle.loads(file.read_bytes()) for file in files]  # noqa: S301 - ours


def live(settings, team, clock, number: int, file: Path) -> None:
    """Do one process's share; write down what its people were told."""
    chance = random.Random(SEED + number)  # noqa: S311 - a life, no secret
    life = Life(team, chance, clock, days=6, lives=PROCESSES, number=number)
    lived = Lived(life)
    with create_app(settings).app_context():
        for _ in range(DEEDS // PROCESSES):
            clock.move(seconds=chance.randrange(A_WHILE))
            try:
                life.go_on()
            except Exception:  # noqa: BLE001 - whatever happened is the finding
                lived.surprises.append(traceback.format_exc()[-3000:])
        db.session.remove()
        db.engine.dispose()
    life.now = make.StoppedClock(clock.now())
    file.write_bytes(pickle.dumps(lived))


def unsound(now) -> list[str]:
    """Say what “booking check” finds, but for what nobody was asked to do here."""
    while journal_chain.seal(now=now):
        now += journal_chain.EVERY
    nobodys_matter = ("No worker", "letters wait", "The daily erasing", "Kept longer")
    return [
        fault
        for fault in faults(now=now)
        if not any(words in fault for words in nobodys_matter)
    ]


def tell(lived: list[Lived], capsys) -> None:
    """Say what a long run has done."""
    did, no = Counter(), Counter()
    for one in lived:
        did += one.life.did
        no += one.life.refused
    booked = sum(len(one.life.told.booked) for one in lived)
    words = f"{did.total()} deeds, {no.total()} refusals, {booked} bookings kept"
    with capsys.disabled():
        sys.stdout.write(f"\n{words}\n{dict(did)}\n{dict(no)}\n")
