"""Do all four readers find the instants and words that were written?

icalendar, vobject and ics in Python, and ical.js in Node: what Thunderbird, Nextcloud
and many others read calendars with.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from icalendar import Event

from booking.calendars import Certainty, ShownAs, block, feed
from booking.scheduling import TimeWindow, instant
from tests.calendars.readers import (
    Read,
    by_icalendar,
    by_icaljs,
    by_ics,
    by_vobject,
)
from tests.calendars.test_feed import EVENT, MOMENTS, WORDS

BERLIN = ZoneInfo("Europe/Berlin")
READERS = {
    "icalendar": by_icalendar,
    "vobject": by_vobject,
    "ics": by_ics,
    "ical.js": lambda file: by_icaljs(file)[0],
}
SAYINGS = (
    "Beratung 8D3CF",
    "موعد في البلدية، الطابق الثالث",
    "فارسی: نیم‌فاصله می‌ماند",
    "Зустріч; дев'ята, «Бюргерхаус»",
    "ቆጸራ 👩🏽‍🍼 🏳️‍🌈 und ein Häkchen ✓",
    "Semikolon; Komma, Backslash \\ und Doppelpunkt: wörtlich",
    "zwei\nZeilen\n\nund eine leere",
    "lang " + "äöüß " * 40,
    "=?utf-8?q?kein_Kopf?=",
    'BEGIN:VEVENT "in Anführung" ^n %0A',
)
DAYS = (  # when the clocks change in Berlin, and the days around them
    *(date(2027, 3, 27), date(2027, 3, 28), date(2027, 3, 29)),
    *(date(2027, 10, 30), date(2027, 10, 31), date(2027, 11, 1)),
)
HOURS = (time(1, 59), time(2, 30), time(3, 0), time(9, 0), time(23, 30))


def written(events):
    return feed(events, name="A. Sommer", zone="Europe/Berlin")


def expected(events):
    return sorted(
        Read(
            event.uid,
            event.window.start.astimezone(UTC),
            event.window.end.astimezone(UTC),
            event.summary,
            event.location,
            event.url,
            event.url,
        )
        for event in events
    )


def event_at(start, number, **words):
    window = TimeWindow(start, start + timedelta(minutes=45))
    return replace(EVENT, uid=f"{number:05}", window=window, **words)


@pytest.mark.parametrize("reader", READERS)
def test_words_of_every_script_arrive_in_every_reader(reader):
    start = datetime(2027, 3, 4, 9, tzinfo=BERLIN)
    events = [
        event_at(start + timedelta(hours=number), number, summary=one, location=one)
        for number, one in enumerate(SAYINGS)
    ]
    assert READERS[reader](written(events)) == expected(events)


@pytest.mark.parametrize("reader", sorted(READERS.keys() - {"ics"}))
def test_a_backslash_before_an_n_is_no_line_break(reader):
    """Only ics 0.7.3 takes it for one; people hardly ever write it."""
    event = event_at(datetime(2027, 3, 4, 9, tzinfo=BERLIN), 1, summary="C:\\neu \\n")
    assert READERS[reader](written([event])) == expected([event])


@pytest.mark.parametrize("reader", sorted(READERS.keys() - {"ics"}))
def test_a_backslash_before_a_capital_n_is_no_line_break_either(reader):
    """icalendar 7.3.2 would write it as one."""
    event = event_at(datetime(2027, 3, 4, 9, tzinfo=BERLIN), 1, summary="C:\\Neu")
    assert READERS[reader](written([event])) == expected([event])


@pytest.mark.parametrize("reader", READERS)
def test_the_days_on_which_the_clocks_change_are_read_alike(reader):
    events = [
        event_at(instant(day, hour, BERLIN), number)
        for number, (day, hour) in enumerate((d, h) for d in DAYS for h in HOURS)
    ]
    found = READERS[reader](written(events))
    assert found == expected(events)
    nine = [one.start.astimezone(BERLIN) for one in found]
    assert sum(moment.time() == time(9) for moment in nine) == len(DAYS)


UTC_MOMENTS = MOMENTS.map(lambda one: one.astimezone(UTC).replace(microsecond=0))
SAID = st.builds(event_at, UTC_MOMENTS, st.just(0), summary=WORDS, location=WORDS)


@settings(max_examples=8, deadline=None)  # each starts Node once, for many events
@given(st.lists(st.tuples(UTC_MOMENTS, WORDS, WORDS), min_size=30, max_size=60))
def test_any_words_at_any_time_are_read_back_by_icalendar_and_by_icaljs(said):
    events = [
        event_at(start, number, summary=summary, location=location)
        for number, (start, summary, location) in enumerate(said)
    ]
    file = written(events)
    wanted = expected(events)
    assert by_icalendar(file) == wanted
    assert by_icaljs(file) == [wanted]


@given(SAID, st.sampled_from(ShownAs), st.sampled_from(Certainty), st.booleans())
def test_an_entry_is_written_to_the_byte_as_icalendar_itself_would(
    event, shown_as, status, has_url
):
    """We put it together by hand because that is ten times as quick."""
    assume("\\N" not in event.summary + event.location)  # see above
    event = replace(event, shown_as=shown_as, status=status)
    if not has_url:
        event = replace(event, url="", category="")
    ours = block(event)
    assert Event.from_ical(ours).to_ical() == ours
