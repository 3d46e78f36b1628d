"""Two clients, one time: who gets it, and what does the other learn?"""

from datetime import date

import pytest

from booking.models import Appointment, Letter, Status, db
from booking.services import appointments, links
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
    appointments.hold(make.choice(at(9)), network=b"a", now=now.now())
    with pytest.raises(SlotTaken):
        book(at(9), now)


def test_a_time_is_free_again_when_its_hold_is_over(office, now):
    appointments.hold(make.choice(at(9)), network=b"a", now=now.now())
    now.move(minutes=21)
    assert book(at(9), now).appointment.status == Status.BOOKED


def test_somebody_who_typed_for_too_long_still_gets_a_time_that_nobody_took(
    office, now
):
    choice = make.choice(at(9))
    appointments.hold(choice, network=b"a", now=now.now())
    now.move(hours=1)
    appointments.expire_holds(now=now.now())
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
