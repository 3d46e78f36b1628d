"""What does a counsellor's calendar app see, and when is it told to look again?"""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from icalendar import Calendar

from booking.models import (
    FeedLevel,
    FeedVersion,
    Place,
    StaffMember,
    Status,
    Subscription,
    db,
)
from booking.services import (
    appointments,
    feed_files,
    feed_levels,
    feed_polls,
    feed_rows,
    feeds,
    holds,
)
from booking.services.claim import SlotTaken
from booking.services.feed_polls import UnknownFeed, feed_for
from booking.services.feeds import AmbiguousSubscription, UnknownSubscription
from booking.services.office import decide
from booking.services.writing import write_session
from tests import make
from tests.services.marked import SECRETS, at, published, taken


@pytest.fixture
def token(office, now):
    return feeds.subscribe(office.counsellor, "Telefon", now=now.now())


def book(hour, now, **changes):
    way = appointments.book(make.choice(at(hour)), make.person(**changes), now=now())
    return way.appointment


def body(token, now):
    db.session.rollback()
    return feed_files.written(feed_for(token, now=now.now()))


def events(token, now):
    return Calendar.from_ical(body(token, now)).walk("VEVENT")


def tag(token, now):
    db.session.rollback()
    return feed_for(token, now=now.now()).tag


def versions():
    db.session.rollback()
    return {row.staff_id: row.version for row in db.session.query(FeedVersion)}


# --- What is seen ------------------------------------------------------------


def test_a_booking_is_seen_with_its_time_and_place_and_nothing_of_the_client(
    token, now
):
    booked = book(
        9,
        now.now,
        name="Canaria",
        email="canaria@example.org",
        phone="0151 5550199",
        address="Kanarienweg 7",
    )
    (event,) = events(token, now)
    assert (event["dtstart"].dt, event["dtend"].dt) == (
        booked.starts_at,
        booked.ends_at,
    )
    assert str(event["uid"]) == str(booked.uuid)
    assert str(event["location"]).startswith("Bürgerhaus, ")
    link = f"https://termine.example.org/staff/appointments/{booked.uuid}"
    assert str(event["url"]) == str(event["description"]) == link
    assert booked.uuid.hex[:5].upper() in event["summary"]
    assert not [
        one for one in SECRETS if one.lower() in body(token, now).decode().lower()
    ]


def test_a_calendar_bears_its_counsellors_short_name(token, now):
    calendar = Calendar.from_ical(body(token, now))
    assert calendar["name"] == calendar["x-wr-calname"] == "A. Sommer"
    assert calendar["x-wr-timezone"] == "Europe/Berlin"


def test_a_talk_by_phone_takes_place_nowhere(token, office, now):
    taken(office.counsellor, at(9), Place.PHONE)
    (event,) = events(token, now)
    assert "location" not in event


def test_what_has_been_stays_and_what_was_given_up_or_only_held_is_not_seen(
    token, office, now
):
    for hour, status in enumerate(Status, start=8):
        taken(office.counsellor, at(hour), status=status)
    seen = [event["dtstart"].dt.hour + 1 for event in events(token, now)]
    shown = (Status.BOOKED, Status.MET, Status.MISSED)
    assert seen == [hour for hour, one in enumerate(Status, start=8) if one in shown]


def test_nobody_sees_a_colleagues_appointments(token, now):
    taken(make.counsellor(), at(9))
    assert events(token, now) == []


def test_two_months_back_and_a_year_ahead_can_be_seen(token, office, now):
    today = date(2027, 3, 1)
    for days in (-61, -60, 365, 366):
        taken(office.counsellor, make.at(today + timedelta(days=days), 12))
    seen = [(event["dtstart"].dt.date() - today).days for event in events(token, now)]
    assert seen == [-60, 365]


def test_the_same_is_seen_all_day_long(token, office, now):
    """The tag names the day, so the window must not slide within it."""
    for days in (-61, -60, 365, 366):
        day = date(2027, 3, 1) + timedelta(days=days)
        for hour in (7, 12, 23):
            taken(office.counsellor, make.at(day, hour), changed_at=now.now())
    seen = body(token, now)
    now.move(hours=14)
    assert body(token, now) == seen
    now.move(hours=4)
    assert body(token, now) != seen


def test_the_nearest_two_thousand_are_enough(token, office, now, monkeypatch):
    assert feed_rows.MOST_EVENTS == 2_000
    monkeypatch.setattr(feed_rows, "MOST_EVENTS", 2)
    for hour in (10, 9, 11):
        taken(office.counsellor, at(hour))
    assert [event["dtstart"].dt for event in events(token, now)] == [at(9), at(10)]


# --- Home visits -------------------------------------------------------------


def test_visits_are_numbered_and_show_their_town_alone(token, office, now):
    published(office.counsellor, 3)
    found = events(token, now)
    assert [next(w for w in e["summary"].split() if "/" in w) for e in found] == [
        *("1/3", "2/3", "3/3")
    ]
    assert {str(event["location"]) for event in found} == {"Eislingen"}
    assert {str(e["x-microsoft-cdo-busystatus"]) for e in found} == {"OOF"}
    assert not [one for one in SECRETS if one in body(token, now).decode()]


def test_when_a_visit_is_given_up_the_others_move_up(token, office, now):
    _, second, third = published(office.counsellor, 3)
    before = tag(token, now)
    appointments.cancel(second, now=now.now())
    found = events(token, now)
    assert ["1/2" in found[0]["summary"], "2/2" in found[1]["summary"]] == [True, True]
    assert str(found[1]["uid"]) == str(third)
    assert tag(token, now) != before


def test_a_visit_outside_of_any_route_is_a_visit_all_the_same(token, office, now):
    taken(office.counsellor, at(9), Place.HOME, address="Kanarienweg 7")
    (event,) = events(token, now)
    assert "/" not in event["summary"]
    assert "location" not in event


# --- How much is told --------------------------------------------------------


def test_who_wants_to_be_shown_as_busy_tells_nothing_else(office, now):
    token = feeds.subscribe(
        office.counsellor, "Familie", now=now.now(), level=FeedLevel.BUSY
    )
    published(office.counsellor, 1)
    (event,) = events(token, now)
    assert event["dtstart"].dt == at(9)
    assert {"location", "url", "description", "categories"}.isdisjoint(
        name.lower() for name in event
    )
    assert "1/1" not in event["summary"]


def test_names_and_streets_leave_the_house_only_while_the_office_allows_it(office, now):
    token = feeds.subscribe(
        office.counsellor, "Dienstgerät", now=now.now(), level=FeedLevel.FULL
    )
    published(office.counsellor, 1)
    assert not [one for one in SECRETS if one in body(token, now).decode()]
    before = tag(token, now)
    allow(now, wanted=True)
    (event,) = events(token, now)
    assert "Canaria" in event["summary"]
    assert str(event["location"]) == "Kanarienweg 7, 73054 Eislingen"
    assert tag(token, now) != before
    allow(now, wanted=False)
    assert not [one for one in SECRETS if one in body(token, now).decode()]
    assert tag(token, now) == before


def allow(now, *, wanted):
    with write_session() as session:
        decide(session, now=now.now(), **{feed_levels.FULL_ALLOWED: wanted})


# --- When an app is told to look again ---------------------------------------


def test_every_deed_that_calendars_show_raises_the_version(token, office, now):
    assert versions() == {}
    booked = book(9, now.now)
    assert versions() == {office.counsellor: 1}
    appointments.move(booked.uuid, at(10), now=now.now())
    assert versions() == {office.counsellor: 2}
    appointments.cancel(booked.uuid, now=now.now())
    appointments.cancel(booked.uuid, now=now.now())
    assert versions() == {office.counsellor: 3}


def test_a_hold_is_nobodys_business(token, now):
    before = tag(token, now)
    holds.hold(make.choice(at(9)), network=b"a", now=now.now())
    assert (events(token, now), tag(token, now)) == ([], before)


def test_a_moved_appointment_is_the_same_at_another_time(token, now):
    booked = book(9, now.now)
    now.move(minutes=5)
    appointments.move(booked.uuid, at(10), now=now.now())
    (event,) = events(token, now)
    assert (event["dtstart"].dt, event["sequence"]) == (at(10), 1)
    assert str(event["uid"]) == str(booked.uuid)
    assert event["dtstamp"].dt == event["last-modified"].dt == now.now()


def test_moved_to_a_colleague_it_changes_both_calendars(office, now):
    book(9, now.now)  # so that the second talk at nine goes to somebody else
    second = make.counsellor(hours=((make.time(9), make.time(10)),))
    moved = book(9, now.now)
    assert moved.counsellor_id == second
    before = versions()
    appointments.move(moved.uuid, at(11), now=now.now())
    assert versions() == {one: number + 1 for one, number in before.items()}


def test_a_deed_that_fails_leaves_the_version_as_it_was(office, now):
    with pytest.raises(SlotTaken):
        _bump_and_fail(office.counsellor, now.now())
    assert versions() == {}


def _bump_and_fail(counsellor, moment):
    with write_session() as session:
        feeds.bump(session, [counsellor], at=moment)
        raise SlotTaken


def test_each_counsellor_is_counted_once_a_deed(office, now):
    with write_session() as session:
        feeds.bump(session, [office.counsellor, office.counsellor], at=now.now())
        feeds.bump(session, [], at=now.now())
    assert versions() == {office.counsellor: 1}


def test_midnight_in_the_offices_zone_makes_a_feed_new(token, now):
    before = feed_for(token, now=now.now())
    assert before.modified_at <= now.now()
    now.move(hours=15, minutes=59)  # 23:59 in Göppingen
    assert feed_for(token, now=now.now()) == before
    now.move(minutes=1)
    after = feed_for(token, now=now.now())
    assert after.tag != before.tag
    assert after.modified_at == now.now()


# --- Who may read ------------------------------------------------------------


def test_the_secret_itself_is_not_stored(token):
    row = db.session.query(Subscription).one()
    assert len(row.token_hash) == 32
    assert token.encode() not in row.token_hash
    assert len(token) == 43, "32 random bytes"
    assert (row.label, row.level, row.last_used_on) == ("Telefon", "place", None)


@pytest.mark.parametrize("wrong", ["", "x", "\x00", "\ud800", "ä" * 43, "a" * 43])
def test_who_guesses_learns_nothing(token, wrong, now):
    with pytest.raises(UnknownFeed):
        feed_for(wrong, now=now.now())


def test_a_revoked_device_reads_no_more_and_the_other_goes_on(token, office, now):
    other = feeds.subscribe(office.counsellor, "Tablet", now=now.now())
    tablet, phone = feeds.subscriptions_of(office.counsellor)
    feeds.revoke(phone.uuid, now=now.now(), staff=office.counsellor)
    with pytest.raises(UnknownFeed):
        feed_for(token, now=now.now())
    assert feed_for(other, now=now.now())
    labels = [one.label for one in feeds.subscriptions_of(office.counsellor)]
    assert labels == ["Tablet", "Telefon"]
    feeds.revoke(tablet.uuid, now=now.now(), staff=None)
    feeds.revoke(tablet.uuid, now=now.move(days=1), staff=None)
    db.session.rollback()
    ended = {one.revoked_at for one in feeds.subscriptions_of(office.counsellor)}
    assert ended == {now.now() - timedelta(days=1)}, "closed twice is no mistake"


def test_nobody_closes_a_colleagues_feed(token, now):
    (mine,) = feeds.everybodys()
    for number, staff in ((mine.uuid, make.counsellor()), (uuid4(), None)):
        with pytest.raises(UnknownSubscription):
            feeds.revoke(number, now=now.now(), staff=staff)
    assert feed_for(token, now=now.now())


def test_a_few_signs_of_a_number_name_a_feed_if_no_other_begins_so(token, office, now):
    (mine,) = feeds.everybodys()
    number = str(mine.uuid)
    for signs in (number, number.upper(), number[:9], mine.uuid.hex):
        assert feeds.beginning_with(signs).uuid == mine.uuid
    for signs in ("", "-", "xyz"):
        with pytest.raises(UnknownSubscription):
            feeds.beginning_with(signs)
    first = mine.uuid.hex[0]
    while len([one for one in feeds.everybodys() if one.uuid.hex[0] == first]) == 1:
        feeds.subscribe(office.counsellor, "noch eins", now=now.now())
    with pytest.raises(AmbiguousSubscription):
        feeds.beginning_with(first)


def test_the_feed_of_somebody_who_left_is_closed(token, office, now):
    with write_session() as session:
        session.get(StaffMember, office.counsellor).disabled_at = now.now()
    with pytest.raises(UnknownFeed):
        feed_for(token, now=now.now())


def test_the_day_of_its_last_use_is_written_once_a_day(token, now, monkeypatch):
    remembered = []
    remember = feed_polls._remember_the_day
    monkeypatch.setattr(
        feed_polls,
        "_remember_the_day",
        lambda row, day: remembered.append(day) or remember(row, day),
    )
    for _ in range(3):
        db.session.rollback()
        feed_for(token, now=now.move(hours=6))
    # Monday at 13, 19 and 1 o'clock UTC.
    assert remembered == [date(2027, 3, 1), date(2027, 3, 2)]
    db.session.rollback()
    assert db.session.query(Subscription.last_used_on).scalar() == date(2027, 3, 2)
