"""Does the head learn how the department does, and nothing about any case?"""

from datetime import date

from booking.models import Role, WaitingKind
from booking.services import department, processing_record, waiting
from booking.services.waiting import Place
from booking.services.writing import write_session
from tests import make

TODAY = date(2027, 3, 1)


def test_files_are_reckoned_up_to_a_full_post(office, now):
    half = make.counsellor(languages=("fr",), post_share=50)
    make.client(half, reference="A")
    make.client(half, reference="B", counselling_until=TODAY)
    make.client(half, reference="C", counselling_until=date(2027, 2, 28))
    make.client(office.counsellor, reference="D")
    make.client(None, reference="E")
    loads = {one.post_share: one for one in department.case_loads(today=TODAY)}
    assert (loads[50].files, loads[50].on_a_full_post) == (2, 4)
    assert (loads[100].files, loads[100].on_a_full_post) == (1, 1)
    everybody = department.in_all(list(loads.values()))
    assert (everybody.files, everybody.on_a_full_post) == (3, 2)
    assert department.without_counsellor(today=TODAY) == 1


def test_the_order_is_that_of_names_whoever_has_more(office, now):
    named = []
    for name, files in (("Zoe", 3), ("Anna", 0), ("Maria", 5)):
        one = make.staff_member(Role.COUNSELLOR, name=name)
        named.append(name)
        for number in range(files):
            make.client(one, reference=f"{name}{number}")
    names = [one.name for one in department.case_loads(today=TODAY)]
    assert [one for one in names if one in named] == ["Anna", "Maria", "Zoe"]


def test_who_waits_is_counted_by_what_she_waits_for(office, now):
    for number, days in enumerate((10, 2, 0)):
        now.moment = make.at(TODAY, 8).replace(day=12 - days, month=3)
        waiting.join(
            Place(
                key=f"w{number}",
                kind=WaitingKind.CALL_BACK,
                wish=make.wish(),
                letter_language="de",
                until=date(2027, 3, 30),
            ),
            make.person(phone=f"+49 7161 {number}"),
            now=now.now(),
        )
    (one,) = department.waits(now=now.now())
    assert (one.kind, one.number, one.usual, one.longest) == ("call_back", 3, 2, 10)
    now.moment = make.at(date(2027, 4, 1), 8)
    assert department.waits(now=now.now()) == []


def test_the_record_of_processing_says_what_is_switched_on(office, now, settings):
    make.staff_member(Role.FRONT_DESK)
    make.busy(
        office.counsellor,
        kind="address",
    )
    record = processing_record.facts(now=now.now())
    assert record.office.town == "Göppingen"
    counted = {words.split(":")[0]: number for words, number in record.accounts.items()}
    assert counted["Integrationsmanagement"] == 1
    assert (counted["Empfang"], counted["Leitung"]) == (1, 0)
    told = {one.who: one.host for one in record.recipients}
    assert told["Mailserver"] == "keiner eingestellt"
    assert told["fremder Kalender"] == "calendar.example"
    assert "SMS-Anbieter" not in told
    assert "Adresssuche" not in told
    assert ("Protokoll", "12 Monate") in record.periods
    assert any("TLS" in one for one in record.measures)
    assert any(one.startswith("ACHTUNG: Kein Schlüssel") for one in record.measures)


def test_an_account_that_is_closed_is_not_counted(office, now):
    with write_session() as session:
        row = session.query(processing_record.StaffMember).one()
        row.disabled_at = now.now()
    accounts = processing_record.facts(now=now.now()).accounts
    assert sum(accounts.values()) == 0
