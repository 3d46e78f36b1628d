"""Which times is a client offered, and who takes one?"""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from booking.models import ConsultationType, Place, StaffMember, db
from booking.models.running import zone
from booking.services import appointments, availability, look
from booking.services.availability import NothingOffered
from booking.services.claim import SlotTaken
from booking.services.writing import write_session
from tests import make
from tests.counting import statements_of

THURSDAY, FRIDAY = date(2027, 3, 4), date(2027, 3, 5)
WHOLE_DAY = ((time(9), time(17)),)


@pytest.fixture
def settings(sqlite_url, tmp_path):
    return make.settings(tmp_path, sqlite_url)


def at(hour, minute=0, day=THURSDAY):
    return make.at(day, hour, minute)


def offer(now, **wish):
    return availability.offer(make.wish(**wish), now=now.now())


def times(offered, day=THURSDAY):
    starts = (slot.window.start.astimezone(zone()) for slot in offered.on(day))
    return [start.strftime("%H:%M") for start in starts]


def book(start, now, **changes):
    wish = make.wish(**changes.pop("wish", {}))
    choice = make.choice(start, wish=wish)
    return appointments.book(choice, make.person(**changes), now=now.now()).appointment


def change_type(slug="office", **facts):
    with write_session() as session:
        row = session.query(ConsultationType).filter_by(slug=slug).one()
        for name, value in facts.items():
            setattr(row, name, value)


def test_times_lie_in_the_opening_hours_on_the_quarter_hour(office, now):
    assert times(offer(now)) == [
        *("09:00", "09:15", "09:30", "09:45", "10:00"),
        *("10:15", "10:30", "10:45", "11:00", "11:15"),
    ]
    assert times(offer(now), date(2027, 3, 6)) == []
    change_type(raster=30)
    assert times(offer(now))[:2] == ["09:00", "09:30"]


def test_nothing_is_offered_within_a_day_or_beyond_six_weeks(office, now):
    days = [one.day for one in offer(now).days]
    assert (days[0], days[-1]) == (date(2027, 3, 2), date(2027, 4, 9))
    now.moment = at(10, day=date(2027, 3, 1))
    assert times(offer(now), date(2027, 3, 2))[0] == "10:00"


def test_nobody_works_on_a_holiday_of_baden_wuerttemberg(office, now):
    days = {one.day for one in offer(now).days}
    assert not {date(2027, 3, 26), date(2027, 3, 29)} & days  # Karfreitag, Ostermontag
    assert {date(2027, 3, 25), date(2027, 3, 30)} <= days


def test_a_closed_office_and_an_absent_counsellor_offer_nothing(office, now):
    make.closed(at(0), at(10))
    make.absent(office.counsellor, at(11), at(12))
    assert times(offer(now)) == ["10:00", "10:15"]
    make.absent(office.counsellor, at(0, day=FRIDAY), at(23, day=FRIDAY))
    assert times(offer(now), FRIDAY) == []


def test_the_buffer_around_a_talk_is_nobodys_time(office, now):
    book(at(10), now)
    assert times(offer(now)) == ["09:00", "11:00", "11:15"]
    change_type(buffer_before=15)
    assert times(offer(now)) == ["09:00", "11:15"]


def test_only_who_speaks_the_language_is_offered(office, now):
    turkish = make.counsellor(languages=("de", "tr"), hours=((time(14), time(16)),))
    found = offer(now, language="tr")
    assert (times(found)[0], found.interpreted) == ("14:00", False)
    assert {who for slot in found.slots for who in slot.counsellors} == {turkish}
    assert times(offer(now, language="ar"))[-1] == "11:15"


def test_where_nobody_speaks_the_language_an_interpreter_gets_more_time(office, now):
    found = offer(now, language="ti")
    assert (found.interpreted, times(found)[-1]) == (True, "11:00")
    assert next(found.slots).window.length == timedelta(minutes=60)
    wished = offer(now, language="ar", interpreter=True)
    assert next(wished.slots).window.length == timedelta(minutes=60)
    row = book(at(9), now, wish={"language": "ti"})
    assert (row.interpreter_wanted, row.window.length) == (True, timedelta(minutes=60))


def test_nobody_sees_more_people_a_day_than_she_can(app, now):
    make.office()
    strong = make.counsellor(languages=("fr",), daily_maximum=2)
    for hour in (9, 10):
        assert book(at(hour), now, wish={"language": "fr"}).counsellor_id == strong
    assert times(offer(now, language="fr")) == []
    assert times(offer(now, language="fr"), FRIDAY)
    with pytest.raises(SlotTaken):
        book(at(11), now, wish={"language": "fr"})


def test_who_works_all_day_rests_for_half_an_hour_at_noon(app, now):
    make.office()
    make.counsellor(languages=("fr",), hours=WHOLE_DAY)
    for hour in (11, 12):
        book(at(hour, 30), now, wish={"language": "fr"})
    left = times(offer(now, language="fr"))
    assert not {"13:00", "13:15", "13:30", "13:45"} & set(left)
    assert "14:00" in left


def test_a_type_nobody_may_book_is_not_offered(office, now):
    change_type("phone", bookable_by="staff")
    with pytest.raises(NothingOffered):
        offer(now, place=Place.PHONE)
    assert availability.places() == [Place.OFFICE, Place.HOME]
    change_type("office", active=False)
    change_type("home", active=False)
    assert availability.places() == []


def test_who_left_the_office_is_offered_no_more(office, now):
    with write_session() as session:
        session.query(StaffMember).one().disabled_at = now.now()
    assert list(offer(now).slots) == []
    with pytest.raises(SlotTaken):
        book(at(9), now)


def test_ones_own_appointment_is_not_in_the_way_of_moving_it(office, now):
    row = book(at(10), now)
    wish = make.wish()
    moving = availability.offer(wish, now=now.now(), excluding=row.id)
    assert "10:15" in times(moving)
    assert "10:00" not in times(moving.without(at(10)))


def test_the_clock_jumps_forward_and_an_hour_is_not_there(app, now):
    make.office()
    make.counsellor(languages=("fr",), weekdays=[6], hours=((time(1), time(4)),))
    sunday = date(2027, 3, 28)
    expected = ["01:00", "01:15", "01:30", "01:45", "03:00", "03:15"]
    assert times(offer(now, language="fr"), sunday) == expected
    row = book(make.at(sunday, 1, 30), now, wish={"language": "fr"})
    assert row.ends_at == datetime(2027, 3, 28, 1, 15, tzinfo=UTC)


def test_the_clock_goes_back_and_half_past_two_is_there_twice(app, now):
    now.moment = datetime(2027, 10, 20, 7, tzinfo=UTC)
    make.office()
    make.counsellor(languages=("fr",), weekdays=[6], hours=((time(1), time(4)),))
    sunday = date(2027, 10, 31)
    found = offer(now, language="fr")
    assert len(times(found, sunday)) == 14
    assert times(found, sunday).count("02:30") == 2
    twice = [
        slot.window.start
        for slot in found.on(sunday)
        if slot.window.start.astimezone(zone()).strftime("%H:%M") == "02:30"
    ]
    rows = [book(start, now, wish={"language": "fr"}) for start in twice]
    assert rows[1].starts_at - rows[0].starts_at == timedelta(hours=1)


# --- Who takes it? -----------------------------------------------------------


def order(start, now, **wish):
    return look.look_at(make.wish(**wish), start, now=now.now()).counsellors


def test_the_first_hired_comes_first_when_all_else_is_equal(office, now):
    second = make.counsellor()
    assert order(at(9), now) == (office.counsellor, second)


def test_who_speaks_the_language_comes_before_who_has_more_time(office, now):
    speaks = make.counsellor(languages=("de", "tr"))
    for hour in (9, 10):
        assert book(at(hour), now, wish={"language": "tr"}).counsellor_id == speaks
    wish = {"language": "tr", "interpreter": True}
    assert order(at(9, day=FRIDAY), now, **wish) == (speaks, office.counsellor)


def test_a_part_timer_is_not_overloaded(office, now):
    """One talk fills half of her week, but a fifteenth of her colleague's."""
    part_timer = make.counsellor(weekdays=[3], hours=((time(9), time(11)),))
    book(at(9), now)
    first = db.session.query(StaffMember).order_by(StaffMember.id).first().id
    assert first == office.counsellor
    assert order(at(10), now) == (part_timer, office.counsellor)
    book(at(10), now)
    book(at(9, day=date(2027, 3, 2)), now)
    third = make.counsellor(weekdays=[3], hours=((time(9), time(12)),))
    assert order(at(11), now)[0] == third


def test_somebody_on_holiday_all_week_counts_as_full(office, now):
    second = make.counsellor()
    for day in (2, 3, 5):
        make.absent(
            second, at(0, day=date(2027, 3, day)), at(23, day=date(2027, 3, day))
        )
    book(at(9), now)
    assert order(at(10), now) == (second, office.counsellor)


# --- How much work is it? ----------------------------------------------------


def test_more_people_days_and_appointments_cost_no_more_queries(office, now):
    few = statements_of(lambda: list(offer(now).slots))
    for number in range(4):
        make.counsellor(languages=("de", "fr", "ar", "en")[: number + 1])
    for hour in (9, 10, 11):
        book(at(hour), now)
        book(at(hour), now)
    change_type(horizon=120)
    db.session.rollback()
    many = statements_of(lambda: list(offer(now).slots))
    assert len(many) == len(few) <= 10


def test_looking_never_changes_anything(office, now):
    statements = statements_of(lambda: list(offer(now).slots))
    assert statements
    assert all(one.startswith("SELECT") for one in statements)
