"""On the days when clocks change, do page, letter, slip, file and feed say the same?"""

import re
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as rigour
from hypothesis import strategies as st
from icalendar import Calendar

from booking import create_app
from booking.languages import language_of_code, speaking
from booking.models import Appointment, ConsultationType, Reach, Status, db
from booking.scheduling import (
    SlotRules,
    TimeWindow,
    WeeklyHours,
    Workday,
    day_window,
    free_slots,
    hours_on,
    instant,
)
from booking.services import feeds, letter_facts, links
from booking.services.writing import write_session
from booking.web.client.answers import moment, wall_time
from tests import make
from tests.web.conftest import OneContextEach

# Each zone with the days on which its clocks jump forward and back in 2027.
CHANGES = {
    "Europe/Berlin": (date(2027, 3, 28), date(2027, 10, 31)),
    "America/St_Johns": (date(2027, 3, 14), date(2027, 11, 7)),
    "Australia/Lord_Howe": (date(2027, 10, 3), date(2027, 4, 4)),  # by half an hour
    "Africa/Casablanca": (date(2027, 3, 14), date(2027, 2, 7)),  # around Ramadan
}
QUARTER = timedelta(minutes=15)
SHOWN = re.compile(r'datetime="(\d{4}-\d\d-\d\dT\d\d:\d\d)')


@pytest.fixture(params=sorted(CHANGES))
def there(request):
    return request.param


@pytest.fixture
def app(there, sqlite_url, tmp_path, now):
    app = create_app(make.settings(tmp_path, sqlite_url, zone=there))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def feed(office, now):
    now.moment = datetime(2027, 1, 15, 8, tzinfo=UTC)
    counsellor = office.counsellor
    return counsellor, feeds.subscribe(counsellor, "Telefon", now=now.now())


def booked(counsellor, start, now):
    """Put one appointment at exactly this moment; return its way back."""
    with write_session() as session:
        session.query(Appointment).update({Appointment.status: Status.CANCELLED})
        kind = session.query(ConsultationType).filter_by(slug="office").one()
        row = Appointment(
            type_id=kind.id,
            counsellor_id=counsellor,
            status=Status.BOOKED,
            language="de",
            letter_language="de",
            reach=Reach.EMAIL,
            idempotency_key=uuid4().hex,
            created_at=now.now(),
            changed_at=now.now(),
        )
        window = TimeWindow(start, start + 3 * QUARTER)
        row.take(window, window)
        session.add(row)
        session.flush()
        way = links.new_link(session, row)
        feeds.bump(session, [counsellor], at=now.now())
    return way


def told_by_letter(way, now):
    with write_session() as session, speaking(language_of_code("de")):
        row = session.get_one(Appointment, way.appointment.id)
        windows = letter_facts.shown_windows(session, [row])
        return letter_facts.of_appointment(row, windows[row.id], now.now())


@rigour(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(forward=st.booleans(), quarter=st.integers(0, 5 * 4))
@example(forward=True, quarter=7)
@example(forward=True, quarter=8)
@example(forward=False, quarter=8)
@example(forward=False, quarter=12)
def test_page_letter_slip_file_and_feed_say_the_same_moment(
    app, there, feed, now, forward, quarter
):
    (counsellor, secret), zone = feed, ZoneInfo(there)
    day = CHANGES[there][0 if forward else 1]
    start = day_window(day, zone).start + quarter * QUARTER
    now.moment = start - timedelta(days=3)
    way = booked(counsellor, start, now)
    local = start.astimezone(zone)
    app.test_client_class = OneContextEach
    browser = app.test_client()

    page = browser.get(f"/de/a/{way.token}").text
    slip = browser.get(f"/de/a/{way.token}/slip").text
    letter = told_by_letter(way, now)
    assert letter["time"] == f"{local:%H:%M}"
    for shown in (page, slip):
        assert letter["day"] in shown
        assert letter["time"] in shown
        assert f"{local:%Y-%m-%dT%H:%M}" in shown or SHOWN.search(shown) is None
    for path in (f"/de/a/{way.token}.ics", f"/feeds/{secret}.ics"):
        (event,) = Calendar.from_ical(browser.get(path).data).walk("VEVENT")
        assert event["dtstart"].dt == start
        assert event["dtend"].dt == start + 3 * QUARTER


@given(
    there=st.sampled_from(sorted(CHANGES)),
    forward=st.booleans(),
    opens=st.integers(0, 3 * 4),
    quarters=st.integers(2, 12),
)
def test_every_free_time_of_such_a_day_is_found_again_by_what_its_button_sends(
    there, forward, opens, quarters
):
    zone, day = ZoneInfo(there), CHANGES[there][0 if forward else 1]
    first = datetime.combine(day, time(0)) + opens * QUARTER
    line = WeeklyHours(
        weekday=day.weekday(),
        opens=first.time(),
        closes=(first + quarters * QUARTER).time(),
        valid_from=day,
    )
    hours = hours_on([line], day, zone)
    workday = Workday(day=day, zone=zone, hours=tuple(hours))
    rules = SlotRules(length=QUARTER, raster=QUARTER)
    whole = day_window(day, zone)
    slots = free_slots(workday, rules, not_before=whole.start, not_after=whole.end)
    for slot in slots:
        local = slot.start.astimezone(zone)
        # An hour that does not exist is never shown; one that comes twice, twice.
        assert instant(day, local.time(), zone) <= slot.start
        assert local.astimezone(UTC) == slot.start
        assert local.date() == day
    assert len({slot.start for slot in slots}) == len(slots)


@pytest.mark.parametrize("forward", [True, False])
def test_each_quarter_of_the_day_comes_back_from_its_form(app, there, forward):
    zone, day = ZoneInfo(there), CHANGES[there][0 if forward else 1]
    whole = day_window(day, zone)
    start = whole.start
    while start < whole.end:
        assert moment(day, wall_time(start)) == start
        start += QUARTER
