"""Does somebody get all that is kept about her, and does all of it go when she says so?"""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from booking import cli
from booking.models import (
    Appointment,
    Base,
    Client,
    JournalEntry,
    PersonalLink,
    Reach,
    StaffMember,
    Status,
    VisitRequest,
    db,
)
from booking.services import appointments, client_file, personal_links
from booking.services.links import way_to, way_to_wish
from booking.services.writing import write_session
from tests import make
from tests.services import visiting

CANARY = "Kanarienvogel"


@pytest.fixture
def settings(sqlite_url, tmp_path):
    return make.settings(tmp_path, sqlite_url)


@pytest.fixture
def booking(app, monkeypatch, capsys):
    """Run a command over the office of the test; return status and what was said."""

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["booking", "clients", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.run(lambda: app)
        db.session.rollback()
        said = capsys.readouterr()
        return left.value.code or 0, said.out + said.err

    return run


@pytest.fixture
def hers(office, now):
    """A client with a file, an appointment that is over, a wish, a contact, a link."""
    file = make.client(
        office.counsellor, name=CANARY, language="ar", phone="+49 7161 4711"
    )
    person = make.person(
        name=CANARY, reach=Reach.EMAIL, email="kanarienvogel@example.org"
    )
    choice = make.choice(make.at(date(2027, 3, 4), 9), client=file.id)
    way = appointments.book(choice, person, now=now.now())
    visiting.wish(now, client=file.id, person={"name": CANARY})
    signed = make.signed_in(office.counsellor)
    make.short_contact(signed, now, note=f"Notiz {CANARY}", file=file.reference)
    personal_links.create(file.uuid, by=office.counsellor, now=now.now())
    with write_session() as session:
        session.query(Appointment).update({"status": Status.MET})
    now.move(days=7)
    return file.reference, way.appointment.uuid


def test_a_client_gets_everything_in_her_language_and_as_json(booking, hers, tmp_path):
    reference, appointment = hers
    status, said = booking("export", reference, "--into", tmp_path)
    assert status == 0, said
    page = (tmp_path / f"export-{reference}.html").read_text("utf-8")
    assert '<html lang="ar" dir="rtl">' in page
    assert "ما نحتفظ به عنك" in page
    found = json.loads((tmp_path / f"export-{reference}.json").read_text("utf-8"))
    assert found["client"]["name"] == CANARY
    assert found["appointments"][0]["uuid"] == str(appointment)
    assert found["appointments"][0]["email"] == "kanarienvogel@example.org"
    assert found["appointments"][0]["with"] == db.session.query(StaffMember).one().name
    assert found["appointments"][0]["place"] == "office"
    assert found["visit_requests"][0]["street"] == "Musterweg 5"
    assert found["short_contacts"][0]["note"] == f"Notiz {CANARY}"
    assert {one["kind"] for one in found["letters"]} >= {"confirmation"}
    assert {one["deed"] for one in found["journal"]} >= {"book", "export"}
    for kept in (CANARY, "4711", "Musterweg 5", f"Notiz {CANARY}", "من فتح ملفك"):
        assert kept in page


def test_nothing_that_opens_something_leaves_with_an_export(booking, hers, tmp_path):
    reference, _ = hers
    booking("export", reference, "--into", tmp_path)
    row = db.session.query(Appointment).first()
    secrets = [way_to(db.session(), row).token]
    secrets.append(db.session.query(PersonalLink).one().token)
    wish = db.session.query(VisitRequest).one()
    secrets.append(way_to_wish(db.session(), wish).token)
    for file in tmp_path.glob("export-*"):
        text = file.read_text("utf-8")
        assert not any(secret in text for secret in secrets)
        assert "_hash" not in text
        assert "_sealed" not in text
        assert file.stat().st_mode & 0o077 == 0


def test_nobody_gets_what_is_somebody_elses(booking, hers, office, now, tmp_path):
    """A family shares a phone; the export of one names no other."""
    other = make.client(
        office.counsellor, name="Nachbarin", phone="+49 7161 4711", reference="K7-43"
    )
    status, _ = booking("export", other.reference, "--into", tmp_path)
    assert status == 0
    for file in tmp_path.glob("export-*"):
        assert CANARY not in file.read_text("utf-8")


def test_who_has_no_file_gets_what_her_code_opens(booking, office, now, tmp_path):
    way = visiting.wish(now, person={"name": CANARY})
    status, said = booking("export", way.code, "--into", tmp_path)
    assert status == 0
    assert way.code not in said
    found = json.loads((tmp_path / "export-code.json").read_text("utf-8"))
    assert [one["name"] for one in found["visit_requests"]] == [CANARY]
    assert {one["deed"] for one in found["journal"]} >= {"wish", "export"}
    (line,) = db.session.query(JournalEntry).filter_by(deed="export")
    assert line.about == f"visit:{way.request.uuid}", "never her code"


@pytest.mark.parametrize("command", [["export"], ["erase", "--yes"]])
def test_an_unknown_reference_is_one_sentence(booking, office, command, tmp_path):
    into = ["--into", tmp_path] if command == ["export"] else []
    status, said = booking(*command, "ABCD-2345", *into)
    assert status == 1
    assert said.strip().count("\n") == 0
    assert "no file" in said


def bytes_of(settings):
    """Return the database file, and its log."""
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


def test_after_erasing_nothing_of_her_is_left(booking, hers, settings):
    reference, _ = hers
    sealed = [row.name_sealed for row in db.session.query(Client)]
    sealed += [row.name_sealed for row in db.session.query(Appointment)]
    sealed += [row.street_sealed for row in db.session.query(VisitRequest)]
    db.session.rollback()
    assert all(one in bytes_of(settings) for one in sealed)
    status, said = booking("erase", reference, "--yes")
    assert (status, "last traces" in said) == (0, False), said
    for table in Base.metadata.sorted_tables:
        if {"client_id", "appointment_id", "visit_request_id"} & set(table.c.keys()):
            assert db.session.query(table).count() == 0, table.name
    assert db.session.query(Client).count() == 0
    db.session.rollback()
    left = bytes_of(settings)
    assert not any(one in left for one in sealed)
    assert booking("export", reference)[0] == 1


def test_what_lies_ahead_is_cancelled_before_somebody_is_erased(booking, office, now):
    file = make.client(office.counsellor)
    choice = make.choice(make.at(date(2027, 3, 4), 9), client=file.id)
    way = appointments.book(choice, make.person(), now=now.now())
    status, said = booking("erase", file.reference, "--yes")
    assert status == 1
    assert "Cancel it first" in said
    appointments.cancel(way.appointment.uuid, now=now.now())
    assert booking("erase", file.reference, "--yes")[0] == 0


def test_a_neighbour_on_the_same_route_keeps_her_visit(booking, office, now):
    visiting.town(now)
    gone, stays = visiting.wish(now, 5), visiting.wish(now, 7)
    visiting.published(now, [office.counsellor])
    now.move(days=30)
    assert booking("erase", gone.code, "--yes")[0] == 0
    (left,) = db.session.query(VisitRequest)
    assert left.id == stays.request.id
    assert db.session.query(Appointment).count() == 1
    assert timedelta() < now.now() - left.created_at


def test_erasing_asks_first(booking, office, monkeypatch):
    file = make.client(office.counsellor)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "n")
    status, _ = booking("erase", file.reference)
    assert status == 1
    assert db.session.query(Client).count() == 1


def test_after_a_breach_it_is_said_what_an_account_has_seen(booking, office, now):
    file = make.client(office.counsellor, name=CANARY)
    email = db.session.get(StaffMember, office.counsellor).email
    client_file.opened(make.signed_in(office.counsellor), file.reference, now=now.now())
    status, said = booking("seen-by", email, "--since", "2027-03-01")
    assert status == 0
    assert "read client" in said
    assert f"client:{file.uuid}" in said
    assert CANARY not in said
    assert booking("seen-by", email, "--since", "2027-03-02")[1] == ""
    status, said = booking("seen-by", "nobody@example.org")
    assert (status, said.count("\n")) == (1, 1)
    assert db.session.query(JournalEntry).filter_by(deed="seen by").count() == 2
