"""Does a zone that a file defines go by the same clocks as the real one?"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.calendars.file_zone import NoZone, file_zone
from booking.calendars.sieve import sifted
from booking.calendars.zones import Zones
from tests.calendars.reading import BERLIN, PATIENT, SPRING

EUROPE = """BEGIN:VCALENDAR
BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
END:VCALENDAR
"""
NEAR = (datetime(2023, 1, 1), datetime(2028, 12, 31))  # noqa: DTZ001 - wall time


def defined(text):
    (only,) = sifted(text.encode()).entries
    return file_zone(only, SPRING)


OWN = defined(EUROPE)


@PATIENT
@given(st.datetimes(*NEAR, allow_imaginary=True), st.sampled_from([0, 1]))
def test_clocks_of_a_file_show_the_same_moment(at, fold):
    own, real = (at.replace(tzinfo=zone, fold=fold) for zone in (OWN, BERLIN))
    assert own.utcoffset() == real.utcoffset()


@pytest.mark.parametrize("day", ["2027-03-28", "2027-10-31", "2026-10-25"])
@pytest.mark.parametrize("fold", [0, 1])
def test_clocks_of_a_file_change_at_the_same_moment(day, fold):
    for hour in range(5):
        for minute in (0, 1, 30, 59):
            at = datetime.fromisoformat(f"{day}T0{hour}:{minute:02}").replace(fold=fold)
            assert (
                at.replace(tzinfo=OWN).utcoffset()
                == at.replace(tzinfo=BERLIN).utcoffset()
            )


@PATIENT
@given(st.datetimes(*NEAR, timezones=st.just(UTC)))
def test_a_moment_is_shown_alike_by_the_clocks_of_a_file(moment):
    own, real = (moment.astimezone(zone) for zone in (OWN, BERLIN))
    assert own.replace(tzinfo=None) == real.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("+0200", "+5328"),
        ("+0200", "two hours"),
        ("DTSTART:16010101T030000", "DTSTART:long ago"),
        ("DTSTART:16010101T030000", ""),
        ("STANDARD", "SOMETIMES"),
    ],
)
def test_a_definition_with_a_slip_is_none(right, wrong):
    text = EUROPE.replace(right, wrong)
    if wrong == "SOMETIMES":
        text = text.replace("DAYLIGHT", "SELDOM")
    with pytest.raises(NoZone):
        defined(text)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("Etc/GMT-2", "Etc/GMT-2"),
        (
            "/mozilla.org/20070129_1/America/Argentina/Buenos_Aires",
            "America/Argentina/Buenos_Aires",
        ),
        ("/softwarestudio.org/Olson_20011030_5/Pacific/Auckland", "Pacific/Auckland"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Turkey Standard Time", "Europe/Istanbul"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_goes_by_many_names(name, key):
    zones = Zones([], office=BERLIN, window=SPRING)
    assert zones.named(name) is ZoneInfo(key)
    assert zones.unknown == set()


@pytest.mark.parametrize(
    "name", ["Europe", "tzdata.zi", "\0", "/", "..", "Mars/Olympus"]
)
def test_an_unknown_name_means_the_offices_clocks(name):
    zones = Zones([], office=BERLIN, window=SPRING)
    assert zones.named(name) is BERLIN
    assert zones.unknown


@pytest.mark.parametrize(
    "written", [r"Berlin\, Bern", '"Berlin, Bern"', "Berlin, Bern"]
)
def test_a_name_is_found_however_its_comma_is_written(written):
    (definition,) = sifted(EUROPE.format(name=written).encode()).entries
    zones = Zones([definition], office=ZoneInfo("UTC"), window=SPRING)
    assert (
        zones.named('"Berlin, Bern"') is zones.named("Berlin, Bern")
        or zones.unknown == set()
    )
    at = datetime(2027, 6, 1, 9, tzinfo=zones.named("Berlin, Bern"))
    assert at.astimezone(UTC).hour == 7
