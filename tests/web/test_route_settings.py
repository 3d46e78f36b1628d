"""Does an office say in sentences what plans weigh, and which vehicles it shares?"""

from dataclasses import asdict
from datetime import date

import pytest

from booking.models import Role, Vehicle, VehicleAway, db
from booking.services import vehicles
from booking.services.office import ImpossibleSetting, decide, decisions
from booking.services.route_settings import (
    BOUNDS,
    RouteSettings,
    route_settings,
    save_route_settings,
)
from booking.services.vehicles import ImpossibleVehicle, NewVehicle
from booking.services.writing import write_session
from tests import make
from tests.web.test_coordinator import Desk

ROUTES, VEHICLES = "/staff/office/routes", "/staff/office/vehicles"


@pytest.fixture
def admin(desk, office):
    """The office admin at her desk."""
    make.sign_in(desk, make.staff_member(Role.ADMIN))
    return Desk(desk)


def kept():
    db.session.rollback()
    return route_settings(decisions())


# --- What plans weigh ------------------------------------------------------------


@pytest.mark.parametrize("name", BOUNDS)
def test_no_office_decides_what_turns_a_plan_upside_down(name):
    low, high = BOUNDS[name]
    for sound in (low, high):
        assert getattr(RouteSettings(**{name: sound}), name) == sound
    for unsound in (low - 1, high + 1):
        with pytest.raises(ImpossibleSetting):
            RouteSettings(**{name: unsound})


@pytest.mark.parametrize(
    "link", ["https://maps.example.org", "javascript:{lat}{lon}", "x" * 201]
)
def test_a_map_without_a_place_for_the_coordinates_is_no_map(link):
    with pytest.raises(ImpossibleSetting):
        RouteSettings(map_link=link)


def test_what_is_decided_is_read_back_and_what_nobody_knows_is_left_alone(office, now):
    wanted = RouteSettings(
        familiar=7, may_export=True, map_link="https://karte.example.org/{lat}/{lon}"
    )
    save_route_settings(wanted, by=office.counsellor, now=now.now())
    assert kept() == wanted
    with write_session() as session:
        decide(session, now=now.now(), routes=asdict(wanted) | {"of_tomorrow": 1})
    assert kept() == wanted


def test_the_admin_changes_a_number_and_sees_it_again(admin):
    form = admin.get(ROUTES).form("/office/routes")
    assert form.fields["other_counsellor"] == "15"
    assert admin.send(form, other_counsellor="20", may_export="y").status == 303
    assert (kept().other_counsellor, kept().may_export) == (20, True)
    form = admin.get(ROUTES).form("/office/routes")
    assert form.fields["other_counsellor"] == "20"
    assert form.fields["may_export"] == "y"
    del form.fields["may_export"]
    admin.send(form)
    assert not kept().may_export


def test_an_impossible_number_gets_a_sentence_and_nothing_typed_is_lost(admin):
    form = admin.get(ROUTES).form("/office/routes")
    answer = admin.send(form, unfair="many", near_minutes="7", map_link="nowhere")
    assert answer.status == 422
    assert "Write a number from 0 to 200." in answer.text
    assert "{lat} and {lon}" in answer.text
    form = answer.form("/office/routes")
    assert (form.fields["unfair"], form.fields["near_minutes"]) == ("many", "7")
    assert kept() == RouteSettings()


# --- Vehicles -----------------------------------------------------------------------


def pool():
    db.session.rollback()
    return db.session.query(Vehicle).filter_by(retired_at=None).all()


def test_a_bike_is_added_sent_to_repair_taken_back_and_given_away(admin):
    form = admin.get(VEHICLES).form("/office/vehicles")
    assert admin.send(form, name="Bike 2", mode="bike").status == 303
    (bike,) = pool()
    assert (bike.name, bike.mode) == ("Bike 2", "bike")
    form = admin.get(VEHICLES).form("/away")
    assert admin.send(form, first="2027-03-09", last="2027-03-10").status == 303
    db.session.rollback()
    (away,) = db.session.query(VehicleAway)
    assert (away.starts_at, away.ends_at) == (
        make.at(date(2027, 3, 9), 0),
        make.at(date(2027, 3, 11), 0),
    )
    page = admin.get(VEHICLES)
    assert "away from" in page.text
    admin.send(page.form(f"/away/{away.uuid}/removal"))
    db.session.rollback()
    assert db.session.query(VehicleAway).count() == 0
    admin.send(admin.get(VEHICLES).form(f"/{bike.uuid}/removal"))
    assert pool() == []
    assert db.session.query(Vehicle).count() == 1, "routes still say what they drove"


def test_what_has_no_name_or_goes_by_bus_is_not_added(admin):
    form = admin.get(VEHICLES).form("/office/vehicles")
    for typed, sentence in (
        ({"name": " "}, "Write what it is called"),
        ({"name": "x" * 61}, "at most 60 characters"),
        ({"name": "Bus", "mode": "pt"}, "Choose a bike or a car."),
    ):
        answer = admin.send(form, **typed)
        assert answer.status == 422
        assert sentence in answer.text
    assert pool() == []
    with pytest.raises(ImpossibleVehicle):
        NewVehicle(name="", mode="car")


def test_days_that_cannot_be_are_asked_again(admin, now):
    vehicles.add(NewVehicle(name="Car", mode="car"), by=1, now=now.now())
    form = admin.get(VEHICLES).form("/away")
    answer = admin.send(form, first="yesterday")
    assert answer.status == 422
    assert "Write a day, such as" in answer.text
    assert db.session.query(VehicleAway).count() == 0


def test_only_the_admin_decides(desk, office):
    make.sign_in(desk, make.staff_member(Role.COORDINATOR))
    for path in (ROUTES, VEHICLES):
        assert desk.get(path).status_code == 403
