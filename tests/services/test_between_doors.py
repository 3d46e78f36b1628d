"""Is nobody offered a time at the office that a counsellor on a route cannot keep?"""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from booking.models import (
    Appointment,
    ClientLink,
    Letter,
    PlanningJob,
    Route,
    Status,
    Stop,
    VisitRequest,
    db,
)
from booking.routing import MODES, Point
from booking.routing.travel import seconds
from booking.services import (
    appointments,
    availability,
    publishing,
)
from booking.services.board import week_of
from booking.services.planning_facts import SETUP
from booking.services.writing import write_session
from tests import make
from tests.services import visiting
from tests.services.visiting import ALL_DAY, OFFICE, TUESDAY, planned

HERE = Point(*OFFICE)


@pytest.fixture
def only(office, now):
    """One counsellor who alone speaks Tigrinya, all day, and a town on the map."""
    visiting.town(now)
    return make.counsellor(languages=("ti",), hours=ALL_DAY)


def offered(now):
    offer = availability.offer(
        make.wish(language="ti"), now=now.now(), first=TUESDAY, days=1
    )
    rules = offer.kind.rules(interpreted=False, group=False)
    return [(slot.window, rules.busy(slot.window)) for slot in offer.on(TUESDAY)]


def cleared():
    """Forget what the example before has left."""
    with write_session() as session:
        for table in (Letter, ClientLink, Stop, Route, PlanningJob, Appointment):
            session.execute(delete(table))
        session.execute(delete(VisitRequest))


def way(row, mode):
    return timedelta(seconds=seconds(HERE, Point(*row.point), MODES[mode]))


@given(
    doors=st.lists(st.integers(1, 20), min_size=1, max_size=3),
    mode=st.sampled_from(sorted(MODES)),
    given_up=st.booleans(),
)
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_from_every_offered_time_each_door_is_reached_and_the_office_again(
    only, now, doors, mode, given_up
):
    """Before and after a published visit, also where one of a route was given up."""
    cleared()
    for door in doors:
        visiting.wish(now, door, language="ti")
    planned(now, [only], mode=mode)
    publishing.publish(week_of(TUESDAY), by=only, now=now.now())
    published = _published()
    if given_up and len(published) > 1:
        appointments.cancel(published[0].appointment.uuid, now=now.now())
        published = _published()
    slots = offered(now)
    assert slots
    for stop in published:
        there = way(stop.visit_request, mode)
        for talk, busy in slots:
            assert not busy.overlaps(stop.busy)
            if talk.end <= stop.starts_at:
                assert talk.end + there + timedelta(seconds=SETUP) <= stop.starts_at
            else:
                assert talk.start >= stop.ends_at + there


def _published():
    db.session.rollback()
    rows = db.session.query(Stop).join(Route).order_by(Stop.starts_at).all()
    return [
        row
        for row in rows
        if row.appointment and row.appointment.status == Status.BOOKED
    ]


def test_an_office_talk_next_to_a_visit_leaves_time_for_the_way(only, now):
    """A plan goes round what is booked, with the way there and back."""
    early, late = make.at(TUESDAY, 9, 30), make.at(TUESDAY, 15)
    for start, key in ((early, "early"), (late, "late")):
        choice = make.choice(start, wish=make.wish(language="ti"), key=key)
        appointments.book(choice, make.person(), now=now.now())
    for door in (20, 19, 18):
        visiting.wish(now, door, language="ti")
    planned(now, [only], mode="bike")
    talks = [(row.busy_from, row.busy_until) for row in db.session.query(Appointment)]
    stops = db.session.query(Stop).all()
    assert stops
    for stop in stops:
        there = way(stop.visit_request, "bike")
        for begins, ends in talks:
            assert stop.starts_at - there >= ends or stop.ends_at + there <= begins
