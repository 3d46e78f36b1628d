"""Can a coordinator change the drafts by hand, see what breaks, and go back?"""

from datetime import time, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.models import (
    Answer,
    Company,
    PlanStep,
    Ride,
    Route,
    RouteState,
    Stop,
    Vehicle,
    VisitRequest,
    VisitState,
    Word,
    db,
)
from booking.routing import BreachCode, Spot
from booking.services import (
    editing,
    plan_steps,
    publishing,
)
from booking.services.draft_shots import RouteShot, drafts_of, shots_of
from booking.services.edit_places import places
from booking.services.editing import (
    ChangedMeanwhile,
    Collides,
    Deed,
    NotOnDraft,
    NowhereToGo,
    TwoGoTogether,
    Wanted,
    WouldBreak,
)
from booking.services.paper_week import paper_week
from booking.services.plan_steps import CannotBeUndone
from booking.services.writing import write_session
from tests import make
from tests.counting import queries_of
from tests.services import visiting
from tests.services.visiting import ALL_DAY, TUESDAY, WEDNESDAY, planned, published

MONDAY = TUESDAY - timedelta(days=1)
EARLY = ((time(8), time(13)),)


@pytest.fixture
def team(office, now):
    """Two counsellors who are there from eight to one, and a town on the map."""
    visiting.town(now)
    return [make.counsellor(hours=EARLY), make.counsellor(hours=EARLY)]


@pytest.fixture
def wished(team, now):
    """Four wishes along one street."""
    return [visiting.wish(now, number) for number in (2, 4, 6, 8)]


@pytest.fixture
def drafted(wished, team, now):
    """The four on one draft of Tuesday."""
    planned(now, team[:1])
    return wished


def shots():
    """How the drafts stand, without what only says when they changed."""
    db.session.rollback()
    days = [MONDAY + timedelta(days=n) for n in range(7)]
    return shots_of(drafts_of(db.session(), days))


def orders():
    return {
        key: [stop.wish for stop in shot.stops] for key, shot in sorted(shots().items())
    }


def states():
    db.session.rollback()
    return dict(db.session.query(VisitRequest.id, VisitRequest.state))


def seen():
    """All that a page shows that has just been opened."""
    days = [MONDAY + timedelta(days=n) for n in range(7)]
    shown = frozenset(editing.versions(days).values())
    team = {row.counsellor_id for row in db.session.query(Route)} | {1, 2, 3}
    empty = {
        RouteShot(counsellor=one, day=day, mode="car").version
        for one in team
        for day in days
    }
    return shown | empty


def edit(now, deed, visit, *, by=1, **facts):
    facts = {"seen": seen()} | facts
    wanted = Wanted(deed=deed, visit=visit, **facts)
    editing.edit(wanted, TUESDAY, by=by, now=now.now())


def undo(now, by=1):
    step = plan_steps.last_step(MONDAY)
    plan_steps.undo(step.uuid, MONDAY, by=by, now=now.now())


def offered(now, visit):
    return places(paper_week(TUESDAY, now=now.now(), wish=visit), visit)


def longest():
    """The draft with most stops: its key, and the wishes on it."""
    return max(orders().items(), key=lambda one: len(one[1]))


def uuid_of(wish):
    return db.session.get_one(VisitRequest, wish).uuid


def test_a_stop_is_moved_up_and_the_times_follow(drafted, now):
    (counsellor, _), (first, second, *rest) = longest()
    edit(now, Deed.EARLIER, uuid_of(second), counsellor=counsellor)
    (shot,) = [one for one in shots().values() if one.counsellor == counsellor]
    assert [stop.wish for stop in shot.stops] == [second, first, *rest]
    for stop in shot.stops:
        assert stop.leaves_for_at <= stop.arrives_at <= stop.starts_at < stop.ends_at
    assert shot.stops[-1].back_at
    assert set(states().values()) == {VisitState.PLANNED}


def test_a_stop_keeps_being_the_same_stop_wherever_it_goes(drafted, now):
    was = {stop.wish: stop.uuid for shot in shots().values() for stop in shot.stops}
    visit = drafted[0].request
    place = offered(now, visit.uuid).best[0]
    edit(now, Deed.MOVE, visit.uuid, spots=place.spots, start=place.start)
    is_ = {stop.wish: stop.uuid for shot in shots().values() for stop in shot.stops}
    assert is_ == was


def test_up_and_down_again_leads_back(drafted, now):
    (counsellor, _), (_, second, *_) = longest()
    before = orders()
    edit(now, Deed.EARLIER, uuid_of(second), counsellor=counsellor)
    edit(now, Deed.LATER, uuid_of(second), counsellor=counsellor)
    assert orders() == before


def test_the_first_of_a_day_cannot_go_further_up(drafted, now):
    (counsellor, _), (first, *_) = longest()
    with pytest.raises(NowhereToGo):
        edit(now, Deed.EARLIER, uuid_of(first), counsellor=counsellor)


def test_the_last_of_a_morning_goes_down_into_the_afternoon(team, now):
    make.busy(team[0], (make.at(TUESDAY, 10), make.at(TUESDAY, 11)))
    way = visiting.wish(now)
    planned(now, team[:1])
    edit(now, Deed.LATER, way.request.uuid, counsellor=team[0])
    (shot,) = shots().values()
    assert shot.stops[0].starts_at >= make.at(TUESDAY, 11)


def test_a_visit_moves_to_somebody_who_has_no_route_yet(drafted, now, office):
    visit, newcomer = drafted[0].request, make.counsellor(hours=ALL_DAY)
    spots = [
        position.spot
        for one in offered(now, visit.uuid).intervals
        for position in one.positions
        if position.spot.counsellor == str(newcomer) and one.day == WEDNESDAY
    ]
    wednesday = RouteShot(counsellor=newcomer, day=WEDNESDAY, mode="car").version
    edit(now, Deed.MOVE, visit.uuid, spots=(spots[0],), seen=seen() | {wednesday})
    assert orders()[newcomer, WEDNESDAY] == [visit.id]
    assert sum(map(len, orders().values())) == 4


def test_every_place_that_is_offered_can_be_taken_without_breaking_anything(
    drafted, now
):
    visit = drafted[1].request
    for place in offered(now, visit.uuid).best:
        edit(now, Deed.MOVE, visit.uuid, spots=place.spots, start=place.start)
        (stop,) = [
            stop
            for shot in shots().values()
            for stop in shot.stops
            if stop.wish == visit.id
        ]
        assert stop.starts_at == place.starts_at
        undo(now)


def test_a_place_says_what_it_adds_and_whom_it_pushes(drafted, now):
    visit = drafted[1].request
    before = {s.wish: s.starts_at for shot in shots().values() for s in shot.stops}
    on_the_way = sum(shot.travel for shot in shots().values())
    for place in offered(now, visit.uuid).best:
        edit(now, Deed.MOVE, visit.uuid, spots=place.spots, start=place.start)
        after = {s.wish: s.starts_at for shot in shots().values() for s in shot.stops}
        pushed = {one.reference: one.minutes for one in place.pushes}
        for wish, start in after.items():
            if wish != visit.id:
                reference = uuid_of(wish).hex[:5].upper()
                minutes = (start - before[wish]) / timedelta(minutes=1)
                assert pushed.get(reference, 0) == minutes
        now_on_it = sum(shot.travel for shot in shots().values())
        assert place.more == (now_on_it - on_the_way) / 60
        undo(now)


def test_who_is_taken_out_waits_again_and_can_be_put_in(drafted, now):
    visit = drafted[2].request
    edit(now, Deed.TAKE_OUT, visit.uuid)
    assert states()[visit.id] == VisitState.WISHED
    assert sum(map(len, orders().values())) == 3
    place = offered(now, visit.uuid).best[0]
    edit(now, Deed.PUT_IN, visit.uuid, spots=place.spots, start=place.start)
    assert states()[visit.id] == VisitState.PLANNED
    assert sum(map(len, orders().values())) == 4


def test_a_route_without_stops_is_no_route(team, now):
    way = visiting.wish(now)
    planned(now, team)
    edit(now, Deed.TAKE_OUT, way.request.uuid)
    assert orders() == {}
    undo(now)
    assert [len(one) for one in orders().values()] == [1]


def test_a_pin_stays_when_others_move(drafted, now):
    (counsellor, _), (first, second, *_) = longest()
    edit(now, Deed.PIN, uuid_of(second))
    with pytest.raises(WouldBreak) as refused:
        edit(now, Deed.EARLIER, uuid_of(second), counsellor=counsellor)
    assert {one.code for one in refused.value.broken} & {
        BreachCode.PINNED,
        BreachCode.LATE,
        BreachCode.BACK_LATE,
    }
    edit(now, Deed.UNPIN, uuid_of(second))
    edit(now, Deed.EARLIER, uuid_of(second), counsellor=counsellor)
    assert longest()[1][:2] == [second, first]


def by_hand(now, visit, counsellor, day=TUESDAY):
    return next(
        position.spot
        for one in offered(now, visit).intervals
        for position in one.positions
        if position.spot.counsellor == str(counsellor) and one.day == day
    )


def test_what_breaks_is_said_first_and_done_once_somebody_agrees(team, now):
    mornings = visiting.wish(now, weekdays=(TUESDAY.weekday(),))
    planned(now, team)
    visit = mornings.request.uuid
    spot = by_hand(now, visit, team[1], WEDNESDAY)
    before = shots()
    with pytest.raises(WouldBreak) as refused:
        edit(now, Deed.MOVE, visit, spots=(spot,))
    assert [one.code for one in refused.value.broken] == [BreachCode.NOT_AT_HOME]
    assert shots() == before
    with pytest.raises(WouldBreak):
        edit(now, Deed.MOVE, visit, spots=(spot,), agreed="to something else")
    edit(now, Deed.MOVE, visit, spots=(spot,), agreed=refused.value.agreement)
    assert list(orders()) == [(team[1], WEDNESDAY)]


def test_what_is_broken_already_is_not_asked_about_again(team, now):
    ways = [visiting.wish(now, n, weekdays=(TUESDAY.weekday(),)) for n in (2, 4)]
    planned(now, team[:1])
    first, second = (way.request.uuid for way in ways)
    for visit in (first, second):
        spot = by_hand(now, visit, team[0], WEDNESDAY)
        with pytest.raises(WouldBreak) as refused:
            edit(now, Deed.MOVE, visit, spots=(spot,))
        agreed = refused.value.agreement
        assert {one.visit for one in refused.value.broken} == {visit.hex[:5].upper()}
        edit(now, Deed.MOVE, visit, spots=(spot,), agreed=agreed)
    edit(now, Deed.EARLIER, first, counsellor=team[0])


def test_nobody_can_agree_to_drive_through_an_appointment(team, now):
    early = visiting.wish(now, 3)
    make.visit_published(early.request.uuid, team[0], make.at(TUESDAY, 9, 10))
    way = visiting.wish(now, 20)
    planned(now, team[1:])
    visit = way.request.uuid
    spot = by_hand(now, visit, team[0])
    with pytest.raises(Collides) as refused:
        edit(now, Deed.MOVE, visit, spots=(spot,))
    assert [one.code for one in refused.value.broken] == [BreachCode.BUSY]
    with pytest.raises(Collides):
        edit(now, Deed.MOVE, visit, spots=(spot,), agreed=refused.value.agreement)


def test_nobody_can_agree_to_drive_into_an_absence(team, now):
    make.absent(team[0], make.at(TUESDAY, 9), make.at(TUESDAY, 18))
    way = visiting.wish(now, 20)
    planned(now, team[1:])
    spot = by_hand(now, way.request.uuid, team[0])
    with pytest.raises(Collides) as refused:
        edit(now, Deed.MOVE, way.request.uuid, spots=(spot,))
    assert refused.value.broken[0].is_away


def test_an_excluded_counsellor_is_not_sent_even_if_somebody_agrees(team, now):
    way = visiting.wish(now)
    with write_session() as session:
        row = session.get_one(VisitRequest, way.request.id)
        row.excluded_counsellor_id = team[1]
    planned(now, team[:1])
    spot = by_hand(now, way.request.uuid, team[1])
    with pytest.raises(Collides):
        edit(now, Deed.MOVE, way.request.uuid, spots=(spot,))


# --- Two at once --------------------------------------------------------------------


def test_of_two_coordinators_the_second_learns_that_the_route_has_changed(drafted, now):
    shown = seen()
    (counsellor, _), (_, second, third, *_) = longest()
    edit(now, Deed.EARLIER, uuid_of(second), counsellor=counsellor, seen=shown)
    before = shots()
    with pytest.raises(ChangedMeanwhile):
        edit(now, Deed.EARLIER, uuid_of(third), counsellor=counsellor, seen=shown)
    assert shots() == before


def test_two_coordinators_on_two_routes_do_not_get_in_each_others_way(team, now):
    visiting.wish(now, 3), visiting.wish(now, 5)
    planned(now, team[:1])
    visiting.wish(now, 7), visiting.wish(now, 9)
    planned(now, team[1:], WEDNESDAY)
    shown = seen()
    for (counsellor, _), (_, second) in list(orders().items()):
        edit(now, Deed.EARLIER, uuid_of(second), counsellor=counsellor, seen=shown)


def test_what_somebody_changes_while_another_tries_is_not_overwritten(
    drafted, now, monkeypatch
):
    """Between reading and writing, a stop is taken out by somebody else."""
    (counsellor, _), (first, second, *_) = longest()
    others, shown = uuid_of(first), seen()
    calmly = editing.tried

    def meanwhile(week, wanted):
        monkeypatch.setattr(editing, "tried", calmly)
        edit(now, Deed.TAKE_OUT, others, seen=shown)
        return calmly(week, wanted)

    monkeypatch.setattr(editing, "tried", meanwhile)
    with pytest.raises(ChangedMeanwhile):
        edit(now, Deed.EARLIER, uuid_of(second), counsellor=counsellor, seen=shown)
    assert first not in [wish for order in orders().values() for wish in order]


def test_a_wish_that_was_withdrawn_meanwhile_is_not_put_in(drafted, now):
    visit = drafted[2].request
    edit(now, Deed.TAKE_OUT, visit.uuid)
    place = offered(now, visit.uuid).best[0]
    with write_session() as session:
        row = session.get_one(VisitRequest, visit.id)
        row.state = VisitState.WITHDRAWN
    with pytest.raises(ChangedMeanwhile):
        edit(now, Deed.PUT_IN, visit.uuid, spots=place.spots, start=place.start)


def test_a_published_route_is_not_changed_in_place(wished, team, now):
    published(now, team)
    for deed in (Deed.EARLIER, Deed.TAKE_OUT, Deed.PIN, Deed.MOVE):
        with pytest.raises(NotOnDraft):
            edit(now, deed, wished[0].request.uuid)


def test_hours_that_are_gone_are_no_place_any_more(drafted, now, team):
    visit = drafted[0].request.uuid
    gone = Spot(str(team[0]), int(make.at(TUESDAY, 9).timestamp()), 0)
    with pytest.raises(ChangedMeanwhile):
        edit(now, Deed.MOVE, visit, spots=(gone,))


# --- Undo ---------------------------------------------------------------------------

DEEDS = st.lists(
    st.tuples(st.sampled_from(list(Deed)), st.integers(0, 99), st.integers(0, 99)),
    min_size=1,
    max_size=6,
)


def randomly(now, wishes, deed, which, where):
    """Do some deed, agreeing to whatever can be agreed to; tell if it was done."""
    visit = wishes[which % len(wishes)].request
    facts = {}
    if deed in {Deed.MOVE, Deed.PUT_IN}:
        spots = [
            position.spot
            for one in offered(now, visit.uuid).intervals
            for position in one.positions
        ]
        facts["spots"] = (spots[where % len(spots)],)
    steps = db.session.query(PlanStep).count()
    try:
        edit(now, deed, visit.uuid, **facts)
    except Collides:
        return False
    except WouldBreak as refused:
        edit(now, deed, visit.uuid, agreed=refused.agreement, **facts)
    except (ChangedMeanwhile, NotOnDraft, NowhereToGo):
        return False
    db.session.rollback()
    return db.session.query(PlanStep).count() > steps


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(deeds=DEEDS)
def test_undo_leads_back_to_exactly_what_was(drafted, now, deeds):
    before = []
    for deed in deeds:
        then = shots(), states()
        if randomly(now, drafted, *deed):
            before.append(then)
        on_drafts = [wish for stops in orders().values() for wish in stops]
        planned_ones = [w for w, how in states().items() if how == VisitState.PLANNED]
        assert sorted(on_drafts) == sorted(planned_ones)
    for then in reversed(before):
        undo(now)
        assert (shots(), states()) == then
    assert plan_steps.last_step(MONDAY) is None


def test_a_day_that_did_not_suit_is_remembered_when_it_is_undone(team, now):
    way = visiting.wish(now)
    planned(now, team)
    edit(now, Deed.TAKE_OUT, way.request.uuid)
    with write_session() as session:
        session.get_one(VisitRequest, way.request.id).state = VisitState.DECLINED
    place = offered(now, way.request.uuid).best[0]
    edit(now, Deed.PUT_IN, way.request.uuid, spots=place.spots, start=place.start)
    undo(now)
    assert states()[way.request.id] == VisitState.DECLINED


def test_undo_names_what_it_undoes(drafted, now, team):
    assert plan_steps.last_step(MONDAY) is None
    visit = drafted[0].request
    edit(now, Deed.TAKE_OUT, visit.uuid, by=team[0])
    step = plan_steps.last_step(MONDAY)
    assert (step.deed, step.by) == (Deed.TAKE_OUT, "Ayla Sommer")
    assert step.reference == visit.uuid.hex[:5].upper()


def test_a_step_is_undone_once(drafted, now):
    edit(now, Deed.TAKE_OUT, drafted[0].request.uuid)
    edit(now, Deed.TAKE_OUT, drafted[1].request.uuid)
    step = plan_steps.last_step(MONDAY).uuid
    plan_steps.undo(step, MONDAY, by=1, now=now.now())
    with pytest.raises(CannotBeUndone):
        plan_steps.undo(step, MONDAY, by=1, now=now.now())
    with pytest.raises(CannotBeUndone):
        plan_steps.undo(uuid4(), MONDAY, by=1, now=now.now())


def test_nothing_is_undone_over_a_new_plan_or_a_publication(drafted, team, now):
    edit(now, Deed.TAKE_OUT, drafted[0].request.uuid)
    step = plan_steps.last_step(MONDAY).uuid
    planned(now, team[:1])
    assert plan_steps.last_step(MONDAY) is None
    with pytest.raises(CannotBeUndone):
        plan_steps.undo(step, MONDAY, by=1, now=now.now())
    (counsellor, _), (_, second, *_) = longest()
    edit(now, Deed.EARLIER, uuid_of(second), counsellor=counsellor)
    publishing.publish([TUESDAY], by=1, now=now.now())
    assert plan_steps.last_step(MONDAY) is None


def test_only_the_last_twenty_steps_are_kept(drafted, now):
    visit = drafted[0].request.uuid
    for _ in range(11):
        edit(now, Deed.PIN, visit)
        edit(now, Deed.UNPIN, visit)
    assert db.session.query(PlanStep).count() == plan_steps.KEPT
    for _ in range(plan_steps.KEPT):
        undo(now)
    assert plan_steps.last_step(MONDAY) is None


def test_a_pin_that_is_sent_twice_is_one_step(drafted, now):
    visit = drafted[0].request.uuid
    edit(now, Deed.PIN, visit)
    edit(now, Deed.PIN, visit)
    assert db.session.query(PlanStep).count() == 1


def test_a_step_names_nobody(drafted, now):
    edit(now, Deed.TAKE_OUT, drafted[0].request.uuid)
    kept = str(db.session.query(PlanStep).one().before)
    for word in ("Amal", "Musterweg", "amal@example.org", "Beispiel"):
        assert word not in kept


# --- What hangs on a stop -------------------------------------------------------------


def test_a_word_is_kept_for_a_stop_that_stays_and_asked_anew_for_one_that_moves(
    drafted, team, now
):
    with write_session() as session:
        route = session.query(Route).one()
        route.state = RouteState.PROPOSED
        for stop in route.stops:
            stop.answer = Answer(word=Word.YES, said_by_id=team[0], said_at=now.now())
        last = route.stops[-1].visit_request.uuid
        before_last = route.stops[-2].visit_request.uuid
    edit(now, Deed.EARLIER, last, counsellor=team[0])
    db.session.rollback()
    stops = {stop.visit_request.uuid: stop for stop in db.session.query(Stop)}
    silent = {visit for visit, stop in stops.items() if stop.answer is None}
    assert silent == {last, before_last}
    assert db.session.query(Route).one().state == RouteState.PROPOSED


def test_undo_brings_back_who_came_along_and_with_which_vehicle(drafted, team, now):
    selam = make.interpreter()
    with write_session() as session:
        bike = Vehicle(name="Bike 1", mode="car")
        route = session.query(Route).one()
        route.ride = Ride(vehicle=bike)
        for stop in route.stops:
            stop.company = Company(interpreter_id=selam)
    before = shots()
    for way in drafted:
        edit(now, Deed.TAKE_OUT, way.request.uuid)
    assert orders() == {}
    for _ in drafted:
        undo(now)
    assert shots() == before
    (shot,) = before.values()
    assert shot.vehicle
    assert {stop.interpreter for stop in shot.stops} == {selam}


def test_a_draft_whose_counsellor_travels_otherwise_that_day_is_left_alone(team, now):
    ways = [visiting.wish(now, n) for n in (2, 4)]
    planned(now, team[:1])
    others = [visiting.wish(now, n) for n in (6, 8)]
    planned(now, team[:1], WEDNESDAY, mode="bike")
    before = shots()[team[0], TUESDAY]
    tuesdays = [
        one
        for one in offered(now, others[0].request.uuid).intervals
        if one.day == TUESDAY
    ]
    hers = [p for one in tuesdays for p in one.positions if p.spot[0] == str(team[0])]
    assert tuesdays
    assert hers == []
    edit(now, Deed.TAKE_OUT, others[0].request.uuid)
    assert shots()[team[0], TUESDAY] == before
    edit(now, Deed.TAKE_OUT, ways[0].request.uuid)
    assert {shot.mode for shot in shots().values()} == {"car", "bike"}


# --- Two together ---------------------------------------------------------------------


@pytest.fixture
def crew(team, now):
    """A visit to which both go, at one moment, and one visit more for the first."""
    both, alone = visiting.wish(now, 5), visiting.wish(now, 9)
    planned(now, team[:1])
    with write_session() as session:
        session.get_one(VisitRequest, both.request.id).crew = 2
        lead = session.query(Stop).filter_by(visit_request_id=both.request.id).one()
        make.second_stop(session, lead, team[1])
    return both.request, alone.request


def starts_of(wish):
    found = shots().values()
    return [s.starts_at for shot in found for s in shot.stops if s.wish == wish]


def test_two_who_go_together_move_together_in_time(crew, team, now):
    both, _ = crew
    deed = Deed.LATER if orders()[team[0], TUESDAY][0] == both.id else Deed.EARLIER
    was = starts_of(both.id)
    edit(now, deed, both.uuid, counsellor=team[0])
    there = starts_of(both.id)
    assert len(there) == 2
    assert len(set(there)) == 1
    assert there != was


def test_two_who_go_together_are_taken_out_and_brought_back_together(crew, now):
    both, _ = crew
    before = shots()
    edit(now, Deed.TAKE_OUT, both.uuid)
    assert starts_of(both.id) == []
    undo(now)
    assert shots() == before


def test_one_of_two_can_give_her_part_to_somebody_else(crew, team, now):
    both, _ = crew
    third = make.counsellor(hours=ALL_DAY)
    spot = by_hand(now, both.uuid, third)
    nothing = RouteShot(counsellor=third, day=TUESDAY, mode="car").version
    edit(
        now,
        Deed.MOVE,
        both.uuid,
        counsellor=team[1],
        spots=(spot,),
        seen=seen() | {nothing},
    )
    there = {
        key[0]: stop.is_second
        for key, shot in shots().items()
        for stop in shot.stops
        if stop.wish == both.id
    }
    assert there == {team[0]: False, third: True}


def test_nobody_goes_twice_to_a_visit_for_two(crew, team, now):
    both, _ = crew
    spot = by_hand(now, both.uuid, team[0])
    with pytest.raises(Collides):
        edit(now, Deed.MOVE, both.uuid, counsellor=team[1], spots=(spot,))


def test_a_place_for_one_is_not_enough_for_two(crew, team, now):
    both, _ = crew
    edit(now, Deed.TAKE_OUT, both.uuid)
    spot = by_hand(now, both.uuid, team[0])
    with pytest.raises(TwoGoTogether):
        edit(now, Deed.PUT_IN, both.uuid, spots=(spot,))


# --- Speed ----------------------------------------------------------------------------


def test_editing_asks_no_more_of_the_database_for_more_stops(team, now):
    ways = [visiting.wish(now, n) for n in (2, 4)]
    planned(now, team)

    def looks():
        return queries_of(lambda: offered(now, ways[0].request.uuid))

    few = looks()
    for n in (6, 8, 10, 12):
        visiting.wish(now, n)
    planned(now, team)
    assert looks() == few


def test_a_deed_asks_no_more_of_the_database_for_more_stops(team, now):
    ways = [visiting.wish(now, n) for n in (2, 4)]
    planned(now, team[:1])

    def moves():
        (counsellor, _), stops = longest()
        last, shown = uuid_of(stops[-1]), seen()
        wanted = Wanted(
            deed=Deed.EARLIER, visit=last, counsellor=counsellor, seen=shown
        )
        return queries_of(
            lambda: editing.edit(wanted, TUESDAY, by=team[0], now=now.now())
        )

    few = moves()
    ways += [visiting.wish(now, n) for n in (6, 8)]
    planned(now, team[:1])
    assert len(longest()[1]) == len(ways)
    # Who stays, who moves and who is last now are written down apart, but together.
    assert moves() <= few + 2
