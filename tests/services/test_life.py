"""Whatever people do, in whatever order: is anybody booked twice, is anybody lost?

The deeds are those of ``tests.reliability.lives``; here Hypothesis plays chance, stops
after each deed to look, and shortens what went wrong. BOOKING_TEST_LIFE=100000 makes
four hundred lives of it.
"""

import os
from datetime import date, time

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from booking.calendars import read_calendar
from booking.models import (
    ACTIVE,
    Absence,
    Answer,
    Appointment,
    BusyTime,
    CalendarSource,
    ClientLink,
    InterpreterRequest,
    Letter,
    OpeningHours,
    Route,
    Stop,
    VisitRequest,
    Waiting,
    WalkIn,
    db,
)
from booking.services import source_reading
from booking.services.writing import write_session
from tests import make
from tests.reliability.lives import OFTEN, SELDOM, Life
from tests.reliability.promises import broken

LONG = int(os.environ.get("BOOKING_TEST_LIFE", "0"))
MONDAY = date(2027, 3, 1)
CHANCE = st.randoms(use_true_random=False)


def life(team, now):  # noqa: C901 - its rules are methods
    """Make a machine that lives in the office of this test."""

    class Lives(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            now.moment = make.at(MONDAY, 8)
            self.life = Life(team, None, now, days=3)
            self.taken = set()
            empty()

        @rule(deed=st.sampled_from(OFTEN), chance=CHANCE)
        def live(self, deed, chance):
            self.life.chance = chance
            self.life.do(deed)

        @rule(deed=st.sampled_from(SELDOM), chance=CHANCE)
        def live_otherwise(self, deed, chance):
            self.live(deed, chance)

        @rule(minutes=st.sampled_from([1, 10, 21]))
        def wait(self, minutes):
            now.move(minutes=minutes)

        @rule(hours=st.sampled_from([24, -1]))
        def have_the_clock_set(self, hours):
            now.move(hours=hours)

        @invariant()
        def every_promise_is_kept(self):
            with Session(db.engine) as session:
                assert broken(session, [self.life.told]) == []

        @invariant()
        def nobody_takes_a_time_at_which_she_is_busy_elsewhere(self):
            rows = db.session.query(Appointment).filter(Appointment.status.in_(ACTIVE))
            taken = {
                (row.id, row.status, row.counsellor_id, row.window) for row in rows
            }
            busy = db.session.query(BusyTime).all()
            for _id, _status, who, window in taken - self.taken:
                theirs = (one for one in busy if one.counsellor_id == who)
                assert not any(one.window.overlaps(window) for one in theirs)
            self.taken = taken
            db.session.rollback()

    return Lives


def empty():
    records = (
        *(Letter, ClientLink, InterpreterRequest, Answer, Stop, Route, Waiting),
        *(Appointment, VisitRequest, WalkIn, Absence, BusyTime, CalendarSource),
    )
    with write_session() as session:
        for kind in records:
            session.execute(delete(kind))
        changed = OpeningHours.valid_from > make.SINCE
        session.execute(delete(OpeningHours).where(changed))
        session.execute(update(OpeningHours).values(valid_until=None))


@pytest.fixture
def examples(database_url):
    """PostgreSQL answers more slowly; the machine is the same."""
    usually = 12 if database_url.startswith("sqlite") else 4
    return max(usually, LONG // 250)


def test_nobody_is_booked_twice_or_lost(office, now, examples, monkeypatch):
    monkeypatch.setattr(source_reading, "busy_by", read_calendar)  # no child each time
    make.interpreter(languages=("ti", "ar"))
    second = make.counsellor(languages=("de",), daily_maximum=2)
    third = make.counsellor(hours=((time(8, 30), time(10)), (time(10), time(12))))
    machine = life([office.counsellor, second, third], now)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
