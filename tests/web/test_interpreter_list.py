"""Can the office keep its list of interpreters, without meeting any client?"""

from datetime import date, time

import pytest

from booking.models import (
    Interpreter,
    InterpreterHours,
    InterpreterRequest,
    Role,
    db,
)
from booking.services import appointments
from tests import make
from tests.web.test_counsellor import Desk, path_of

THURSDAY = date(2027, 3, 4)
SABA = {
    "name": "Saba Muster",
    "email": "saba@example.org",
    "lead_hours": "24",
    "languages": ["ti", "ar"],
    "is_woman": "yes",
    "weekday-0": "3",
    "opens-0": "09:00",
    "closes-0": "15:30",
    "from-0": "2027-03-01",
    "until-0": "2027-12-31",
}


@pytest.fixture
def admins(desk, office, now):
    desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    make.sign_in(desk, make.staff_member(Role.ADMIN))
    return Desk(desk)


def added(admins, **changes):
    form = admins.open("interpreters/new").form("/interpreters")
    return admins.send(form, **(SABA | changes))


def saba():
    db.session.rollback()
    return db.session.query(Interpreter).one()


def hours():
    rows = db.session.query(InterpreterHours).order_by(InterpreterHours.weekday)
    return [(row.weekday, row.opens, row.closes, row.valid_until) for row in rows]


def test_an_interpreter_is_added_with_languages_and_hours(admins):
    page = added(admins)
    assert "Saba Muster" in page.text
    assert "Tigrinya" in page.text
    row = saba()
    assert (row.languages, row.lead_hours) == (frozenset({"ti", "ar"}), 24)
    assert (row.is_woman, row.active) == (True, True)
    assert hours() == [(3, time(9), time(15, 30), date(2027, 12, 31))]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "nonsense"}, "email"),
        ({"email": ""}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"languages": []}, "languages"),
        ({"lead_hours": "x"}, "lead_hours"),
        ({"lead_hours": "999"}, "lead_hours"),
        ({"weekday-0": ""}, "weekday-0"),
        ({"opens-0": ""}, "opens-0"),
        ({"closes-0": "08:00"}, "closes-0"),
        ({"from-0": "x"}, "from-0"),
        ({"until-0": "2026-01-01"}, "until-0"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(admins, changes, field):
    page = added(admins, **changes)
    assert page.status == 422
    assert page.error_at(field)
    kept = page.form("/interpreters").fields
    expected = SABA | changes
    assert kept["closes-0"] == expected["closes-0"]
    assert kept["name"] == expected["name"]
    assert db.session.query(Interpreter).count() == 0


def test_she_is_changed_and_switched_off_and_a_line_removed(admins):
    added(admins)
    form = admins.open(f"interpreters/{saba().uuid}").form(str(saba().uuid))
    assert form.fields["weekday-0"] == "3"
    del form.fields["active"]
    admins.send(form, **{"weekday-0": "remove", "languages": ["so"]})
    assert (saba().languages, saba().active) == (frozenset({"so"}), False)
    assert hours() == []
    assert "switched off" in admins.open("interpreters").text


def test_her_coming_talks_are_counted_and_no_client_is_shown(admins, office, now):
    choice = make.choice(make.at(THURSDAY, 9))
    appointments.book(choice, make.person(), now=now.now())
    make.asked_interpreter(now.now())
    page = admins.open("interpreters")
    assert [one.text for one in page.all("td")][-1] == "1"
    detail = admins.open(f"interpreters/{saba().uuid}")
    for secret in ("Amal", "amal@example.org"):
        assert secret not in page.html + detail.html


def test_an_unknown_interpreter_is_not_found(admins):
    assert admins.open(f"interpreters/{make.uuid4()}").status == 404


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.ADMIN])
def test_only_the_admin_keeps_the_list(desk, office, now, role):
    make.sign_in(desk, make.staff_member(role))
    for path in ("interpreters", "interpreters/new"):
        assert desk.get(f"/staff/{path}").status_code == 403


@pytest.fixture
def hers(desk, office, now):
    desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    make.sign_in(desk, office.counsellor)
    return Desk(desk)


@pytest.fixture
def talk(now, office):
    choice = make.choice(make.at(THURSDAY, 9), wish=make.wish(language="ar"))
    return appointments.book(choice, make.person(), now=now.now()).appointment


def test_a_counsellor_sees_who_interprets_and_when_nobody_does(hers, talk, now):
    token = make.asked_interpreter(now.now(), talk.uuid)
    page = hers.open(path_of(talk))
    assert "Saba Muster: asked, no answer yet" in page.text
    hers._client.post(f"/de/i/{token}/answer", data={"said": "no"})
    assert "No interpreter found for Thursday" in hers.open("today").text
    page = hers.open(path_of(talk))
    assert "has said no" in page.text
    assert "No interpreter found" in page.text


def test_she_asks_somebody_by_hand(hers, talk, now):
    make.asked_interpreter(now.now(), talk.uuid)
    hodan = make.interpreter_named(name="Hodan Probe", weekdays=[])
    form = hers.open(path_of(talk)).form("/interpreter")
    uuid = str(db.session.get(Interpreter, hodan).uuid)
    page = hers.send(form, interpreter=uuid)
    assert "Hodan Probe: asked, no answer yet" in page.text
    assert "Saba Muster: not needed any more" in page.text
    form.fields["interpreter"] = "nonsense"
    assert hers.send(form).status == 422


def test_a_stranger_asks_nobody_for_her_talk(hers, talk, now):
    make.asked_interpreter(now.now(), talk.uuid)
    make.interpreter_named(name="Hodan Probe")
    form = hers.open(path_of(talk)).form("/interpreter")
    make.sign_in(hers._client, make.counsellor())
    token = hers.open("book").form("/bookings").fields["csrf_token"]
    answer = hers._client.post(form.action, data=form.fields | {"csrf_token": token})
    assert answer.status_code == 404
    assert db.session.query(InterpreterRequest).count() == 1
