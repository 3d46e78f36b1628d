"""Is a list of addresses read, whatever program wrote it?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.geography import House, Refused, UnreadableList, read_csv


def rows(text, encoding="utf-8"):
    return list(read_csv(text.encode(encoding)))


KIRCHSTRASSE = House("Kirchstraße", "11", "73033", "Göppingen", 48.7025, 9.6528)


@pytest.mark.parametrize(
    "text",
    [
        "street,number,postcode,town,lat,lon\nKirchstraße,11,73033,Göppingen,48.7025,9.6528\n",
        "Lon;Lat;Town;Postcode;House_Number;Street\r\n9,6528;48,7025;Göppingen;73033;11;Kirchstraße\r\n",
        "\ufeffPLZ\tOrt\tStrasse\tHausnummer\tLatitude\tLongitude\n73033\tGöppingen\tKirchstraße\t11\t48.7025\t9.6528",
        "street,postcode,town,lat,lon\nKirchstraße 11,73033,Göppingen,48.7025,9.6528\n",
        'name,street,number,postcode,town,lat,lon\n"Bürgerhaus, neu",Kirchstraße,11,73033,Göppingen,48.7025,9.6528\n\n',
    ],
)
def test_columns_are_known_by_name_in_any_order(text):
    assert rows(text) == [KIRCHSTRASSE]


def test_a_file_of_an_older_windows_program_is_read_too():
    head = "street;number;postcode;town;lat;lon\n"
    line = "Kirchstraße;11;73033;Göppingen;48.7025;9.6528\n"
    assert rows(head + line, "cp1252") == [KIRCHSTRASSE]


@pytest.mark.parametrize("east", ["548031.0", "32548031.0", "548031,0"])
def test_east_and_north_become_degrees(east):
    (found,) = rows(
        f"street;number;town;east;north\nKirchstraße;11;Göppingen;{east};5394590.5\n"
    )
    assert found.latitude == pytest.approx(48.7025, abs=2e-4)
    assert found.longitude == pytest.approx(9.6528, abs=2e-4)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Kirchstraße,11,73033,Göppingen,north,9.6", "latitude"),
        ("Kirchstraße,11,73033,Göppingen,48.7,", "longitude"),
        ("Kirchstraße,11,73033,Göppingen,148.7,9.6", "earth"),
        ("Kirchstraße,11,73033,Göppingen,nan,9.6", "earth"),
        (",,73033,Göppingen,48.7,9.6", "no street"),
        ("Kirchstraße,11,,,48.7,9.6", "neither a postcode nor a town"),
        ("K" * 121 + ",11,73033,Göppingen,48.7,9.6", "too long"),
        ("Kirchstraße", "latitude"),
    ],
)
def test_a_line_that_cannot_be_used_says_why_and_the_others_are_kept(line, words):
    good = "Kirchstraße,11,73033,Göppingen,48.7025,9.6528"
    found = rows(f"street,number,postcode,town,lat,lon\n{line}\n{good}\n")
    assert found[1] == KIRCHSTRASSE
    assert isinstance(found[0], Refused)
    assert found[0].line == 2
    assert words in found[0].why


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "street"),
        ("name,lat,lon\n", "street"),
        ("street,number\n", "lat"),
        ("street,lat\n", "lon"),
    ],
)
def test_a_file_without_the_needed_columns_is_refused(text, words):
    with pytest.raises(UnreadableList, match=words):
        rows(text)


@given(st.binary(max_size=300))
def test_no_file_breaks_the_reader(content):
    try:
        found = list(read_csv(b"street,lat,lon,town\n" + content))
    except UnreadableList as refusal:
        assert str(refusal)  # noqa: PT017 - some bytes are no text at all
    else:
        assert all(isinstance(row, House | Refused) for row in found)
