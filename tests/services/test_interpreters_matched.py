"""Who interprets? Times are offered at which both are free, and both are booked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rigour
from hypothesis import strategies as st
from sqlalchemy import delete

from booking.models import (
    ACTIVE,
    Appointment,
    ClientLink,
    Interpreter,
    InterpreterKind,
    InterpreterRequest,
    JournalEntry,
    Letter,
    Place,
    StaffMember,
    Status,
    db,
)
from booking.models.running import zone
from booking.services import appointments, availability, holds
from booking.services.availability import Booker
from booking.services.claim import SlotTaken
from booking.services.interpreter_pool import free_interpreters
from booking.services.writing import write_session
from tests import make

THURSDAY = date(2027, 3, 4)
TIGRINYA = {"language": "ti", "interpreter": True}


def at(hour, minute=0, day=THURSDAY):
    return make.at(day, hour, minute)


def times(now, day=THURSDAY, **wish):
    offered = availability.offer(make.wish(**TIGRINYA | wish), now=now.now())
    starts = (slot.window.start.astimezone(zone()) for slot in offered.on(day))
    return [start.strftime("%H:%M") for start in starts]


def book(start, now, person=None, **wish):
    choice = make.choice(start, wish=make.wish(**TIGRINYA | wish))
    way = appointments.book(choice, make.person(**person or {}), now=now.now())
    return way.appointment


def change(record, ident, **facts):
    with write_session() as session:
        row = session.get_one(record, ident)
        for name, value in facts.items():
            setattr(row, name, value)


def test_only_times_at_which_an_interpreter_can_come_are_offered(office, now):
    make.interpreter(hours=((time(10), time(11, 30)),))
    assert times(now) == ["10:00", "10:15", "10:30"]


def test_she_comes_with_the_appointment_and_is_at_nobody_elses(office, now):
    selam = make.interpreter(hours=((time(9), time(11, 15)),))
    make.counsellor()
    assert book(at(9), now).interpreter_id == selam
    assert times(now) == ["10:15"]  # a talk of an hour, and a quarter to write it down
    with pytest.raises(SlotTaken):
        book(at(9, 30), now)


def test_a_hold_keeps_the_interpreter_too(office, now):
    selam = make.interpreter()
    make.counsellor()
    choice = make.choice(at(9), wish=make.wish(**TIGRINYA))
    holds.hold(choice, network=b"", now=now.now())
    assert db.session.query(Appointment).one().interpreter_id == selam
    with pytest.raises(SlotTaken):
        book(at(9), now)
    now.move(minutes=21)
    assert book(at(9), now).interpreter_id == selam


def test_without_any_interpreter_in_sight_all_times_are_offered(office, now):
    everything = times(now)
    assert everything[0] == "09:00"
    away = make.interpreter(hours=((time(18), time(20)),))
    other = make.interpreter(languages=("so",))
    assert times(now) == everything
    assert book(at(9), now).interpreter_id is None
    change(Interpreter, other, active=False)
    change(Interpreter, away, active=False)
    assert times(now, day=date(2027, 3, 5)) == everything


def test_one_day_alone_is_offered_as_among_all_days(office, now):
    make.interpreter(weekdays=[1])
    wish = make.wish(**TIGRINYA)
    thursday = availability.offer(wish, now=now.now(), first=THURSDAY, days=1)
    assert list(thursday.slots) == []
    assert availability.next_free(wish, now=now.now()).window.start == at(
        9, day=date(2027, 3, 2)
    )


def test_who_needs_two_days_notice_is_not_offered_for_tomorrow_but_to_staff(
    office, now
):
    make.interpreter(lead_hours=72)
    assert times(now, day=date(2027, 3, 3)) == []
    assert times(now)[0] == "09:00"
    assert times(now, day=date(2027, 3, 3), booker=Booker.STAFF)


def test_who_comes_in_person_cannot_join_a_call(office, now):
    make.interpreter()
    assert times(now, place=Place.PHONE)[-1] == "11:15"
    on_the_phone = make.interpreter(
        kind=InterpreterKind.PHONE, hours=((time(9), time(10)),)
    )
    assert times(now, place=Place.PHONE) == ["09:00", "09:15"]
    assert book(at(9), now, place=Place.PHONE).interpreter_id == on_the_phone


def test_who_came_least_this_week_is_asked_and_a_woman_where_one_is_wished(office, now):
    first, second = make.interpreter(), make.interpreter()
    make.counsellor()
    woman = make.interpreter(is_woman=True, hours=((time(9), time(11)),))
    assert book(at(9), now).interpreter_id == first
    assert book(at(9), now).interpreter_id == second
    friday = date(2027, 3, 5)
    assert book(at(9, day=friday), now).interpreter_id == woman
    later = {"woman_preferred": True}
    assert book(at(9, 15, friday), now, later).interpreter_id == first
    monday = date(2027, 3, 8)
    assert book(at(9, day=monday), now, later).interpreter_id == woman
    assert book(at(9, day=monday), now, later).interpreter_id == first


def test_moving_keeps_the_interpreter_if_she_can_come_else_another(office, now):
    first = make.interpreter()
    row = book(at(9), now)
    second = make.interpreter(hours=((time(9), time(12)),), weekdays=[4])
    assert row.interpreter_id == first
    change(Interpreter, first, active=False)
    appointments.move(row.uuid, at(9, day=date(2027, 3, 5)), now=now.now())
    db.session.expire_all()
    assert db.session.get(Appointment, row.id).interpreter_id == second
    change(Interpreter, first, active=True)
    appointments.move(row.uuid, at(10, day=date(2027, 3, 5)), now=now.now())
    db.session.expire_all()
    assert db.session.get(Appointment, row.id).interpreter_id == second
    change(Interpreter, first, active=False)
    change(Interpreter, second, active=False)
    appointments.move(row.uuid, at(9), now=now.now())
    db.session.expire_all()
    assert db.session.get(Appointment, row.id).interpreter_id is None


def test_who_else_could_interpret_is_known_when_one_says_no(office, now):
    first = make.interpreter()
    make.interpreter(languages=("so",))
    short_of_time = make.interpreter(lead_hours=200)
    busy = make.interpreter(hours=((time(10), time(12)),))
    other = make.interpreter()
    row = book(at(9), now)
    found = free_interpreters(db.session(), row, now=now.now(), besides=[first])
    assert found == [other, short_of_time]
    assert busy not in found


# --- Counsellors -------------------------------------------------------------


def test_who_would_rather_talk_with_a_woman_meets_one_who_is_free_then(office, now):
    woman = make.counsellor()
    change(StaffMember, woman, is_woman=True)
    choice = make.choice(at(9))
    holds.hold(choice, network=b"", now=now.now())
    held = db.session.query(Appointment).one().counsellor_id
    assert held == office.counsellor
    wished = make.person(woman_preferred=True)
    row = appointments.book(choice, wished, now=now.now()).appointment
    assert row.counsellor_id == woman
    again = appointments.book(make.choice(at(9)), wished, now=now.now()).appointment
    assert again.counsellor_id == office.counsellor


def test_her_own_counsellors_times_are_offered_alone_while_there_are_any(office, now):
    own = make.counsellor(hours=((time(14), time(15)),), weekdays=[3])
    wish = make.wish(own=own)
    offered = availability.offer(wish, now=now.now())
    assert {slot.counsellors for slot in offered.slots} == {(own,)}
    row = appointments.book(
        make.choice(at(14), wish=wish), make.person(), now=now.now()
    ).appointment
    assert row.counsellor_id == own
    make.absent(own, at(0, day=date(2027, 1, 4)), at(0, day=date(2028, 1, 4)))
    everybodys = availability.offer(wish, now=now.now())
    assert {slot.counsellors for slot in everybodys.slots} == {(office.counsellor,)}


def test_a_woman_wished_for_never_empties_the_list(office, now):
    plain = availability.offer(make.wish(), now=now.now())
    wished = availability.offer(make.wish(woman=True), now=now.now())
    assert list(plain.slots) == list(wished.slots)


# --- Laws --------------------------------------------------------------------

HOURS = st.sampled_from(
    [
        ((time(9), time(12)),),
        ((time(9), time(10, 15)),),
        ((time(10), time(11, 30)), (time(11, 30), time(12))),
        ((time(18), time(19)),),
    ]
)
TIMES = st.builds(
    at,
    st.integers(9, 11),
    st.sampled_from([0, 15, 30, 45]),
    st.sampled_from([date(2027, 3, day) for day in (2, 4, 5)]),
)
BOOKINGS = st.lists(
    st.tuples(TIMES, st.booleans(), st.booleans()), min_size=3, max_size=9
)


@rigour(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(pool=st.lists(HOURS, max_size=3), wanted=BOOKINGS)
def test_no_interpreter_is_in_two_talks_and_no_offer_is_wider_than_what_is_free(
    office, now, pool, wanted
):
    if len(db.session.query(StaffMember).all()) == 1:
        make.counsellor()
    forget()
    for hours in pool:
        make.interpreter(hours=hours)
    for start, woman, move in wanted:
        try:
            row = book(start, now, {"woman_preferred": woman}, woman=woman)
            if move:
                later = start + timedelta(hours=1)
                appointments.move(row.uuid, later, now=now.now())
        except SlotTaken:
            continue
        assert_nobody_is_in_two_talks()
    assert_offers_are_free(now)


def assert_nobody_is_in_two_talks():
    db.session.rollback()
    rows = db.session.query(Appointment).filter(Appointment.status.in_(ACTIVE)).all()
    for one in rows:
        for other in rows:
            if one.id < other.id and one.interpreter_id == other.interpreter_id:
                apart = one.busy_until <= other.busy_from
                assert (
                    one.interpreter_id is None
                    or apart
                    or (other.busy_until <= one.busy_from)
                )


def assert_offers_are_free(now):
    with_interpreter = availability.offer(make.wish(**TIGRINYA), now=now.now())
    everything = availability.offer(
        make.wish(language="xx", interpreter=True), now=now.now()
    )
    free = {slot.window: set(slot.counsellors) for slot in everything.slots}
    for slot in with_interpreter.slots:
        assert set(slot.counsellors) <= free[slot.window]


def forget():
    with write_session() as session:
        for record in (
            ClientLink,
            Letter,
            InterpreterRequest,
            JournalEntry,
            Appointment,
        ):
            session.execute(delete(record))
        session.query(Interpreter).update({Interpreter.active: False})


def test_of_ten_who_want_one_interpreter_at_once_one_gets_her(app, office, now):
    selam = make.interpreter(hours=((time(9), time(10)),), weekdays=[3])
    for _ in range(5):
        make.counsellor()

    def want(_number):
        with app.app_context():
            try:
                return book(at(9), now).interpreter_id
            except SlotTaken:
                return "taken"

    with ThreadPoolExecutor(10) as crowd:
        ended = list(crowd.map(want, range(10)))
    assert sorted(map(str, ended)) == [str(selam), *["taken"] * 9]
    rows = db.session.query(Appointment).filter_by(status=Status.BOOKED)
    assert rows.count() == 1
