"""Whom could a counsellor visit now who stands at a closed door? And does it fit?"""

from datetime import datetime, time, timedelta
from itertools import pairwise
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.models import (
    Appointment,
    Letter,
    LetterKind,
    PartOfDay,
    Reach,
    Status,
    Stop,
    VisitRequest,
    VisitState,
    db,
)
from booking.scheduling import TimeWindow
from booking.services import driving, near
from booking.services.driving import Mark, NotHerStop
from booking.services.near import AT_THE_DOOR, NEAR, NobodyFitsNow
from booking.services.office import PARTS_OF_DAY
from booking.services.writing import write_session
from tests import make
from tests.services import visiting
from tests.services.visiting import ALL_DAY, TUESDAY, WEDNESDAY, published

BERLIN = ZoneInfo("Europe/Berlin")
CAN_BE_CALLED = {"reach": Reach.CALL, "phone": "+49 7161 4711"}


@pytest.fixture
def her(office, now):
    """Who drives to two homes this Tuesday."""
    visiting.town(now)
    only = make.counsellor(hours=ALL_DAY)
    for number in (2, 5):
        visiting.wish(now, number, person=CAN_BE_CALLED)
    published(now, [only])
    return only


@pytest.fixture
def at_a_closed_door(her, now):
    """She stands at her first door, and nobody has opened."""
    first = stops()[0]
    now.moment = first.starts_at + timedelta(minutes=10)
    driving.mark(make.signed_in(her), first.uuid, Mark.NOBODY_OPENED, now=now.now())
    return first.uuid


def stops():
    db.session.rollback()
    return db.session.query(Stop).order_by(Stop.position).all()


def wished(now, number=3, **changes):
    person = changes.pop("person", {})
    way = visiting.wish(now, number, person=CAN_BE_CALLED | person, **changes)
    return way.request.uuid


def short(wish, **facts):
    with write_session() as session:
        row = session.query(VisitRequest).filter_by(uuid=wish).one()
        for name, value in ({"minutes": 15} | facts).items():
            setattr(row, name, value)
        row.point = row.point or (48.7055, 9.66)
    return wish


def found(her, stop, now):
    return {one.wish for one in near.near(make.signed_in(her), stop, now=now.now())}


def test_who_wishes_a_visit_and_lives_round_the_corner_is_shown(
    her, at_a_closed_door, now
):
    wish = short(wished(now))
    (one,) = near.near(make.signed_in(her), at_a_closed_door, now=now.now())
    assert (one.wish, one.phone) == (wish, "+49 7161 4711")
    assert one.way <= NEAR
    assert one.window.start == now.now() + one.way + AT_THE_DOOR


@pytest.mark.parametrize(
    "unfit",
    [
        {"minutes": 480},
        {"weekdays": [2]},
        {"parts_of_day": ["afternoon"]},
        {"from_day": WEDNESDAY},
        {"set_aside_until": WEDNESDAY},
        {"language": "so"},
        {"interpreter_wanted": True},
        {"crew": 2},
        {"reach": "none"},
        {"phone": ""},
        {"point": (48.9, 9.66)},
        {"state": "withdrawn"},
    ],
)
def test_who_cannot_be_visited_now_is_not_shown(her, at_a_closed_door, now, unfit):
    short(wished(now), **unfit)
    assert found(her, at_a_closed_door, now) == set()


def test_who_does_not_want_her_is_not_shown(her, at_a_closed_door, now):
    short(wished(now), excluded_counsellor_id=her)
    assert found(her, at_a_closed_door, now) == set()


def test_she_goes_there_and_is_still_in_time_at_her_next_door(
    her, at_a_closed_door, now
):
    wish = short(wished(now))
    near.go(make.signed_in(her), at_a_closed_door, wish, now=now.now())
    closed, added, following = stops()
    assert added.visit_request.uuid == wish
    assert added.visit_request.state == VisitState.PUBLISHED
    assert closed.ends_at <= added.leaves_for_at <= added.arrives_at
    assert added.ends_at <= following.arrives_at <= following.starts_at
    row = added.appointment
    assert (row.status, row.window) == (Status.BOOKED, added.window)
    busy = sorted(
        (one.busy_from, one.busy_until) for one in db.session.query(Appointment)
    )
    assert all(one[1] <= other[0] for one, other in pairwise(busy))
    about = db.session.query(Letter).filter_by(appointment_id=row.id)
    assert about.count() == 0, "she was called"


def test_her_calendars_learn_of_all_that_the_new_visit_changes(
    her, at_a_closed_door, now
):
    make.own_mailbox(her)
    wish = short(wished(now))
    closed, following = (stop.appointment.sequence for stop in stops())
    near.go(make.signed_in(her), at_a_closed_door, wish, now=now.now())
    shorter, added, later = (stop.appointment for stop in stops())
    assert shorter.sequence == closed + 1, "it ended sooner"
    assert later.sequence == following, "nobody there is told another time"
    # “2/2” is “3/3” now: a feed writes an entry anew whose moment of change is new.
    assert {row.changed_at for row in (shorter, added, later)} == {now.now()}
    told = db.session.query(Letter).filter_by(kind=LetterKind.INVITED)
    assert [one.invitation.appointment_id for one in told] == [added.id]


def test_of_many_neighbours_the_nearest_are_named(her, at_a_closed_door, now):
    for number in range(1, 12):
        short(wished(now, number))
    shown = near.near(make.signed_in(her), at_a_closed_door, now=now.now())
    assert len(shown) == near.SHOWN
    assert sorted(one.way for one in shown) == [one.way for one in shown]


def test_a_second_tap_changes_nothing_more(her, at_a_closed_door, now):
    wish = short(wished(now))
    near.go(make.signed_in(her), at_a_closed_door, wish, now=now.now())
    with pytest.raises(NobodyFitsNow):
        near.go(make.signed_in(her), at_a_closed_door, wish, now=now.now())
    assert len(stops()) == 3


def test_behind_her_last_door_she_is_back_when_she_has_to_be(her, now):
    last = stops()[-1]
    now.moment = last.starts_at + timedelta(minutes=1)
    driving.mark(make.signed_in(her), last.uuid, Mark.NOBODY_OPENED, now=now.now())
    wish = short(wished(now))
    near.go(make.signed_in(her), last.uuid, wish, now=now.now())
    *_, before, added = stops()
    assert before.back_at is None
    assert added.back_at > added.ends_at
    assert added.back_at <= make.at(TUESDAY, 12), "her morning ends at noon"


def test_only_who_drives_there_today_and_has_left_asks_who_is_near(her, now):
    first = stops()[0]
    now.moment = first.starts_at + timedelta(minutes=10)
    for person in (her, make.counsellor()):
        with pytest.raises(NotHerStop):
            near.near(make.signed_in(person), first.uuid, now=now.now())


@given(st.sets(st.sampled_from(PartOfDay), min_size=1), st.integers(0, 23 * 60))
def test_a_visit_lies_wholly_in_the_time_somebody_has_named(parts, minute):
    wish = SimpleNamespace(weekdays=[TUESDAY.weekday()], parts_of_day=sorted(parts))
    begins = datetime.combine(TUESDAY, time(0), BERLIN) + timedelta(minutes=minute)
    window = TimeWindow(begins, begins + timedelta(minutes=30))
    named = {
        hour * 60 + past
        for part in parts
        for hour in range(PARTS_OF_DAY[part][0].hour, PARTS_OF_DAY[part][1].hour)
        for past in range(60)
    }
    expected = named.issuperset(range(minute, minute + 30))
    assert near._at_home(wish, window, BERLIN) == expected
