"""Does a counsellor see who may be told what, where she needs it?"""

from datetime import date
from uuid import uuid4

import pytest

from booking.services import appointments
from tests import make
from tests.web.test_counsellor import Desk, path_of


@pytest.fixture
def file(office):
    return make.client(office.counsellor, reference="ABCD-2345")


@pytest.fixture
def hers(desk, office, file, now):
    desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    make.sign_in(desk, office.counsellor)
    return Desk(desk)


def recorded(hers, **typed):
    form = hers.open("clients/ABCD-2345/releases").form("/releases")
    usual = {"supporter": "Helferkreis Mitte", "scopes": ["appointments"]}
    return hers.send(form, **(usual | typed))


def test_a_signed_paper_is_written_down_shown_and_taken_back(hers, file, now):
    page = hers.open("clients/ABCD-2345")
    assert "Nobody may be told anything" in page.text
    page = recorded(hers, contact="07161 99", scopes=["appointments", "topics"])
    line = "Helferkreis Mitte: time and place of appointments, what the talks are about"
    assert line in page.text
    choice = make.choice(make.at(date(2027, 3, 4), 9), client=file.id, key=uuid4().hex)
    row = appointments.book(choice, make.person(), now=now.now()).appointment
    for path in ("clients/ABCD-2345", path_of(row)):
        assert line in hers.open(path).text
    page = hers.open("clients/ABCD-2345/releases")
    page = hers.send(page.form("/revocation"))
    assert "taken back on 1 Mar 2027" in page.text.replace("\u00a0", " ")
    assert "Helferkreis" not in hers.open("clients/ABCD-2345").text
    assert "Helferkreis" not in hers.open(path_of(row)).text


def test_nothing_is_ticked_by_itself(hers):
    page = hers.open("clients/ABCD-2345/releases")
    ticked = [one for one in page.all("input") if "checked" in one.attributes]
    assert ticked == []
    assert recorded(hers, scopes=[]).status == 422


WRONG = (
    ({"supporter": ""}, "Write who may be told"),
    ({"contact": "x" * 121}, "at most 120 characters"),
    ({"signed_on": "2027-03-02"}, "up to today"),
    ({"last_day": "2028-03-15"}, "within a year of the signature"),
    ({"last_day": "2027-02-28"}, "Write a day from today on"),
)


def test_what_is_wrong_is_said(hers):
    for typed, complaint in WRONG:
        page = recorded(hers, **typed)
        assert page.status == 422
        assert complaint in page.text


def test_the_paper_to_sign_is_german_and_names_the_file(hers):
    page = hers.open("clients/ABCD-2345/release-form")
    assert "Entbindung von der Schweigepflicht" in page.text
    assert "Mein Zeichen in der Beratung ist: ABCD\u20112345." in page.text
    assert "Ich heiße: ____________________ (Name)" in page.text
    assert "[" not in page.text


def test_on_paper_no_box_parts_from_its_word_and_no_number_breaks(hers):
    html = hers.open("clients/ABCD-2345/release-form").html
    assert "☐\u00a0Zeit und Ort meiner Termine ☐\u00a0wie man mich" in html
    assert "☐ " not in html
    assert "am Telefon 07161\u00a0650\u00a055730 oder" in html


def test_a_strangers_releases_are_unknown(hers, office):
    make.client(make.counsellor(languages=("fr",)), reference="K7-99")
    for path in ("releases", "release-form"):
        assert hers.open(f"clients/K7-99/{path}").status == 404
