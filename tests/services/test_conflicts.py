"""Is she told of appointments at times when she is busy, and are they left to her?"""

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from booking.models import (
    Appointment,
    BusyTime,
    ConsultationType,
    KeptConflict,
    Status,
    db,
)
from booking.services import appointments, conflicts, handing_over, retention
from booking.services.desk import UnknownAppointment
from booking.services.writing import write_session
from tests import make

THURSDAY = date(2027, 3, 4)
QUARTER = timedelta(minutes=15)


def at(hour, minute=0, day=THURSDAY):
    return make.at(day, hour, minute)


def book(now, hour, minute=0, **changes):
    choice = make.choice(at(hour, minute), **changes)
    return appointments.book(choice, make.person(), now=now.now()).appointment


def her(office):
    db.session.rollback()
    return make.signed_in(office.counsellor)


def found(office, now):
    listed = conflicts.listed(her(office), now=now.now())
    assert conflicts.number(her(office), now=now.now()) == len(listed)
    return [(one.row.uuid, [(w.start, w.end) for w in one.busy]) for one in listed]


def test_what_was_booked_before_stays_and_is_shown(office, now):
    first, untouched = book(now, 9), book(now, 11)
    make.busy(office.counsellor, (at(9, 30), at(10)), (at(8), at(8, 30)))
    assert found(office, now) == [(first.uuid, [(at(9, 30), at(10))])]
    rows = db.session.query(Appointment).order_by(Appointment.starts_at)
    assert [(row.starts_at, row.status) for row in rows] == [
        (first.starts_at, Status.BOOKED),
        (untouched.starts_at, Status.BOOKED),
    ]


BESIDE_AND_OVER = [
    ((8, 0), (9, 0), False),
    ((8, 0), (9, 1), True),
    ((9, 10), (9, 20), True),
    ((9, 44), (12, 0), True),
    ((9, 45), (10, 0), False),  # only what surrounds a talk
    ((0, 0), (23, 0), True),
]


def test_only_what_lies_over_the_talk_itself_is_one(office, now):
    book(now, 9)
    for starts, ends, conflict in BESIDE_AND_OVER:
        make.busy(office.counsellor, (at(*starts), at(*ends)))
        assert bool(found(office, now)) == conflict
        with write_session() as session:
            session.query(BusyTime).delete()


def test_of_a_visit_the_way_there_counts_too(office, now):
    row = book(now, 9)
    with write_session() as session:
        home = session.query(ConsultationType).filter_by(place="home").one()
        kept = session.get(Appointment, row.id)
        kept.type_id, kept.busy_from = home.id, kept.starts_at - QUARTER
    make.busy(office.counsellor, (at(8), at(8, 50)))
    (one,) = conflicts.listed(her(office), now=now.now())
    assert (one.row.uuid, one.is_visit, one.takers) == (row.uuid, True, ())


def test_nobody_is_told_of_a_colleagues_or_of_what_is_over(office, now):
    row = book(now, 9)
    make.busy(make.counsellor(), (at(9), at(10)))
    assert found(office, now) == []
    make.busy(office.counsellor, (at(9), at(10)))
    assert len(found(office, now)) == 1
    now.moment = row.starts_at
    assert found(office, now) == []


def test_a_cancelled_or_given_one_is_none_any_more(office, now):
    one, other = book(now, 9), book(now, 11)
    colleague = make.counsellor()
    make.busy(office.counsellor, (at(8), at(13)))
    assert len(found(office, now)) == 2
    (best,) = conflicts.listed(her(office), now=now.now())[0].takers
    assert best.id == colleague
    handing_over.hand_over(one.uuid, colleague, now=now.now(), by=office.counsellor)
    appointments.cancel(other.uuid, now=now.now(), by=office.counsellor)
    assert found(office, now) == []


def test_what_she_keeps_is_not_shown_again(office, now):
    row = book(now, 9)
    source = make.busy(office.counsellor, (at(9, 15), at(10)), (at(8), at(9, 5)))
    conflicts.keep(her(office), row.uuid, now=now.now())
    conflicts.keep(her(office), row.uuid, now=now.now())
    assert found(office, now) == []
    # The same entry from another calendar, or a shorter one, asks nothing new.
    make.busy(office.counsellor, (at(9, 20), at(9, 40)), (at(9, 15), at(12)))
    assert found(office, now) == []
    with write_session() as session:
        session.query(BusyTime).filter_by(source_id=source.id).delete()
    assert found(office, now) == []


def test_what_reaches_further_into_it_is_another_question(office, now):
    row = book(now, 9)
    make.busy(office.counsellor, (at(9, 15), at(10)))
    conflicts.keep(her(office), row.uuid, now=now.now())
    make.busy(office.counsellor, (at(9, 10), at(10)))
    assert len(found(office, now)) == 1


def test_once_moved_it_is_asked_about_again(office, now):
    row = book(now, 9)
    make.busy(office.counsellor, (at(9), at(9, 30)))
    conflicts.keep(her(office), row.uuid, now=now.now())
    appointments.move(row.uuid, at(11), now=now.now(), by=office.counsellor)
    make.busy(office.counsellor, (at(11), at(11, 30)))
    assert found(office, now) == [(row.uuid, [(at(11), at(11, 30))])]


def test_nobody_decides_for_a_colleague(office, now):
    row = book(now, 9)
    make.busy(office.counsellor, (at(9), at(10)))
    with pytest.raises(UnknownAppointment):
        conflicts.keep(make.signed_in(make.counsellor()), row.uuid, now=now.now())
    assert len(found(office, now)) == 1


def test_what_was_decided_goes_with_the_appointment(office, now):
    row = book(now, 9)
    make.busy(office.counsellor, (at(9), at(10)))
    conflicts.keep(her(office), row.uuid, now=now.now())
    assert db.session.query(KeptConflict).count() == 1
    retention.erase_all(now=now.move(days=120))
    db.session.rollback()
    counts = [
        db.session.query(kind).count() for kind in (Appointment, KeptConflict, BusyTime)
    ]
    assert counts == [0, 0, 0]


def test_more_conflicts_cost_no_more_queries(office, now):
    make.counsellor()
    asked = []

    def count(*_facts):
        asked.append(1)

    def queries():
        asked.clear()
        event.listen(db.engine, "before_cursor_execute", count)
        conflicts.listed(her(office), now=now.now())
        event.remove(db.engine, "before_cursor_execute", count)
        return len(asked)

    book(now, 9)
    make.busy(office.counsellor, (at(8), at(13)))
    few = queries()
    for day in (date(2027, 3, 5), date(2027, 3, 9)):
        choice = make.choice(at(9, day=day), counsellor=office.counsellor)
        appointments.book(choice, make.person(), now=now.now())
        make.busy(office.counsellor, (at(8, day=day), at(13, day=day)))
    assert queries() == few
    assert len(found(office, now)) == 3
