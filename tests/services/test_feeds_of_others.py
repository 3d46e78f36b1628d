"""What do an interpreter and a coordinator see in theirs, and never of any client?"""

from datetime import timedelta
from itertools import product

import pytest
from icalendar import Calendar
from sqlalchemy.exc import IntegrityError

from booking.languages import gettext, language_of_code, speaking
from booking.models import (
    Appointment,
    FeedLevel,
    FeedScope,
    FeedVersion,
    Interpreter,
    InterpreterKind,
    InterpreterRequest,
    Place,
    Role,
    StaffMember,
    StaffRole,
    Subscription,
    Topic,
    db,
)
from booking.services import (
    appointments,
    choosing_interpreters,
    desk,
    feed_files,
    feed_levels,
    feeds,
    interpreter_list,
    interpreters,
)
from booking.services.feed_polls import UnknownFeed, feed_for
from booking.services.feeds import UnknownSubscription
from booking.services.interpreters import Answer
from booking.services.writing import write_session
from tests import make
from tests.services.marked import THURSDAY, at, mark, published, secrets_in, taken


@pytest.fixture
def saba(office):
    return make.interpreter_named(name="Saba Muster", lead_hours=0)


@pytest.fixture
def hers(saba, now):
    return make.interpreters_feed(saba)


@pytest.fixture
def coordinator(office):
    return make.staff_member(Role.COORDINATOR)


@pytest.fixture
def routes(coordinator, now):
    return subscribed(coordinator, now, shows=FeedScope.ROUTES)


def subscribed(staff, now, **facts):
    return feeds.subscribe(staff, "Telefon", now=now.now(), **facts)


def body(token, now):
    db.session.rollback()
    return feed_files.written(feed_for(token, now=now.now()))


def events(token, now):
    return Calendar.from_ical(body(token, now)).walk("VEVENT")


def german(text, **values):
    with speaking(language_of_code("de")):
        return gettext(text, **values)


def tag(token, now):
    db.session.rollback()
    return feed_for(token, now=now.now()).tag


def asked(saba, now, hour=9):
    """Book a talk in Arabic with somebody marked, for which Saba is asked."""
    wish = make.wish(language="ar", interpreter=True)
    person = make.person(name="Canaria", email="canaria@x.org", address="Kanarienweg 7")
    way = appointments.book(make.choice(at(hour), wish=wish), person, now=now.now())
    assert way.appointment.interpreter_id == saba
    return way.appointment


def request_of(row):
    db.session.rollback()
    query = db.session.query(InterpreterRequest).filter_by(appointment_id=row.id)
    return query.order_by(InterpreterRequest.id.desc()).first()


def answer(row, said, now):
    interpreters.answer(request_of(row).token, said, now=now.now())


# --- An interpreter ------------------------------------------------------------


def test_an_interpreter_sees_when_where_and_in_which_language(saba, hers, now):
    row = asked(saba, now)
    (event,) = events(hers, now)
    assert (event["dtstart"].dt, event["dtend"].dt) == (row.starts_at, row.ends_at)
    what = german("Interpreting %(language)s", language="Arabisch")
    assert str(event["summary"]) == f"{what} {row.uuid.hex[:5].upper()}"
    assert str(event["location"]) == "Bürgerhaus, Kirchstraße 11, 73033 Göppingen"
    assert {"url", "description"}.isdisjoint(name.lower() for name in event)
    calendar = Calendar.from_ical(body(hers, now))
    assert calendar["name"] == "S. Muster"


def test_until_she_has_said_yes_it_is_not_settled(saba, hers, now):
    row = asked(saba, now)
    (event,) = events(hers, now)
    assert event["status"] == "TENTATIVE"
    first, asked_at = event["sequence"], event["dtstamp"].dt
    now.move(minutes=5)
    answer(row, Answer.YES, now)
    (event,) = events(hers, now)
    assert event["status"] == "CONFIRMED"
    assert event["sequence"] > first, "Outlook and Google take updates only then"
    assert event["dtstamp"].dt == asked_at + timedelta(minutes=5)


def test_a_moved_talk_is_the_same_at_another_time_and_open_again(saba, hers, now):
    row = asked(saba, now)
    answer(row, Answer.YES, now)
    (before,) = events(hers, now)
    appointments.move(row.uuid, at(11), now=now.now())
    (after,) = events(hers, now)
    assert (after["uid"], after["status"]) == (before["uid"], "TENTATIVE")
    assert after["dtstart"].dt == at(11)
    assert after["sequence"] > before["sequence"]


@pytest.mark.parametrize("deed", ["cancelled", "declined", "somebody else"])
def test_what_she_need_not_come_to_leaves_her_calendar(saba, hers, now, deed):
    row = asked(saba, now)
    before = tag(hers, now)
    if deed == "cancelled":
        appointments.cancel(row.uuid, now=now.now())
    elif deed == "declined":
        answer(row, Answer.NO, now)
    else:
        other = db.session.get(Interpreter, make.interpreter_named(name="Hodan Probe"))
        person = make.signed_in(row.counsellor_id)
        choosing_interpreters.ask_by_hand(person, row.uuid, other.uuid, now=now.now())
        (event,) = events(make.interpreters_feed(other.id), now)
        assert event["dtstart"].dt == at(9)
    assert events(hers, now) == []
    assert tag(hers, now) != before


@pytest.mark.parametrize(
    ("kind", "place", "words"),
    [
        (InterpreterKind.PHONE, Place.OFFICE, "On the phone"),
        (InterpreterKind.VIDEO, Place.OFFICE, "By video"),
        (InterpreterKind.ON_SITE, Place.PHONE, "On the phone"),
    ],
)
def test_she_reads_how_she_joins(office, now, kind, place, words):
    saba = make.interpreter_named(kind=kind)
    taken(office.counsellor, at(9), place, interpreter_id=saba, language="other")
    (event,) = events(make.interpreters_feed(saba), now)
    assert str(event["location"]) == german(words)
    _what, reference = str(event["summary"]).split()
    assert len(reference) == 5, "of a language without a name nothing is said"


def test_when_she_joins_in_another_way_her_calendar_says_so(saba, hers, now):
    asked(saba, now)
    before = body(hers, now)
    row = interpreter_list.found(db.session.get(Interpreter, saba).uuid)
    facts = interpreter_list.InterpreterFacts(
        name=row.name, kind=InterpreterKind.PHONE, languages=row.languages
    )
    interpreter_list.change(row.uuid, facts, by=1, now=now.now())
    assert body(hers, now) != before
    assert german("On the phone") in body(hers, now).decode()


def test_at_a_home_she_reads_the_town_alone(office, saba, hers, now):
    (visit,) = published(office.counsellor, 1)
    with write_session() as session:
        row = session.query(Appointment).filter_by(uuid=visit).one()
        row.interpreter_id, row.language = saba, "ar"
    (event,) = events(hers, now)
    assert str(event["location"]) == "Eislingen"
    assert event["x-microsoft-cdo-busystatus"] == "OOF"


def test_she_sees_no_colleagues_talks_and_no_counsellors(office, saba, hers, now):
    taken(office.counsellor, at(9))
    taken(office.counsellor, at(10), interpreter_id=make.interpreter_named())
    assert events(hers, now) == []


def versions():
    db.session.rollback()
    rows = db.session.query(FeedVersion)
    return {(row.staff_id, row.interpreter_id): row.version for row in rows}


def raised(before):
    after = versions()
    return {one for one in after if after[one] > before.get(one, 0)}


def test_every_deed_that_her_calendar_shows_raises_its_version(office, saba, now):
    counsellor, interpreter = (office.counsellor, None), (None, saba)
    before = versions()
    row = asked(saba, now)
    assert raised(before) == {counsellor, interpreter}
    for deed, changed in (
        (lambda: answer(row, Answer.YES, now), {interpreter}),
        (
            lambda: appointments.move(row.uuid, at(11), now=now.now()),
            {counsellor, interpreter},
        ),
        (
            lambda: appointments.cancel(row.uuid, now=now.now()),
            {counsellor, interpreter},
        ),
    ):
        before = versions()
        deed()
        assert raised(before) == changed
    before = versions()
    make_other(now)
    assert raised(before) == {counsellor}, "a talk that she has no part in"


def make_other(now):
    appointments.book(make.choice(at(10)), make.person(), now=now.now())


def test_what_became_of_a_talk_is_told_to_her_calendar_too(office, saba, hers, now):
    row = asked(saba, now)
    now.move(days=3, hours=4)
    before = versions()
    desk.record(make.signed_in(office.counsellor), row.uuid, "met", now=now.now())
    assert raised(before) == {(office.counsellor, None), (None, saba)}
    assert len(events(hers, now)) == 1


def test_an_interpreter_never_gets_names_whoever_writes_that_into_the_database(saba):
    with pytest.raises(IntegrityError), write_session() as session:
        session.add(
            Subscription(
                interpreter_id=saba,
                label="x",
                level=FeedLevel.FULL,
                token_hash=b"x",
                created_at=at(8),
            )
        )


def test_the_office_closes_an_interpreters_feed_and_only_hers(saba, hers, now):
    (row,) = feeds.open_ones_of(db.session.get(Interpreter, saba).uuid)
    other = db.session.get(Interpreter, make.interpreter_named()).uuid
    with pytest.raises(UnknownSubscription):
        feeds.revoke_interpreters(row.uuid, other, by=1, now=now.now())
    own = db.session.get(Interpreter, saba).uuid
    feeds.revoke_interpreters(row.uuid, own, by=1, now=now.now())
    with pytest.raises(UnknownFeed):
        feed_for(hers, now=now.now())
    assert feeds.open_ones_of(own) == []


def test_nobody_makes_a_feed_for_an_interpreter_who_is_not_there(office, now):
    with pytest.raises(UnknownSubscription):
        feeds.subscribe_interpreter(office_uuid(office), "x", by=1, now=now.now())


def office_uuid(office):
    return db.session.get(StaffMember, office.counsellor).uuid


# --- A coordinator -------------------------------------------------------------


def test_a_coordinator_sees_who_is_where_on_which_visit(office, routes, now):
    published(office.counsellor, 2)
    taken(office.counsellor, at(15))  # at the office: nothing of hers to see
    first, second = events(routes, now)
    assert str(first["summary"]).startswith("A. Sommer: Hausbesuch 1/2 ")
    assert str(second["location"]) == "Eislingen"
    assert str(first["url"]).endswith(f"/staff/routes/{THURSDAY}")
    calendar = Calendar.from_ical(body(routes, now))
    assert calendar["name"] == german("All routes")


def test_other_peoples_visits_take_none_of_her_own_time(office, routes, now):
    published(office.counsellor, 1)
    (event,) = events(routes, now)
    assert event["transp"] == "TRANSPARENT"
    assert event["x-microsoft-cdo-busystatus"] == "FREE"


def test_all_counsellors_routes_are_hers_and_drafts_are_not(office, routes, now):
    other = make.counsellor()
    for one in (office.counsellor, other):
        published(one, 1)
    assert len(events(routes, now)) == 2
    with write_session() as session:
        for route in session.query(Appointment).filter_by(counsellor_id=other):
            route.status = "cancelled"
        feeds.bump(session, [other], at=now.now())
    assert len(events(routes, now)) == 1


def test_whatever_changes_a_visit_changes_the_routes(office, routes, now):
    first, _second = published(office.counsellor, 2)
    before = tag(routes, now)
    appointments.cancel(first, now=now.now())
    assert tag(routes, now) != before
    (event,) = events(routes, now)
    assert "1/1" in str(event["summary"])


def test_two_coordinators_read_the_same_file(office, coordinator, routes, now):
    other = subscribed(make.staff_member(Role.COORDINATOR), now, shows=FeedScope.ROUTES)
    assert tag(routes, now) == tag(other, now)


def test_who_coordinates_no_more_sees_no_more(coordinator, routes, now):
    own = subscribed(coordinator, now)
    with write_session() as session:
        session.query(StaffRole).filter_by(staff_id=coordinator).delete()
    with pytest.raises(UnknownFeed):
        feed_for(routes, now=now.now())
    assert feed_for(own, now=now.now())


# --- Of no client anything -----------------------------------------------------


def test_no_clients_name_street_phone_or_topic_is_in_any_feed_below_full_detail(
    office, coordinator, saba, now
):
    published(office.counsellor, 2)
    for hour, place in ((12, Place.OFFICE), (13, Place.PHONE), (14, Place.HOME)):
        taken(office.counsellor, at(hour), place, interpreter_id=saba)
    with write_session() as session:
        for row in session.query(Appointment):
            mark(row)
            row.address, row.topic = "Kanarienweg 7", Topic.HEALTH
            row.interpreter_id = saba
    every = [
        *(subscribed(office.counsellor, now, level=level) for level in FeedLevel),
        *(
            subscribed(coordinator, now, level=level, shows=FeedScope.ROUTES)
            for level in (FeedLevel.BUSY, FeedLevel.PLACE)
        ),
        make.interpreters_feed(saba),
    ]
    for place, full in product((True, False), (True, False)):
        allowed = {FeedLevel.PLACE: place, FeedLevel.FULL: full}
        feed_levels.save([one for one in allowed if allowed[one]], by=1, now=now.now())
        for token in every:
            told = body(token, now)
            feed = feed_for(token, now=now.now())
            assert told.count(b"BEGIN:VEVENT") >= 2
            if feed.reader.level is FeedLevel.FULL:
                assert full
                assert secrets_in(told) == ["Canaria", "Kanarienweg"]
                continue
            assert secrets_in(told) == [], (feed, told.decode())
            assert (b"Eislingen" in told) == (feed.reader.level == FeedLevel.PLACE)
