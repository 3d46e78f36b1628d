"""The machine's clock is set forward a day, back an hour, back a year: what then?"""

from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import (
    CalendarSource,
    Letter,
    LetterKind,
    LetterState,
    StaffSession,
    db,
)
from booking.services import (
    appointments,
    holds,
    letters,
    refreshing,
    rounds,
    sessions,
)
from booking.services.claim import SlotTaken
from tests import make

TUESDAY, WEDNESDAY, THREE_WEEKS_LATER = (
    date(2027, 3, 2),
    date(2027, 3, 3),
    date(2027, 3, 24),
)
LEAPS = (timedelta(days=1), timedelta(hours=-1), timedelta(minutes=20))


@pytest.fixture
def settings(database_url, tmp_path):
    return make.settings(tmp_path, database_url)


def book(now, day):
    choice = make.choice(make.at(day, 9))
    return appointments.book(choice, make.person(), now=now.now())


def all_letters():
    with Session(db.engine) as session:
        return list(session.scalars(select(Letter).order_by(Letter.id)))


@pytest.mark.parametrize("seed", range(3))
def test_however_the_clock_leaps_nobody_reads_a_letter_twice(
    office, now, monkeypatch, seed
):
    sent = []
    monkeypatch.setattr(
        letters.mail, "send", lambda letter, *_: sent.append(letter["Message-ID"])
    )
    book(now, WEDNESDAY)
    chance = Random(seed)  # noqa: S311 - a clock's mood
    for _ in range(8):
        now.move(seconds=chance.choice(LEAPS).total_seconds())
        rounds.make_round("worker", now=now.now())
    now.moment = make.at(TUESDAY, 11)
    for _ in range(2):
        rounds.make_round("worker", now=now.now())
    kinds = [letter.kind for letter in all_letters()]
    assert sorted(kinds) == [LetterKind.CONFIRMATION, LetterKind.REMINDER]
    assert len(sent) == len(set(sent)) == 2


def test_a_letter_put_off_by_a_clock_that_ran_ahead_goes_out_today(
    office, now, monkeypatch
):
    def not_now(*_):
        raise letters.NotNow("no network yet")

    book(now, THREE_WEEKS_LATER)
    now.move(days=10)
    with monkeypatch.context() as starting_up:
        starting_up.setattr(letters.mail, "send", not_now)
        rounds.make_round("worker", now=now.now())
    now.move(days=-10)
    rounds.make_round("worker", now=now.now())
    assert [letter.state for letter in all_letters()] == [LetterState.SENT]


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=10)])
def test_a_hold_of_a_clock_that_ran_ahead_keeps_nobody_away(office, now, ahead):
    theirs = make.choice(make.at(THREE_WEEKS_LATER, 9))
    assert holds.hold(theirs, network=b"a", now=now.now() + ahead)
    with pytest.raises(SlotTaken):
        book(now, THREE_WEEKS_LATER)
    rounds.make_round("worker", now=now.now())
    book(now, THREE_WEEKS_LATER)


def test_a_clock_set_back_lengthens_no_session(app, office, now):
    secret = signed_in(office, now)
    now.move(minutes=20)
    assert sessions.behind(secret, now=now.now())
    now.move(hours=-1)
    assert sessions.behind(secret, now=now.now()) is None
    sessions.forget_ended(now=now.now())
    assert db.session.scalars(select(StaffSession)).all() == []


def test_two_servers_whose_clocks_differ_a_little_know_the_same_session(
    app, office, now
):
    secret = signed_in(office, now)
    now.move(minutes=-2)
    assert sessions.behind(secret, now=now.now())


def test_a_clock_that_leaps_a_day_ends_every_session(app, office, now):
    secret = signed_in(office, now)
    now.move(days=1)
    assert sessions.behind(secret, now=now.now()) is None


def test_a_calendar_read_by_a_clock_that_ran_ahead_is_read_today(app, office, now):
    source = make.busy(office.counsellor, kind="address")
    later = now.now() + timedelta(days=365)
    with Session(db.engine) as session:
        row = session.get_one(CalendarSource, source.id)
        row.due_at = row.taken_until = later
        session.commit()
    assert refreshing._take(source.id, now.now(), refreshing.Pace.REGULAR)


def signed_in(office, now) -> str:
    with Session(db.engine) as session:
        moment = now.now()
        secret = sessions.new_session(
            session, office.counsellor, now=moment, proved_at=moment
        )
        session.commit()
    return secret
