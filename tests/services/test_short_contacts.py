"""Is a word in the corridor written down once, and read by nobody else?"""

from datetime import date, timedelta

import pytest

from booking.models import ContactKind, JournalEntry, ShortContact, Topic, db
from booking.services import client_file, short_contacts
from booking.services.clients import UnknownClient
from booking.services.short_contacts import UnknownContact
from tests import make

MONDAY = date(2027, 3, 1)


@pytest.fixture
def her(office):
    return make.signed_in(office.counsellor)


@pytest.fixture
def colleague(office):
    return make.signed_in(make.counsellor())


def of_day(person, now, day=MONDAY):
    db.session.rollback()
    return short_contacts.of_day(person, day, now=now.now())


def test_a_contact_needs_a_kind_and_minutes_only_and_stands_latest_first(her, now):
    make.short_contact(her, now)
    now.move(minutes=10)
    make.short_contact(
        her, now, kind=ContactKind.AUTHORITY, minutes=30, topic=Topic.WORK
    )
    rows = of_day(her, now)
    assert [(row.kind, row.minutes, row.topic) for row in rows] == [
        ("authority", 30, "work"),
        ("phone", 5, ""),
    ]


def test_sent_twice_it_is_one(her, now):
    for _ in range(2):
        make.short_contact(her, now, key="once")
    assert db.session.query(ShortContact).count() == 1


def test_note_and_topic_lie_sealed(her, now):
    make.short_contact(
        her, now, note="Geheim: the landlord has called", topic=Topic.HOUSING
    )
    row = db.session.query(ShortContact).one()
    assert row.note == "Geheim: the landlord has called"
    assert b"Geheim" not in row.note_sealed
    assert b"housing" not in row.topic_sealed


def test_a_colleague_sees_none_of_hers_and_takes_none_back(her, colleague, now):
    make.short_contact(her, now)
    (row,) = of_day(her, now)
    assert of_day(colleague, now) == []
    with pytest.raises(UnknownContact):
        short_contacts.remove(colleague, row.uuid, now=now.now())
    short_contacts.remove(her, row.uuid, now=now.now())
    assert of_day(her, now) == []


def test_only_todays_is_taken_back(her, now):
    make.short_contact(her, now)
    (row,) = of_day(her, now)
    now.move(days=1)
    with pytest.raises(UnknownContact):
        short_contacts.remove(her, row.uuid, now=now.now())


def test_a_day_is_the_offices(her, now):
    now.moment = make.at(MONDAY + timedelta(days=1), 0, 10)
    make.short_contact(her, now)
    assert of_day(her, now) == []
    assert len(of_day(her, now, MONDAY + timedelta(days=1))) == 1


def test_a_file_shows_it_whoever_wrote_it_and_a_strangers_file_takes_none(
    her, colleague, now
):
    client = make.client(her.id)
    make.short_contact(her, now, file=client.reference)
    with pytest.raises(UnknownClient):
        make.short_contact(colleague, now, file=client.reference)
    file = client_file.opened(her, client.reference, now=now.now())
    assert [row.staff_id for row in file.contacts] == [her.id]


def test_to_read_notes_leaves_a_line_and_to_read_minutes_does_not(her, now):
    make.short_contact(her, now)
    of_day(her, now)
    read = db.session.query(JournalEntry).filter_by(deed="read contacts")
    assert read.count() == 0
    make.short_contact(her, now, note="private")
    of_day(her, now)
    assert read.count() == 1
