"""Can an operator fill the address book, and ask it?"""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo

from booking.cli import addresses as commands
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
