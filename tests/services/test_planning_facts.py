"""Does the search know of a wish all that staff know of it?"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from booking.models import (
    Appointment,
    Company,
    Deputy,
    KeptApart,
    PlanningJob,
    Ride,
    Route,
    RouteState,
    Status,
    Stop,
    TwoTogether,
    Vehicle,
    VehicleAway,
    VisitRequest,
    VisitState,
    WhyTwo,
    db,
)
from booking.routing import Apart, Distance, ReasonCode, StartWindow
from booking.scheduling import TimeWindow
from booking.services import visits
from booking.services.locating import locate
from booking.services.planning_facts import gathered
from booking.services.planning_time import seconds
from booking.services.planning_wishes import weeks_overdue
from booking.services.route_settings import RouteSettings, save_route_settings
from booking.services.writing import read_session, write_session
from tests import make
from tests.counting import queries_of
from tests.services import visiting
from tests.services.visiting import ALL_DAY, TUESDAY, WEDNESDAY, planned, published


@pytest.fixture
def team(office, now):
    """Three counsellors who are there all day, and a town on the map."""
    visiting.town(now)
    return [make.counsellor(hours=ALL_DAY) for _ in range(3)]


def job(team, *days, **terms):
    return PlanningJob(
        days=[day.isoformat() for day in days or (TUESDAY,)],
        modes={str(one): "car" for one in team},
        terms=terms or None,
    )


def facts(team, now, *days, **terms):
    visiting_found(now)
    with read_session() as session:
        return gathered(session, job(team, *days, **terms), now=now.now())


def visiting_found(now):
    """Let the planner find the doors, as the worker does before it plans."""
    locate(now=now.now(), alive=lambda: True)


def visit(way, found):
    (one,) = [one for one in found.week.visits if one.id == str(way.request.uuid)]
    return one


def change(way, **values):
    with write_session() as session:
        row = session.get(VisitRequest, way.request.id)
        for name, value in values.items():
            setattr(row, name, value)


def stops_of(way):
    db.session.rollback()
    query = db.session.query(Stop).filter_by(visit_request_id=way.request.id)
    return query.order_by(Stop.id).all()


def talk(counsellor, start, status=Status.BOOKED, contact=None, interpreter=None):
    """An hour at the office."""
    row = Appointment(
        type_id=1,
        counsellor_id=counsellor,
        interpreter_id=interpreter,
        status=status,
        created_at=start,
        changed_at=start,
        language="ar",
        letter_language="ar",
        contact_hash=contact,
    )
    row.take(*[TimeWindow(start, start + timedelta(hours=2))] * 2)
    return row


def job_row():
    db.session.rollback()
    return db.session.query(PlanningJob).order_by(PlanningJob.id.desc()).first()


# --- Who is no stranger --------------------------------------------------------


def test_a_deputy_of_her_own_counsellor_is_no_stranger(team, now):
    own, deputy, other = team
    way = visiting.wish(now, own=own)
    with write_session() as session:
        session.add(
            Deputy(
                counsellor_id=own,
                deputy_id=deputy,
                first_day=TUESDAY,
                last_day=TUESDAY,
                named_by_id=own,
                created_at=now.now(),
            )
        )
    assert visit(way, facts(team, now)).familiar == {str(deputy)}
    assert visit(way, facts(team, now, WEDNESDAY)).familiar == set()
    assert str(other) not in visit(way, facts(team, now)).familiar


def test_whoever_led_one_of_her_last_three_talks_is_no_stranger(team, now):
    with write_session() as session:
        for weeks, counsellor in ((1, 1), (2, 2), (3, 1), (4, 0)):
            start = now.now() - timedelta(weeks=weeks)
            session.add(talk(team[counsellor], start, Status.MET, b"hers"))
    way = visiting.wish(now)
    change(way, contact_hash=b"hers")
    found = visit(way, facts(team, now)).familiar
    assert found == {str(team[1]), str(team[2])}, "the fourth talk is too long ago"
    stranger = visiting.wish(now, 7)
    change(stranger, contact_hash=b"somebody else's")
    assert visit(stranger, facts(team, now)).familiar == set()


# --- How long she waits --------------------------------------------------------


def test_a_wish_is_overdue_by_whole_weeks_after_three_or_since_staff_say(office):
    row = VisitRequest(
        created_at=datetime(2027, 3, 1, 9, tzinfo=UTC),
        from_day=date(2027, 3, 4),
    )
    three = timedelta(weeks=3)
    for days, weeks in ((20, 0), (27, 0), (28, 1), (34, 1), (35, 2)):
        assert (
            weeks_overdue(row, date(2027, 3, 4) + timedelta(days=days), three) == weeks
        )
    row.due_on = date(2027, 3, 5)
    assert weeks_overdue(row, date(2027, 3, 12), three) == 1


def test_who_is_set_aside_is_not_planned_until_that_day(team, now):
    way = visiting.wish(now)
    change(way, set_aside_until=WEDNESDAY)
    assert facts(team, now).week.visits == ()
    windows = visit(way, facts(team, now, TUESDAY, WEDNESDAY)).windows
    assert {datetime.fromtimestamp(one.earliest, UTC).date() for one in windows} == {
        WEDNESDAY
    }


# --- Who comes along -----------------------------------------------------------


def mark_two(way, now, by):
    with write_session() as session:
        session.add(
            TwoTogether(
                address_hash=session.get(VisitRequest, way.request.id).address_hash,
                reason=WhyTwo.ANIMAL,
                marked_by_id=by,
                review_on=date(2027, 9, 1),
                created_at=now.now(),
            )
        )


def test_two_go_to_a_marked_home_at_once_and_one_of_them_speaks(team, now):
    way = visiting.wish(now)
    mark_two(way, now, team[0])
    planned(now, team)
    both = stops_of(way)
    assert len({stop.route.counsellor_id for stop in both}) == 2
    assert len({stop.starts_at for stop in both}) == 1
    assert sorted(bool(stop.company) for stop in both) == [False, True]


def test_two_who_are_never_there_together_go_to_no_marked_home_and_it_is_said(
    office, now
):
    visiting.town(now)
    early = make.counsellor(hours=((time(8), time(12)),))
    late = make.counsellor(hours=((time(13), time(17)),))
    way = visiting.wish(now)
    change(way, crew=2)
    planned(now, [early, late])
    assert stops_of(way) == []
    (left,) = job_row().unplanned
    assert left["reason"] == ReasonCode.NO_CREW


def interpreter(*hours, language="so"):
    return make.interpreter(
        languages=(language,),
        weekdays=(TUESDAY.weekday(),),
        hours=hours or ((time(8), time(17)),),
        lead_hours=0,
    )


def test_an_interpreter_comes_along_within_her_hours(team, now):
    one = interpreter((time(10), time(12)))
    ways = [visiting.wish(now, n, language="so", interpreter=True) for n in (3, 9)]
    planned(now, team)
    starts = []
    for way in ways:
        for stop in stops_of(way):
            assert stop.company.interpreter_id == one
            assert stop.starts_at >= make.at(TUESDAY, 10)
            assert stop.ends_at <= make.at(TUESDAY, 12)
            starts.append(stop.starts_at)
    assert len(starts) == 1, (
        "two visits and the way between them take more than two hours"
    )
    (left,) = job_row().unplanned
    assert left["reason"] in {ReasonCode.NO_ROOM, ReasonCode.NO_INTERPRETER}


def test_an_interpreter_who_is_taken_all_day_is_named_as_the_reason(team, now):
    one = interpreter((time(10), time(12)))
    with write_session() as session:
        session.add(talk(team[0], make.at(TUESDAY, 10), interpreter=one))
    visiting.wish(now, language="so", interpreter=True)
    planned(now, team)
    assert [one["reason"] for one in job_row().unplanned] == [ReasonCode.NO_INTERPRETER]


def test_where_the_office_knows_no_interpreter_staff_find_one_by_hand(team, now):
    way = visiting.wish(now, language="so", interpreter=True)
    planned(now, team)
    (stop,) = stops_of(way)
    assert stop.company is None


# --- Vehicles ------------------------------------------------------------------


def vehicle(mode="car", *away):
    with write_session() as session:
        row = Vehicle(name="Dienstrad", mode=mode)
        row.away = [VehicleAway(starts_at=a, ends_at=b) for a, b in away]
        session.add(row)
        session.flush()
        return row.id


def test_two_never_drive_with_one_car_at_the_same_time(team, now):
    one = vehicle()
    for number in range(1, 13):
        visiting.wish(now, number)
    planned(now, team)
    db.session.rollback()
    rides = db.session.query(Ride).all()
    assert {ride.vehicle_id for ride in rides} == {one}
    taken = sorted(tour for ride in rides for tour in tours_of(ride.route))
    assert len({counsellor for *_, counsellor in taken}) > 1
    assert all(before[1] <= after[0] for before, after in pairwise(taken))


def tours_of(route):
    """Yield from leaving the office to being back, and who is on the way."""
    leaves = None
    for stop in route.stops:
        leaves = leaves or stop.leaves_for_at
        if stop.back_at:
            yield leaves, stop.back_at, route.counsellor_id
            leaves = None


def test_a_car_in_repair_takes_nobody_anywhere(team, now):
    vehicle("car", (make.at(TUESDAY, 0), make.at(WEDNESDAY, 0)))
    visiting.wish(now)
    planned(now, team)
    assert [one["reason"] for one in job_row().unplanned] == [ReasonCode.NO_VEHICLE]
    planned(now, team, mode="foot")
    assert job_row().unplanned == []


def test_a_car_on_a_published_route_is_not_given_away_again(team, now):
    one = vehicle()
    visiting.wish(now, 3)
    published(now, team[:1])
    (found,) = facts(team, now).week.vehicles
    (taken,) = found.busy
    (route,) = db.session.query(Route).filter_by(state=RouteState.PUBLISHED)
    assert taken == (
        seconds(route.stops[0].leaves_for_at),
        seconds(route.stops[-1].back_at),
    )
    assert found.id == str(one)


# --- Who is kept apart, what it costs --------------------------------------------


def test_households_that_staff_keep_apart_are_kept_apart(team, now):
    one, other = visiting.wish(now, 3), visiting.wish(now, 3)
    with write_session() as session:
        session.add(
            KeptApart(
                one_id=one.request.id,
                other_id=other.request.id,
                how=Distance.COUNSELLOR,
                kept_by_id=team[0],
                created_at=now.now(),
            )
        )
    found = facts(team, now).week.apart
    names = str(one.request.uuid), str(other.request.uuid)
    assert found == (Apart(*names, Distance.COUNSELLOR),)
    planned(now, team)
    ((first,), (second,)) = stops_of(one), stops_of(other)
    assert first.route.counsellor_id != second.route.counsellor_id


def test_what_a_plan_weighs_is_what_the_office_has_decided(team, now):
    assert facts(team, now).week.costs.unfair == 25
    wanted = RouteSettings(unfair=0, other_counsellor=20, unplanned=2)
    save_route_settings(wanted, by=team[0], now=now.now())
    costs = facts(team, now).week.costs
    assert (costs.unfair, costs.other_counsellor) == (0, 20 * 60)
    assert costs.unplanned == (2 * 3600, 4 * 3600, 8 * 3600)


# --- What is pinned, what was told ------------------------------------------------


def test_a_pinned_stop_stays_where_it_is_when_the_day_is_planned_again(team, now):
    ways = [visiting.wish(now, number) for number in (2, 9, 15)]
    planned(now, team)
    (stop,) = stops_of(ways[1])
    pinned = (stop.route.counsellor_id, stop.starts_at)
    with write_session() as session:
        session.get(Stop, stop.id).pinned = True
    for number in range(3, 9):
        visiting.wish(now, number)
    others = [one for one in team if one != pinned[0]]
    planned(now, others)
    (after,) = stops_of(ways[1])
    assert (after.route.counsellor_id, after.starts_at, after.pinned) == (*pinned, True)
    assert after.route.mode == "car"


def test_what_is_published_is_not_touched_unless_it_may_move(team, now):
    way = visiting.wish(now, 4)
    published(now, team)
    assert facts(team, now).week.visits == ()
    found = visit(way, facts(team, now, moves_published=True))
    (stop,) = stops_of(way)
    assert found.published.counsellor == str(stop.route.counsellor_id)
    assert found.published.start == seconds(stop.starts_at)
    start = found.published.start
    assert StartWindow(start, start) in found.windows


def test_who_was_told_keeps_her_time_as_long_as_nothing_is_gained(team, now):
    ways = [visiting.wish(now, number) for number in (2, 9, 15)]
    published(now, team)
    before = {
        way.request.id: (s.route.counsellor_id, s.starts_at)
        for way in ways
        for s in stops_of(way)
    }
    visiting.wish(now, 4)
    planned(now, team, moves_published=True)
    for way in ways:
        told, drafted = stops_of(way)
        assert (told.appointment_id is None, drafted.appointment_id) == (False, None)
        found = (drafted.route.counsellor_id, drafted.starts_at)
        assert found == before[way.request.id]
        assert drafted.visit_request.state == VisitState.PUBLISHED
    visits.discard([TUESDAY], by=team[0], now=now.now())
    assert [len(stops_of(way)) for way in ways] == [1, 1, 1]
    assert stops_of(ways[0])[0].visit_request.state == VisitState.PUBLISHED


def test_a_visit_that_has_begun_does_not_move_any_more(team, now):
    way = visiting.wish(now, 4)
    published(now, team)
    (stop,) = stops_of(way)
    now.moment = stop.starts_at + timedelta(minutes=1)
    assert facts(team, now, moves_published=True).week.visits == ()


# --- Somebody is ill ---------------------------------------------------------------


def test_when_somebody_is_ill_her_visits_go_to_others_who_hardly_move(team, now):
    ways = [visiting.wish(now, number) for number in range(1, 13)]
    published(now, team)
    told = {
        way.request.id: (s.route.counsellor_id, s.starts_at)
        for way in ways
        for s in stops_of(way)
    }
    ill = max(team, key=lambda one: sum(c == one for c, _ in told.values()))
    hers = {name for name, (one, _) in told.items() if one == ill}
    others = told.keys() - hers
    assert hers
    assert others
    visiting.sick(now, ill, by=team[0])
    drafted = {
        s.visit_request_id: (s.route.counsellor_id, s.starts_at)
        for way in ways
        for s in stops_of(way)
        if s.appointment_id is None
    }
    assert ill not in {one for one, _ in drafted.values()}
    moved = [name for name in others if drafted.get(name) != told[name]]
    assert len(moved) * 10 <= len(others)
    assert hers & drafted.keys(), "her colleagues have time for some of them"
    assert job_row().terms["absent"] == ill


def test_nobody_plans_a_day_on_which_nobody_drives(team, now):
    with pytest.raises(visits.NothingToPlan):
        visits.plan_without(team[0], TUESDAY, seconds=1, by=team[0], now=now.now())


# --- How much it asks ---------------------------------------------------------------


def test_twenty_wishes_cost_no_query_more_than_two(team, now):
    def asked():
        return queries_of(lambda: facts(team, now, moves_published=True))

    interpreter(language="ar")
    vehicle()
    for number in (1, 2):
        visiting.wish(now, number, interpreter=True)
    published(now, team)
    asked()
    few = asked()
    for number in range(3, 21):
        visiting.wish(now, number, interpreter=number % 2 == 0)
    published(now, team)
    visiting_found(now)
    assert asked() == few
    assert db.session.query(Appointment).count() > 2
    assert db.session.query(Company).count() > 0
