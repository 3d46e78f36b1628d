"""After a talk: is the note hers, the contact right, the next talk two clicks away?"""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from booking.models import (
    Appointment,
    JournalEntry,
    Letter,
    LetterState,
    Place,
    Reach,
    Status,
    VisitRequest,
    Waiting,
    db,
)
from booking.services import (
    appointments,
    corrections,
    desk,
    earlier_times,
    follow_ups,
    letters,
    notes,
    resending,
)
from booking.services.appointments import TooLate
from booking.services.claim import SlotTaken
from booking.services.corrections import Contact
from booking.services.desk import UnknownAppointment
from booking.services.notes import NoteChanged, edition_of
from booking.services.writing import write_session
from tests import make
from tests.services import visiting

THURSDAY = date(2027, 3, 4)


@pytest.fixture
def her(office):
    return make.signed_in(office.counsellor)


@pytest.fixture
def colleague(office):
    return make.signed_in(make.counsellor())


def book(now, hour=9, day=THURSDAY, wish=None, counsellor=1, **person):
    start, wish = make.at(day, hour), wish or make.wish()
    choice = make.choice(start, wish=wish, counsellor=counsellor)
    return appointments.book(choice, make.person(**person), now=now.now()).appointment


def now_of(row):
    db.session.rollback()
    return db.session.get(Appointment, row.id)


# --- The note ----------------------------------------------------------------


def write(person, row, text, now, before=""):
    edition = edition_of(before)
    notes.write(person, row.uuid, text, edition=edition, now=now.now())


def test_a_note_is_kept_sealed_and_changes_no_calendar(her, now):
    row = book(now)
    write(her, row, "Geheim: asked for a flat", now)
    kept = now_of(row)
    assert kept.note == "Geheim: asked for a flat"
    assert b"Geheim" not in kept.note_sealed
    assert kept.sequence == row.sequence
    (line,) = db.session.query(JournalEntry).filter_by(deed="write a note")
    assert (line.about, line.staff_id) == (row.about, her.id)


def test_nobody_overwrites_what_she_has_not_read(her, now):
    row = book(now)
    write(her, row, "first", now)
    with pytest.raises(NoteChanged):
        write(her, row, "second", now, before="")
    assert now_of(row).note == "first"
    write(her, row, "first", now)  # sent twice
    write(her, row, "", now, before="first")
    assert now_of(row).note_sealed is None


def test_a_colleague_writes_no_note_on_hers(her, colleague, now):
    row = book(now)
    with pytest.raises(UnknownAppointment):
        write(colleague, row, "mine now", now)


# --- How she is reached ------------------------------------------------------


def correct(person, row, now, **contact):
    usual = {"reach": Reach.EMAIL, "email": "right@example.org"}
    fixed = Contact(**(usual | contact))
    corrections.correct(person, row.uuid, fixed, now=now.now())


def letters_now():
    db.session.rollback()
    rows = db.session.query(Letter).order_by(Letter.id)
    return [(row.kind, row.channel, row.state) for row in rows]


def refuse(now):
    with write_session() as session:
        letter = session.query(Letter).one()
        letter.state, letter.error = LetterState.FAILED, "550"
    return letter.uuid


def test_a_wrong_address_is_corrected_and_the_refused_letter_sent_again(her, now):
    row = book(now, email="wrong@example.org")
    letter = refuse(now)
    correct(her, row, now)
    kept = now_of(row)
    assert (kept.email, kept.sequence) == ("right@example.org", 0)
    assert letters_now() == [("confirmation", "email", "failed")]
    resending.send_again(her, letter, now=now.now())
    assert letters.post(now=now.now()) == 1
    assert letters_now() == [("confirmation", "email", "sent")]


def test_what_waits_goes_the_new_way(her, now):
    row = book(now)
    correct(her, row, now, reach=Reach.CALL, email="", phone="+49 7161 1234")
    assert letters_now() == [
        ("confirmation", "email", "dropped"),
        ("confirmation", "call", "due"),
    ]
    correct(her, row, now)
    assert letters_now() == [
        ("confirmation", "email", "due"),
        ("confirmation", "call", "dropped"),
    ]


def test_what_she_knows_already_is_not_told_again_by_another_way(her, now):
    row = book(now)
    letters.post(now=now.now())
    correct(her, row, now, reach=Reach.CALL, email="", phone="+49 7161 1234")
    assert letters_now() == [("confirmation", "email", "sent")]


def test_whoever_wants_no_news_gets_none(her, now):
    row = book(now)
    refuse(now)
    correct(her, row, now, reach=Reach.NONE, email="")
    assert letters_now() == [("confirmation", "email", "dropped")]
    assert now_of(row).contact_hash is None


def test_a_call_that_staff_chose_stays_on_the_list_when_the_way_is_the_same(her, now):
    row = book(now, phone="+49 7161 1234")
    letter = refuse(now)
    resending.call_instead(her, letter, now=now.now())
    correct(her, row, now, phone="+49 7161 5678")
    assert letters_now()[1] == ("confirmation", "call", "due")


def test_a_visits_wish_learns_of_it_and_keeps_its_door(her, office, now):
    way = visiting.wish(now)
    make.visit_published(way.request.uuid, office.counsellor, make.at(THURSDAY, 9))
    row = db.session.query(Appointment).one()
    before = row.address
    phone = "+49 7161 5678"
    correct(her, row, now, reach=Reach.CALL, phone=phone, email="", address="elsewhere")
    wish = db.session.query(VisitRequest).one()
    assert (wish.reach, wish.phone) == ("call", phone)
    assert (now_of(row).phone, now_of(row).address) == (phone, before)


def test_who_waits_for_an_earlier_time_is_told_the_right_way(her, now):
    row = book(now, day=THURSDAY + timedelta(days=7))
    earlier_times.wait_for_earlier(row.uuid, now=now.now())
    correct(her, row, now, email="right@example.org")
    db.session.rollback()
    assert db.session.query(Waiting).one().email == "right@example.org"


def test_a_contact_is_corrected_by_nobody_else_and_not_afterwards(her, colleague, now):
    row = book(now)
    with pytest.raises(UnknownAppointment):
        correct(colleague, row, now)
    now.moment = make.at(THURSDAY, 12)
    with pytest.raises(TooLate):
        correct(her, row, now)
    assert now_of(row).email == "amal@example.org"


# --- The next talk -----------------------------------------------------------


def follow_up(person, row, start, now, place=Place.OFFICE):
    key = uuid4().hex
    row = now_of(row)
    return follow_ups.book(person, row, place, start, key=key, now=now.now())


def test_the_next_talk_has_the_same_people_file_and_wishes(her, now):
    client = make.client(her.id)
    row = book(
        now,
        wish=make.wish(language="ar", woman=True),
        name="Layla Haddad",
        people=2,
        woman_preferred=True,
        remind_days=2,
    )
    with write_session() as session:
        session.get(Appointment, row.id).client_id = client.id
    now.moment = make.at(THURSDAY, 10)
    desk.record(her, row.uuid, Status.MET, now=now.now())
    start = follow_ups.times(
        now_of(row), Place.OFFICE, date(2027, 3, 8), now=now.now()
    )[0].start
    later = now_of(follow_up(her, row, start, now).appointment)
    for fact in (
        *("name", "email", "reach", "people", "language", "letter_language"),
        *("client_id", "counsellor_id", "woman_preferred", "remind_days", "type_id"),
    ):
        assert getattr(later, fact) == getattr(now_of(row), fact), fact
    assert (later.status, later.starts_at, later.booked_by_id) == (
        Status.BOOKED,
        start,
        her.id,
    )
    assert later.note == ""
    told = db.session.query(Letter).filter_by(appointment_id=later.id)
    assert [one.kind for one in told] == ["confirmation"]


def test_only_her_own_counsellors_times_are_offered_from_a_day_on(her, now):
    make.counsellor(hours=((make.time(14), make.time(16)),))
    row = book(now)
    found = follow_ups.times(
        now_of(row), Place.OFFICE, date(2027, 3, 15), now=now.now()
    )
    days = {one.start.astimezone(make.zone()).date() for one in found}
    assert min(days) == date(2027, 3, 15)
    assert max(days) == date(2027, 3, 25)  # the 26th is Good Friday
    assert {one.start.astimezone(make.zone()).hour for one in found} == {9, 10, 11}


def test_a_time_that_is_gone_is_refused_and_a_colleague_does_not_step_in(
    her, colleague, now
):
    row = book(now)
    book(now, 11)
    with pytest.raises(SlotTaken):
        follow_up(her, row, make.at(THURSDAY, 11), now)


def test_after_a_visit_one_meets_at_the_office_and_on_the_phone_with_a_number(
    her, office, now
):
    way = visiting.wish(now)
    make.visit_published(way.request.uuid, office.counsellor, make.at(THURSDAY, 9))
    visit = db.session.query(Appointment).one()
    assert follow_ups.places(visit)[0] == Place.OFFICE
    row = book(now, 11, wish=make.wish(place=Place.PHONE), phone="+49 7161 1234")
    assert follow_ups.places(now_of(row)) == [Place.PHONE, Place.OFFICE]
    without = book(now, 10, day=date(2027, 3, 5))
    assert follow_ups.places(now_of(without)) == [Place.OFFICE]
