"""Do the pages for an emergency show what they may, to whom they may?"""

from datetime import date

import pytest

from booking.models import EmergencyOpening, JournalEntry, Role, StaffSession, db
from booking.services.writing import write_session
from tests import make
from tests.web.test_counsellor import Desk

WHY = "She stands at the door and her counsellor cannot be reached."


def browser_of(app, staff):
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    make.sign_in(client, staff)
    return Desk(client)


@pytest.fixture
def file(office):
    return make.client(office.counsellor, reference="ABCD-2345", phone="+49 7161 4711")


@pytest.fixture
def colleague(app, office, browser_like):
    return browser_of(app, make.counsellor(languages=("fr",)))


def asked(browser, **typed):
    form = browser.open("emergencies").form("/emergencies")
    return browser.send(form, **({"reference": "ABCD-2345", "reason": WHY} | typed))


def test_the_file_opens_to_read_and_to_nothing_else(colleague, file, now):
    assert colleague.open("clients/ABCD-2345").status == 404
    page = asked(colleague)
    assert page.heading == "File ABCD-2345"
    assert "Selam Geheim" in page.text
    assert "Open to you in an emergency, until 09:00" in page.text
    assert "Her counsellor is Ayla Sommer" in page.text
    for deed in ("/change", "/links", "two-together"):
        assert deed not in page.html
    assert colleague.open("clients/ABCD-2345").status == 404
    address = colleague.open("emergencies").link(opening())
    now.move(minutes=29)
    assert colleague.get(address).status == 200
    now.move(minutes=29)
    assert colleague.get(address).status == 200
    now.move(minutes=2)
    assert colleague.get(address).status == 404


def opening():
    db.session.rollback()
    return str(db.session.query(EmergencyOpening).one().uuid)


def test_who_left_her_browser_open_is_asked_who_she_is(colleague, file, now):
    now.move(minutes=20)
    page = asked(colleague)
    assert page.heading == "Is it still you?"
    assert db.session.query(EmergencyOpening).count() == 0


MISSING = (
    ({"reason": "x"}, "Write in a sentence why."),
    ({"reason": "x" * 501}, "Write this in at most 500 characters."),
    ({"reference": ""}, "Write the file's reference"),
    ({"reference": "ZZZZ-9999"}, "There is not exactly one file"),
)


def test_what_is_missing_is_said_at_its_field(colleague, file):
    for typed, complaint in MISSING:
        page = asked(colleague, **typed)
        assert page.status == 422
        assert complaint in page.text
    assert db.session.query(EmergencyOpening).count() == 0


def test_a_file_that_exists_and_one_that_does_not_are_refused_alike(colleague, file):
    pages = [
        asked(colleague, reference=one, reason="") for one in ("ABCD-2345", "ZZZZ-9999")
    ]
    there, not_there = (
        one.html.replace("ABCD-2345", "").replace("ZZZZ-9999", "") for one in pages
    )
    assert there == not_there


def test_whoever_tries_too_often_has_to_call(colleague, file):
    for _ in range(5):
        asked(colleague, reference="ZZZZ-9999")
    page = asked(colleague)
    assert page.status == 429
    assert "Call the head of department" in page.text


def test_the_head_sees_reference_and_reason_but_no_name(app, colleague, file):
    asked(colleague)
    head = browser_of(app, make.staff_member(Role.HEAD))
    page = head.open("emergencies")
    for words in ("ABCD-2345", WHY, "Ayla Sommer", "not seen yet"):
        assert words in page.text
    assert "Geheim" not in page.html
    page = head.send(page.form("/acknowledgement"))
    assert "not seen yet" not in page.text
    assert head.open(f"emergencies/{opening()}").status == 403


def test_her_own_counsellor_sees_it_on_her_page_for_today(app, colleague, file, office):
    asked(colleague)
    hers = browser_of(app, office.counsellor)
    page = hers.open("today")
    assert "1 file was opened in an emergency" in page.text
    page = hers.get(page.link("/emergencies"))
    assert WHY in page.text
    page = hers.send(page.form("/acknowledgement"))
    assert "opened in an emergency" not in hers.open("today").text


def test_the_officer_lets_her_counsellor_learn_of_it_later(
    app, colleague, file, office, now
):
    asked(colleague, tell_later="y")
    officer = browser_of(app, make.staff_member(Role.DATA_PROTECTION))
    form = officer.open("emergencies").form("/telling")
    page = officer.send(form, day="2027-05-01", why=WHY)
    assert page.status == 422
    assert "Choose a day from today to 31 Mar 2027" in page.text.replace("\u00a0", " ")
    form = page.form("/telling")
    page = officer.send(form, day="2027-03-10", why="She may be the one.")
    assert "She may be the one." in page.text
    hers = browser_of(app, office.counsellor)
    assert "opened in an emergency" not in hers.open("today").text
    now.moment = make.at(now.now().date().replace(day=10), 8)
    with write_session() as session:
        session.query(StaffSession).update(
            {"last_seen_at": now.now(), "created_at": now.now()}
        )
    page = hers.open("today")
    assert "opened in an emergency" in page.text
    page = hers.get(page.link("/emergencies"))
    assert "She may be the one." not in page.html


def test_each_look_is_written_down(colleague, file):
    asked(colleague)
    colleague.open(f"emergencies/{opening()}")
    db.session.rollback()
    looks = db.session.query(JournalEntry).filter_by(deed="read client in emergency")
    assert [one.about for one in looks] == [f"client:{file.uuid}"] * 2


def test_she_reads_on_her_own_page_who_stands_in_for_her(app, office, browser_like):
    colleague = make.staff_member(Role.COUNSELLOR, name="Vera Vertretung")
    make.deputy(colleague, office.counsellor, date(2027, 3, 1), date(2027, 3, 3))
    text = browser_of(app, office.counsellor).open("today").text
    said = "Vera Vertretung, 1 Mar 2027 to 3 Mar 2027"
    assert said in text.replace("\u00a0", " ")
    assert "stands in for you" not in browser_of(app, colleague).open("today").text
