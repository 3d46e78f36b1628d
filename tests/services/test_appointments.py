"""Two clients, one time: who gets it, and what does the other learn?"""

from dataclasses import replace
from datetime import date
from threading import Thread

import pytest

from booking.models import Appointment, JournalEntry, Letter, Status, db
from booking.services import appointments, holds, links
from booking.services.appointments import TooLate
from booking.services.claim import SlotTaken
from tests import make

THURSDAY = date(2027, 3, 4)


def at(hour, minute=0):
    return make.at(THURSDAY, hour, minute)


def book(start, now, **changes):
    return appointments.book(make.choice(start), make.person(**changes), now=now.now())


def test_the_second_of_two_clients_learns_that_the_slot_is_taken(office, now):
    book(at(9), now)
    with pytest.raises(SlotTaken):
        book(at(9), now)


def test_a_cancelled_time_can_be_booked_again(office, now):
    way = book(at(9), now)
    appointments.cancel(way.appointment.uuid, now=now.now())
    assert book(at(9), now).appointment.status == Status.BOOKED


def test_a_held_time_is_not_given_to_somebody_else(office, now):
    holds.hold(make.choice(at(9)), network=b"a", now=now.now())
    with pytest.raises(SlotTaken):
        book(at(9), now)


def test_a_time_is_free_again_when_its_hold_is_over(office, now):
    holds.hold(make.choice(at(9)), network=b"a", now=now.now())
    now.move(minutes=21)
    assert book(at(9), now).appointment.status == Status.BOOKED


def test_somebody_who_typed_for_too_long_still_gets_a_time_that_nobody_took(
    office, now
):
    choice = make.choice(at(9))
    holds.hold(choice, network=b"a", now=now.now())
    now.move(hours=1)
    holds.expire(now=now.now())
    way = appointments.book(choice, make.person(), now=now.now())
    assert (way.appointment.status, way.appointment.starts_at) == (Status.BOOKED, at(9))


def test_sending_the_form_twice_shows_the_same_appointment(office, now):
    choice = make.choice(at(9))
    first = appointments.book(choice, make.person(), now=now.now())
    second = appointments.book(choice, make.person(), now=now.now())
    assert (first.token, first.code) == (second.token, second.code)
    assert db.session.query(Letter).count() == 1


def test_moving_keeps_the_row_the_link_and_the_code(office, now):
    way = book(at(9), now)
    appointments.move(way.appointment.uuid, at(10, 30), now=now.now())
    found = links.behind_token(way.token, now=now.now())
    assert found.appointment.id == way.appointment.id
    assert found.appointment.starts_at == at(10, 30)
    assert (found.code, found.appointment.sequence) == (way.code, 1)


def test_moving_by_a_quarter_of_an_hour_is_not_stopped_by_ones_own_appointment(
    office, now
):
    way = book(at(9), now)
    appointments.move(way.appointment.uuid, at(9, 15), now=now.now())
    assert links.behind_token(way.token, now=now.now()).appointment.starts_at == at(
        9, 15
    )


def test_nobody_moves_onto_somebody_else(office, now):
    way = book(at(9), now)
    book(at(10, 30), now)
    with pytest.raises(SlotTaken):
        appointments.move(way.appointment.uuid, at(10, 30), now=now.now())
    assert links.behind_token(way.token, now=now.now()).appointment.starts_at == at(9)


def test_an_appointment_that_has_begun_is_neither_moved_nor_cancelled(office, now):
    way = book(at(9), now)
    now.moment = at(9)
    with pytest.raises(TooLate):
        appointments.cancel(way.appointment.uuid, now=now.now())
    with pytest.raises(TooLate):
        appointments.move(way.appointment.uuid, at(10), now=now.now())


def test_the_buffer_after_a_talk_keeps_the_next_one_away(office, now):
    book(at(9), now)  # 45 minutes and 15 of buffer
    with pytest.raises(SlotTaken):
        book(at(9, 45), now)
    book(at(10), now)


def test_nothing_personal_lies_in_the_row_as_it_was_typed(office, now):
    book(at(9), now)
    row = db.session.query(Appointment).one()
    assert row.name == "Amal Beispiel"
    assert b"Amal" not in row.name_sealed
    assert b"example.org" not in row.email_sealed


def lengths(*rows):
    return [int(row.window.length.total_seconds()) // 60 for row in rows]


def test_a_group_gets_more_time_where_there_is_more(office, now):
    large = book(at(9), now, people=4).appointment
    small = book(at(11), now, people=3).appointment
    assert lengths(large, small) == [60, 45]


def test_a_group_gets_the_usual_time_rather_than_none(office, now):
    book(at(10), now)
    assert lengths(book(at(9), now, people=5).appointment) == [45]


def test_a_counsellor_lost_in_a_race_is_replaced_by_the_next(office, now, monkeypatch):
    second = make.counsellor()
    outrun(monkeypatch, [office.counsellor], now)
    assert book(at(9), now).appointment.counsellor_id == second


def test_when_every_counsellor_is_lost_the_time_is_taken(office, now, monkeypatch):
    outrun(monkeypatch, [office.counsellor, make.counsellor()], now)
    with pytest.raises(SlotTaken):
        book(at(9), now)


def test_a_colleague_takes_over_when_the_holder_of_a_time_falls_ill(office, now):
    colleague = make.counsellor()
    choice = make.choice(at(9))
    holds.hold(choice, network=b"a", now=now.now())
    holder = db.session.query(Appointment).one().counsellor_id
    assert holder == office.counsellor
    make.absent(holder, at(8), at(12))
    way = appointments.book(choice, make.person(), now=now.now())
    assert way.appointment.counsellor_id == colleague


def outrun(monkeypatch, counsellors, now):
    """Let others take these counsellors between the look and the lock."""
    look_at = holds.look_at

    def slow(*wish, **facts):
        look = look_at(*wish, **facts)
        monkeypatch.setattr(holds, "look_at", look_at)
        for _ in counsellors:
            book(at(9), now)
        return look

    monkeypatch.setattr(holds, "look_at", slow)


def test_moving_to_where_it_is_already_tells_nobody_anything(office, now):
    way = book(at(9), now)
    appointments.move(way.appointment.uuid, at(9), now=now.now())
    assert db.session.query(Appointment).one().sequence == 0
    assert db.session.query(Letter).count() == 1


def test_cancelling_twice_is_telling_once(office, now):
    way = book(at(9), now)
    for _ in range(2):
        appointments.cancel(way.appointment.uuid, now=now.now())
    assert db.session.query(Appointment).one().sequence == 1
    assert db.session.query(Letter).count() == 2


def test_what_is_cancelled_is_not_moved_any_more(office, now):
    way = book(at(9), now)
    appointments.cancel(way.appointment.uuid, now=now.now())
    with pytest.raises(TooLate):
        appointments.move(way.appointment.uuid, at(10), now=now.now())


def test_moving_prefers_the_counsellor_one_knows(office, now):
    known = make.counsellor()
    book(at(9), now)
    way = book(at(9), now)
    assert way.appointment.counsellor_id == known
    appointments.move(way.appointment.uuid, at(11), now=now.now())
    moved = db.session.query(Appointment).filter_by(uuid=way.appointment.uuid).one()
    assert moved.counsellor_id == known
    make.absent(known, at(0), at(10, 30))
    appointments.move(way.appointment.uuid, at(10), now=now.now())
    db.session.rollback()
    assert moved.counsellor_id == office.counsellor


def test_every_deed_is_in_the_journal_without_a_word_about_the_person(office, now):
    way = book(at(9), now)
    appointments.move(way.appointment.uuid, at(10), now=now.now())
    appointments.cancel(way.appointment.uuid, now=now.now())
    rows = db.session.query(JournalEntry).order_by(JournalEntry.id).all()
    assert [(row.actor, row.deed) for row in rows] == [
        ("client", "book"),
        ("client", "move"),
        ("client", "cancel"),
    ]
    assert {row.about for row in rows} == {f"appointment:{way.appointment.uuid}"}


def test_a_deed_that_failed_leaves_neither_letter_nor_journal(office, now):
    book(at(9), now)
    with pytest.raises(SlotTaken):
        book(at(9), now)
    counts = [db.session.query(kind).count() for kind in (Letter, JournalEntry)]
    assert counts == [1, 1]


def test_two_ways_of_changing_the_same_appointment_wait_for_each_other(
    app, office, now, monkeypatch
):
    """A cancellation that arrives while a move is on its way comes after it."""
    way = book(at(9), now)
    facts = (app, way.appointment.uuid, now)
    cancelling = Thread(target=cancel_elsewhere, args=facts)
    claim = appointments.claim

    def slow(*arguments, **facts):
        cancelling.start()
        cancelling.join(0.5)
        claim(*arguments, **facts)

    monkeypatch.setattr(appointments, "claim", slow)
    appointments.move(way.appointment.uuid, at(10, 30), now=now.now())
    cancelling.join()
    db.session.rollback()
    row = db.session.query(Appointment).one()
    assert (row.status, row.sequence, row.starts_at) == ("cancelled", 2, at(10, 30))


def cancel_elsewhere(app, appointment, now):
    with app.app_context():
        appointments.cancel(appointment, now=now.now())
        db.session.remove()


def test_going_back_for_another_time_books_that_time_too_and_only_once(office, now):
    choice = make.choice(at(9))
    first = appointments.book(choice, make.person(), now=now.now())
    later = replace(choice, start=at(10, 30))
    second = appointments.book(later, make.person(), now=now.now())
    again = appointments.book(later, make.person(), now=now.now())
    assert second.appointment.starts_at == at(10, 30)
    assert first.token != second.token == again.token
    assert db.session.query(Appointment).count() == 2


def test_going_back_for_another_person_does_not_lose_her(office, now):
    make.counsellor()
    choice = make.choice(at(9))
    first = appointments.book(choice, make.person(), now=now.now())
    second = appointments.book(choice, make.person(name="Nour Probe"), now=now.now())
    assert first.token != second.token
    assert second.appointment.name == "Nour Probe"


def test_a_cancelled_appointment_can_be_booked_again_from_the_same_page(office, now):
    choice = make.choice(at(9))
    first = appointments.book(choice, make.person(), now=now.now())
    appointments.cancel(first.appointment.uuid, now=now.now())
    second = appointments.book(choice, make.person(), now=now.now())
    assert (second.appointment.status, second.token != first.token) == ("booked", True)


def test_whoever_changes_her_language_meets_somebody_who_speaks_it(office, now):
    turkish = make.counsellor(languages=("tr",))
    choice = make.choice(at(9), wish=make.wish(language="ar"))
    holds.hold(choice, network=b"a", now=now.now())
    other = replace(choice, wish=make.wish(language="tr"))
    way = appointments.book(other, make.person(), now=now.now())
    assert way.appointment.counsellor_id == turkish
    assert way.appointment.interpreter_wanted is False
