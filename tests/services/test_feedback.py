"""Does a barrier that somebody tells us of arrive once, sealed, and get an end?"""

from uuid import UUID, uuid4

import pytest

from booking.models import Feedback, Role, db
from booking.services import feedback
from booking.services.limits import TooManyGuesses
from tests import make


def test_what_was_told_lies_sealed_and_opens_for_the_office(office):
    make.feedback("Der Knopf ist zu klein.", contact="amal@example.org")
    [row] = feedback.listed()
    assert (row.text, row.contact) == ("Der Knopf ist zu klein.", "amal@example.org")
    assert b"Knopf" not in row.text_sealed


def test_the_same_form_sent_twice_is_told_once(office):
    make.feedback(key="one form")
    make.feedback(key="one form")
    assert db.session.query(Feedback).count() == 1


def test_what_is_dealt_with_goes_to_the_end(office, now):
    admin = make.staff_member(Role.ADMIN)
    first = UUID(make.feedback("first"))
    now.move(minutes=1)
    make.feedback("second")
    feedback.done(first, by=admin, now=now.now())
    feedback.done(first, by=admin, now=now.move(days=1))
    assert [row.text for row in feedback.listed()] == ["second", "first"]
    assert feedback.open_ones() == 1
    assert feedback.listed()[1].done_at.day == 1


def test_nobody_deals_with_what_nobody_told(office, now):
    with pytest.raises(feedback.NoSuchFeedback):
        feedback.done(uuid4(), by=office.counsellor, now=now.now())


def test_a_flood_from_one_network_stops_and_others_go_on(office, now):
    for _ in range(20):
        make.feedback()
    with pytest.raises(TooManyGuesses):
        make.feedback()
    assert db.session.query(Feedback).count() == 20
    told = feedback.Told(text="x", page="other", contact="", language="de", key="k")
    feedback.tell(told, network=b"elsewhere", now=now.now())
