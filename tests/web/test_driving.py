"""Can a counsellor drive her route by her phone, and does nobody else read it?"""

from datetime import timedelta

import pytest

from booking.models import Role, Status, Stop, VisitRequest, VisitState, db
from booking.services.route_settings import RouteSettings, save_route_settings
from booking.services.wishes import Door
from booking.services.writing import write_session
from tests import make
from tests.services import visiting
from tests.services.visiting import ALL_DAY, TUESDAY, published
from tests.web.test_coordinator import Desk

ROUTES = f"/staff/routes/{TUESDAY}"
CANARIES = ("Kanarienvogel", "4711", "Hinterhaus")


@pytest.fixture
def her(office, now):
    """Who drives to two homes this Tuesday."""
    visiting.town(now)
    only = make.counsellor(hours=ALL_DAY)
    for number in (2, 5):
        door = Door(
            street=f"Musterweg {number}",
            postcode="73033",
            town="Göppingen",
            bell=CANARIES[0],
            entrance=CANARIES[2],
        )
        someone = {"name": CANARIES[0], "phone": "+49 7161 4711"}
        visiting.wish(now, door=door, person=someone)
    published(now, [only])
    now.moment = make.at(TUESDAY, 7)
    return only


@pytest.fixture
def phone(desk, her):
    """Her phone."""
    make.sign_in(desk, her)
    return Desk(desk)


def first():
    db.session.rollback()
    return db.session.query(Stop).order_by(Stop.position).first()


def tap(phone, mark):
    form = next(f for f in phone.get(ROUTES).forms if f.action.endswith("/marks"))
    return phone.send(form, mark=mark)


def test_her_sheet_tells_her_all_and_the_coordinators_tells_no_name(phone, desk, her):
    page = phone.get(ROUTES)
    for canary in CANARIES:
        assert canary in page.text
    assert "I am there" in page.text
    for role in (Role.COORDINATOR, Role.COUNSELLOR):
        make.sign_in(desk, make.staff_member(role))
        page = Desk(desk).get(ROUTES)
        for canary in CANARIES:
            assert canary not in page.html


def test_she_taps_that_she_is_there_and_that_nobody_opened(phone, desk, her, now):
    now.moment = first().starts_at
    make.sign_in(desk, her)
    assert tap(phone, "arrived").status == 303
    assert "there since" in phone.get(ROUTES).text
    assert tap(phone, "nobody_opened").status == 303
    page = phone.get(ROUTES)
    assert "nobody opened at" in page.text
    assert first().appointment.status == Status.MISSED
    tap(phone, "again")
    assert first().visit_request.state == VisitState.WISHED
    tap(phone, "taken_back")
    assert first().doorstep.left_at is None


def test_too_early_an_outcome_gets_a_sentence_and_a_made_up_mark_none(phone):
    answer = tap(phone, "met")
    assert answer.status == 409
    assert "has not begun yet" in answer.text
    assert tap(phone, "danced").status == 400
    assert first().doorstep is None


def test_a_colleague_marks_nothing_of_hers(phone, desk):
    form = next(f for f in phone.get(ROUTES).forms if f.action.endswith("/marks"))
    make.sign_in(desk, make.counsellor())
    other = Desk(desk)
    token = other.get("/staff/today").forms[0].fields["csrf_token"]
    answer = other.send(form, csrf_token=token, mark="arrived")
    assert answer.status == 404
    assert first().doorstep is None


def test_files_for_map_apps_are_hers_and_only_if_the_office_allows_it(
    phone, desk, her, now
):
    path = f"{ROUTES}/{first().route.uuid}"
    for kind in (".gpx", ".geojson"):
        assert desk.get(path + kind).status_code == 404
    assert "GPX" not in phone.get(ROUTES).text
    save_route_settings(RouteSettings(may_export=True), by=her, now=now.now())
    assert "GPX" in phone.get(ROUTES).text
    for kind, media in ((".gpx", "application/gpx+xml"), (".geojson", "geo+json")):
        answer = desk.get(path + kind)
        assert answer.status_code == 200
        assert media in answer.headers["Content-Type"]
        assert answer.headers["Cache-Control"] == "no-store"
        for canary in (*CANARIES, "Musterweg"):
            assert canary not in answer.get_data(as_text=True)
    make.sign_in(desk, make.counsellor())
    assert desk.get(f"{path}.gpx").status_code == 404


CALLED = {"reach": "call", "phone": "+49 7161 99", "safe_hours": "abends"}


def test_she_asks_who_is_near_calls_and_goes_there(phone, desk, her, now):
    wish = visiting.wish(now, 3, person=CALLED)
    with write_session() as session:
        row = session.get(VisitRequest, wish.request.id)
        row.minutes, row.point = 15, (48.7055, 9.66)
    now.moment = first().starts_at + timedelta(minutes=5)
    make.sign_in(desk, her)
    tap(phone, "nobody_opened")
    page = phone.get(phone.get(ROUTES).link("/near"))
    assert "+49 7161 99" in page.text
    assert "abends" in page.text, "when a call is safe"
    form = page.form("/near")
    assert phone.send(form, wish="not one").status == 409
    assert phone.send(form).status == 303
    assert "Musterweg 3" in phone.get(ROUTES).text
    assert "does not fit any more" in phone.send(form).text
