"""Can an operator fill the address book, and ask it?"""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo

from booking.cli import addresses as commands
from booking.services import street_map
from tests import make

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "goeppingen.csv"
HEAD = "street,number,postcode,town,lat,lon\n"
LINE = "Kirchstraße,11,73033,Göppingen,48.7025,9.6528\n"


@pytest.fixture
def settings(sqlite_url, tmp_path):
    return make.settings(tmp_path, sqlite_url)


@pytest.fixture
def booking(app):
    def run(*arguments):
        script = ScriptInfo(create_app=lambda: app)
        return CliRunner().invoke(
            commands.addresses, [*map(str, arguments)], obj=script
        )

    return run


def test_a_list_is_imported_and_an_address_found(booking, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(HEAD + LINE + ",,,,,\nNowhere,1,73033,Göppingen,x,y\n", "utf-8")
    answer = booking("import", path)
    assert "1 addresses are in the book." in answer.stdout
    assert "Line 4 was left out" in answer.stderr
    found = json.loads(booking("find", "Kirchstr. 11, Göppingen").stdout)
    assert found["found"] == {
        "address": "Kirchstraße 11, 73033 Göppingen",
        "lat": 48.7025,
        "lon": 9.6528,
        "quality": "house",
        "score": 100.0,
    }


def test_a_typo_is_asked_about(booking, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(HEAD + LINE, "utf-8")
    booking("import", path)
    answer = json.loads(booking("find", "Kirchstrase 11, Göppingen").stdout)
    assert answer["found"] is None
    assert answer["did_you_mean"][0]["address"] == "Kirchstraße 11, 73033 Göppingen"


def test_a_file_that_is_no_list_is_refused_in_a_sentence(booking, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    answer = booking("import", path)
    assert answer.exit_code == 1
    assert "names no column" in answer.stderr


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is not here")
def test_the_real_addresses_of_the_town_are_found_again(booking):
    assert "are in the book" in booking("import", SHARED).stdout
    found = json.loads(booking("find", "Hohenstaufenstr. 39, Göppingen").stdout)
    assert (found["found"]["lat"], found["found"]["lon"]) == (48.705, 9.668)


HAUSKOORDINATEN = (
    "N;DEBWx;A;08;1;17;026;0000;01234;11;a;32548031,000;5394590,500;{};73033;{};;\n"
)


def test_official_house_coordinates_are_imported_for_one_town(booking, tmp_path):
    path = tmp_path / "hk.txt"
    lines = [("Musterweg", "Göppingen"), ("Probeweg", "Ebersbach")]
    path.write_text("".join(HAUSKOORDINATEN.format(*one) for one in lines), "utf-8")
    options = ("--format", "hauskoordinaten", "--town", "Göppingen")
    assert "1 addresses" in booking("import", path, *options).stdout
    found = json.loads(booking("find", "Musterweg 11a, Göppingen").stdout)
    assert found["found"]["quality"] == "house"


def test_an_openstreetmap_extract_is_imported(booking, tmp_path):
    osmium = pytest.importorskip("osmium")
    path = tmp_path / "town.osm.pbf"
    tags = {"addr:street": "Musterweg", "addr:housenumber": "1"}
    tags |= {"addr:city": "Göppingen", "addr:postcode": "73033"}
    with osmium.SimpleWriter(str(path)) as writer:
        node = osmium.osm.mutable.Node(id=1, location=(9.65, 48.7), tags=tags)
        writer.add_node(node)
        writer.add_node(osmium.osm.mutable.Node(id=2, location=(9.66, 48.7)))
        street = osmium.osm.mutable.Way(
            id=1, nodes=[1, 2], tags={"highway": "residential"}
        )
        writer.add_way(street)
    said = booking("import", path, "--format", "osm").stdout
    assert "1 addresses" in said
    assert "1 streets are drawn" in said
    assert len(street_map.streets().streets) == 1
    assert json.loads(booking("find", "Musterweg 1, Göppingen").stdout)["found"]
    refused = booking("import", __file__, "--format", "osm")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
