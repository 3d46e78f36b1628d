"""Are the official Hauskoordinaten read, whichever office wrote them?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.geography import House, Refused, UnreadableList, read_house_coordinates

NEW_HEAD = (
    "nba;oid;qua;landschl;land;regbezschl;regbez;kreisschl;kreis;gmdschl;gmd;ottschl;"
    "ott;strschl;str;hnr;adz;zone;ostwert;nordwert;postplz;postonm;postonmzus;postott"
)
OLD_HEAD = (
    "NBA;OI;QUA;LAN;RBZ;KRS;GMD;OTT;SSS;HNR;ADZ;OSTWERT;NORDWERT;STN;PLZ;ONM;ZON;POT"
)


def new(street="Erfundene Straße", number="11", addition="", **cells):
    usual = {"zone": "32", "east": "548031.000", "north": "5394590.500"}
    usual |= {"state": "N", "postcode": "73033", "town": "Göppingen"} | cells
    return (
        f"{usual['state']};DEBWx;A;08;Baden-Württemberg;1;Stuttgart;17;Göppingen;026;"
        f"Göppingen;0000;;01234;{street};{number};{addition};{usual['zone']};"
        f"{usual['east']};{usual['north']};{usual['postcode']};{usual['town']};;"
    )


def old(street="Erfundene Straße", number="11", addition=""):
    return (
        f"N;DEBWx;A;08;1;17;026;0000;01234;{number};{addition};32548031,000;"
        f"5394590,500;{street};73033;Göppingen;;"
    )


def read(*lines, encoding="utf-8", **options):
    return list(read_house_coordinates("\r\n".join(lines).encode(encoding), **options))


def facts(row):
    return row.street, row.house_number, row.postcode, row.town


WANTED = ("Erfundene Straße", "11", "73033", "Göppingen")


@pytest.mark.parametrize(
    "lines",
    [(NEW_HEAD, new()), (new(),), (OLD_HEAD, old()), (old(),), ("# x", "", old())],
)
def test_both_layouts_are_read_with_their_names_and_without(lines):
    (found,) = read(*lines)
    assert facts(found) == WANTED
    assert found.latitude == pytest.approx(48.7025, abs=2e-4)
    assert found.longitude == pytest.approx(9.6528, abs=2e-4)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_older_files_in_latin_letters_are_read_too(encoding):
    (found,) = read(old(), encoding=encoding)
    assert facts(found) == WANTED


def test_commas_between_and_quotes_around_are_read_too():
    head = NEW_HEAD.replace(";", ",")
    line = new(east="548031.0").replace(";", '","')
    (found,) = read(head, f'"{line}"')
    assert facts(found) == WANTED


@pytest.mark.parametrize(
    ("number", "addition", "written"),
    [("12", "a", "12a"), ("49", "2", "49/2"), ("49", "/2", "49/2"), ("0", "", "")],
)
def test_number_and_addition_become_one(number, addition, written):
    (found,) = read(NEW_HEAD, new(number=number, addition=addition))
    assert found.house_number == written


def test_where_the_post_is_not_named_the_municipality_is():
    (found,) = read(NEW_HEAD, new(postcode="", town=""))
    assert (found.postcode, found.town) == ("", "Göppingen")


@pytest.mark.parametrize(
    ("zone", "east"), [("33", "389000.0"), ("", "33389000,0"), ("32", "33389000,0")]
)
def test_the_east_of_germany_has_a_zone_of_its_own(zone, east):
    (found,) = read(NEW_HEAD, new(zone=zone, east=east, north="5820000.0"))
    assert found.longitude == pytest.approx(13.36, abs=0.02)


def test_what_was_withdrawn_and_other_towns_are_left_out():
    lines = [new(state="L"), new(town="Ebersbach"), new(street="Musterweg")]
    assert [row.street for row in read(*lines, towns=["GÖPPINGEN"])] == ["Musterweg"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (new(east="x"), "east"),
        (new(east="1e300"), "zone"),
        (new(east="nan"), "UTM"),
        (new(zone="99"), "zone"),
        (new(street=""), "no street"),
        (new(street="x" * 121), "too long"),
        (new(town="x" * 81), "too long"),
    ],
)
def test_a_line_that_cannot_be_used_says_why_and_the_others_are_kept(line, words):
    refused, kept = read(NEW_HEAD, line, new())
    assert facts(kept) == WANTED
    assert (refused.line, words in refused.why) == (2, True)


@pytest.mark.parametrize("text", ["", "street;number\n", "nba;oid\n", "a,b,c"])
def test_another_file_is_refused(text):
    with pytest.raises(UnreadableList):
        read(text)


@given(st.binary(max_size=300))
def test_no_file_breaks_the_reader(content):
    content = NEW_HEAD.encode() + b"\n" + content
    try:
        rows = list(read_house_coordinates(content))
    except UnreadableList as refusal:
        assert str(refusal)  # noqa: PT017 - a quote that never ends
    else:
        assert all(isinstance(row, House | Refused) for row in rows)
