"""A colleague takes over: what changes for her, and does the client notice nothing?"""

from datetime import date, timedelta
from threading import Thread

import pytest

from booking.models import (
    Appointment,
    FeedVersion,
    InterpreterRequest,
    JournalEntry,
    Letter,
    LetterState,
    db,
)
from booking.scheduling import TimeWindow
from booking.services import (
    appointments,
    handing_over,
    hits,
    interpreters,
    letters,
    links,
)
from booking.services.appointments import TooLate
from booking.services.claim import SlotTaken
from booking.services.handing_over import BelongsToRoute, hand_over, may_take
from booking.services.hits import hit_by
from booking.services.writing import write_session
from tests import make
from tests.counting import queries_of
from tests.services import visiting

THURSDAY, FRIDAY = date(2027, 3, 4), date(2027, 3, 5)


def at(hour, minute=0):
    return make.at(THURSDAY, hour, minute)


@pytest.fixture
def colleague(office):
    return make.counsellor(languages=("de", "ar"))


def booked(now, counsellor, start, **changes):
    choice = make.choice(start, counsellor=counsellor, **changes)
    return appointments.book(choice, make.person(), now=now.now())


def row_of(way):
    db.session.rollback()
    return db.session.query(Appointment).filter_by(uuid=way.appointment.uuid).one()


def takers(way, now):
    row = row_of(way)
    return [one.id for one in may_take([row], now=now.now())[row.id]]


def test_the_client_keeps_time_link_and_code_and_gets_no_letter(office, colleague, now):
    way = booked(now, office.counsellor, at(9))
    before = row_of(way)
    hand_over(before.uuid, colleague, now=now.now(), by=office.counsellor)
    found = links.behind_token(way.token, now=now.now())
    assert (found.code, found.appointment.id) == (way.code, before.id)
    assert (found.appointment.window, found.appointment.counsellor_id) == (
        before.window,
        colleague,
    )
    assert db.session.query(Letter).count() == 1  # the confirmation


def test_both_calendars_learn_of_it_and_the_journal_says_who_did_it(
    office, colleague, now
):
    way = booked(now, office.counsellor, at(9))
    before = {one.staff_id: one.version for one in db.session.query(FeedVersion)}
    hand_over(way.appointment.uuid, colleague, now=now.now(), by=office.counsellor)
    db.session.rollback()
    after = {one.staff_id: one.version for one in db.session.query(FeedVersion)}
    assert after == {
        office.counsellor: before[office.counsellor] + 1,
        colleague: before.get(colleague, 0) + 1,
    }
    entry = db.session.query(JournalEntry).filter_by(deed="hand over").one()
    assert (entry.staff_id, entry.about) == (office.counsellor, row_of(way).about)
    assert row_of(way).sequence == 1


def test_a_confirmation_that_waits_for_the_morning_still_goes_out(
    office, colleague, now
):
    now.moment = make.at(date(2027, 3, 1), 23)
    way = booked(now, office.counsellor, at(9))
    hand_over(way.appointment.uuid, colleague, now=now.now(), by=office.counsellor)
    now.moment = make.at(date(2027, 3, 2), 9)
    letters.post(now=now.now())
    db.session.rollback()
    assert db.session.query(Letter).one().state == LetterState.SENT


def test_who_was_reminded_is_not_reminded_again(office, colleague, now):
    way = booked(now, office.counsellor, at(9))
    now.moment = make.at(date(2027, 3, 3), 11)
    assert letters.write_due(now=now.now()) == 1
    hand_over(way.appointment.uuid, colleague, now=now.now(), by=office.counsellor)
    assert letters.write_due(now=now.now()) == 0


def test_the_interpreter_comes_along_and_is_not_asked_again(office, now):
    colleague = make.counsellor(languages=("de",))
    way = booked(now, office.counsellor, at(9), wish=make.wish(language="ar"))
    assert takers(way, now) == []  # she speaks no Arabic, and nobody interprets
    saba = make.interpreter_named(hours=())
    with write_session() as session:
        row = session.get_one(Appointment, way.appointment.id)
        row.interpreter_wanted, row.interpreter_id = True, saba
        interpreters.keep_asked(session, row, now=now.now())
    told = db.session.query(Letter).count()
    assert takers(way, now) == [colleague]
    hand_over(way.appointment.uuid, None, now=now.now(), by=office.counsellor)
    row = row_of(way)
    with write_session() as session:
        interpreters.keep_asked(
            session, session.get_one(Appointment, row.id), now=now.now()
        )
    request = db.session.query(InterpreterRequest).one()
    assert (row.counsellor_id, row.interpreter_id) == (colleague, saba)
    assert (request.state, request.sequence) == ("asked", row.sequence)
    assert db.session.query(Letter).count() == told


def test_who_speaks_the_language_comes_first(office, now):
    only_german = make.counsellor(languages=("de",))
    speaks_arabic = make.counsellor(languages=("ar",))
    saba = make.interpreter_named()
    way = booked(now, office.counsellor, at(9), wish=make.wish(language="ar"))
    with write_session() as session:
        session.get_one(Appointment, way.appointment.id).interpreter_id = saba
    assert takers(way, now) == [speaks_arabic, only_german]


def test_who_is_away_or_busy_or_off_is_not_asked(office, colleague, now):
    way = booked(now, office.counsellor, at(9))
    assert takers(way, now) == [colleague]
    booked(now, colleague, at(9, 30))
    make.counsellor(weekdays=(0,))
    assert takers(way, now) == []
    with pytest.raises(SlotTaken):
        hand_over(way.appointment.uuid, colleague, now=now.now(), by=1)
    with pytest.raises(SlotTaken):
        hand_over(way.appointment.uuid, None, now=now.now(), by=1)


def test_a_talk_that_no_longer_fits_the_raster_can_still_change_hands(
    office, colleague, now
):
    way = booked(now, office.counsellor, at(9, 15))
    with write_session() as session:
        kind = session.get_one(Appointment, way.appointment.id).type
        kind.raster, kind.minutes = 30, 90
    hand_over(way.appointment.uuid, colleague, now=now.now(), by=1)
    assert row_of(way).window == TimeWindow(at(9, 15), at(10))


def test_what_has_begun_stays_where_it_is(office, colleague, now):
    way = booked(now, office.counsellor, at(9))
    row = row_of(way)
    now.moment = at(9)
    assert may_take([row], now=now.now())[row.id] == ()
    with pytest.raises(TooLate):
        hand_over(row.uuid, colleague, now=now.now(), by=1)


def test_handed_over_twice_to_the_same_counts_once(office, colleague, now):
    way = booked(now, office.counsellor, at(9))
    for _ in range(2):
        hand_over(way.appointment.uuid, colleague, now=now.now(), by=1)
    assert row_of(way).sequence == 1


def test_a_visit_belongs_to_its_route(office, colleague, now):
    visiting.town(now)
    request = visiting.wish(now).request.uuid
    make.visit_published(request, office.counsellor, at(9))
    row = db.session.query(Appointment).one()
    assert may_take([row], now=now.now())[row.id] == ()
    with pytest.raises(BelongsToRoute):
        hand_over(row.uuid, colleague, now=now.now(), by=1)


def test_of_two_appointments_at_one_time_a_colleague_gets_one(
    app, office, colleague, now, monkeypatch
):
    other = make.counsellor()
    ways = [booked(now, one, at(9)) for one in (office.counsellor, other)]
    outcomes = []

    def give(way):
        with app.app_context():
            try:
                hand_over(way.appointment.uuid, colleague, now=now.now(), by=1)
                outcomes.append("taken over")
            except SlotTaken:
                outcomes.append("taken")
            db.session.remove()

    # Both have looked before either writes: the guard alone decides.
    looked = handing_over.may_take
    seen = {way.appointment.id: looked([row_of(way)], now=now.now()) for way in ways}
    monkeypatch.setattr(
        handing_over, "may_take", lambda rows, **_facts: seen[rows[0].id]
    )
    threads = [Thread(target=give, args=(way,)) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["taken", "taken over"]


def test_who_takes_over_meanwhile_has_it(office, colleague, now, monkeypatch):
    other = make.counsellor()
    row = row_of(booked(now, office.counsellor, at(9)))
    seen = may_take([row], now=now.now())

    def looked(_rows, **_facts):
        monkeypatch.setattr(handing_over, "may_take", lambda *_, **__: seen)
        hand_over(row.uuid, other, now=now.now(), by=1)
        return seen

    monkeypatch.setattr(handing_over, "may_take", looked)
    with pytest.raises(TooLate):
        hand_over(row.uuid, colleague, now=now.now(), by=1)
    db.session.rollback()
    assert db.session.query(Appointment).one().counsellor_id == other


def test_only_what_lies_in_the_window_and_ahead_is_hit(office, colleague, now):
    nine = booked(now, office.counsellor, at(9))
    booked(now, office.counsellor, at(11))
    booked(now, colleague, at(9))
    given_up = booked(now, office.counsellor, at(10))
    appointments.cancel(given_up.appointment.uuid, now=now.now())
    window = TimeWindow(at(9, 30), at(11))
    found = hit_by([office.counsellor], [window], now=now.now())
    assert [one.uuid for one in found] == [nine.appointment.uuid]
    assert hit_by([office.counsellor], [window], now=at(9)) == ()
    assert hit_by([office.counsellor], [], now=now.now()) == ()


def test_the_queries_do_not_grow_with_the_appointments(office, colleague, now):
    hours = [9, 10, 11]
    for hour in hours:
        booked(now, office.counsellor, at(hour))
        booked(now, office.counsellor, make.at(FRIDAY, hour))
    whole = TimeWindow(now.now(), now.now() + timedelta(days=30))

    def look(until):
        def asked():
            db.session.rollback()
            window = TimeWindow(whole.start, until)
            rows = hits.hit_by([office.counsellor], [window], now=now.now())
            found = may_take(rows, now=now.now())
            assert all(one.languages for some in found.values() for one in some)
            return [row.client for row in rows]

        return asked

    assert queries_of(look(at(10))) == queries_of(look(whole.end))
