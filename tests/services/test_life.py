"""Whatever people do, in whatever order: is anybody booked twice, is anybody lost?"""

from contextlib import suppress
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, update

from booking.calendars import read_calendar
from booking.models import (
    ACTIVE,
    Absence,
    Appointment,
    BusyTime,
    CalendarSource,
    ClientLink,
    Letter,
    OpeningHours,
    Status,
    db,
)
from booking.scheduling import ImpossibleHours
from booking.services import (
    appointments,
    handing_over,
    holds,
    opening_hours,
    source_reading,
    sources,
)
from booking.services.appointments import TooLate
from booking.services.claim import SlotTaken
from booking.services.opening_hours import HoursCollide, Line
from booking.services.sources import NewFile, TooManySources
from booking.services.writing import write_session
from tests import make
from tests.calendars.reading import calendar

DAYS = [date(2027, 3, day) for day in (2, 3, 4)]
STARTS = st.builds(
    lambda day, quarter: (day, 9 + quarter // 4, 15 * (quarter % 4)),
    st.sampled_from(DAYS),
    st.integers(0, 9),
)
PEOPLE = st.integers(1, 6)
HOURS = st.sampled_from([1, 72])
LANGUAGES = st.sampled_from(["de", "ar", "ti"])


def life(counsellors, now):  # noqa: C901 - its rules are methods
    """Make a machine that lives in the office of this test."""

    class Life(RuleBasedStateMachine):
        walks = Bundle("walks")

        def __init__(self):
            super().__init__()
            now.moment = make.at(date(2027, 3, 1), 8)
            self.promised = {}
            self.taken = set()
            empty()

        @rule(target=walks, start=STARTS, language=LANGUAGES)
        def begin(self, start, language):
            return make.choice(make.at(*start), wish=make.wish(language=language))

        @rule(walk=walks, network=st.sampled_from([b"a", b"b"]))
        def hold(self, walk, network):
            self.tried(holds.hold, walk, network=network)

        @rule(walk=walks, start=STARTS)
        def hold_another_time(self, walk, start):
            other = make.choice(make.at(*start), key=walk.key)
            self.tried(holds.hold, other, network=b"c")

        @rule(start=STARTS, language=LANGUAGES)
        def call_and_book(self, start, language):
            self.book(self.begin(start, language), people=1)

        @rule(walk=walks, people=PEOPLE)
        def book(self, walk, people):
            way = self.tried(appointments.book, walk, make.person(people=people))
            # Sent again after a cancellation, the form shows that it is cancelled.
            if way and way.appointment.status == Status.BOOKED:
                self.promised[way.appointment.uuid] = way.appointment.starts_at

        @rule(which=st.integers(0, 50), start=STARTS)
        def move(self, which, start):
            uuid = self.one(which)
            if uuid and self.tried(appointments.move, uuid, make.at(*start)) is None:
                row = db.session.query(Appointment).filter_by(uuid=uuid).one()
                if row.starts_at == make.at(*start):
                    self.promised[uuid] = row.starts_at

        @rule(which=st.integers(0, 50))
        def cancel(self, which):
            uuid = self.one(which)
            if uuid:
                self.tried(appointments.cancel, uuid)
                self.promised.pop(uuid)

        @rule(minutes=st.sampled_from([1, 10, 21]))
        def wait(self, minutes):
            now.move(minutes=minutes)

        @rule()
        def expire(self):
            holds.expire(now=now.now())

        @rule(who=st.sampled_from(counsellors), start=STARTS)
        def fall_ill(self, who, start):
            begins = make.at(*start)
            make.absent(who, begins, begins + timedelta(hours=1))

        @rule(who=st.sampled_from(counsellors), start=STARTS, hours=HOURS)
        def lend_a_calendar(self, who, start, hours):
            begins = f"{make.at(*start):%Y%m%dT%H%M%SZ}"
            content = calendar(f"DTSTART:{begins}\nDURATION:PT{hours}H")
            file = NewFile(content=content, valid_until=date(2027, 4, 1))
            with suppress(TooManySources):
                sources.add_file(who, "Hers", file, now=now.now())

        @rule(which=st.integers(0, 50))
        def take_a_calendar_back(self, which):
            known = db.session.query(CalendarSource).order_by(CalendarSource.id).all()
            if known:
                row = known[which % len(known)]
                sources.remove(row.uuid, by=row.staff_id, now=now.now())

        @rule(which=st.integers(0, 50), to=st.sampled_from([*counsellors, None]))
        def hand_over(self, which, to):
            uuid = self.one(which)
            if uuid:
                self.tried(handing_over.hand_over, uuid, to, by=1)

        @rule(
            who=st.sampled_from(counsellors),
            day=st.sampled_from(DAYS),
            opens=st.integers(8, 11),
        )
        def change_hours(self, who, day, opens):
            today = now.now().date()
            lines = opening_hours.listed(who, today=today)
            row = [one for one in lines if one.weekday == day.weekday()][-1]
            try:
                hours = replace(
                    row.as_weekly_hours(), opens=time(opens), valid_from=day
                )
                new = opening_hours.instead_of(row, Line(hours), today=today)
                new.save(by=1, now=now.now())
            except (ImpossibleHours, HoursCollide):
                pass  # she has other hours then, or would close before she opens

        def one(self, which):
            known = sorted(self.promised, key=str)
            return known[which % len(known)] if known else None

        def tried(self, deed, *what, **facts):
            try:
                return deed(*what, now=now.now(), **facts)
            except (SlotTaken, TooLate):
                return False

        @invariant()
        def nobody_is_booked_twice(self):
            for counsellor in counsellors:
                taken = make.busy_windows(db.session, counsellor)
                for one, other in pairwise(taken):
                    assert not one.overlaps(other)
            db.session.rollback()

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

        @invariant()
        def nobody_is_lost(self):
            booked = db.session.query(Appointment).filter_by(status=Status.BOOKED)
            assert {row.uuid: row.starts_at for row in booked} == self.promised
            db.session.rollback()

    return Life


def empty():
    records = (Letter, ClientLink, Appointment, Absence, BusyTime, CalendarSource)
    with write_session() as session:
        for kind in records:
            session.execute(delete(kind))
        changed = OpeningHours.valid_from > make.SINCE
        session.execute(delete(OpeningHours).where(changed))
        session.execute(update(OpeningHours).values(valid_until=None))


@pytest.fixture
def examples(database_url):
    """PostgreSQL answers more slowly; the machine is the same."""
    return 10 if database_url.startswith("sqlite") else 3


def test_nobody_is_booked_twice_or_lost(office, now, examples, monkeypatch):
    monkeypatch.setattr(source_reading, "busy_by", read_calendar)  # no child each time
    second = make.counsellor(languages=("de",), daily_maximum=2)
    third = make.counsellor(hours=((time(8, 30), time(10)), (time(10), time(12))))
    machine = life([office.counsellor, second, third], now)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
