"""Does a wish find its place on the map, while planning and never while booking?"""

import socket
from dataclasses import replace
from uuid import uuid4

import pytest

from booking.geography import Address
from booking.models import PlanningJob, Quality, VisitRequest, VisitState, db
from booking.services import addresses, locating
from booking.services.locating import NoSuchWish, NotOnEarth, Spot
from booking.services.writing import write_session
from tests import make, map_server
from tests.services import visiting
from tests.services.visiting import planned

ELSEWHERE = "Kirchstr. 11"  # not in the list of the tests' town


@pytest.fixture
def team(office, now):
    visiting.town(now)
    return [make.counsellor(hours=visiting.ALL_DAY)]


@pytest.fixture
def town():
    with map_server.running() as running:
        yield running


def ask(app, monkeypatch, kind, url):
    chosen = replace(app.config["BOOKING"], geocoder=kind, geocoder_url=url)
    monkeypatch.setitem(app.config, "BOOKING", chosen)


def row_of(way):
    db.session.rollback()
    return db.session.get(VisitRequest, way.request.id)


def test_a_new_wish_is_found_in_the_list_before_anybody_plans(
    app, team, now, monkeypatch, town
):
    ask(app, monkeypatch, "nominatim", town.url)
    known, other = visiting.wish(now, 2), visiting.wish(now, street=ELSEWHERE)
    assert locating.look_in_the_book(now=now.now()) == 1
    assert row_of(known).quality == Quality.HOUSE
    assert row_of(other).quality is None
    assert town.asked == [], "no server is asked"
    assert locating.look_in_the_book(now=now.now()) == 0


@pytest.mark.parametrize("kind", ["nominatim", "photon", "pelias"])
def test_what_the_list_lacks_the_towns_own_server_finds(
    app, team, now, monkeypatch, town, kind
):
    ask(app, monkeypatch, kind, town.url)
    known, other = visiting.wish(now, 2), visiting.wish(now, street=ELSEWHERE)
    assert town.asked == []  # nobody asked while somebody wished
    planned(now, team)
    assert row_of(known).point == (48.7045, 9.66)
    assert (row_of(other).point, row_of(other).quality) == (
        (48.7025, 9.6528),
        Quality.HOUSE,
    )
    ((_, query, _, _),) = town.asked
    assert ELSEWHERE in str(query)
    assert "Musterweg" not in str(query)
    assert "Amal" not in str(town.asked)


def test_what_the_server_is_not_sure_of_is_not_taken(app, team, now, monkeypatch, town):
    town.places = [map_server.KIRCHSTRASSE | {"street": "Kirchgasse"}]
    ask(app, monkeypatch, "photon", town.url)
    wish = visiting.wish(now, street=ELSEWHERE)
    planned(now, team)
    assert row_of(wish).quality is None
    address = locating.unplaced(wish.request.uuid).address
    assert [one.line for one in locating.meant_by_anybody(address)] == [
        "Kirchgasse 11, 73033 Göppingen"
    ]


def test_a_server_that_is_silent_is_asked_once_and_the_coordinator_told(
    app, team, now, monkeypatch, town
):
    town.mood = "broken"
    ask(app, monkeypatch, "nominatim", town.url)
    visiting.wish(now, 2)
    for number in (1, 2, 3):
        visiting.wish(now, street=f"Kirchstr. {number}")
    planned(now, team)
    assert len(town.asked) == 1
    assert db.session.query(PlanningJob).one().warnings == [locating.SILENT]


def test_without_a_server_of_the_town_no_socket_is_opened(team, now, monkeypatch):
    visiting.wish(now, 2)

    def refuse(*_arguments, **_facts):
        raise AssertionError("a socket was opened")

    if db.engine.dialect.name == "sqlite":
        monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert locating.locate(now=now.now(), alive=list) == ()
    assert locating.meant_by_anybody(Address("Musterwg", "3", "", "Göppingen"))


def test_a_house_of_the_server_is_better_than_a_street_of_the_list(
    app, team, monkeypatch, town
):
    ask(app, monkeypatch, "photon", town.url)
    town.places = [map_server.KIRCHSTRASSE | {"street": "Musterweg", "number": "99"}]
    found = addresses.look_up(Address("Musterweg", "99", "73033", "Göppingen")).found
    assert found.line == "Musterweg 99, 73033 Göppingen"
    town.places = []
    found = addresses.look_up(Address("Musterweg", "99", "73033", "Göppingen")).found
    assert found.precision == "street"


def test_a_coordinator_places_a_door_by_hand(team, now):
    wish = visiting.wish(now, street="Hinter den Gärten")
    spot = Spot((48.70, 9.65))
    locating.place(wish.request.uuid, spot, by=team[0], now=now.now())
    row = row_of(wish)
    assert (row.point, row.quality) == ((48.70, 9.65), Quality.BY_HAND)
    planned(now, team)
    assert row_of(wish).state == VisitState.PLANNED
    assert row_of(wish).quality == Quality.BY_HAND


def test_the_address_that_was_meant_counts_as_that_door(team, now):
    right, wrong = visiting.wish(now, 2), visiting.wish(now, street="Mustrwg 2")
    assert row_of(right).address_hash != row_of(wrong).address_hash
    (found, *_) = locating.meant(locating.unplaced(wrong.request.uuid).address)
    meant = Address.read(found.line)
    spot = Spot((found.latitude, found.longitude), Quality.HOUSE, meant)
    locating.place(wrong.request.uuid, spot, by=team[0], now=now.now())
    assert row_of(right).address_hash == row_of(wrong).address_hash
    assert row_of(wrong).street == "Mustrwg 2"


def test_no_place_beside_the_earth_and_no_wish_that_is_over(team, now):
    with pytest.raises(NotOnEarth):
        Spot((91.0, 9.65))
    wish = visiting.wish(now, 2)
    with write_session() as session:
        session.get(VisitRequest, wish.request.id).state = VisitState.WITHDRAWN
    for uuid in (wish.request.uuid, uuid4()):
        with pytest.raises(NoSuchWish):
            locating.unplaced(uuid)
        with pytest.raises(NoSuchWish):
            locating.place(uuid, Spot((48.7, 9.6)), by=team[0], now=now.now())
