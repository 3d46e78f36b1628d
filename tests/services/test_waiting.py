"""Who waits, who is told when a time becomes free, and who is left in peace?"""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from booking.models import (
    Appointment,
    JournalEntry,
    Letter,
    LetterKind,
    Reach,
    Waiting,
    WaitingKind,
    WaitingState,
    db,
)
from booking.services import appointments, earlier_times, freed, links, notices, waiting
from booking.services.appointments import TooLate
from booking.services.earlier_times import NoWayToReachHer
from booking.services.links import UnknownLink
from booking.services.notices import HEAD_START, LOOK_EVERY, PAUSE, Free
from booking.services.waiting import Place, UnknownWaiting
from tests import make

THURSDAY = date(2027, 3, 4)
LAST_DAY = date(2027, 3, 19)  # before the end of what can be booked


@pytest.fixture
def settings(sqlite_url, tmp_path):
    return make.settings(tmp_path, sqlite_url)


def place(**changes):
    usual = {
        "key": uuid4().hex,
        "kind": WaitingKind.SLOT,
        "wish": make.wish(),
        "letter_language": "ar",
        "until": LAST_DAY,
    }
    return Place(**(usual | changes))


def join(now, *, person=None, **changes):
    found = waiting.join(place(**changes), person or make.person(), now=now.now())
    return found.waiting.uuid


def look(now):
    """Let the worker look, when it is time to."""
    now.move(minutes=5)
    return notices.notify(now=now.now())


def taken(now, start=None):
    """Book a time, which can be given back later."""
    start = start or make.at(THURSDAY, 9)
    way = appointments.book(make.choice(start), make.person(), now=now.now())
    return way.appointment.uuid


def give_back(appointment, now):
    appointments.cancel(appointment, now=now.now())


def row_of(uuid):
    db.session.rollback()
    return db.session.query(Waiting).filter_by(uuid=uuid).one()


def notices_of(uuid):
    about = f"waiting:{uuid}"
    db.session.rollback()
    return [row.kind for row in db.session.query(Letter).filter_by(about=about)]


# --- On the list --------------------------------------------------------------


def test_sent_twice_it_is_one_place_with_the_last_answers(office, now):
    once = place()
    first = waiting.join(once, make.person(), now=now.now())
    again = make.person(email="right@example.org")
    second = waiting.join(once, again, now=now.now())
    assert (first.token, first.code) == (second.token, second.code)
    assert db.session.query(Waiting).one().email == "right@example.org"


def test_one_walk_may_lead_to_both_lists(office, now):
    for kind in (WaitingKind.SLOT, WaitingKind.CALL_BACK):
        waiting.join(place(key="k", kind=kind), make.person(), now=now.now())
    assert [row.kind for row in waiting.open_list()] == [WaitingKind.SLOT]
    assert [row.kind for row in waiting.call_backs()] == [WaitingKind.CALL_BACK]


def test_the_longest_waiting_stands_first(office, now):
    names = ["Amal", "Basir", "Chinwe"]
    for name in names:
        join(now, person=make.person(name=name))
        now.move(minutes=1)
    assert [row.name for row in waiting.open_list()] == names


def test_what_she_wrote_lies_sealed(office, now):
    join(now, person=make.person(name="Selam Geheim"))
    with db.engine.connect() as connection:
        raw = connection.exec_driver_sql("SELECT * FROM waiting").all()
    assert "Selam" not in repr(raw)
    assert "example.org" not in repr(raw)


def test_leaving_twice_is_no_mistake(office, now):
    uuid = join(now)
    for _ in range(2):
        waiting.leave(uuid, now=now.now())
    assert row_of(uuid).state == WaitingState.WITHDRAWN
    deeds = [row.deed for row in db.session.query(JournalEntry)]
    assert deeds == ["wait", "leave the list"]


def test_who_was_called_leaves_the_list(office, now):
    uuid = join(now, kind=WaitingKind.CALL_BACK)
    waiting.called(uuid, by=office.counsellor, now=now.now())
    assert waiting.call_backs() == []
    with pytest.raises(UnknownWaiting):
        waiting.called(uuid4(), by=office.counsellor, now=now.now())


def test_her_link_opens_her_place_until_a_month_after_it_ended(office, now):
    way = waiting.join(place(), make.person(), now=now.now())
    now.move(days=80)
    assert links.behind_token(way.token, now=now.now()).waiting.uuid
    assert links.behind_code(way.code, b"n", now=now.now()).token == way.token
    waiting.leave(way.waiting.uuid, now=now.now())
    now.move(days=31)
    with pytest.raises(UnknownLink):
        links.behind_token(way.token, now=now.now())


# --- Told of a free time --------------------------------------------------------


def test_a_time_given_back_is_told(office, now):
    booked = taken(now)
    uuid = join(now)
    assert look(now) == 0
    give_back(booked, now)
    assert look(now) == 1
    assert notices_of(uuid) == [LetterKind.WAITING]
    assert row_of(uuid).notices == 1


def test_what_was_free_when_she_joined_is_no_news(office, now):
    join(now)
    assert [look(now) for _ in range(3)] == [0, 0, 0]


def test_nobody_is_told_twice_of_the_same_time(office, now):
    booked = taken(now)
    join(now)
    give_back(booked, now)
    assert look(now) == 1
    now.move(days=1)
    assert [look(now) for _ in range(3)] == [0, 0, 0]


def test_three_notices_are_enough(office, now):
    uuid = join(now, until=date(2027, 3, 26))
    told = 0
    for day in range(2, 12):
        booked = taken(now, make.at(date(2027, 3, 22), 9))
        look(now)
        give_back(booked, now)
        told += look(now)
        now.moment = make.at(date(2027, 3, day), 8)
    assert told == 3
    assert len(notices_of(uuid)) == row_of(uuid).notices == 3


def test_two_notices_do_not_come_one_upon_the_other(office, now):
    uuid = join(now)
    for _ in range(2):
        booked = taken(now)
        look(now)
        give_back(booked, now)
        look(now)
    assert len(notices_of(uuid)) == 1


def test_on_her_last_day_she_is_left_in_peace_and_afterwards_forgotten(office, now):
    booked = taken(now)
    uuid = join(now, until=date(2027, 3, 1))
    give_back(booked, now)
    assert look(now) == 0
    assert row_of(uuid).state == WaitingState.OPEN
    now.move(days=1)
    look(now)
    assert row_of(uuid).state == WaitingState.EXPIRED


def test_a_time_after_her_last_day_does_not_help_her(office, now):
    booked = taken(now, make.at(date(2027, 3, 10), 9))
    join(now, until=date(2027, 3, 9))
    give_back(booked, now)
    assert look(now) == 0


def test_somebody_with_another_language_is_not_told(office, now):
    make.counsellor(languages=("ti",))
    booked = taken(now)
    other = join(now, wish=make.wish(language="ti"))
    give_back(booked, now)
    look(now)
    assert notices_of(other) == []


def test_a_freed_time_is_told_to_the_three_who_wait_longest_then_to_the_next(
    office, now
):
    booked = taken(now)
    people = [join(now) for _ in range(5)]
    give_back(booked, now)
    assert look(now) >= 3
    assert all(notices_of(uuid) for uuid in people[:3])


def test_who_waited_less_is_told_when_nobody_took_the_time_first(office):
    rows = [
        waiting_row(joined=n, until=LAST_DAY, notices=0, heard=None) for n in range(5)
    ]
    at_nine = make.at(THURSDAY, 9)
    free = [Free(make.at(date(2027, 3, 9), 9), at_nine)]
    assert notices._told_of_a_time(rows, free, at_nine, fresh=True) == rows[:3]
    for row in rows[:3]:
        row.notices, row.last_notice_at = 1, at_nine
    soon, later = at_nine + timedelta(hours=1), at_nine + HEAD_START
    assert notices._told_of_a_time(rows, free, soon, fresh=False) == []
    assert notices._told_of_a_time(rows, free, later, fresh=False) == rows[3:]


def test_the_worker_looks_at_a_wish_every_few_minutes_only(office, now, monkeypatch):
    join(now)
    looked = []
    monkeypatch.setattr(freed, "starts", lambda wish, **_: looked.append(wish) or [])
    now.move(minutes=5)
    for _ in range(5):
        notices.notify(now=now.now())
        now.move(seconds=10)
    assert len(looked) == 1


def test_a_round_looks_at_a_few_wishes_however_many_wait(office, now, monkeypatch):
    for language in ("ar", "ti", "uk", "ru", "fr", "en", "tr", "so"):
        for _ in range(2):
            join(now, wish=make.wish(language=language))
    looked = []
    monkeypatch.setattr(freed, "starts", lambda wish, **_: looked.append(wish) or [])
    look(now)
    assert len(looked) == notices.WISHES_A_ROUND
    look(now)
    assert len({wish.language for wish in looked}) == 8


def test_who_has_found_a_time_is_told_no_more(office, now):
    uuid = join(now)
    booked = taken(now)
    waiting.booked(uuid, booked, now=now.now())
    assert row_of(uuid).state == WaitingState.BOOKED
    give_back(booked, now)
    assert look(now) == 0


def waiting_row(*, joined, until, notices, heard):
    return Waiting(
        id=joined,
        kind=WaitingKind.SLOT,
        created_at=make.at(THURSDAY, 0) + timedelta(minutes=joined),
        until=until,
        notices=notices,
        last_notice_at=heard,
    )


@hypothesis_settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whoever_is_told_has_a_reason_to_hear(office, data):
    start = make.at(THURSDAY, 8)
    moments = st.integers(-200, 400).map(lambda hours: start + timedelta(hours=hours))
    days = st.integers(-3, 20).map(lambda days: THURSDAY + timedelta(days=days))
    free = [
        Free(one, freed_at)
        for one, freed_at in data.draw(st.lists(st.tuples(moments, moments)))
    ]
    rows = [
        waiting_row(
            joined=number,
            until=data.draw(days),
            notices=data.draw(st.integers(0, 3)),
            heard=data.draw(st.none() | moments),
        )
        for number in range(data.draw(st.integers(0, 8)))
    ]
    told = notices._told_of_a_time(rows, free, start, fresh=True)
    assert told == [row for row in rows if row in told], "not in the order of waiting"
    for row in told:
        heard = row.last_notice_at or row.created_at
        assert row.notices < 3
        assert row.until > THURSDAY
        assert row.last_notice_at is None or row.last_notice_at <= start - PAUSE
        assert any(
            one.since > heard and freed.local_day(one.start) <= row.until
            for one in free
        )


# --- An earlier time --------------------------------------------------------------


def late_appointment(now, hour=9):
    way = appointments.book(
        make.choice(make.at(date(2027, 3, 18), hour)), make.person(), now=now.now()
    )
    return way.appointment.uuid


def appointment_of(uuid):
    db.session.rollback()
    return db.session.query(Appointment).filter_by(uuid=uuid).one()


def test_the_longest_waiting_is_told_of_an_earlier_time_and_nobody_else(office, now):
    booked = taken(now)
    first, second = late_appointment(now, 9), late_appointment(now, 10)
    earlier_times.wait_for_earlier(second, now=now.now())
    now.move(minutes=1)
    earlier_times.wait_for_earlier(first, now=now.now())
    give_back(booked, now)
    look(now)
    told = db.session.query(Letter).filter_by(kind=LetterKind.EARLIER).all()
    assert [row.waiting.appointment.uuid for row in told][:1] == [second]


def test_each_freed_time_is_told_to_one_person(office):
    rows = [
        Waiting(
            id=number,
            kind=WaitingKind.EARLIER,
            until=date(2027, 3, 18),
            notices=0,
            created_at=make.at(THURSDAY, 8),
        )
        for number in range(3)
    ]
    new = [Free(make.at(date(2027, 3, 9), 9), make.at(THURSDAY, 9))]
    assert list(notices._told_of_earlier(rows, new)) == rows[:1]


def test_asked_twice_she_waits_once(office, now):
    uuid = late_appointment(now)
    for _ in range(2):
        earlier_times.wait_for_earlier(uuid, now=now.now())
    assert db.session.query(Waiting).count() == 1
    assert earlier_times.waits_for_earlier(appointment_of(uuid))
    earlier_times.leave_earlier(uuid, now=now.now())
    assert not earlier_times.waits_for_earlier(appointment_of(uuid))


def test_who_must_not_be_written_to_cannot_wait_for_earlier(office, now):
    way = appointments.book(
        make.choice(make.at(date(2027, 3, 18), 9)),
        make.person(reach=Reach.NONE, email=""),
        now=now.now(),
    )
    with pytest.raises(NoWayToReachHer):
        earlier_times.wait_for_earlier(way.appointment.uuid, now=now.now())


def test_what_was_given_up_waits_for_nothing(office, now):
    uuid = late_appointment(now)
    give_back(uuid, now)
    with pytest.raises(TooLate):
        earlier_times.wait_for_earlier(uuid, now=now.now())


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ("cancel", WaitingState.WITHDRAWN),
        ("move", WaitingState.BOOKED),
        ("pass", WaitingState.EXPIRED),
    ],
)
def test_a_change_of_the_appointment_ends_the_waiting(office, now, change, state):
    uuid = late_appointment(now)
    earlier_times.wait_for_earlier(uuid, now=now.now())
    if change == "cancel":
        give_back(uuid, now)
    elif change == "move":
        appointments.move(uuid, make.at(date(2027, 3, 9), 9), now=now.now())
    else:
        now.move(days=20)
    look(now)
    assert db.session.query(Waiting).one().state == state


def test_the_same_day_is_no_earlier_time(office, now):
    booked = taken(now, make.at(date(2027, 3, 18), 9))
    uuid = late_appointment(now, 11)
    earlier_times.wait_for_earlier(uuid, now=now.now())
    give_back(booked, now)
    assert look(now) == 0


def test_the_pauses_fit_each_other():
    assert LOOK_EVERY < HEAD_START < PAUSE
