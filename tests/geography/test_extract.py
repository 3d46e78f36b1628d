"""Does an OpenStreetMap extract fill the address book?"""

import sys

import pytest

from booking.geography import Refused, UnreadableList, read_extract

osmium = pytest.importorskip("osmium")

TOWN = {"addr:city": "Göppingen", "addr:postcode": "73033"}
HERE = (9.6528, 48.7025)


@pytest.fixture
def extract(tmp_path):
    """Write a small extract: a door, a building, and what is neither."""
    path = tmp_path / "town.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        _write(writer)
    return path


def _write(writer):
    node = osmium.osm.mutable.Node
    door = {"addr:street": "Erfundene Straße", "addr:housenumber": "11 a"} | TOWN
    writer.add_node(node(id=1, location=HERE, tags=door))
    corners = [(9.65, 48.70), (9.652, 48.70), (9.652, 48.702), (9.65, 48.702)]
    for number, corner in enumerate(corners, start=2):
        writer.add_node(node(id=number, location=corner))
    lonely = {"addr:street": "Musterweg", "addr:housenumber": "1"}
    writer.add_node(node(id=6, location=HERE, tags=lonely))
    writer.add_node(node(id=7, location=HERE, tags={"addr:housenumber": "9"} | TOWN))
    writer.add_node(node(id=8, location=HERE, tags={"amenity": "bench"}))
    other = lonely | {"addr:city": "Ebersbach"}
    writer.add_node(node(id=9, location=HERE, tags=other))
    building = {"addr:place": "Probehof", "addr:housenumber": "3", "building": "yes"}
    way = osmium.osm.mutable.Way(id=1, nodes=[2, 3, 4, 5, 2], tags=building | TOWN)
    writer.add_way(way)


def test_doors_and_buildings_become_houses(extract):
    rows = list(read_extract(extract, towns=["göppingen"]))
    houses = [row for row in rows if not isinstance(row, Refused)]
    assert [(one.street, one.house_number) for one in houses] == [
        ("Erfundene Straße", "11 a"),
        ("Probehof", "3"),
    ]
    assert (houses[0].latitude, houses[0].longitude) == (48.7025, 9.6528)
    assert (houses[1].latitude, houses[1].longitude) == (48.701, 9.651)


def test_what_is_no_whole_address_says_why(extract):
    refused = [row for row in read_extract(extract) if isinstance(row, Refused)]
    assert {row.line: row.why for row in refused} == {
        6: "There is neither a postcode nor a town.",
        7: "There is no street.",
    }


@pytest.mark.parametrize("name", ["town.osm.pbf", "town.csv"])
def test_another_file_is_refused(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"street,number\nKirchstr.,1\n")
    with pytest.raises(UnreadableList, match="no OpenStreetMap extract"):
        list(read_extract(path))


def test_without_the_extra_it_says_what_to_install(extract, monkeypatch):
    monkeypatch.setitem(sys.modules, "osmium", None)
    with pytest.raises(UnreadableList, match="install"):
        list(read_extract(extract))
