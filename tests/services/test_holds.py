"""How long is a time kept for somebody who types, and for how many at once?"""

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from booking.models import Appointment, Status, db
from booking.services import appointments, holds
from booking.services.claim import SlotTaken
from tests import make

THURSDAY = date(2027, 3, 4)


@pytest.fixture
def settings(sqlite_url, tmp_path):
    return make.settings(tmp_path, sqlite_url)


@pytest.fixture
def team(office):
    """Eight counsellors: 20 talks fit into a day, so four times may be held."""
    return [office.counsellor, *(make.counsellor() for _ in range(7))]


def at(hour, minute=0, day=THURSDAY):
    return make.at(day, hour, minute)


def hold(start, now, network=b"a", **changes):
    choice = make.choice(start, **changes)
    holds.hold(choice, network=network, now=now.now())
    return choice


def held(now):
    db.session.rollback()
    live = db.session.query(Appointment).filter(
        Appointment.status == Status.HELD, Appointment.hold_until > now.now()
    )
    return live.count()


def test_a_time_is_kept_for_twenty_minutes(office, now):
    choice = hold(at(9), now)
    until = holds.held_until(choice, now=now.now())
    assert until - now.now() == timedelta(minutes=20)
    now.move(minutes=20)
    assert holds.held_until(choice, now=now.now()) is None


def test_going_back_for_another_time_moves_the_same_hold(office, now):
    choice = hold(at(9), now)
    hold(at(11), now, key=choice.key)
    assert held(now) == 1
    assert db.session.query(Appointment).one().starts_at == at(11)
    hold(at(9), now, network=b"somebody else")
    assert held(now) == 2


def test_a_hold_moves_by_a_quarter_of_an_hour_over_itself(office, now):
    choice = hold(at(9), now)
    hold(at(9, 15), now, key=choice.key)
    assert db.session.query(Appointment).one().starts_at == at(9, 15)


def test_holds_never_take_more_than_a_part_of_the_day(team, now):
    late = [hold(at(9), now, network=bytes([n])) for n in range(6)]
    assert held(now) == 4
    assert holds.held_until(late[-1], now=now.now()) is None
    way = appointments.book(late[-1], make.person(), now=now.now())
    assert way.appointment.status == Status.BOOKED
    hold(at(9, day=date(2027, 3, 5)), now, network=b"z")
    assert held(now) == 5  # another day is another day


def test_on_a_small_day_three_times_may_be_held(office, now):
    for number, hour in enumerate((9, 10, 11)):
        hold(at(hour), now, network=bytes([number]))
    assert held(now) == 3


def test_one_network_holds_few_times_but_books_as_many_as_it_likes(team, now):
    days = [date(2027, 3, day) for day in (2, 3, 4, 5, 8, 9, 10)]
    choices = [hold(at(9, day=day), now, network=b"house") for day in days]
    assert held(now) == 5
    for choice in choices:
        appointments.book(choice, make.person(), now=now.now())
    assert db.session.query(Appointment).filter_by(status=Status.BOOKED).count() == 7


def test_holds_that_ran_out_do_not_come_back_beyond_the_limit(team, now):
    old = [hold(at(9), now, network=bytes([n])) for n in range(4)]
    now.move(minutes=21)
    holds.expire(now=now.now())
    for number in range(4):
        hold(at(10), now, network=bytes([number]))
    for number, choice in enumerate(old):
        hold(at(9), now, network=bytes([number]), key=choice.key)
    assert 3 <= held(now) <= 4


def test_holds_of_several_days_do_not_gather_on_one(team, now):
    for day in (2, 3, 4):
        for number in range(2):
            choice = hold(
                at(9, day=date(2027, 3, day)), now, network=bytes([day, number])
            )
            hold(
                at(10, day=date(2027, 3, 5)),
                now,
                network=bytes([day, number]),
                key=choice.key,
            )
    friday = db.session.query(Appointment).filter(
        Appointment.starts_at == at(10, day=date(2027, 3, 5)),
        Appointment.status == Status.HELD,
    )
    assert 3 <= friday.count() <= 4


def test_nobody_holds_a_time_that_is_taken(office, now):
    appointments.book(make.choice(at(9)), make.person(), now=now.now())
    with pytest.raises(SlotTaken):
        hold(at(9, 30), now)
    assert held(now) == 0


def test_a_lost_fight_for_another_time_leaves_the_own_hold_as_it_was(office, now):
    choice = hold(at(9), now)
    appointments.book(make.choice(at(10)), make.person(), now=now.now())
    with pytest.raises(SlotTaken):
        hold(at(10), now, key=choice.key)
    row = db.session.query(Appointment).filter_by(idempotency_key=choice.key).one()
    assert (row.status, row.starts_at) == (Status.HELD, at(9))


def test_what_is_booked_is_not_turned_into_a_hold_again(office, now):
    choice = hold(at(9), now)
    appointments.book(choice, make.person(), now=now.now())
    hold(at(11), now, key=choice.key)
    row = db.session.query(Appointment).one()
    assert (row.status, row.starts_at, row.hold_until) == (Status.BOOKED, at(9), None)


def test_a_booked_time_forgets_which_network_it_came_from(office, now):
    choice = hold(at(9), now, network=b"house")
    appointments.book(choice, make.person(), now=now.now())
    assert db.session.query(Appointment).one().network_hash is None


def test_yesterdays_holds_are_forgotten(office, now):
    hold(at(9), now)
    now.move(days=1, minutes=1)
    holds.expire(now=now.now())
    now.move(days=1, minutes=1)
    holds.expire(now=now.now())
    assert db.session.query(Appointment).count() == 0


def test_a_hold_goes_through_no_long_past_behind_the_lock(office, now):
    plans = []

    def explain(_connection, cursor, statement, parameters, _context, _many):
        if "hold_until" in statement and not statement.startswith("INSERT"):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(step[3] for step in cursor.fetchall())

    event.listen(db.engine, "before_cursor_execute", explain)
    try:
        hold(at(9), now)
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)
    searched = [plan for plan in plans if " appointment " in plan]
    assert any("ix_appointment_held" in plan for plan in searched)
    for plan in searched:
        assert "SCAN" not in plan
        # By counsellor only within a stretch of time.
        assert "(counsellor_id=?)" not in plan
        assert "(interpreter_id=?)" not in plan
