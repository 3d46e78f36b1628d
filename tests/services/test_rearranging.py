"""What becomes of the appointments that an absence, or a closed day, hits?"""

from datetime import date, timedelta
from threading import Event, Thread
from time import sleep

import pytest

from booking.models import (
    Absence,
    Appointment,
    Closure,
    FeedVersion,
    JournalEntry,
    Letter,
    LetterKind,
    Role,
    StaffMember,
    Status,
    db,
)
from booking.models.running import zone
from booking.scheduling import TimeWindow, day_window
from booking.services import appointments, claim, rearranging
from booking.services.absences import Away, Closed
from booking.services.rearranging import (
    ON_THE_DAY,
    PLANNED,
    Chosen,
    Reason,
    StillToChoose,
    Way,
)
from tests import make
from tests.counting import queries_of
from tests.services import visiting

THURSDAY, FRIDAY = date(2027, 3, 4), date(2027, 3, 5)


def at(hour, minute=0, day=THURSDAY):
    return make.at(day, hour, minute)


def whole(day):
    return day_window(day, zone())


def booked(now, counsellor, start, **changes):
    choice = make.choice(start, counsellor=counsellor, **changes)
    way = appointments.book(choice, make.person(), now=now.now())
    return way.appointment.uuid


def row_of(uuid):
    db.session.rollback()
    return db.session.query(Appointment).filter_by(uuid=uuid).one()


@pytest.fixture
def colleague(office):
    return make.counsellor(languages=("de",))


@pytest.fixture
def thursday(office):
    """She is about to be away on Thursday."""
    return Away((office.counsellor,), (whole(THURSDAY),))


def hits(change, now):
    db.session.rollback()
    rows = change.hit(now=now.now())
    return rearranging.with_ways(rows, change, now=now.now())


def carry_out(change, now, choices=()):
    return rearranging.carry_out(change, dict(choices), by=1, now=now.now())


def kinds():
    query = db.session.query(Letter.kind).order_by(Letter.id)
    return [kind for (kind,) in query]


def test_nothing_is_saved_before_somebody_has_said_what_becomes_of_whom(
    office, thursday, now
):
    uuid = booked(now, office.counsellor, at(9))
    with pytest.raises(StillToChoose) as asked:
        carry_out(thursday, now)
    assert [one.row.uuid for one in asked.value.hits] == [uuid]
    assert db.session.query(Absence).count() == 0


def test_who_hits_nobody_is_away_at_once(office, thursday, now):
    assert carry_out(thursday, now) == ()
    assert carry_out(thursday, now) == ()  # sent twice, it stands there once
    (row,) = db.session.query(Absence)
    assert row.window == whole(THURSDAY)
    assert db.session.query(JournalEntry).filter_by(deed="enter absence").count() == 1


def test_each_appointment_gets_what_was_chosen_for_it(office, thursday, colleague, now):
    kept, moved, given, cancelled = (
        booked(now, office.counsellor, start)
        for start in (at(9), at(10), at(11), at(9, day=FRIDAY))
    )
    thursday = Away(thursday.counsellors, (*thursday.windows, whole(FRIDAY)))
    later = {one.row.uuid: one.later for one in hits(thursday, now)}
    to = db.session.get_one(StaffMember, colleague).uuid
    undone = carry_out(
        thursday,
        now,
        choices={
            kept: Chosen(Way.KEEP),
            moved: Chosen(Way.MOVE, start=later[moved]),
            given: Chosen(Way.GIVE, to=to),
            cancelled: Chosen(Way.CANCEL),
        },
    )
    assert undone == ()
    assert row_of(kept).starts_at == at(9)
    assert row_of(moved).starts_at == later[moved] == at(10, day=date(2027, 3, 8))
    assert row_of(given).counsellor_id == colleague
    assert row_of(cancelled).status == Status.CANCELLED
    assert kinds()[4:] == [LetterKind.MOVED, LetterKind.CANCELLED]
    assert {one.staff_id for one in db.session.query(FeedVersion)} == {
        office.counsellor,
        colleague,
    }


def test_no_two_are_promised_the_same_later_time(office, thursday, now):
    for hour in (9, 10, 11):
        booked(now, office.counsellor, at(hour))
    booked(now, office.counsellor, at(9, day=FRIDAY))
    later = [one.later for one in hits(thursday, now)]
    assert later == [
        at(10, day=FRIDAY),
        at(11, day=FRIDAY),
        at(9, day=date(2027, 3, 8)),
    ]
    choices = {
        one.row.uuid: Chosen(Way.MOVE, start=one.later) for one in hits(thursday, now)
    }
    assert carry_out(thursday, now, choices=choices) == ()


def test_a_later_time_is_never_within_the_absence_nor_an_earlier_one(office, now):
    uuid = booked(now, office.counsellor, at(9))
    two_weeks = TimeWindow(whole(THURSDAY).start, whole(date(2027, 3, 17)).end)
    away = Away((office.counsellor,), (two_weeks,))
    (hit,) = hits(away, now)
    assert hit.row.uuid == uuid
    assert hit.later == at(9, day=date(2027, 3, 18))
    for_ever = TimeWindow(two_weeks.start, two_weeks.start + timedelta(days=90))
    (hit,) = hits(Away((office.counsellor,), (for_ever,)), now)
    assert (hit.later, hit.may_move) == (None, False)


def test_with_an_interpreter_the_later_time_is_found_in_moving(office, now, thursday):
    make.counsellor(languages=("de",))
    make.interpreter(languages=("ti",), weekdays=(0, 3))
    uuid = booked(now, office.counsellor, at(9), wish=make.wish(language="ti"))
    (hit,) = hits(thursday, now)
    assert (hit.later, hit.may_move) == (None, True)
    assert carry_out(thursday, now, choices={uuid: Chosen(Way.MOVE)}) == ()
    moved = row_of(uuid)
    assert moved.starts_at == at(9, day=date(2027, 3, 8))
    assert moved.interpreter_id is not None


def test_where_no_interpreter_can_come_later_it_is_said(office, now, thursday):
    make.interpreter(languages=("ti",), weekdays=(3,))
    uuid = booked(now, office.counsellor, at(9), wish=make.wish(language="ti"))
    every_thursday = tuple(whole(THURSDAY + timedelta(weeks=n)) for n in range(8))
    away = Away((office.counsellor,), every_thursday)
    (undone,) = carry_out(away, now, choices={uuid: Chosen(Way.MOVE)})
    assert (undone.row.uuid, undone.reason) == (uuid, Reason.NOTHING_FREE)


def test_what_one_deed_cannot_do_stops_none_of_the_others(
    office, thursday, colleague, now
):
    gone, given = (booked(now, office.counsellor, at(hour)) for hour in (9, 11))
    (first, second) = hits(thursday, now)
    taker = second.takers[0].uuid
    booked(now, office.counsellor, first.later)  # somebody was quicker
    undone = carry_out(
        thursday,
        now,
        choices={
            gone: Chosen(Way.MOVE, start=first.later),
            given: Chosen(Way.GIVE, to=taker),
        },
    )
    assert [(one.row.uuid, one.reason) for one in undone] == [(gone, Reason.TAKEN)]
    assert row_of(gone).starts_at == at(9)
    assert row_of(given).counsellor_id == colleague


def test_a_colleague_who_cannot_take_it_is_not_given_it(
    office, thursday, colleague, now
):
    uuid = booked(now, office.counsellor, at(9), wish=make.wish(language="ar"))
    (hit,) = hits(thursday, now)
    assert hit.takers == ()  # she speaks no Arabic
    someone = row_of(booked(now, colleague, at(9))).counsellor.uuid
    choices = {uuid: Chosen(Way.GIVE, to=someone)}
    (undone,) = carry_out(thursday, now, choices=choices)
    assert undone.reason == Reason.TAKEN
    assert row_of(uuid).counsellor_id == office.counsellor


def test_what_began_meanwhile_is_said(office, thursday, now, monkeypatch):
    uuid = booked(now, office.counsellor, at(9))
    cancel = appointments.cancel

    def slowly(appointment, *, now, by):
        cancel(appointment, now=at(9), by=by)

    monkeypatch.setattr(appointments, "cancel", slowly)
    (undone,) = carry_out(thursday, now, choices={uuid: Chosen(Way.CANCEL)})
    assert undone.reason == Reason.LATE


def test_what_is_booked_while_it_is_saved_is_said(office, thursday, now, monkeypatch):
    save = Away.save

    def slowly(self, **facts):
        booked(now, office.counsellor, at(11))
        save(self, **facts)

    monkeypatch.setattr(Away, "save", slowly)
    (undone,) = carry_out(thursday, now)
    assert (undone.row.starts_at, undone.reason) == (at(11), Reason.BOOKED_MEANWHILE)


def test_a_closed_day_hits_everybody_and_nobody_can_take_over(office, colleague, now):
    make.counsellor()  # she would be free
    uuids = [booked(now, one, at(9)) for one in (office.counsellor, colleague)]
    closed = Closed((whole(THURSDAY),))
    found = hits(closed, now)
    assert {one.row.uuid for one in found} == set(uuids)
    assert [one.takers for one in found] == [(), ()]
    choices = {uuid: Chosen(Way.CANCEL) for uuid in uuids}
    assert carry_out(closed, now, choices=choices) == ()
    assert db.session.query(Closure).one().window == whole(THURSDAY)
    assert {row_of(uuid).status for uuid in uuids} == {Status.CANCELLED}


def test_a_visit_is_planned_anew(office, colleague, now, thursday):
    visiting.town(now)
    wish = visiting.wish(now).request.uuid
    make.visit_published(wish, office.counsellor, at(10))
    (hit,) = hits(thursday, now)
    assert hit.is_visit
    assert (hit.may_move, hit.takers) == (False, ())
    uuid = hit.row.uuid
    assert carry_out(thursday, now, choices={uuid: Chosen(Way.CANCEL)}) == ()
    assert row_of(uuid).status == Status.CANCELLED


def test_ahead_a_later_time_is_suggested_on_the_day_a_colleague(
    office, thursday, colleague, now
):
    for hour in (9, 10):
        booked(now, office.counsellor, at(hour))
    found = hits(thursday, now)
    taker = found[0].takers[0].uuid
    assert set(rearranging.suggested(found, PLANNED).values()) == {
        Chosen(Way.MOVE, start=one.later) for one in found
    }
    assert set(rearranging.suggested(found, ON_THE_DAY).values()) == {
        Chosen(Way.GIVE, to=taker)
    }


def test_no_colleague_is_suggested_twice_at_a_time(office, colleague, now):
    other = make.counsellor()
    for one in (office.counsellor, other):
        booked(now, one, at(9))
    away = Away((office.counsellor, other), (whole(THURSDAY),))
    ways = [
        one.way for one in rearranging.suggested(hits(away, now), ON_THE_DAY).values()
    ]
    assert sorted(ways) == [Way.GIVE, Way.MOVE]


def test_who_is_away_as_well_takes_nothing(office, colleague, now):
    booked(now, office.counsellor, at(9))
    away = Away((office.counsellor, colleague), (whole(THURSDAY),))
    assert [one.takers for one in hits(away, now)] == [()]


def test_the_queries_do_not_grow_with_what_is_hit(office, colleague, now):
    for hour in (9, 10, 11):
        booked(now, office.counsellor, at(hour))
    few = Away((office.counsellor,), (TimeWindow(at(9), at(10)),))
    many = Away((office.counsellor,), (whole(THURSDAY),))
    assert len(hits(many, now)) == 3
    assert queries_of(lambda: hits(few, now)) == queries_of(lambda: hits(many, now))


def test_a_booking_that_is_being_written_is_seen_before_the_office_is_closed(
    app, office, now, monkeypatch
):
    """On PostgreSQL both could else miss each other: neither has committed yet."""
    closed, admin = Closed((whole(THURSDAY),)), make.staff_member(Role.ADMIN)
    seat, began, looked = claim._seat, Event(), Event()
    hit = Closed.hit

    def looking(*arguments, **facts):
        found = hit(*arguments, **facts)
        looked.set()
        return found

    def slowly(*arguments):
        began.set()
        assert looked.wait(30)  # however slow the machine: nothing is written yet
        sleep(0.2)  # the office is being closed by now, or waits for us
        seat(*arguments)

    def book():
        with app.app_context():
            booked(now, office.counsellor, at(9))
            db.session.remove()

    monkeypatch.setattr(claim, "_seat", slowly)
    monkeypatch.setattr(Closed, "hit", looking)
    booking = Thread(target=book)
    booking.start()
    assert began.wait(30)
    undone = rearranging.carry_out(closed, {}, by=admin, now=now.now())
    booking.join()
    assert [one.reason for one in undone] == [Reason.BOOKED_MEANWHILE]
