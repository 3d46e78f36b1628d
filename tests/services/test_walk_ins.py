"""Does everybody at the door get one number, and is nobody called twice?"""

import threading
from datetime import date, time, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from booking.models import JournalEntry, OpenHour, Role, Topic, WalkIn, WalkInState, db
from booking.services import open_hours, walk_ins
from booking.services.clients import UnknownClient
from booking.services.walk_ins import (
    Arrival,
    HasMovedOn,
    Heard,
    NobodyWaits,
    UnknownWalkIn,
)
from booking.services.writing import write_session
from tests import make

MONDAY = date(2027, 3, 1)


@pytest.fixture
def her(office):
    return make.signed_in(office.counsellor)


@pytest.fixture
def colleague(office):
    return make.signed_in(make.counsellor(languages=("fr",)))


def states():
    db.session.rollback()
    rows = db.session.query(WalkIn).order_by(WalkIn.day, WalkIn.number)
    return [(row.number, row.state) for row in rows]


def test_numbers_count_from_one_and_begin_anew_each_day(her, now):
    assert [make.walk_in(her, now).number for _ in range(3)] == [1, 2, 3]
    now.move(days=1)
    assert make.walk_in(her, now).number == 1
    assert len(walk_ins.of_today(now=now.now())) == 1


def test_the_day_is_the_offices_not_greenwichs(her, now):
    now.moment = make.at(date(2027, 3, 2), 0, 30)  # half past eleven in London
    assert make.walk_in(her, now).day == date(2027, 3, 2)


def test_a_tap_sent_twice_is_one_number(her, now):
    arrival = Arrival(key="one tap")
    first, again = (walk_ins.came(her, arrival, now=now.now()) for _ in range(2))
    assert (first.number, again.number) == (1, 1)
    assert states() == [(1, "waiting")]


def test_who_comes_at_the_same_moment_gets_another_number(app, her, now):
    given, together = [], threading.Barrier(8)

    def tap():
        with app.app_context():
            together.wait()
            given.append(make.walk_in(her, now).number)

    taps = [threading.Thread(target=tap) for _ in range(8)]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    assert sorted(given) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_the_database_itself_refuses_a_number_twice(her, now):
    make.walk_in(her, now)
    twin = WalkIn(day=MONDAY, number=1, state="waiting", came_at=now.now())
    with pytest.raises(IntegrityError), write_session() as session:
        session.add(twin)


def test_the_lowest_number_is_called_and_seen(her, now):
    for _ in range(2):
        make.walk_in(her, now)
    row = walk_ins.call_next(her, now=now.now())
    assert (row.number, row.state, row.called_by_id) == (1, "called", her.id)
    walk_ins.end(her, row.uuid, WalkInState.DONE, now=now.move(minutes=20))
    assert states() == [(1, "done"), (2, "waiting")]
    assert walk_ins.waiting_number(now=now.now()) == 1
    deeds = [line.deed for line in db.session.query(JournalEntry).filter_by(staff_id=1)]
    assert deeds[-2:] == ["call walk-in", "walk-in done"]


def test_tapped_twice_it_is_one_call(her, now):
    for _ in range(2):
        make.walk_in(her, now)
    numbers = {walk_ins.call_next(her, now=now.now()).number for _ in range(2)}
    assert numbers == {1}


def test_two_who_call_at_once_do_not_call_the_same_person(app, office, now):
    people = [make.signed_in(make.counsellor()) for _ in range(4)]
    for _ in range(4):
        make.walk_in(people[0], now)
    called, together = [], threading.Barrier(4)

    def call(person):
        with app.app_context():
            together.wait()
            called.append(walk_ins.call_next(person, now=now.now()).number)

    threads = [threading.Thread(target=call, args=(one,)) for one in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(called)) == 4


def test_when_nobody_waits_that_is_said(her, now):
    with pytest.raises(NobodyWaits):
        walk_ins.call_next(her, now=now.now())


def test_one_number_is_called_out_of_turn_by_one_counsellor(her, colleague, now):
    make.walk_in(her, now)
    second = make.walk_in(her, now, language="fr")
    for _ in range(2):
        walk_ins.call(colleague, second.uuid, now=now.now())
    with pytest.raises(HasMovedOn):
        walk_ins.call(her, second.uuid, now=now.now())
    assert walk_ins.call_next(her, now=now.now()).number == 1


def test_nobody_was_seen_who_was_not_called_and_who_left_can_come_back(her, now):
    row = make.walk_in(her, now)
    with pytest.raises(HasMovedOn):
        walk_ins.end(her, row.uuid, WalkInState.DONE, now=now.now())
    for _ in range(2):
        walk_ins.end(her, row.uuid, WalkInState.LEFT, now=now.now())
    with pytest.raises(HasMovedOn):
        walk_ins.end(her, row.uuid, WalkInState.DONE, now=now.now())
    for _ in range(2):
        walk_ins.back_in_line(her, row.uuid, now=now.now())
    assert walk_ins.call_next(her, now=now.now()).number == 1


def test_yesterdays_line_is_closed(her, now):
    row = make.walk_in(her, now)
    now.move(days=1)
    with pytest.raises(UnknownWalkIn):
        walk_ins.call(her, row.uuid, now=now.now())
    with pytest.raises(UnknownWalkIn):
        walk_ins.found(row.uuid, now=now.now())


def test_she_files_whom_she_has_seen_under_a_client_of_hers(her, colleague, now):
    mine, theirs = make.client(her.id), make.client(colleague.id, reference="X1")
    row = make.walk_in(her, now)
    heard = Heard(language="ti", topic=Topic.HOUSING, file=mine.reference)
    with pytest.raises(UnknownWalkIn):  # not called yet
        walk_ins.describe(her, row.uuid, heard, now=now.now())
    walk_ins.call_next(her, now=now.now())
    with pytest.raises(UnknownWalkIn):
        walk_ins.describe(colleague, row.uuid, heard, now=now.now())
    foreign = Heard(language=None, topic=None, file=theirs.reference)
    with pytest.raises(UnknownClient):
        walk_ins.describe(her, row.uuid, foreign, now=now.now())
    walk_ins.describe(her, row.uuid, heard, now=now.now())
    (kept,) = walk_ins.of_today(now=now.now())
    assert (kept.language, kept.topic, kept.client_id) == ("ti", "housing", mine.id)
    assert b"housing" not in kept.topic_sealed


def test_a_topic_is_read_by_who_may_call_her_and_then_by_who_did(her, colleague, now):
    row = make.walk_in(her, now, topic=Topic.HEALTH)
    desk = make.signed_in(make.staff_member(Role.FRONT_DESK), Role.FRONT_DESK)
    assert [walk_ins.may_read_topic(one, row) for one in (her, colleague, desk)] == [
        True,
        True,
        False,
    ]
    row = walk_ins.call_next(her, now=now.now())
    assert walk_ins.may_read_topic(her, row)
    assert not walk_ins.may_read_topic(colleague, row)


# --- Open hours --------------------------------------------------------------


def test_the_open_hour_of_a_day_and_the_next_one(office, now):
    make.open_hour(now, 1)
    make.open_hour(now, 3, time(9), time(11))
    rows = open_hours.standing(now=now.now())
    tuesday = MONDAY + timedelta(days=1)
    (window,) = open_hours.on(tuesday, rows)
    assert (window.start, window.end) == (make.at(tuesday, 14), make.at(tuesday, 16))
    assert open_hours.on(MONDAY, rows) == []
    assert open_hours.next_after(tuesday, rows).start == make.at(date(2027, 3, 4), 9)


def test_what_is_over_is_not_listed_and_a_line_is_taken_out(office, now):
    make.open_hour(now, 1, valid_until=MONDAY)
    assert len(open_hours.standing(now=now.now())) == 1
    now.move(days=1)
    assert open_hours.standing(now=now.now()) == []
    line = db.session.query(OpenHour.uuid).scalar()
    open_hours.remove(line, by=1, now=now.now())
    with pytest.raises(open_hours.UnknownOpenHour):
        open_hours.remove(line, by=1, now=now.now())
