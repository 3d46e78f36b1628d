"""Does the officer learn who saw whose data, without learning anybody's name?"""

from datetime import date, timedelta

import pytest

from booking.models import JournalEntry, Role, StaffMember, db
from booking.services import (
    appointments,
    client_file,
    desk,
    erasing_people,
    journal_reading,
)
from booking.services.accounts import NoSuchStaff
from booking.services.clients import UnknownClient
from booking.services.journal_reading import LINES_A_PAGE, Question
from booking.services.pseudonyms import subjects_of
from booking.services.writing import write_session
from tests import make

TODAY = date(2027, 3, 1)


@pytest.fixture
def officer(office):
    return make.signed_in(make.staff_member(Role.DATA_PROTECTION), Role.DATA_PROTECTION)


@pytest.fixture
def file(office):
    return make.client(office.counsellor, reference="ABCD-2345")


def asked(**facts):
    return Question(**({"first": TODAY, "last": TODAY} | facts))


def uuid_of(staff):
    return db.session.get_one(StaffMember, staff).uuid


def booked(now, key, **facts):
    start = make.at(date(2027, 3, 4), 9 + len(key) % 3)
    choice = make.choice(start, key=key, **facts)
    return appointments.book(choice, make.person(), now=now.now())


def test_lines_are_found_by_account_person_and_deed(officer, file, office, now):
    hers = make.signed_in(office.counsellor)
    client_file.opened(hers, "ABCD-2345", now=now.now())
    row = booked(now, "a", client=file.id).appointment
    booked(now, "bb")
    desk.found(hers, row.uuid, now=now.now())
    account = uuid_of(office.counsellor)
    by_account = journal_reading.search(officer, asked(staff=account), now=now.now())
    assert [one.deed for one in by_account.lines] == ["read appointment", "read client"]
    about = journal_reading.search(
        officer, asked(reference="ABCD-2345", deed="book"), now=now.now()
    )
    (line,) = about.lines
    assert (line.subject.file, line.actor) == ("ABCD-2345", "client")
    assert line.subject.sign == row.uuid.hex[:5].upper()
    assert "read client" in journal_reading.deeds()


def test_somebody_without_a_file_is_found_by_her_code(officer, office, now):
    code = booked(now, "a").code
    booked(now, "bb")
    found = journal_reading.search(officer, asked(reference=code), now=now.now())
    assert [one.deed for one in found.lines] == ["read journal", "book"]
    with pytest.raises(UnknownClient):
        journal_reading.search(officer, asked(reference="ZZZZ"), now=now.now())


def test_another_day_is_another_question(officer, file, office, now):
    client_file.opened(make.signed_in(office.counsellor), "ABCD-2345", now=now.now())
    yesterday = TODAY - timedelta(days=1)
    found = journal_reading.search(
        officer, asked(first=yesterday, last=yesterday), now=now.now()
    )
    assert not found.lines


def test_reading_the_journal_is_a_line_of_it(officer, file, office, now):
    account = uuid_of(office.counsellor)
    journal_reading.search(officer, asked(staff=account), now=now.now())
    journal_reading.search(officer, asked(reference="ABCD-2345"), now=now.now())
    journal_reading.search(officer, asked(), now=now.now())
    journal_reading.seen_by(officer, account, TODAY, now=now.now())
    db.session.rollback()
    lines = db.session.query(JournalEntry).filter_by(staff_id=officer.id)
    assert [(one.deed, one.about) for one in lines.order_by("id")] == [
        ("read journal", f"staff:{account}"),
        ("read journal", f"client:{file.uuid}"),
        ("read journal", "journal"),
        ("seen by", f"staff:{account}"),
    ]


def test_a_long_journal_comes_in_pages(officer, office, now):
    with write_session() as session:
        for number in range(LINES_A_PAGE + 1):
            session.add(
                JournalEntry(
                    at=now.now(), actor="worker", deed="count", about=f"{number}"
                )
            )
    first = journal_reading.search(officer, asked(deed="count"), now=now.now())
    second = journal_reading.search(officer, asked(deed="count", page=2), now=now.now())
    assert (len(first.lines), first.has_more) == (LINES_A_PAGE, True)
    assert (len(second.lines), second.has_more) == (1, False)
    assert second.lines[0].subject.kind == "0"


def test_whose_data_an_account_saw_is_counted_by_person(officer, file, office, now):
    hers = make.signed_in(office.counsellor)
    client_file.opened(hers, "ABCD-2345", now=now.now())
    filed = booked(now, "a", client=file.id).appointment
    loose = booked(now, "bb").appointment
    for row in (filed, loose, loose):
        desk.found(hers, row.uuid, now=now.now())
    seen = journal_reading.seen_by(
        officer, uuid_of(office.counsellor), TODAY, now=now.now()
    )
    of_file, without = sorted(seen.touched, key=lambda one: not one.subject.file)
    assert (of_file.subject.file, of_file.times) == ("ABCD-2345", 2)
    assert of_file.deeds == {"read client", "read appointment"}
    assert (without.subject.sign, without.times) == (loose.uuid.hex[:5].upper(), 2)
    assert seen.in_reach == ["ABCD-2345"]
    later = TODAY + timedelta(days=1)
    seen = journal_reading.seen_by(
        officer, uuid_of(office.counsellor), later, now=now.now()
    )
    assert not seen.touched
    with pytest.raises(NoSuchStaff):
        journal_reading.seen_by(officer, file.uuid, TODAY, now=now.now())


def test_who_was_erased_keeps_a_sign_and_no_reference(officer, file, office, now):
    about = f"client:{file.uuid}"
    assert subjects_of([about])[about].file == "ABCD-2345"
    erasing_people.erase("ABCD-2345", now=now.now())
    db.session.rollback()
    subject = subjects_of([about])[about]
    assert (subject.file, subject.sign) == ("", file.uuid.hex[:5].upper())
    assert subject.is_of_client


def test_no_name_of_a_client_is_shown(officer, file, office, now):
    client_file.opened(make.signed_in(office.counsellor), "ABCD-2345", now=now.now())
    found = journal_reading.search(officer, asked(), now=now.now())
    seen = journal_reading.seen_by(
        officer, uuid_of(office.counsellor), TODAY, now=now.now()
    )
    assert "Geheim" not in repr((found, seen))
