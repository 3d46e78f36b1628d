"""Does a wish become a visit, on a route, in the calendar, and leave it again?"""

import email
from datetime import timedelta
from email import policy
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from booking.models import (
    Appointment,
    ClientLink,
    FeedVersion,
    JobState,
    Letter,
    LetterKind,
    PartOfDay,
    PlanningJob,
    Quality,
    Route,
    RouteState,
    Status,
    Stop,
    VisitRequest,
    VisitState,
    db,
)
from booking.models.running import zone
from booking.scheduling import TimeWindow
from booking.services import (
    appointments,
    availability,
    board,
    feed_files,
    feeds,
    letters,
    links,
    planning,
    publishing,
    visits,
    wishes,
)
from booking.services.feed_polls import feed_for
from booking.services.publishing import Clash, NothingToPublish
from booking.services.told import told_window
from booking.services.visits import NothingToPlan
from booking.services.writing import write_session
from tests import make
from tests.mailbox import plain
from tests.services import visiting
from tests.services.visiting import ALL_DAY, TUESDAY, WEDNESDAY, planned, published


@pytest.fixture
def team(office, now):
    """Two counsellors who are there all day, and a town on the map."""
    visiting.town(now)
    return [make.counsellor(hours=ALL_DAY), make.counsellor(hours=ALL_DAY)]


@pytest.fixture
def wished(team, now):
    """Six wishes along one street."""
    return [visiting.wish(now, number) for number in (2, 4, 6, 8, 10, 12)]


def state_of(way):
    db.session.rollback()
    return db.session.get(VisitRequest, way.request.id)


def stops(day=TUESDAY):
    db.session.rollback()
    query = db.session.query(Stop).join(Route).filter(Route.day == day)
    return query.order_by(Route.counsellor_id, Stop.position).all()


def test_a_plan_puts_every_wish_on_a_draft_that_nobody_else_sees(wished, team, now):
    job = planned(now, team)
    assert [state_of(way).state for way in wished] == [VisitState.PLANNED] * 6
    assert len(stops()) == 6
    assert {stop.route.state for stop in stops()} == {RouteState.DRAFT}
    assert db.session.query(Appointment).count() == 0
    assert board.job(job).state == JobState.DONE
    assert state_of(wished[0]).told is None


def test_the_planner_finds_the_doors_by_itself(wished, team, now):
    planned(now, team)
    row = state_of(wished[0])
    assert (row.quality, row.point) == (Quality.HOUSE, (48.7045, 9.66))


def test_every_time_on_a_route_is_one_that_a_clock_shows(wished, team, now):
    planned(now, team)
    for stop in stops():
        for moment in (stop.leaves_for_at, stop.arrives_at, stop.starts_at):
            assert (moment.second, moment.microsecond) == (0, 0)


def test_publishing_makes_appointments_letters_and_a_new_feed(wished, team, now):
    feed = db.session.query(FeedVersion)
    before = {row.staff_id: row.version for row in feed}
    assert published(now, team) == 6
    rows = db.session.query(Appointment).filter_by(status=Status.BOOKED).all()
    assert {row.type.place for row in rows} == {"home"}
    assert len(rows) == 6
    assert {row.name for row in rows} == {"Amal Beispiel"}
    told = db.session.query(Letter).filter_by(kind=LetterKind.VISIT)
    assert told.count() == 6
    for stop in stops():
        after = feed.filter_by(staff_id=stop.route.counsellor_id).one()
        assert after.version > before.get(stop.route.counsellor_id, 0)


def test_the_client_is_told_a_window_on_the_quarter_that_holds_the_start(
    wished, team, now
):
    published(now, team)
    for stop in stops():
        told = stop.visit_request.told
        assert told.start <= stop.starts_at < told.end
        assert told.length == timedelta(minutes=30)
        assert told.start.minute % 15 == 0


def test_a_route_is_busy_from_leaving_the_office_to_being_back(wished, team, now):
    published(now, team)
    for counsellor in team:
        windows = make.busy_windows(db.session, counsellor)
        route = [one for one in stops() if one.route.counsellor_id == counsellor]
        if route:
            assert windows[0].start == route[0].leaves_for_at < route[0].starts_at
            assert windows[-1].end == route[-1].back_at > route[-1].ends_at


def test_no_slot_is_offered_from_which_nobody_could_be_back(office, now):
    """With a visit at half an hour's walk, the office is closed on the way too."""
    visiting.town(now)
    only = make.counsellor(languages=("ti",), hours=ALL_DAY)
    visiting.wish(now, 20, language="ti")
    planned(now, [only], mode="foot")
    publishing.publish([TUESDAY], by=only, now=now.now())
    (stop,) = stops()
    assert stop.starts_at - stop.leaves_for_at >= timedelta(minutes=30)
    wish = make.wish(language="ti")
    offer = availability.offer(wish, now=now.now(), first=TUESDAY, days=1)
    rules = offer.kind.rules(interpreted=False, group=False)
    assert offer.on(TUESDAY)
    for slot in offer.on(TUESDAY):
        assert not rules.busy(slot.window).overlaps(stop.busy)


def test_a_visit_goes_round_what_is_booked_already(team, now):
    taken = TimeWindow(make.at(TUESDAY, 9), make.at(TUESDAY, 9, 45))
    for _ in team:
        appointments.book(make.choice(taken.start), make.person(), now=now.now())
    for number in (2, 4, 6):
        visiting.wish(now, number)
    published(now, team)
    for counsellor in team:
        windows = make.busy_windows(db.session, counsellor)
        for one, other in pairwise(windows):
            assert one.end <= other.start


def test_what_was_booked_after_planning_stops_the_publication_as_a_whole(
    wished, team, now
):
    planned(now, team)
    stop = stops()[0]
    row = _booked_over(stop, now)
    with pytest.raises(Clash) as clash:
        publishing.publish([TUESDAY], by=team[0], now=now.now())
    assert row.uuid in {one.appointment for one in clash.value.found}
    assert clash.value.found[0].visit == stop.window
    assert {one.route.state for one in stops()} == {RouteState.DRAFT}
    assert db.session.query(Appointment).count() == 1


def _booked_over(stop, now):
    """Give the counsellor a talk at the very time of a stop."""
    kind = availability.type_for("office")
    row = Appointment(
        type_id=kind.id,
        counsellor_id=stop.route.counsellor_id,
        status=Status.BOOKED,
        created_at=now.now(),
        changed_at=now.now(),
        language="de",
        letter_language="de",
        reach="none",
        people=1,
    )
    row.take(stop.window, stop.window)
    with write_session() as session:
        session.add(row)
    return row


def test_who_has_gone_away_since_planning_is_not_sent(wished, team, now):
    planned(now, team)
    stop = stops()[0]
    make.absent(stop.route.counsellor_id, stop.starts_at, stop.ends_at)
    with pytest.raises(Clash) as clash:
        publishing.publish([TUESDAY], by=team[0], now=now.now())
    assert clash.value.found[0].appointment is None


def test_routes_leave_out_when_somebody_is_busy_by_her_own_calendar(wished, team, now):
    for one in team:
        make.busy(one, (make.at(TUESDAY, 9), make.at(TUESDAY, 11)))
    planned(now, team)
    meeting = TimeWindow(make.at(TUESDAY, 9), make.at(TUESDAY, 11))
    drives = [stop.busy for stop in stops()]
    assert drives
    assert not any(meeting.overlaps(drive) for drive in drives)


def test_who_has_become_busy_since_planning_is_not_sent(wished, team, now):
    planned(now, team)
    stop = stops()[0]
    make.busy(stop.route.counsellor_id, (stop.starts_at, stop.ends_at))
    with pytest.raises(Clash) as clash:
        publishing.publish([TUESDAY], by=team[0], now=now.now())
    assert clash.value.found[0].appointment is None


def test_publishing_twice_says_that_nothing_is_left(wished, team, now):
    published(now, team)
    with pytest.raises(NothingToPublish):
        publishing.publish([TUESDAY], by=team[0], now=now.now())


def test_what_was_planned_for_yesterday_is_not_published_any_more(wished, team, now):
    planned(now, team)
    now.move(days=9)
    with pytest.raises(NothingToPublish):
        publishing.publish([TUESDAY], by=team[0], now=now.now())
    assert db.session.query(Appointment).count() == 0


def test_planning_again_replaces_drafts_and_leaves_published_visits(wished, team, now):
    published(now, team)
    before = {stop.uuid: stop.starts_at for stop in stops()}
    late = visiting.wish(now, 14)
    planned(now, team)
    planned(now, team)
    after = {stop.uuid: stop.starts_at for stop in stops()}
    assert before.items() <= after.items()
    assert len(after) == 7
    assert state_of(late).state == VisitState.PLANNED


def test_a_draft_of_another_day_is_not_taken_along(wished, team, now):
    planned(now, team, TUESDAY)
    visiting.wish(now, 20)
    planned(now, team, WEDNESDAY)
    assert len(stops(TUESDAY)) == 6
    assert len(stops(WEDNESDAY)) == 1


def test_discarded_drafts_give_their_wishes_back(wished, team, now):
    planned(now, team)
    visits.discard([TUESDAY], by=team[0], now=now.now())
    assert stops() == []
    assert [state_of(way).state for way in wished] == [VisitState.WISHED] * 6


def test_a_plan_needs_days_and_counsellors(team, now):
    for days, modes in (((), {team[0]: "car"}), ((TUESDAY,), {})):
        with pytest.raises(NothingToPlan):
            visits.plan(days, modes, seconds=1, by=team[0], now=now.now())


def test_whom_no_route_takes_learns_why(team, now):
    alone = visiting.wish(now, 2, language="ti")
    lost = visiting.wish(now, street="Nirgendwo 7")
    planned(now, team)
    left = {one.wish.uuid: one.reason for one in board.board(TUESDAY).left_over}
    assert left == {
        alone.request.uuid: "no_language",
        lost.request.uuid: "no_address",
    }


def test_with_an_interpreter_any_counsellor_can_come(team, now):
    way = visiting.wish(now, 2, language="ti", interpreter=True)
    planned(now, team)
    assert state_of(way).state == VisitState.PLANNED


def test_a_client_is_visited_on_her_days_at_her_times_only(team, now):
    way = visiting.wish(now, 2, weekdays=(2,), parts_of_day=(PartOfDay.AFTERNOON,))
    planned(now, team, TUESDAY)
    assert state_of(way).state == VisitState.WISHED
    planned(now, team, TUESDAY, WEDNESDAY)
    (stop,) = stops(WEDNESDAY)
    assert make.at(WEDNESDAY, 14) <= stop.starts_at
    assert stop.ends_at <= make.at(WEDNESDAY, 18)


def test_a_declined_visit_gives_its_time_to_its_neighbour(wished, team, now):
    published(now, team)
    route = next(one.route for one in stops() if len(one.route.stops) > 2)
    first, middle, last = route.stops[0], route.stops[1], route.stops[-1]
    busy_before = make.busy_windows(db.session, route.counsellor_id)
    request = middle.visit_request.uuid
    visits.decline(request, now=now.now())
    db.session.rollback()
    assert db.session.query(VisitRequest).filter_by(uuid=request).one().state == (
        VisitState.DECLINED
    )
    left = make.busy_windows(db.session, route.counsellor_id)
    assert sum((w.length for w in left), timedelta()) == sum(
        (w.length for w in busy_before), timedelta()
    )
    assert [stop.position for stop in db.session.get(Route, route.id).stops] == list(
        range(1, len(left) + 1)
    )
    assert (first.uuid, last.uuid) == (route.stops[0].uuid, route.stops[-1].uuid)


def test_who_stays_on_a_route_is_reminded_although_a_neighbour_declined(
    wished, team, now
):
    published(now, team)
    now.move(days=7, hours=2)  # Monday, eleven o'clock: the day before
    visits.decline(stops()[0].visit_request.uuid, now=now.now())
    assert letters.write_due(now=now.now()) == 5


@pytest.mark.parametrize("place", [0, -1])
def test_a_route_that_loses_its_end_is_still_back_in_time(wished, team, now, place):
    published(now, team)
    route = next(one.route for one in stops() if len(one.route.stops) > 2)
    begins = make.busy_windows(db.session, route.counsellor_id)[0].start
    ends = make.busy_windows(db.session, route.counsellor_id)[-1].end
    visits.decline(route.stops[place].visit_request.uuid, now=now.now())
    left = make.busy_windows(db.session, route.counsellor_id)
    assert (left[0].start, left[-1].end) == (begins, ends)


def test_the_last_stop_that_is_declined_takes_its_route_along(team, now):
    way = visiting.wish(now)
    published(now, team)
    visits.decline(way.request.uuid, now=now.now())
    assert stops() == []
    assert db.session.query(Route).count() == 0
    assert state_of(way).told is None


def test_a_declined_wish_can_be_planned_on_another_day_under_the_same_link(team, now):
    way = visiting.wish(now)
    published(now, team, TUESDAY)
    visits.decline(way.request.uuid, now=now.now())
    with pytest.raises(NothingToPublish):
        published(now, team, TUESDAY)
    assert state_of(way).state == VisitState.DECLINED, "the same day suits no better"
    published(now, team, WEDNESDAY)
    back = links.behind_token(way.token, now=now.now())
    assert back.request.state == VisitState.PUBLISHED
    assert back.appointment.status == Status.BOOKED
    assert back.request.told == told_window(back.appointment.starts_at)


def test_a_wish_taken_back_leaves_its_draft(wished, team, now):
    planned(now, team)
    wishes.withdraw(wished[2].request.uuid, now=now.now())
    assert state_of(wished[2]).state == VisitState.WITHDRAWN
    assert len(stops()) == 5
    assert publishing.publish([TUESDAY], by=team[0], now=now.now()) == 5


def test_letters_about_a_visit_tell_the_window_and_not_the_minute(team, now, tmp_path):
    visiting.wish(now, letter_language="de")
    published(now, team)
    (stop,) = stops()
    while letters.post(now=now.now()):
        pass
    written = [path.read_bytes() for path in (tmp_path / "letters").glob("*.eml")]
    texts = [_text(one) for one in written]
    (told,) = [one for one in texts if "\N{EN DASH}" in one]
    window = told_window(stop.starts_at)
    assert f"{wall(window.start)}\xa0\N{EN DASH}\xa0{wall(window.end)}" in told
    assert "Musterweg" not in "".join(texts)
    assert "Beispiel" not in "".join(texts)


def _text(letter):
    message = email.message_from_bytes(letter, policy=policy.default)
    return f"{message['subject']}\n{plain(message)}"


def wall(moment):
    return moment.astimezone(zone()).strftime("%H:%M")


def test_the_feed_shows_a_published_visit_without_name_or_street(wished, team, now):
    published(now, team)
    counsellor = stops()[0].route.counsellor_id
    token = feeds.subscribe(counsellor, "Handy", now=now.now())
    body = feed_files.written(feed_for(token, now=now.now())).decode()
    number = len(stops()[0].route.stops)
    assert f"1/{number}" in body
    assert "LOCATION:Göppingen" in body
    assert "X-MICROSOFT-CDO-BUSYSTATUS:OOF" in body
    for secret in ("Musterweg", "Beispiel", "Amal", "amal@"):
        assert secret not in body


def test_a_plan_is_searched_for_in_a_process_of_its_own(wished, team, now):
    visits.plan([TUESDAY], {team[0]: "car"}, seconds=1, by=team[0], now=now.now())
    assert planning.work_on_next(now=now.now)
    assert len(stops()) == 6
    assert not planning.work_on_next(now=now.now)


def test_a_plan_that_is_called_off_changes_nothing(wished, team, now):
    planned(now, team)
    before = {stop.uuid for stop in stops()}
    job = visits.plan(
        [TUESDAY], {team[0]: "car"}, seconds=60, by=team[0], now=now.now()
    )
    visits.call_off(job, by=team[0], now=now.now())
    assert planning.work_on_next(now=now.now)
    assert board.job(job).state == JobState.CANCELLED
    assert {stop.uuid for stop in stops()} == before


def test_a_plan_that_fails_says_so_and_changes_nothing(wished, team, now):
    planned(now, team)

    def broken(*_facts):
        raise ZeroDivisionError

    job = visits.plan([TUESDAY], {team[0]: "car"}, seconds=1, by=team[0], now=now.now())
    assert planning.work_on_next(now=now.now, search=broken)
    assert board.job(job).state == JobState.FAILED
    assert len(stops()) == 6


def test_a_plan_whose_worker_died_is_taken_up_by_another(wished, team, now):
    job = visits.plan([TUESDAY], {team[0]: "car"}, seconds=1, by=team[0], now=now.now())
    with write_session() as session:
        row = session.query(PlanningJob).filter_by(uuid=job).one()
        row.state = JobState.RUNNING
    assert not planning.work_on_next(now=now.now)
    now.move(seconds=31)
    assert planning.work_on_next(now=now.now)
    assert board.job(job).state == JobState.DONE


def test_a_newer_order_for_the_same_day_calls_the_older_off(wished, team, now):
    modes = {team[0]: "car"}
    old = visits.plan([TUESDAY], modes, seconds=1, by=team[0], now=now.now())
    visits.plan([TUESDAY], modes, seconds=1, by=team[0], now=now.now())
    planning.work_on_next(now=now.now)
    assert board.job(old).state == JobState.CANCELLED


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.integers(1, 20), min_size=1, max_size=7), st.data())
def test_whoever_declines_no_two_busy_times_ever_overlap(team, now, doors, data):
    """Publish and give up in any order: what is left is one unbroken day on the road."""
    _forget_everything()
    ways = [visiting.wish(now, door) for door in doors]
    published(now, team)
    for way in data.draw(st.permutations(ways)):
        if state_of(way).state == VisitState.PUBLISHED:
            visits.decline(way.request.uuid, now=now.now())
        for counsellor in team:
            windows = make.busy_windows(db.session, counsellor)
            for one, other in pairwise(windows):
                assert one.end <= other.start
    assert db.session.query(Route).count() == 0


FORGOTTEN = (Letter, ClientLink, Stop, Route, PlanningJob, Appointment, VisitRequest)


def _forget_everything():
    with write_session() as session:
        for table in FORGOTTEN:
            session.execute(delete(table))
