"""Do counsellor, head and admin find what a file's end needs, and nobody else?"""

from datetime import date

import pytest

from booking.languages import language_of_code
from booking.models import Client, FileEnding, LegalHold, Role, db
from booking.services import archive, exporting
from booking.services.office import decisions
from tests import make
from tests.web.reading import Visitor
from tests.web.test_every_page import faults_of


@pytest.fixture
def file(office):
    return make.client(office.counsellor)


def visitor(app, staff):
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    make.sign_in(browser, staff)
    return Visitor(browser, "en")


@pytest.fixture
def counsellor(app, office, now):
    return visitor(app, office.counsellor)


def the_end_page(counsellor, file):
    return counsellor.get(f"/staff/clients/{file.reference}/keeping")


def sound(page):
    assert list(faults_of(page, language_of_code("en"))) == []
    return page


def ended(counsellor, file, **changes):
    form = the_end_page(counsellor, file).form("/ending")
    form.fields |= {"ended_on": "2027-02-26", "why": "goal"} | changes
    return counsellor.send(form)


def test_a_counsellor_ends_counselling_and_reopens_the_file(counsellor, file):
    page = sound(ended(counsellor, file))
    assert "26 Feb 2027, the goals are reached" in page.text
    assert "26 Nov 2027" in page.text
    shown = counsellor.get(f"/staff/clients/{file.reference}")
    assert "Counselling ended on 26 Feb 2027." in shown.text
    counsellor.send(page.form("/reopening"))
    assert db.session.query(FileEnding).count() == 0


@pytest.mark.parametrize(
    "wrong", [{"ended_on": "2027-03-02"}, {"ended_on": "x"}, {"why": "curiosity"}]
)
def test_an_ending_without_day_or_reason_is_asked_again(counsellor, file, wrong):
    page = sound(ended(counsellor, file, **wrong))
    assert page.status == 422
    assert db.session.query(FileEnding).count() == 0


def test_a_counsellor_places_a_hold_says_it_anew_and_ends_it(counsellor, file):
    form = the_end_page(counsellor, file).form("/hold")
    assert sound(counsellor.send(form)).status == 422
    held = sound(counsellor.send(form, reason="Az. 3", look_again_on="2027-09-01"))
    assert "Nothing of this file is erased." in held.text
    shown = counsellor.get(f"/staff/clients/{file.reference}")
    assert "Legal hold: nothing of this file is erased." in shown.text
    counsellor.send(held.form("/hold"), look_again_on="2027-10-01")
    db.session.rollback()
    assert db.session.query(LegalHold).one().look_again_on == date(2027, 10, 1)
    counsellor.send(held.form("/hold/removal"))
    db.session.rollback()
    assert db.session.query(LegalHold).one().ended_at is not None


def test_a_page_that_would_empty_a_held_file_says_why_not(
    counsellor, office, file, now
):
    person = make.signed_in(office.counsellor)
    contact = make.short_contact(person, now, file=file.reference)
    form = the_end_page(counsellor, file).form("/hold")
    counsellor.send(form, reason="Az. 3", look_again_on="2027-09-01")
    form.action = f"/staff/contacts/{contact}/removal"
    page = sound(counsellor.send(form))
    assert (page.status, page.heading) == (409, "A legal hold keeps this")


def test_the_head_answers_for_chosen_files_and_sees_no_name(
    app, counsellor, office, file, now
):
    other = make.client(office.counsellor, reference="K7-43", name="Nachbarin")
    third = make.client(office.counsellor, reference="K7-44", name="Dritte")
    for one in file, other, third:
        ended(counsellor, one)
    now.moment = make.at(date(2028, 1, 10), 9)
    with app.app_context():  # another person's requests remember nothing of hers
        head = visitor(app, make.staff_member(Role.HEAD, name="Leitung"))
        page = sound(head.get("/staff/office/archive"))
        assert "offer 3" in head.get("/staff/office/stand-ins").text
        assert not any(name in page.text for name in ("Selam", "Nachbarin", "goals"))
        form = page.form("/archive")
        assert "Nothing is saved." in head.send(form, answer="not_kept").text
        saved = sound(head.send(form, answer="kept", file=other.reference))
        assert f"booking clients export {other.reference}" in saved.text
        exporting.about(other.reference, now=now.now())
        got = sound(head.get("/staff/office/archive")).form("/handover")
        saved = sound(head.send(got))
        assert "1 file goes with the next daily erasing." in saved.text
        form = saved.form("/archive")
        head.send(form, answer="not_kept", file=file.reference)
        assert archive.listed(now=now.now()).answered == 2
        left = [one.reference for one in archive.listed(now=now.now()).offered]
        assert left == [third.reference]


def test_the_admin_settles_the_months_within_the_promise(app, office, now):
    admin = visitor(app, make.staff_member(Role.ADMIN))
    form = sound(admin.get("/staff/office/retention")).form("/retention")
    assert form.fields["aftercare_months"] == "3"
    page = sound(admin.send(form, keep_months="7"))
    assert page.status == 422
    admin.send(form, aftercare_months="6", keep_months="5")
    assert decisions().retention == {"aftercare_months": 6, "keep_months": 5}
    assert db.session.query(Client).count() == 0
