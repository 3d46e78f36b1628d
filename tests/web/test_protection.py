"""Do head and data protection officer find their pages, and no client's name on them?"""

import json

import pytest

from booking import cli
from booking.models import JournalEntry, Role, WaitingKind, db
from booking.services import client_file
from booking.services.writing import write_session
from booking.web.office.department import waits_for
from tests import make
from tests.web.test_counsellor import Desk


@pytest.fixture
def file(office):
    return make.client(office.counsellor, reference="ABCD-2345", phone="+49 7161 4711")


@pytest.fixture
def officer(desk, office, file, now):
    desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    make.sign_in(desk, make.staff_member(Role.DATA_PROTECTION))
    client_file.opened(make.signed_in(office.counsellor), "ABCD-2345", now=now.now())
    return Desk(desk)


@pytest.fixture
def head(desk, office):
    desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    make.sign_in(desk, make.staff_member(Role.HEAD, name="Leonie Leitung"))
    return Desk(desk)


def test_the_officers_day_begins_with_her_pages(officer):
    page = officer.get("/staff")
    assert page.heading == "Data protection"
    for place in ("/journal", "/seen-by", "/processing", "/exports", "/emergencies"):
        assert officer.get(page.link(place)).status == 200


def test_the_journal_shows_signs_and_colleagues_and_no_client(officer):
    page = officer.open("journal")
    assert (
        "read client"
        not in page.text.replace("read client in", "").split("Say what you look for")[1]
    )
    page = officer.send(page.form("/journal"), reference="ABCD-2345")
    (row,) = [one.text for one in page.all("tr") if "read client" in one.text]
    assert "Ayla Sommer" in row
    assert "file ABCD-2345" in row
    assert "Geheim" not in page.html


def test_looking_at_the_empty_question_writes_nothing(officer):
    officer.open("journal")
    officer.open("seen-by")
    db.session.rollback()
    deeds = {one.deed for one in db.session.query(JournalEntry)}
    assert deeds.isdisjoint({"read journal", "seen by"})


WRONG = (
    ({"reference": "ZZZZ-9999"}, "There is no such file"),
    ({"first": "soon"}, "Write a day"),
    ({"last": ""}, "Write a day"),
    ({"reference": "x" * 121}, "at most 120 characters"),
)


def test_a_wrong_question_is_explained(officer):
    for typed, complaint in WRONG:
        page = officer.send(officer.open("journal").form("/journal"), **typed)
        assert page.status == 422
        assert complaint in page.text


def test_what_nobody_offered_is_not_taken(officer):
    for field in ("staff", "deed"):
        form = officer.open("journal").form("/journal")
        form.fields[field] = "x"
        page = officer.send(form)
        assert page.status == 422
        assert "Choose one of the list." in page.text


def test_older_lines_stand_on_another_page(officer, now):
    with write_session() as session:
        for _ in range(101):
            session.add(
                JournalEntry(at=now.now(), actor="worker", deed="count", about="x")
            )
    form = officer.open("journal").form("/journal")
    page = officer.send(form, deed="count")
    assert "Page 1" in page.text
    older = page.forms[-1]
    assert older.fields["page"] == "2"
    page = officer.send(older)
    assert "Page 2" in page.text
    assert page.forms[-1].fields["page"] == "1"


def test_the_report_after_a_breach_names_files_by_their_signs(officer, office):
    account = str(db.session.get(make.StaffMember, office.counsellor).uuid)
    page = officer.open("seen-by")
    page = officer.send(page.form("/seen-by"), staff=account)
    assert "data of 1 person read or changed" in page.text
    assert "file ABCD-2345" in page.text
    assert "list of her own files, as they are today: 1 file" in page.text
    assert "Geheim" not in page.html


def test_the_officer_hands_out_what_is_kept_and_it_is_written_down(desk, officer):
    form = officer.open("exports").form("/exports")
    form.fields["form"] = "json"
    answer = desk.post(form.action, data=form.fields | {"reference": "ABCD-2345"})
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert json.loads(answer.text)["client"]["name"] == "Selam Geheim"
    form.fields["form"] = "html"
    answer = desk.post(form.action, data=form.fields | {"reference": "ABCD-2345"})
    assert '<html lang="ar" dir="rtl">' in answer.text
    db.session.rollback()
    lines = db.session.query(JournalEntry).filter_by(deed="export").all()
    assert [one.actor for one in lines] == ["staff", "staff"]
    page = officer.send(officer.open("exports").form("/exports"), reference="Z")
    assert page.status == 422


def test_nobody_takes_an_export_from_a_browser_left_open(officer, now):
    now.move(minutes=20)
    form = officer.open("exports").form("/exports")
    page = officer.send(form, reference="ABCD-2345")
    assert page.heading == "Is it still you?"


def test_the_record_of_processing_is_one_text_by_page_and_command(
    app, officer, monkeypatch, capsys
):
    page = officer.open("processing")
    monkeypatch.setattr("sys.argv", ["booking", "report", "processing"])
    with pytest.raises(SystemExit) as left:
        cli.run(lambda: app)
    said = capsys.readouterr().out
    assert not left.value.code
    assert said.startswith("# Verzeichnis der Verarbeitungstätigkeiten")
    for words in (
        "Bürgerhaus",
        "Integrationsmanagement",
        "Protokoll: 12 Monate",
        "Archivs: 9 Monate",
    ):
        assert words in said
        assert words in page.text
    assert "Geheim" not in said


def test_the_heads_day_begins_with_counts(head, file, office):
    make.deputy(
        make.counsellor(languages=("fr",)),
        office.counsellor,
        make.SINCE.replace(month=3),
    )
    page = head.get("/staff")
    assert page.heading == "The department today"
    assert "Ayla Sommer for Ayla Sommer, until 1 Mar 2027" in page.text.replace(
        "\u00a0", " "
    )
    assert "Geheim" not in page.html
    assert "ABCD" not in page.html


def test_the_head_sees_at_once_that_a_file_was_opened(head, file, now):
    stranger = make.signed_in(make.counsellor(languages=("fr",)))
    make.opened_file(stranger, file, now)
    page = head.open("department")
    assert "1 file was opened in an emergency" in page.text


def test_every_kind_of_waiting_has_a_word(app):
    with app.test_request_context():
        assert all(waits_for(kind) for kind in WaitingKind)


def test_whoever_has_many_roles_finds_all_her_pages_behind_her_name(desk, office):
    desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    make.sign_in(desk, make.staff_member(*Role))
    page = Desk(desk).open("account")
    for place in ("/department", "/protection", "/journal", "/stand-ins"):
        assert page.link(place)
