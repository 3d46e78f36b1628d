"""What does a counsellor record, and what does she find of her own?"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from booking.models import Appointment, JournalEntry, Role, StaffMember, Status, db
from booking.services import (
    appointments,
    clients,
    desk,
    finding,
    front_desk,
    notes,
    outcomes,
    stand_ins,
)
from booking.services.links import way_to
from booking.services.notes import edition_of
from booking.services.stand_ins import NewStandIn
from tests import make
from tests.services import visiting

THURSDAY = date(2027, 3, 4)


@pytest.fixture
def her(office):
    return make.signed_in(office.counsellor)


@pytest.fixture
def colleague(office):
    return make.signed_in(make.counsellor(languages=("fr",)))


def book(now, hour=9, day=THURSDAY, **person):
    choice = make.choice(make.at(day, hour))
    return appointments.book(choice, make.person(**person), now=now.now()).appointment


def found(person, typed, now):
    db.session.rollback()
    seen = finding.found(person, typed, now=now.now())
    return [one.row.id for one in seen.entries], [one.name for one in seen.clients]


def test_an_outcome_is_recorded_and_the_row_is_unrecorded_no_more(her, now):
    row = book(now)
    assert outcomes.unrecorded(her, now=now.now()) == []
    now.moment = make.at(THURSDAY, 12)
    (entry,) = outcomes.unrecorded(her, now=now.now())
    assert (entry.row.id, outcomes.unrecorded_number(her, now=now.now())) == (row.id, 1)
    desk.record(her, row.uuid, Status.MISSED, now=now.now())
    assert outcomes.unrecorded(her, now=now.now()) == []


def test_what_runs_still_or_is_long_past_or_a_strangers_is_not_pointed_at(
    her, colleague, now
):
    book(now)
    now.moment = make.at(THURSDAY, 9, 15)
    assert outcomes.unrecorded_number(her, now=now.now()) == 0
    now.moment = make.at(THURSDAY + timedelta(days=1), 9)
    assert outcomes.unrecorded_number(colleague, now=now.now()) == 0
    assert outcomes.unrecorded_number(her, now=now.now()) == 1
    assert outcomes.unrecorded_number(her, now=now.move(days=91)) == 0


@pytest.mark.parametrize(
    "typed",
    ["layla", "HADDAD layla", "lay\u0301la", "07161 1234", "+49 7161 1234", "71611234"],
)
def test_she_finds_an_appointment_by_name_and_number(her, now, typed):
    row = book(now, name="Layla Haddad", phone="+49 7161 1234")
    book(now, 10, name="Karim Muster")
    assert found(her, typed, now) == ([row.id], [])


def test_she_finds_it_by_code_and_by_its_short_name(her, now):
    row = book(now)
    code = way_to(db.session(), row).code
    reference = row.uuid.hex[:5].upper()
    for typed in (code, f"{code[:5]}-{code[5:]}".lower(), reference, f" {reference} "):
        assert found(her, typed, now)[0] == [row.id], typed


def test_a_visit_is_found_by_the_name_it_has_in_her_calendar(her, office, now):
    way = visiting.wish(now)
    make.visit_published(way.request.uuid, office.counsellor, make.at(THURSDAY, 9))
    row = db.session.query(Appointment).one()
    seen = finding.found(her, way.request.reference, now=now.now())
    assert [(one.row.id, one.stop.position) for one in seen.entries] == [(row.id, 1)]


def test_she_finds_her_files_in_any_script_and_the_next_appointment_first(her, now):
    make.client(her.id, name="\u0623\u062d\u0645\u062f \u0639\u0644\u064a")
    make.client(her.id, name="Олена Зразок", reference="AB23-CD45")
    assert found(her, "\u0627\u062d\u0645\u062f", now)[1] == [
        "\u0623\u062d\u0645\u062f \u0639\u0644\u064a"
    ]
    assert found(her, "олена", now)[1] == ["Олена Зразок"]
    assert found(her, "ab23cd45", now)[1] == ["Олена Зразок"]
    past, later, next_one = (
        book(now, name="Amal", day=THURSDAY + timedelta(days=n)) for n in (0, 6, 5)
    )
    now.moment = make.at(THURSDAY, 12)
    assert found(her, "amal", now)[0] == [next_one.id, later.id, past.id]


@pytest.mark.parametrize("typed", ["Amal", "07161 1234", "{code}", "{reference}"])
def test_a_colleague_finds_nothing_of_hers(her, colleague, now, typed):
    row = book(now, name="Amal Beispiel", phone="+49 7161 1234")
    make.client(her.id, name="Amal Beispiel")
    code = way_to(db.session(), row).code
    typed = typed.format(code=code, reference=row.uuid.hex[:5])
    assert found(her, typed, now)[0] == [row.id]
    assert found(colleague, typed, now) == ([], [])


def test_whoever_stands_in_finds_her_files_and_the_appointments_of_these_days(
    her, colleague, now
):
    during, after = (book(now, day=THURSDAY + timedelta(days=n)) for n in (0, 5))
    client = make.client(her.id, name="Amal Datei")
    stands_in = standing_in_for(her.id, colleague, until=date(2027, 3, 5), now=now)
    rows, files = found(stands_in, "amal", now)
    assert (rows, files) == ([during.id], ["Amal Datei"])
    assert clients.found(stands_in, client.reference).id == client.id
    assert found(colleague, "amal", now) == ([], [])
    assert after.id in found(her, "amal", now)[0]


def test_whoever_stands_in_records_and_notes_on_these_days_only(her, colleague, now):
    during, after = (book(now, day=THURSDAY + timedelta(days=n)) for n in (0, 5))
    stands_in = standing_in_for(her.id, colleague, until=date(2027, 3, 5), now=now)
    edition = edition_of("")
    notes.write(stands_in, during.uuid, "for her", edition=edition, now=now.now())
    with pytest.raises(desk.UnknownAppointment):
        notes.write(stands_in, after.uuid, "too far", edition=edition, now=now.now())
    now.moment = make.at(THURSDAY, 10)
    desk.record(stands_in, during.uuid, Status.MET, now=now.now())
    assert outcomes.unrecorded(her, now=now.now()) == []


def standing_in_for(counsellor, deputy, *, until, now):
    uuids = dict(db.session.query(StaffMember.id, StaffMember.uuid).all())
    today = now.now().date()
    new = NewStandIn(
        deputy=uuids[deputy.id], counsellor=uuids[counsellor], first=today, last=until
    )
    stand_ins.name(new, by=counsellor, now=now.now())
    return replace(deputy, stands_in=stand_ins.standing_in(deputy.id, today))


@pytest.mark.parametrize("typed", ["", " ", "-", "\u200f"])
def test_who_types_nothing_finds_nothing(her, now, typed):
    book(now)
    make.client(her.id)
    assert found(her, typed, now) == ([], [])


def test_every_look_leaves_a_line_that_names_nobody(her, now):
    book(now)
    found(her, "Amal", now)
    (line,) = db.session.query(JournalEntry).filter_by(deed="search")
    assert (line.staff_id, line.about) == (her.id, "clients")


def test_the_desk_finds_by_short_name_when_where_and_with_whom(office, now):
    row = book(now)
    person = make.signed_in(make.staff_member(Role.FRONT_DESK), Role.FRONT_DESK)
    for typed in (row.uuid.hex[:5].upper(), row.uuid.hex[:5]):
        (seen,) = front_desk.looked_up(person, typed, now=now.now())
        assert seen.window == row.window
    for typed in (row.uuid.hex[:4], row.uuid.hex[:6], "zzzzz"):
        assert front_desk.looked_up(person, typed, now=now.now()) == []
