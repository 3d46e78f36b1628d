"""Do staff see who waits, call her back, and book for her from the list?"""

from datetime import date

import pytest

from booking.models import Appointment, Reach, Role, Waiting, WaitingKind, db
from booking.services import waiting
from booking.services.waiting import Place
from tests import make
from tests.web.test_counsellor import Desk


def waits(now, *, kind=WaitingKind.SLOT, name="Hiwa Muster", **wish):
    place = Place(
        key=name,
        kind=kind,
        wish=make.wish(**wish),
        letter_language="de",
        until=date(2027, 3, 30),
    )
    person = make.person(
        name=name, reach=Reach.CALL, phone="+49 7161 1234", safe_hours="evening"
    )
    return waiting.join(place, person, now=now.now()).waiting


@pytest.fixture
def hers(desk, office, now):
    desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    make.sign_in(desk, office.counsellor)
    return Desk(desk)


def states():
    db.session.rollback()
    return [row.state for row in db.session.query(Waiting).order_by(Waiting.id)]


def test_the_longest_waiting_stands_first_with_all_one_needs_to_call(hers, now):
    waits(now, name="First", language="ar")
    now.move(minutes=5)
    waits(now, name="Second")
    page = hers.open("waiting")
    assert page.text.index("First") < page.text.index("Second")
    for words in ("Arabic", "+49 7161 1234", "in the evening", "a free time"):
        assert words in page.text


def test_a_call_back_is_counted_today_and_ticked_off(hers, now):
    waits(now, kind=WaitingKind.CALL_BACK)
    assert "1 person waits for a call back" in hers.open("today").text
    page = hers.send(hers.open("waiting").form("/call"))
    assert states() == ["called"]
    assert "Nobody waits for a call back" in page.text
    assert "call back" not in hers.open("today").text.replace("calls back", "")


def test_who_waits_no_more_is_taken_off(hers, now):
    waits(now)
    hers.send(hers.open("waiting").form("/removal"))
    assert states() == ["withdrawn"]


def test_booking_from_the_list_fills_in_her_facts_and_closes_her_place(hers, now):
    row = waits(now, language="ar", interpreter=False)
    page = hers.get(f"/staff/book?waiting={row.uuid}")
    form = page.form("/bookings")
    assert form.fields["name"] == "Hiwa Muster"
    assert form.fields["phone"] == "+49 7161 1234"
    assert form.fields["safe_hours"] == "evening"
    assert form.fields["language"] == "ar"
    hers.send(form, slot=form.options["slot"][0])
    assert states() == ["booked"]
    booked = db.session.query(Appointment).one()
    assert booked.name == "Hiwa Muster"
    assert db.session.query(Waiting).one().appointment_id == booked.id


def test_a_place_that_is_gone_or_unknown_fills_in_nothing(hers, now):
    row = waits(now)
    waiting.leave(row.uuid, now=now.now())
    for name in (row.uuid, "nonsense"):
        page = hers.get(f"/staff/book?waiting={name}")
        assert (page.status, page.form("/bookings").fields["name"]) == (200, "")


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.FRONT_DESK, 200),
        (Role.COORDINATOR, 200),
        (Role.ADMIN, 403),
        (Role.HEAD, 403),
        (Role.DATA_PROTECTION, 403),
    ],
)
def test_who_sees_the_list(desk, office, now, role, status):
    row = waits(now)
    make.sign_in(desk, make.staff_member(role))
    assert desk.get("/staff/waiting").status_code == status
    if status == 403:
        for noun in ("call", "removal"):
            answer = desk.post(f"/staff/waiting/{row.uuid}/{noun}")
            assert answer.status_code in {400, 403}
        assert states() == ["open"]
