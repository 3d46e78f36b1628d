"""Can a coordinator put a wish on the map, without a script, and nobody else?"""

from base64 import b64decode
from dataclasses import replace

import pytest

from booking.models import JournalEntry, Quality, Role, VisitRequest, db
from tests import make, map_server
from tests.services import visiting
from tests.web.test_coordinator import Desk


@pytest.fixture
def coordinator(desk, now):
    """Karin, who plans visits, and a street that is in the book."""
    visiting.town(now)
    make.sign_in(desk, make.staff_member(Role.COORDINATOR))
    return Desk(desk)


@pytest.fixture
def wish(coordinator, now):
    return visiting.wish(now, street="Mustrwg 5").request.uuid


def path(wish):
    return f"/staff/visits/wishes/{wish}/place"


def row():
    db.session.rollback()
    return db.session.query(VisitRequest).one()


def test_the_right_address_is_one_press_away(coordinator, wish):
    page = coordinator.get(path(wish))
    assert "Did you mean …?" in page.text
    assert "Mustrwg 5" in page.text
    form = page.form("/choice")
    form.fields["line"] = "Musterweg 5, 73033 Göppingen"
    done = coordinator.send(form)
    assert done.status == 303
    assert "Saved." in coordinator.reload(done).text
    assert (row().point, row().quality) == ((48.7075, 9.66), Quality.HOUSE)
    entry = db.session.query(JournalEntry).order_by(JournalEntry.id.desc()).first()
    assert (entry.deed, entry.about) == ("place visit", row().about)


def test_nothing_chosen_is_said_and_nothing_kept(coordinator, wish):
    form = coordinator.get(path(wish)).form("/choice")
    form.fields.pop("line", None)
    page = coordinator.send(form)
    assert page.status == 422
    assert page.error_at("line") == "Choose one of these addresses."
    assert coordinator.send(form, line="Elsewhere 1").status == 422
    assert row().quality is None


def test_another_spelling_is_looked_up_and_kept_in_the_form(coordinator, wish):
    form = coordinator.get(path(wish)).form("/spelling")
    page = coordinator.send(form, street="Musterweg 7")
    assert page.status == 200
    choice = page.form("/choice")
    assert choice.fields["street"] == "Musterweg 7"
    assert row().quality is None
    done = coordinator.send(choice, line="Musterweg 7, 73033 Göppingen")
    assert done.status == 303
    assert row().point == (48.7095, 9.66)
    nothing = coordinator.send(form, street="<b>Xylophonpfad</b> 3")
    assert "knows nothing like it" in nothing.text
    assert "<b>Xylophonpfad" not in nothing.text.replace("&lt;", "")


def test_a_door_is_tapped_on_the_sketch_and_then_kept(coordinator, wish):
    form = coordinator.get(path(wish)).form("/place")
    form.fields["middle"], form.fields["closeness"] = "48.7025 9.6528", "0"
    page = coordinator.send(form, **{"map.x": "160", "map.y": "0"})
    assert page.status == 200
    assert row().quality is None
    closer = page.form("/place")
    assert closer.fields["latitude"] == closer.fields["middle"].split()[0]
    assert float(closer.fields["latitude"]) == pytest.approx(48.7475, abs=1e-3)
    assert closer.fields["closeness"] == "1"
    assert coordinator.send(closer).status == 303
    assert row().quality == Quality.BY_HAND
    assert row().point[0] == pytest.approx(48.7475, abs=1e-3)


def test_the_sketch_is_a_picture_in_the_page_with_streets_and_the_office(
    coordinator, wish
):
    page = coordinator.get(path(wish))
    (picture,) = [one for one in page.all("input") if one.get("type") == "image"]
    kind, _, coded = picture.get("src").partition(",")
    assert kind == "data:image/svg+xml;base64"
    svg = b64decode(coded).decode()
    assert "Musterweg" in svg
    assert "<rect" in svg


@pytest.mark.parametrize(
    ("latitude", "longitude", "field"),
    [
        ("", "9.65", "latitude"),
        ("48.7", "x", "longitude"),
        ("91", "9", "latitude"),
        ("nan", "9", "latitude"),
    ],
)
def test_a_point_beside_the_earth_is_asked_for_again(
    coordinator, wish, latitude, longitude, field
):
    form = coordinator.get(path(wish)).form("/place")
    page = coordinator.send(form, latitude=latitude, longitude=longitude)
    assert page.status == 422
    assert "in degrees" in page.error_at(field)
    again = page.form("/place").fields
    assert (again["latitude"], again["longitude"]) == (latitude, longitude)
    assert row().quality is None


@pytest.mark.parametrize(
    "bad",
    [
        {"middle": "x", "closeness": "9"},
        {"middle": "nan nan"},
        {"closeness": "-1"},
        {"map.x": "1000000", "map.y": "-5"},
        {"map.x": "x", "map.y": "1"},
        {"latitude": "1e999"},
    ],
)
def test_no_nonsense_breaks_the_page(coordinator, wish, bad):
    form = coordinator.get(path(wish)).form("/place")
    tapped = {"map.x": "1", "map.y": "1"} | bad
    assert coordinator.send(form, **tapped).status in {200, 422}


def test_a_silent_server_is_said_and_the_list_still_answers(
    app, coordinator, wish, monkeypatch
):
    broken = replace(
        app.config["BOOKING"], geocoder="photon", geocoder_url="http://127.0.0.1:1"
    )
    monkeypatch.setitem(app.config, "BOOKING", broken)
    page = coordinator.send(coordinator.get(path(wish)).form("/spelling"))
    assert "address server does not answer" in page.text
    assert "Musterweg 5" in page.text


def test_opening_the_page_asks_nobody(app, coordinator, wish, monkeypatch):
    with map_server.running() as town:
        chosen = replace(
            app.config["BOOKING"], geocoder="photon", geocoder_url=town.url
        )
        monkeypatch.setitem(app.config, "BOOKING", chosen)
        coordinator.get(path(wish))
        assert town.asked == []
        page = coordinator.send(coordinator.get(path(wish)).form("/spelling"))
        assert len(town.asked) == 1
        assert "Kirchstraße 11, 73033 Göppingen" in page.text


def test_the_board_leads_there(coordinator, wish):
    page = coordinator.get("/staff/visits/2027-03-01")
    assert page.link(f"{wish}/place") == path(wish)


def test_a_wish_that_is_over_or_unknown_is_not_there(coordinator, wish):
    unknown = "00000000-0000-4000-8000-000000000000"
    assert coordinator.get(path(unknown)).status == 404
    form = coordinator.get(path(wish)).form("/place")
    form.action = path(unknown)
    assert coordinator.send(form, latitude="48", longitude="9").status == 404


@pytest.mark.parametrize(
    "role", [Role.COUNSELLOR, Role.FRONT_DESK, Role.HEAD, Role.ADMIN]
)
def test_only_coordinators_place_doors(desk, wish, role):
    make.sign_in(desk, make.staff_member(role))
    for address in (path(wish), "/staff/visits/ways"):
        assert desk.get(address).status_code == 403
