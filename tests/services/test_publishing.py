"""Is everybody told what is new to her when routes are published, and nothing else?"""

from datetime import timedelta

import pytest

from booking.models import (
    Accompaniment,
    Answer,
    Appointment,
    Interpreter,
    InterpreterRequest,
    Letter,
    LetterKind,
    Reach,
    Route,
    Status,
    Stop,
    VisitRequest,
    VisitState,
    Word,
    db,
)
from booking.services import appointments, board, desk, publishing, visits, wishes
from booking.services.publishing import Clash, difference
from booking.services.told import told_window
from booking.services.writing import read_session, write_session
from tests import make
from tests.services import visiting
from tests.services.visiting import ALL_DAY, TUESDAY, planned, published


@pytest.fixture
def team(office, now):
    """Two counsellors who are there all day, and a town on the map."""
    visiting.town(now)
    return [make.counsellor(hours=ALL_DAY), make.counsellor(hours=ALL_DAY)]


def one_stop(way, *, is_draft):
    db.session.rollback()
    found = db.session.query(Stop).filter_by(visit_request_id=way.request.id).all()
    (stop,) = [one for one in found if (one.appointment_id is None) == is_draft]
    return stop


def appointment_of(way):
    return one_stop(way, is_draft=False).appointment


def letters_to(way):
    db.session.rollback()
    row = appointment_of(way)
    return db.session.query(Letter).filter_by(
        appointment_id=row.id, kind=LetterKind.VISIT
    )


def shift(way, **by):
    """Let a draft be driven so much later, with all that lies around it."""
    with write_session() as session:
        stop = session.get(Stop, one_stop(way, is_draft=True).id)
        for name in ("leaves_for_at", "arrives_at", "starts_at", "ends_at", "back_at"):
            if moment := getattr(stop, name):
                setattr(stop, name, moment + timedelta(**by))


def publish(team, now):
    return publishing.publish([TUESDAY], by=team[0], now=now.now())


def again(team, now):
    planned(now, team, moves_published=True)


def test_who_was_told_the_same_window_hears_nothing_and_keeps_her_appointment(
    team, now
):
    way = visiting.wish(now, 4)
    published(now, team)
    before = appointment_of(way)
    number, sequence, start = before.uuid, before.sequence, before.starts_at
    again(team, now)
    assert publish(team, now) == 1
    after = appointment_of(way)
    assert (after.uuid, after.sequence, after.starts_at) == (number, sequence, start)
    assert letters_to(way).count() == 1
    assert db.session.query(Route).count() == 1


def test_within_her_window_a_visit_moves_in_calendars_and_no_letter_is_written(
    team, now
):
    way = visiting.wish(now, 4)
    published(now, team)
    before = appointment_of(way)
    start, sequence = before.starts_at, before.sequence
    again(team, now)
    shift(way, minutes=1)
    publish(team, now)
    after = appointment_of(way)
    assert after.starts_at == start + timedelta(minutes=1)
    assert after.sequence == sequence + 1
    assert letters_to(way).count() == 1
    assert letters_to(way).one().sequence == after.sequence, "it still stands"


def test_who_gets_another_window_is_told_the_new_one(team, now):
    way = visiting.wish(now, 4)
    published(now, team)
    again(team, now)
    shift(way, hours=2)
    with read_session() as session:
        found = difference(session, [TUESDAY], now.now())
    assert (found.new, found.another_window, found.unchanged) == (0, 1, 0)
    publish(team, now)
    row = db.session.get(VisitRequest, way.request.id)
    assert row.told == told_window(appointment_of(way).starts_at)
    assert letters_to(way).count() == 2


def test_two_who_swap_their_times_do_not_meet_on_the_way(office, now):
    visiting.town(now)
    only = make.counsellor(hours=ALL_DAY)
    one, other = visiting.wish(now, 4), visiting.wish(now, 9)
    published(now, [only])
    again([only], now)
    a, b = one_stop(one, is_draft=True), one_stop(other, is_draft=True)
    with write_session() as session:
        first, second = session.get(Stop, a.id), session.get(Stop, b.id)
        first.visit_request_id, second.visit_request_id = (
            second.visit_request_id,
            first.visit_request_id,
        )
    before = {appointment_of(w).uuid: appointment_of(w).starts_at for w in (one, other)}
    assert publish([only], now) == 2
    after = {appointment_of(w).uuid: appointment_of(w).starts_at for w in (one, other)}
    assert after.keys() == before.keys()
    assert sorted(after.values()) == sorted(before.values())
    assert after != before


def test_a_visit_may_change_hands_and_stays_one_appointment(team, now):
    way = visiting.wish(now, 4)
    published(now, team[:1])
    before = appointment_of(way).uuid
    make.absent(team[0], make.at(TUESDAY, 0), make.at(TUESDAY, 23))
    again(team, now)
    publish(team, now)
    after = appointment_of(way)
    assert (after.uuid, after.counsellor_id) == (before, team[1])
    assert db.session.query(Route).one().counsellor_id == team[1]
    assert make.busy_windows(db.session, team[0]) == []


def test_what_is_booked_meanwhile_is_in_the_way_and_everything_stays(team, now):
    way = visiting.wish(now, 4)
    published(now, team)
    told = appointment_of(way).starts_at
    again(team, now)
    shift(way, hours=2)
    draft = one_stop(way, is_draft=True)
    make.absent(draft.route.counsellor_id, draft.starts_at, draft.ends_at)
    with pytest.raises(Clash):
        publish(team, now)
    assert appointment_of(way).starts_at == told
    assert one_stop(way, is_draft=True)


# --- Two together, interpreters --------------------------------------------------


@pytest.fixture
def pair(team, now):
    """A home to which two go, published."""
    way = visiting.wish(now, 4)
    with write_session() as session:
        session.get(VisitRequest, way.request.id).crew = 2
    published(now, team)
    return way


def crew_of(way):
    """Return the appointments of who leads and of who comes along."""
    db.session.rollback()
    along = db.session.query(Accompaniment).one()
    return along.lead, along.appointment


def test_the_second_of_a_crew_has_a_time_and_knows_nobodys_name(pair, team, now):
    lead, second = crew_of(pair)
    assert {lead.counsellor_id, second.counsellor_id} == set(team)
    assert lead.window == second.window
    assert (lead.name, second.name) == ("Amal Beispiel", "")
    assert (second.phone, second.email, second.address, second.client_id) == (
        *("", "", ""),
        None,
    )
    assert second.reach == Reach.NONE
    assert db.session.query(Letter).filter_by(appointment_id=second.id).count() == 0
    assert db.session.query(Letter).filter_by(kind=LetterKind.VISIT).count() == 1


def test_when_the_client_cancels_both_have_their_time_back(pair, team, now):
    wishes.withdraw(pair.request.uuid, now=now.now())
    lead, second = crew_of(pair)
    assert (lead.status, second.status) == (Status.CANCELLED, Status.CANCELLED)
    assert [make.busy_windows(db.session, one) for one in team] == [[], []]
    assert db.session.query(Stop).count() == 0
    row = db.session.get(VisitRequest, pair.request.id)
    assert row.state == VisitState.DECLINED


def test_what_one_of_a_crew_records_counts_for_both(pair, team, now):
    lead, second = crew_of(pair)
    now.moment = lead.ends_at
    who = make.signed_in(second.counsellor_id)
    desk.record(who, second.uuid, Status.MET, now=now.now())
    lead, second = crew_of(pair)
    assert (lead.status, second.status) == (Status.MET, Status.MET)
    assert db.session.get(VisitRequest, pair.request.id).state == VisitState.MET


def test_planned_again_the_pair_keeps_both_appointments(pair, team, now):
    before = [one.uuid for one in crew_of(pair)]
    again(team, now)
    publish(team, now)
    assert sorted(map(str, before)) == sorted(str(one.uuid) for one in crew_of(pair))


def test_who_need_not_come_along_any_more_has_her_time_back(pair, team, now):
    with write_session() as session:
        session.get(VisitRequest, pair.request.id).crew = None
    again(team, now)
    publish(team, now)
    lead, second = crew_of(pair)
    assert (lead.status, second.status) == (Status.BOOKED, Status.CANCELLED)
    assert len(make.busy_windows(db.session, second.counsellor_id)) <= 1


def test_an_interpreter_is_asked_once_the_visit_is_published(team, now):
    one = make.interpreter(languages=("so",), lead_hours=0)
    way = visiting.wish(now, 4, language="so", interpreter=True)
    published(now, team)
    row = appointment_of(way)
    assert row.interpreter_id == one
    asked = db.session.query(InterpreterRequest).one()
    assert asked.appointment_id == row.id
    assert db.session.get(Interpreter, one).name
    appointments.cancel(row.uuid, now=now.now())
    kinds = {letter.kind for letter in db.session.query(Letter)}
    assert LetterKind.INTERPRETER_NOT_NEEDED in kinds


# --- Vetoes ------------------------------------------------------------------------


def veto(stop, now):
    with write_session() as session:
        row = session.get(Stop, stop.id)
        row.answer = Answer(
            word=Word.VETO, said_by_id=row.route.counsellor_id, said_at=now.now()
        )


def test_what_a_counsellor_has_vetoed_goes_back_and_she_is_not_sent_there_again(
    team, now
):
    ways = [visiting.wish(now, number) for number in (2, 4, 6)]
    planned(now, team)
    refused = one_stop(ways[1], is_draft=True)
    counsellor = refused.route.counsellor_id
    veto(refused, now)
    with read_session() as session:
        found = difference(session, [TUESDAY], now.now())
    assert (found.new, found.vetoed) == (2, 1)
    assert publish(team, now) == 2
    row = db.session.get(VisitRequest, ways[1].request.id)
    assert row.state == VisitState.WISHED
    assert row.excluded_counsellor_id == counsellor
    assert db.session.query(Appointment).count() == 2
    assert row.uuid in {wish.uuid for wish in board.board(TUESDAY).wishes}


# --- Drafts of what was told -----------------------------------------------------------


def test_who_declines_stands_on_no_draft_any_more_either(team, now):
    way = visiting.wish(now, 4)
    published(now, team)
    again(team, now)
    visits.decline(way.request.uuid, now=now.now())
    assert db.session.query(Stop).count() == 0
    assert db.session.get(VisitRequest, way.request.id).state == VisitState.DECLINED


def test_discarded_drafts_leave_what_was_told_as_it_was(team, now):
    way = visiting.wish(now, 4)
    published(now, team)
    again(team, now)
    visits.discard([TUESDAY], by=team[0], now=now.now())
    assert appointment_of(way).status == Status.BOOKED
    assert db.session.get(VisitRequest, way.request.id).state == VisitState.PUBLISHED


def test_all_on_one_route_may_change_their_order_at_once(office, now):
    visiting.town(now)
    only = make.counsellor(hours=ALL_DAY)
    ways = [visiting.wish(now, number) for number in (2, 6, 10, 14)]
    published(now, [only])
    again([only], now)
    with write_session() as session:
        drafted = session.query(Stop).filter(Stop.appointment_id.is_(None))
        rows = drafted.order_by(Stop.starts_at).all()
        wishes_of = [row.visit_request_id for row in rows]
        for row, wish in zip(rows, [*wishes_of[1:], wishes_of[0]], strict=True):
            row.visit_request_id = wish
    before = sorted(appointment_of(way).starts_at for way in ways)
    assert publish([only], now) == 4
    assert sorted(appointment_of(way).starts_at for way in ways) == before


def test_who_has_declined_is_planned_again_with_all_the_others(team, now):
    ways = [visiting.wish(now, number) for number in (3, 3, 3, 9, 14)]
    published(now, team)
    visits.decline(ways[1].request.uuid, now=now.now())
    again(team, now)
    assert publish(team, now) >= 4
