"""May somebody read a stranger's file in an emergency, and does everybody learn of it?"""

from datetime import date, timedelta

import pytest

from booking.models import (
    EmergencyOpening,
    EmergencySeen,
    JournalEntry,
    Letter,
    LetterKind,
    Role,
    db,
)
from booking.services import clients, emergencies, erasing_people, exporting, letters
from booking.services.clients import UnknownClient
from booking.services.emergencies import (
    HersAnyway,
    NoReason,
    NotHersToSee,
    TooLongBack,
    Wanted,
)
from booking.services.limits import TooManyGuesses
from tests import make

WHY = "She stands at the door and her counsellor cannot be reached."


@pytest.fixture
def colleague(office):
    return make.signed_in(make.counsellor(languages=("fr",)))


@pytest.fixture
def head(office):
    return make.signed_in(make.staff_member(Role.HEAD), Role.HEAD)


@pytest.fixture
def officer(office):
    return make.signed_in(make.staff_member(Role.DATA_PROTECTION), Role.DATA_PROTECTION)


@pytest.fixture
def file(office):
    return make.client(office.counsellor, reference="ABCD-2345")


def wanted(reference="ABCD-2345", **facts):
    return Wanted(reference=reference, **({"reason": WHY} | facts))


def deeds():
    db.session.rollback()
    return [one.deed for one in db.session.query(JournalEntry).order_by("id")]


def test_a_file_is_found_by_its_reference_or_by_the_whole_name(file, colleague, now):
    for typed in ("ABCD-2345", "abcd 2345", "selam geheim"):
        opening = emergencies.open_file(colleague, wanted(typed), now=now.now())
        row, _ = emergencies.file_of(colleague, opening, now=now.now())
        assert row.client_id == file.id
        now.move(hours=1)


def test_a_colleague_reads_a_file_for_an_hour_and_then_no_more(
    file, colleague, office, now
):
    opening = emergencies.open_file(colleague, wanted(), now=now.now())
    row, found = emergencies.file_of(colleague, opening, now=now.now())
    assert (found.client.name, row.reason) == ("Selam Geheim", WHY)
    # Her own way to files stays as closed as before.
    with pytest.raises(UnknownClient):
        clients.found(colleague, "ABCD-2345")
    third = make.signed_in(make.counsellor(languages=("de",)))
    with pytest.raises(NotHersToSee):
        emergencies.file_of(third, opening, now=now.now())
    now.move(minutes=59)
    assert emergencies.still_open(colleague, now=now.now())
    now.move(minutes=1)
    with pytest.raises(NotHersToSee):
        emergencies.file_of(colleague, opening, now=now.now())
    assert not emergencies.still_open(colleague, now=now.now())
    assert deeds() == ["break glass", "read client in emergency"]


def test_head_officer_and_her_own_counsellor_learn_of_it_at_once(
    file, colleague, head, officer, office, now
):
    hers = make.signed_in(office.counsellor)
    emergencies.open_file(colleague, wanted(), now=now.now())
    told = db.session.query(Letter).filter_by(kind=LetterKind.OPENED).count()
    assert told == 2
    for one in (head, officer, hers):
        assert emergencies.unseen_number(one, now=now.now()) == 1
        (row,) = emergencies.told_to(one, now=now.now())
        emergencies.see(one, row.uuid, now=now.now())
        emergencies.see(one, row.uuid, now=now.now())
        assert emergencies.unseen_number(one, now=now.now()) == 0
    assert db.session.query(EmergencySeen).count() == 3
    third = make.signed_in(make.counsellor(languages=("de",)))
    for one in (third, colleague):
        assert emergencies.unseen_number(one, now=now.now()) == 0
        with pytest.raises(NotHersToSee):
            emergencies.see(one, row.uuid, now=now.now())
    assert deeds() == ["break glass", *["seen emergency"] * 3]


def test_sent_twice_it_is_opened_once(file, colleague, head, now):
    first = emergencies.open_file(colleague, wanted(), now=now.now())
    now.move(minutes=59)
    assert emergencies.open_file(colleague, wanted(), now=now.now()) == first
    now.move(minutes=1)
    assert emergencies.open_file(colleague, wanted(), now=now.now()) != first
    assert db.session.query(Letter).filter_by(kind=LetterKind.OPENED).count() == 2


def test_the_letter_names_neither_client_nor_reason(file, colleague, head, app, now):
    emergencies.open_file(colleague, wanted(), now=now.now())
    letters.post(now=now.now())
    (mail,) = (app.config["BOOKING"].data.parent / "letters").iterdir()
    text = mail.read_text("utf-8")
    for secret in ("Geheim", "ABCD", "2345", "door", "counsel", "Berat"):
        assert secret not in text.partition("\n\n")[2], secret


def test_her_counsellor_may_learn_of_it_later(file, colleague, head, office, now):
    hers = make.signed_in(office.counsellor)
    opening = emergencies.open_file(colleague, wanted(tell_later=True), now=now.now())
    assert not emergencies.told_to(hers, now=now.now())
    assert emergencies.unseen_number(head, now=now.now()) == 1
    day = now.now().date() + timedelta(days=5)
    emergencies.tell_from(head, opening, day, WHY, now=now.now())
    now.move(days=3)
    assert not emergencies.told_to(hers, now=now.now())
    now.move(days=2)
    assert emergencies.told_to(hers, now=now.now())
    assert deeds() == ["break glass", "tell of emergency on a day"]


def test_if_nobody_decides_her_counsellor_learns_of_it_a_day_later(
    file, colleague, office, now
):
    emergencies.open_file(colleague, wanted(tell_later=True), now=now.now())
    now.move(days=1)
    assert emergencies.told_to(make.signed_in(office.counsellor), now=now.now())


def test_it_is_not_kept_from_her_without_a_reason_nor_for_ever(
    file, colleague, head, office, now
):
    opening = emergencies.open_file(colleague, wanted(), now=now.now())
    today = now.now().date()
    with pytest.raises(NoReason):
        emergencies.tell_from(head, opening, today, "", now=now.now())
    for day in (today + timedelta(days=32), today - timedelta(days=1)):
        with pytest.raises(TooLongBack):
            emergencies.tell_from(head, opening, day, WHY, now=now.now())
    hers = make.signed_in(office.counsellor)
    with pytest.raises(NotHersToSee):
        emergencies.tell_from(hers, opening, today, WHY, now=now.now())


def test_without_a_reason_nothing_says_whether_a_file_exists(file, colleague, now):
    for reference in ("ABCD-2345", "ZZZZ-9999"):
        with pytest.raises(NoReason):
            emergencies.open_file(
                colleague, wanted(reference, reason="x"), now=now.now()
            )
    assert deeds() == []


def test_nobody_tries_out_names(file, colleague, now):
    for number in range(5):
        with pytest.raises(UnknownClient):
            emergencies.open_file(colleague, wanted(f"Name {number}"), now=now.now())
    with pytest.raises(TooManyGuesses):
        emergencies.open_file(colleague, wanted(), now=now.now())
    assert deeds() == ["emergency in vain"] * 5
    now.move(hours=1)
    emergencies.open_file(colleague, wanted(), now=now.now())


def test_a_name_that_two_have_opens_neither(file, colleague, office, now):
    make.client(office.counsellor, reference="K7-43")
    with pytest.raises(UnknownClient):
        emergencies.open_file(colleague, wanted("Selam Geheim"), now=now.now())


def test_whose_file_it_is_needs_no_emergency(file, office, now):
    with pytest.raises(HersAnyway):
        emergencies.open_file(
            make.signed_in(office.counsellor), wanted(), now=now.now()
        )
    assert db.session.query(EmergencyOpening).count() == 0


def test_an_opening_is_handed_out_and_goes_with_the_file(
    file, colleague, head, office, now
):
    opening = emergencies.open_file(colleague, wanted(), now=now.now())
    emergencies.see(head, opening, now=now.now())
    found = exporting.about("ABCD-2345", now=now.now()).as_json()
    (row,) = found["emergency_openings"]
    assert row["reason"] == WHY
    assert "why_later" not in row
    erasing_people.erase("ABCD-2345", now=now.now())
    assert db.session.query(EmergencyOpening).count() == 0
    assert db.session.query(EmergencySeen).count() == 0


def test_a_day_is_the_day_at_the_office(file, colleague, head, office, now):
    now.moment = make.at(date(2027, 3, 3), 23, 30)
    opening = emergencies.open_file(colleague, wanted(), now=now.now())
    emergencies.tell_from(head, opening, date(2027, 3, 4), WHY, now=now.now())
    hers = make.signed_in(office.counsellor)
    assert not emergencies.told_to(hers, now=now.now())
    now.move(minutes=30)
    assert emergencies.told_to(hers, now=now.now())
