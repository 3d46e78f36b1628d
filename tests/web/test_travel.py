"""Can staff say how long ways take, and is nonsense asked about?"""

import pytest
from sqlalchemy import event

from booking.models import KnownWay, PlanningJob, Role, db
from booking.services.office import decisions
from booking.services.travel_settings import travel_settings
from booking.services.writing import write_session
from tests import make
from tests.services import visiting
from tests.web.test_coordinator import Desk

WAYS = "/staff/visits/ways"
TRAVEL = "/staff/office/travel"


@pytest.fixture
def coordinator(desk, now):
    visiting.town(now)
    make.sign_in(desk, make.staff_member(Role.COORDINATOR))
    return Desk(desk)


@pytest.fixture
def admin(desk, office):
    make.sign_in(desk, make.staff_member(Role.ADMIN))
    return Desk(desk)


def minutes():
    db.session.rollback()
    return [row.minutes for row in db.session.query(KnownWay)]


def test_this_bus_takes_35_minutes(coordinator, now):
    wish = visiting.wish(now, 5).request.uuid
    page = coordinator.get(WAYS)
    assert "No way is known yet" in page.text
    form = page.form("/ways")
    done = coordinator.send(form, one="office", other=str(wish), minutes="35")
    assert done.status == 303
    page = coordinator.reload(done)
    assert "Musterweg 5, 73033 Göppingen" in page.text
    assert "35 minutes" in page.text
    assert "by bus and train" in page.text
    gone = coordinator.send(page.form("/removal"))
    assert (gone.status, minutes()) == (303, [])


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"minutes": ""}, "minutes", "Write a number from 1 to 240."),
        ({"minutes": "241"}, "minutes", "Write a number from 1 to 240."),
        ({"minutes": "²"}, "minutes", "Write a number from 1 to 240."),
        ({"one": "x"}, "other", "Choose two of these addresses."),
        ({"other": "office"}, "other", "Choose two different addresses."),
        ({"mode": "boat"}, "mode", "Choose how one travels."),
    ],
)
def test_an_impossible_way_is_asked_about_and_nothing_typed_is_lost(
    coordinator, now, typed, field, words
):
    wish = str(visiting.wish(now, 5).request.uuid)
    form = coordinator.get(WAYS).form("/ways")
    filled = {"one": "office", "other": wish, "minutes": "35"} | typed
    page = coordinator.send(form, **filled)
    assert page.status == 422
    assert page.error_at(field) == words
    assert page.form("/ways").fields["minutes"] == filled["minutes"]
    assert minutes() == []


def test_the_number_of_queries_does_not_grow_with_the_ways(coordinator, now):
    def asked():
        seen = []
        event.listen(db.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
        coordinator.get(WAYS)
        return len(seen)

    for number in (2, 4, 6, 8):
        wish = str(visiting.wish(now, number).request.uuid)
        form = coordinator.get(WAYS).form("/ways")
        coordinator.send(form, one="office", other=wish, minutes="9")
        coordinator.get(WAYS)  # what a write makes new is read once
        if number == 2:
            before = asked()
    assert asked() == before


def test_the_admin_sets_speeds_and_the_rush_hour(admin):
    form = admin.get(TRAVEL).form("/travel")
    assert form.fields["kmh_car"] == "28"
    assert form.fields["morning_from"] == "07:00"
    typed = {
        "kmh_car": "22,5",
        "rush_percent": "30",
        "evening_from": "",
        "evening_until": "",
    }
    done = admin.send(form, **typed)
    assert done.status == 303
    assert "Saved." in admin.reload(done).text
    decided = travel_settings(decisions())
    assert decided.modes["car"].kmh == 22.5
    assert (decided.rush_percent, len(decided.rush_hours)) == (30, 1)
    assert admin.get(TRAVEL).form("/travel").fields["kmh_car"] == "22.5"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("kmh_car", "0", "Write a number from 8 to 60."),
        ("kmh_foot", "20", "Write a number from 2 to 7."),
        ("kmh_bike", "nan", "Write a number from 6 to 30."),
        ("detour_bike", "0.9", "Write a number from 1.0 to 2.5."),
        ("extra_pt", "31", "Write a number from 0 to 30."),
        ("rush_percent", "151", "Write a number from 0 to 150."),
        ("rush_percent", "1.5", "Write a whole number."),
        (
            "morning_from",
            "x",
            "Write two times such as 7:00 and 9:00, or leave both empty.",
        ),
        (
            "evening_from",
            "19:00",
            "Write two times such as 7:00 and 9:00, or leave both empty.",
        ),
    ],
)
def test_nobody_travels_like_that(admin, field, typed, words):
    form = admin.get(TRAVEL).form("/travel")
    page = admin.send(form, **{field: typed})
    assert page.status == 422
    assert page.error_at(field) == words
    assert page.form("/travel").fields[field] == typed
    assert decisions().travel == {}


def test_the_board_says_what_the_plan_had_to_do_without(coordinator, now, office):
    visiting.wish(now, 5)
    visiting.planned(now, [office.counsellor])
    assert "did not answer" not in coordinator.get("/staff/visits/2027-03-09").text
    with write_session() as session:
        row = session.query(PlanningJob).one()
        row.warnings = ["travel_silent", "travel_gaps", "geocoder_silent"]
    text = coordinator.get("/staff/visits/2027-03-09").text
    assert "The map server did not answer" in text
    assert "no road" in text
    assert "The address server did not answer" in text
