"""Who stands in for whom, and what is open to her meanwhile?"""

from datetime import date, timedelta

import pytest

from booking.models import (
    Appointment,
    Deputy,
    FeedVersion,
    JournalEntry,
    Reach,
    Role,
    StaffMember,
    Status,
    db,
)
from booking.services import appointments, calls, desk, stand_ins
from booking.services.desk import UnknownAppointment
from booking.services.stand_ins import (
    NewStandIn,
    NoStretch,
    StandsForHerself,
    UnknownStandIn,
)
from tests import make
from tests.counting import queries_of

MONDAY, TUESDAY = date(2027, 3, 1), date(2027, 3, 2)
WEDNESDAY, THURSDAY = date(2027, 3, 3), date(2027, 3, 4)


@pytest.fixture
def colleague(office):
    return make.counsellor(languages=("fr",))


@pytest.fixture
def third(office):
    return make.counsellor(languages=("de",))


def booked(now, counsellor, start, **person):
    choice = make.choice(start, counsellor=counsellor)
    way = appointments.book(choice, make.person(**person), now=now.now())
    return way.appointment


def uuid_of(staff):
    return db.session.get_one(StaffMember, staff).uuid


def new(deputy, counsellor, first=MONDAY, last=THURSDAY):
    return NewStandIn(
        deputy=uuid_of(deputy),
        counsellor=uuid_of(counsellor) if counsellor else None,
        first=first,
        last=last,
    )


def may_open(person, row, now):
    try:
        desk.found(person, row.uuid, now=now.now())
    except UnknownAppointment:
        return False
    return True


def test_whoever_stands_in_opens_her_colleagues_appointments_of_these_days(
    office, colleague, third, now
):
    before = booked(now, office.counsellor, make.at(TUESDAY, 9))
    within = booked(now, office.counsellor, make.at(THURSDAY, 9))
    make.deputy(colleague, office.counsellor, WEDNESDAY, THURSDAY)
    now.moment = make.at(TUESDAY, 8)
    assert not may_open(make.signed_in(colleague), within, now)  # not yet
    now.moment = make.at(WEDNESDAY, 8)
    assert may_open(make.signed_in(colleague), within, now)
    assert not may_open(make.signed_in(colleague), before, now)
    assert not may_open(make.signed_in(third), within, now)
    (line,) = db.session.query(JournalEntry).filter_by(
        deed="read appointment", staff_id=colleague
    )
    assert line.about == within.about
    now.moment = make.at(date(2027, 3, 5), 8)
    assert not may_open(make.signed_in(colleague), within, now)  # no more


def test_whoever_stands_in_for_everybody_opens_everybodys(
    office, colleague, third, now
):
    rows = [
        booked(now, one, make.at(THURSDAY, 9)) for one in (office.counsellor, third)
    ]
    make.deputy(colleague, None, MONDAY, THURSDAY)
    person = make.signed_in(colleague)
    assert all(may_open(person, row, now) for row in rows)
    assert {one.counsellor for one in person.stands_in} == {office.counsellor, third}


def test_she_records_what_came_of_it_and_the_colleagues_calendar_learns_of_it(
    office, colleague, now
):
    row = booked(now, office.counsellor, make.at(THURSDAY, 9))
    make.deputy(colleague, office.counsellor, THURSDAY)
    before = db.session.get(FeedVersion, office.counsellor).version
    now.moment = make.at(THURSDAY, 10)
    desk.record(make.signed_in(colleague), row.uuid, Status.MET, now=now.now())
    db.session.rollback()
    assert db.session.get(Appointment, row.id).status == Status.MET
    assert db.session.get(FeedVersion, office.counsellor).version == before + 1
    assert db.session.get(FeedVersion, colleague) is None


def test_she_sees_whom_to_call(office, colleague, third, now):
    booked(
        now, office.counsellor, make.at(THURSDAY, 9), reach=Reach.CALL, phone="07161 12"
    )
    make.deputy(colleague, office.counsellor, MONDAY, THURSDAY)
    due = [
        len(calls.due(make.signed_in(one), Reach.CALL, now=now.now()))
        for one in (colleague, third)
    ]
    assert due == [1, 0]


def test_her_own_day_shows_for_whom_she_stands_in(office, colleague, now):
    booked(now, office.counsellor, make.at(THURSDAY, 9))
    make.deputy(colleague, office.counsellor, MONDAY, THURSDAY)
    person = make.signed_in(colleague)
    assert [one.row.starts_at for one in desk.stood_in(person, THURSDAY)] == [
        make.at(THURSDAY, 9)
    ]
    assert desk.stood_in(person, WEDNESDAY) == ()
    ((who, window),) = stand_ins.named(person.stands_in)
    assert who.id == office.counsellor
    assert window.start == make.at(MONDAY, 0)
    nobody = make.signed_in(office.counsellor)
    assert queries_of(lambda: desk.stood_in(nobody, THURSDAY)) == 0


def test_the_head_names_somebody_once_and_can_end_it(office, colleague, now):
    head = make.staff_member(Role.HEAD)
    for _ in range(2):
        stand_ins.name(new(colleague, office.counsellor), by=head, now=now.now())
    (row,) = stand_ins.listed(today=MONDAY)
    assert (row.deputy.id, row.counsellor.id) == (colleague, office.counsellor)
    assert (row.named_by_id, row.last_day) == (head, THURSDAY)
    uuid = row.uuid
    stand_ins.end(uuid, by=head, now=now.now())
    db.session.rollback()
    assert db.session.query(Deputy).count() == 0
    deeds = [one.deed for one in db.session.query(JournalEntry).order_by("id")]
    assert deeds == ["name stand-in", "end stand-in"]
    with pytest.raises(UnknownStandIn):
        stand_ins.end(uuid, by=head, now=now.now())


def test_what_makes_no_sense_is_refused(office, colleague, now):
    yesterday = MONDAY - timedelta(days=1)
    for first, last in ((THURSDAY, WEDNESDAY), (yesterday, yesterday)):
        wrong = new(colleague, office.counsellor, first, last)
        with pytest.raises(NoStretch):
            stand_ins.name(wrong, by=1, now=now.now())
    with pytest.raises(StandsForHerself):
        stand_ins.name(new(colleague, colleague), by=1, now=now.now())


def test_anybody_who_works_here_can_be_named(office, now):
    desk_staff = make.staff_member(Role.FRONT_DESK)
    stand_ins.name(new(desk_staff, None), by=1, now=now.now())
    person = make.signed_in(desk_staff, Role.FRONT_DESK)
    assert [one.counsellor for one in person.stands_in] == [office.counsellor]


def test_one_query_says_for_whom_somebody_stands_in(office, colleague, now):
    for counsellor in (office.counsellor, None):
        make.deputy(colleague, counsellor, MONDAY, THURSDAY)
    db.session.rollback()
    assert queries_of(lambda: stand_ins.standing_in(colleague, MONDAY)) == 1


def test_a_counsellor_learns_who_stands_in_for_her(office, colleague, third, now):
    make.deputy(colleague, office.counsellor, MONDAY, TUESDAY)
    make.deputy(third, None, TUESDAY, THURSDAY)
    make.deputy(office.counsellor, None, MONDAY)

    def for_her(today):
        rows = stand_ins.for_counsellor(office.counsellor, today=today)
        return [one.deputy_id for one in rows]

    assert for_her(MONDAY) == [colleague, third]
    assert for_her(WEDNESDAY) == [third]
    assert for_her(date(2027, 3, 5)) == []
