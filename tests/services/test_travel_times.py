"""Does a plan know how long the ways are, whoever measures them?"""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.geography import Ways, in_steps, travel_servers
from booking.models import KnownWay, PlanningJob, Stop, db
from booking.models.running import zone
from booking.routing import MODES, Counsellor, Duty, Point, StartWindow, Visit, Week
from booking.scheduling import instant
from booking.services import known_ways, office, retention
from booking.services.known_ways import DoorGone, ImpossibleWay
from booking.services.office import ImpossibleSetting, decisions
from booking.services.travel_settings import (
    TravelSettings,
    save_travel_settings,
    travel_modes,
    travel_settings,
)
from booking.services.travel_times import GAPS, SILENT, measured
from booking.services.writing import write_session
from tests import make, map_server
from tests.services import visiting
from tests.services.visiting import ALL_DAY, OFFICE, TUESDAY, planned

DOOR, OTHER = Point(48.71, 9.66), Point(48.72, 9.67)
HERE = Point(*OFFICE)


@pytest.fixture
def town():
    with map_server.running() as running:
        yield running


def at(hour):
    return int(instant(TUESDAY, time(hour), zone()).timestamp())


def week(mode="car", opens=8, closes=16, doors=(DOOR, OTHER)):
    visits = tuple(
        Visit(
            id=str(number),
            address=f"{number:02}" * 4,
            point=point,
            service=3600,
            language="de",
            windows=(StartWindow(at(opens), at(closes)),),
        )
        for number, point in enumerate(doors)
    )
    driver = Counsellor(
        id="1",
        languages=frozenset({"de"}),
        mode=mode,
        duties=(Duty(at(opens), at(closes)),),
    )
    return Week(
        name="x",
        office=HERE,
        setup=300,
        shortest_shift=2400,
        modes=MODES,
        counsellors=(driver,),
        visits=visits,
    )


def ways_of(one, known=None, **changes):
    decided = replace(travel_settings(decisions()), **changes)
    return measured(one, decided=decided, known=known or {}, alive=list)


def use(app, monkeypatch, kind, url):
    """Let the operator have chosen who measures ways."""
    chosen = replace(app.config["BOOKING"], travel=kind, travel_url=url)
    monkeypatch.setitem(app.config, "BOOKING", chosen)


def way(found, here, there, mode="car"):
    return found.ways.matrix([here, there], mode)[0][1]


def test_without_anything_else_ways_are_great_circles(app):
    found = ways_of(week())
    assert way(found, HERE, DOOR) == Ways(MODES).matrix([HERE, DOOR], "car")[0][1] > 0
    assert found.warnings == ()


@pytest.mark.parametrize("kind", ["osrm", "valhalla"])
def test_the_towns_server_measures_and_parking_comes_on_top(
    app, monkeypatch, town, kind
):
    use(app, monkeypatch, kind, f"{town.url}/{{mode}}")
    assert way(ways_of(week()), HERE, DOOR) == 600 + 4 * 60
    assert way(ways_of(week("foot")), HERE, DOOR, "foot") == 600
    assert ways_of(week()).ways.matrix([DOOR, DOOR], "car") == [[0, 0], [0, 0]]


def test_a_single_osrm_knows_cars_and_is_not_asked_for_feet(app, monkeypatch, town):
    use(app, monkeypatch, "osrm", town.url)
    assert way(ways_of(week()), HERE, DOOR) == 840
    on_foot = ways_of(week("foot"))
    assert (
        way(on_foot, HERE, DOOR, "foot")
        == Ways(MODES).matrix([HERE, DOOR], "foot")[0][1]
    )
    assert len(town.asked) == 1


def test_buses_have_no_roads_and_nobody_is_asked(app, monkeypatch, town):
    use(app, monkeypatch, "osrm", town.url)
    assert way(ways_of(week("pt")), HERE, DOOR, "pt") > 0
    assert town.asked == []


@pytest.mark.parametrize("mood", ["garbage", "broken", "slow", "elsewhere"])
def test_a_server_that_fails_gives_great_circles_and_a_warning(
    app, monkeypatch, town, mood
):
    monkeypatch.setattr(travel_servers, "WITHIN", 0.2)
    use(app, monkeypatch, "osrm", town.url)
    town.mood = mood
    found = ways_of(week())
    assert way(found, HERE, DOOR) == Ways(MODES).matrix([HERE, DOOR], "car")[0][1]
    assert found.warnings == (SILENT,)


def test_where_no_way_is_found_a_great_circle_is_drawn_and_said(app, monkeypatch, town):
    use(app, monkeypatch, "osrm", town.url)
    town.seconds = lambda here, there: None if 48.72 in (here[0], there[0]) else 600
    found = ways_of(week())
    assert way(found, HERE, OTHER) == Ways(MODES).matrix([HERE, OTHER], "car")[0][1]
    assert way(found, HERE, DOOR) == 840
    assert found.warnings == (GAPS,)


def test_roads_of_an_extract_measure_too(app, monkeypatch, tmp_path):
    osmium = pytest.importorskip("osmium")
    path = tmp_path / "town.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for number, one in enumerate((HERE, DOOR, OTHER), start=1):
            at_ = (one.longitude, one.latitude)
            writer.add_node(osmium.osm.mutable.Node(id=number, location=at_))
        tags = {"highway": "residential"}
        writer.add_way(osmium.osm.mutable.Way(id=1, nodes=[1, 2, 3], tags=tags))
    use(app, monkeypatch, "roads", str(path))
    found = ways_of(week())
    # A kilometre of a residential street, at 24 km/h, and four minutes to park.
    assert 6 * 60 <= way(found, HERE, DOOR) <= 8 * 60
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("opens", "closes", "share"), [(7, 9, 1), (7, 11, 0.5), (9, 12, 0)]
)
def test_the_rush_hour_slows_cars_by_its_share_of_the_work(
    app, monkeypatch, town, opens, closes, share
):
    use(app, monkeypatch, "osrm", f"{town.url}/{{mode}}")
    found = ways_of(week(opens=opens, closes=closes), rush_percent=50)
    assert way(found, HERE, DOOR) == in_steps(600 * (1 + share / 2) + 240, MODES["car"])
    on_foot = ways_of(week("foot", opens, closes), rush_percent=50)
    assert way(on_foot, HERE, DOOR, "foot") == 600


def test_the_rush_hour_slows_great_circles_too(app):
    usual, slow = (
        way(ways_of(week(opens=7, closes=9), rush_percent=p), HERE, DOOR)
        for p in (0, 100)
    )
    assert slow > usual


def test_what_staff_know_counts_more_than_any_map(app, monkeypatch, town):
    use(app, monkeypatch, "osrm", town.url)
    ends = frozenset({b"office", bytes.fromhex("00" * 4)})
    found = ways_of(week(), known={"car": {ends: 35}, "foot": {ends: 90}})
    assert way(found, HERE, DOOR) == way(found, DOOR, HERE) == 35 * 60
    assert way(found, HERE, OTHER) == 840


def test_speeds_are_settings_with_bounds(app, now):
    usual = travel_settings(decisions())
    assert usual.modes == MODES
    figures = {name: (m.kmh, m.detour, m.extra_minutes) for name, m in MODES.items()}
    wanted = TravelSettings(
        modes=travel_modes(figures | {"car": (20, 1.5, 6), "foot": (4, 1.2, 0)}),
        rush_percent=30,
        rush_hours=((time(6, 30), time(8)),),
    )
    by = make.counsellor()
    save_travel_settings(wanted, by=by, now=now.now())
    kept = travel_settings(decisions())
    assert kept == wanted
    assert kept.modes["pt"].slowest == kept.modes["foot"]
    slower = ways_of(week())
    assert slower.ways.matrix([HERE, DOOR], "car")[0][1] == way(
        ways_of(week(), rush_percent=0), HERE, DOOR
    )
    for bad in ({"car": (100, 1.4, 4)}, {"foot": (4.8, 0.9, 0)}, {"pt": (16, 1.4, 31)}):
        with pytest.raises(ImpossibleSetting):
            TravelSettings(modes=travel_modes(figures | bad))
    with pytest.raises(ImpossibleSetting):
        replace(wanted, rush_percent=151)
    with pytest.raises(ImpossibleSetting):
        replace(wanted, rush_hours=((time(9), time(7)),))


points = st.builds(Point, st.floats(48.6, 48.8), st.floats(9.5, 9.8))


@given(st.lists(points, min_size=2, max_size=5), st.sampled_from(sorted(MODES)))
def test_ways_are_whole_minutes_and_none_leads_to_where_one_is(places, mode):
    rows = Ways(MODES).matrix(places, mode)
    for a, row in zip(places, rows, strict=True):
        for b, spent in zip(places, row, strict=True):
            assert spent % 60 == 0
            assert spent >= 0
            assert (spent == 0) == (a == b) or spent == 0


@pytest.fixture
def team(office, now):
    visiting.town(now)
    return [make.counsellor(hours=ALL_DAY)]


def uuid_of(wish):
    return str(wish.request.uuid)


def test_a_way_is_kept_between_two_doors_and_said_again(team, now):
    one, other = visiting.wish(now, 2), visiting.wish(now, 4)
    (by,) = team
    known_ways.keep(("office", uuid_of(one)), "pt", 35, by=by, now=now.now())
    known_ways.keep((uuid_of(one), "office"), "pt", 40, by=by, now=now.now())
    known_ways.keep((uuid_of(other), uuid_of(one)), "pt", 5, by=by, now=now.now())
    first, second = known_ways.listed()
    assert ({first.one, first.other}, first.minutes) == (
        {"", "Musterweg 2, 73033 Göppingen"},
        40,
    )
    known_ways.forget(first.uuid, by=by, now=now.now())
    assert known_ways.listed() == [second]
    assert [door.address for door in known_ways.doors()] == [
        "Musterweg 2, 73033 Göppingen",
        "Musterweg 4, 73033 Göppingen",
    ]


@pytest.mark.parametrize(
    ("ends", "mode", "minutes", "refusal"),
    [
        (("office", "office"), "pt", 5, ImpossibleWay),
        (("office", "wish"), "pt", 0, ImpossibleWay),
        (("office", "wish"), "pt", 241, ImpossibleWay),
        (("office", "wish"), "boat", 5, ImpossibleWay),
        (("office", "nonsense"), "pt", 5, DoorGone),
        (("office", "00000000-0000-0000-0000-000000000000"), "pt", 5, DoorGone),
    ],
)
def test_an_impossible_way_is_refused(team, now, ends, mode, minutes, refusal):
    wish = uuid_of(visiting.wish(now, 2))
    ends = [wish if end == "wish" else end for end in ends]
    with pytest.raises(refusal):
        known_ways.keep(ends, mode, minutes, by=team[0], now=now.now())


def test_no_address_stands_in_a_known_way_and_it_goes_with_the_last_wish(team, now):
    one, other = visiting.wish(now, 2), visiting.wish(now, 4)
    for ends in (("office", uuid_of(one)), (uuid_of(one), uuid_of(other))):
        known_ways.keep(ends, "car", 9, by=team[0], now=now.now())
    (row, _) = db.session.query(KnownWay).order_by(KnownWay.id)
    assert b"uster" not in row.one_hash + row.other_hash
    erased = "ways to doors that nobody lives behind any more"
    assert retention.erase_all(now=now.now())[erased] == 0
    with write_session() as session:
        session.get(type(other.request), other.request.id).address_hash = None
    assert retention.erase_all(now=now.now())[erased] == 1
    db.session.rollback()
    assert db.session.query(KnownWay).count() == 1


def test_the_coordinator_is_told_what_a_plan_had_to_do_without(
    app, team, now, monkeypatch
):
    use(app, monkeypatch, "osrm", "http://127.0.0.1:1")
    visiting.wish(now, 2)
    planned(now, team)
    assert db.session.query(PlanningJob).one().warnings == [SILENT]
    assert db.session.query(Stop).count() == 1


def test_a_plan_keeps_the_ways_that_were_measured(app, team, now, monkeypatch, town):
    use(app, monkeypatch, "osrm", town.url)
    visiting.wish(now, 2)
    planned(now, team)
    (stop,) = db.session.query(Stop)
    # Ten minutes and four to park; setup comes after arriving.
    assert stop.arrives_at - stop.leaves_for_at == timedelta(minutes=14)


def test_a_plan_keeps_the_speeds_that_the_office_has_set(team, now):
    def way_there():
        visiting.wish(now, 20)
        planned(now, team, mode="foot")
        db.session.rollback()
        stop = db.session.query(Stop).order_by(Stop.leaves_for_at).first()
        return stop.arrives_at - stop.leaves_for_at

    usual = way_there()
    with write_session() as session:
        slow = {"modes": {"foot": [2.4, 1.25, 0]}}
        office.decide(session, now=now.now(), travel=slow)
    assert way_there() == pytest.approx(2 * usual, abs=timedelta(minutes=1))
