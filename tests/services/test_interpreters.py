"""Is an interpreter asked once, told of every change, and never booked twice?"""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from booking.models import (
    Appointment,
    Interpreter,
    InterpreterRequest,
    Letter,
    LetterKind,
    Reach,
    db,
)
from booking.services import appointments, choosing_interpreters, interpreters
from booking.services.choosing_interpreters import InterpreterTaken
from booking.services.interpreters import (
    Answer,
    NotAskedAnyMore,
    UnknownRequest,
)
from booking.services.writing import write_session
from tests import make

THURSDAY, FRIDAY = date(2027, 3, 4), date(2027, 3, 5)
TO_INTERPRETERS = {
    LetterKind.INTERPRETER_ASKED,
    LetterKind.INTERPRETER_MOVED,
    LetterKind.INTERPRETER_NOT_NEEDED,
}


@pytest.fixture
def saba(office):
    return make.interpreter_named(name="Saba Muster")


@pytest.fixture
def hodan(office):
    return make.interpreter_named(name="Hodan Probe", email="")


def booked(now, start, **choice):
    choice = {"wish": make.wish(language="ar")} | choice
    way = appointments.book(make.choice(start, **choice), make.person(), now=now.now())
    return way.appointment


def seated(row, interpreter, now):
    """Give a talk its interpreter, as booking does."""
    with write_session() as session:
        row = session.get(Appointment, row.id)
        row.interpreter_wanted, row.interpreter_id = True, interpreter
        interpreters.keep_asked(session, row, now=now.now())
    return the_request(interpreter)


@pytest.fixture
def talk(now, office, saba):
    """A talk on Thursday at nine, for which Saba was asked."""
    row = booked(now, make.at(THURSDAY, 9))
    seated(row, saba, now)
    return row


def requests():
    db.session.rollback()
    rows = db.session.query(InterpreterRequest).order_by(InterpreterRequest.id)
    return [(row.interpreter_id, row.state) for row in rows]


def the_request(interpreter):
    db.session.rollback()
    query = db.session.query(InterpreterRequest).filter_by(interpreter_id=interpreter)
    return query.order_by(InterpreterRequest.id.desc()).first()


def told(interpreter):
    """The kinds of letters to one interpreter, in order."""
    db.session.rollback()
    rows = db.session.query(Letter).join(InterpreterRequest)
    rows = rows.filter(InterpreterRequest.interpreter_id == interpreter)
    return [row.kind for row in rows.order_by(Letter.id)]


def row_of(row):
    db.session.rollback()
    return db.session.get(Appointment, row.id)


def test_who_stands_at_a_talk_is_asked_once(now, talk, saba):
    for _ in range(2):
        with write_session() as session:
            row = session.get(Appointment, talk.id)
            interpreters.keep_asked(session, row, now=now.now())
    assert requests() == [(saba, "asked")]
    assert told(saba) == [LetterKind.INTERPRETER_ASKED]
    assert len(the_request(saba).token) >= 43


def test_who_reads_no_mail_is_called(now, office, hodan):
    seated(booked(now, make.at(THURSDAY, 9)), hodan, now)
    (letter,) = db.session.query(Letter).filter(Letter.kind.in_(TO_INTERPRETERS))
    assert letter.channel == Reach.CALL


def test_a_moved_talk_asks_the_same_interpreter_anew(now, talk, saba):
    interpreters.answer(the_request(saba).token, Answer.YES, now=now.now())
    assert requests() == [(saba, "confirmed")]
    appointments.move(talk.uuid, make.at(FRIDAY, 9), now=now.now())
    assert row_of(talk).interpreter_id == saba
    assert requests() == [(saba, "asked")]
    assert told(saba)[-1] == LetterKind.INTERPRETER_MOVED


def test_a_cancelled_talk_tells_its_interpreter(now, talk, saba):
    appointments.cancel(talk.uuid, now=now.now())
    assert requests() == [(saba, "withdrawn")]
    assert told(saba)[-1] == LetterKind.INTERPRETER_NOT_NEEDED


def test_another_interpreter_is_asked_and_the_first_need_not_come(
    now, talk, saba, hodan
):
    seated(talk, hodan, now)
    assert requests() == [(saba, "withdrawn"), (hodan, "asked")]
    assert told(saba)[-1] == LetterKind.INTERPRETER_NOT_NEEDED


def test_a_no_frees_her_time_at_once_and_asks_the_next(now, talk, saba, hodan):
    interpreters.answer(the_request(saba).token, Answer.NO, now=now.now())
    assert row_of(talk).interpreter_id == hodan
    assert requests() == [(saba, "declined"), (hodan, "asked")]
    assert told(saba) == [LetterKind.INTERPRETER_ASKED]


def test_when_nobody_is_left_the_counsellor_sees_it(now, talk, saba, hodan):
    for one in (saba, hodan):
        interpreters.answer(the_request(one).token, Answer.NO, now=now.now())
    assert row_of(talk).interpreter_id is None
    person = make.signed_in(talk.counsellor_id)
    (lonely,) = choosing_interpreters.nobody_found(person, now=now.now())
    assert lonely.uuid == talk.uuid
    stranger = make.signed_in(make.counsellor())
    assert choosing_interpreters.nobody_found(stranger, now=now.now()) == []


def test_who_is_taken_at_that_time_is_passed_over(now, office, talk, saba, hodan):
    make.counsellor()
    other = booked(now, make.at(THURSDAY, 9))
    seated(other, hodan, now)
    interpreters.answer(the_request(saba).token, Answer.NO, now=now.now())
    assert row_of(talk).interpreter_id is None


def test_the_database_refuses_an_interpreter_twice_at_a_time(now, talk, saba):
    make.counsellor()
    other = booked(now, make.at(THURSDAY, 9))
    with pytest.raises(IntegrityError), write_session() as session:
        session.get(Appointment, other.id).interpreter_id = saba


def test_an_answer_counts_once_and_a_no_may_follow_a_yes(now, talk, saba):
    token = the_request(saba).token
    for said in (Answer.YES, Answer.YES):
        interpreters.answer(token, said, now=now.now())
    assert requests() == [(saba, "confirmed")]
    for said in (Answer.NO, Answer.NO):
        interpreters.answer(token, said, now=now.now())
    assert requests() == [(saba, "declined")]
    with pytest.raises(NotAskedAnyMore):
        interpreters.answer(token, Answer.YES, now=now.now())


def test_what_is_withdrawn_or_over_cannot_be_answered(now, talk, saba):
    token = the_request(saba).token
    appointments.cancel(talk.uuid, now=now.now())
    with pytest.raises(NotAskedAnyMore):
        interpreters.answer(token, Answer.YES, now=now.now())
    now.move(days=10)
    with pytest.raises(UnknownRequest):
        interpreters.answer(token, Answer.YES, now=now.now())


def test_nobody_answers_after_the_talk_has_begun(now, talk, saba):
    now.move(days=3, hours=3)
    with pytest.raises(NotAskedAnyMore):
        interpreters.answer(the_request(saba).token, Answer.YES, now=now.now())


def test_an_unknown_link_asks_nobody(app, office, now):
    for token in ("", "x" * 43, "ü\ud800"):
        with pytest.raises(UnknownRequest):
            interpreters.asked_by(token, now=now.now())


def uuid_of(interpreter):
    return db.session.get(Interpreter, interpreter).uuid


def test_the_counsellor_asks_whom_she_chooses(now, talk, saba, hodan):
    person = make.signed_in(talk.counsellor_id)
    named = [one.name for one in choosing_interpreters.candidates(row_of(talk))]
    assert named == ["Hodan Probe"]
    choosing_interpreters.ask_by_hand(person, talk.uuid, uuid_of(hodan), now=now.now())
    assert requests() == [(saba, "withdrawn"), (hodan, "asked")]


def test_a_stranger_asks_nobody_for_a_talk_that_is_not_hers(now, talk, hodan):
    stranger = make.signed_in(make.counsellor())
    with pytest.raises(UnknownRequest):
        choosing_interpreters.ask_by_hand(
            stranger, talk.uuid, uuid_of(hodan), now=now.now()
        )


def test_whoever_interprets_elsewhere_cannot_be_chosen(now, talk, hodan):
    make.counsellor()
    seated(booked(now, make.at(THURSDAY, 9)), hodan, now)
    person = make.signed_in(talk.counsellor_id)
    assert choosing_interpreters.candidates(row_of(talk)) == []
    with pytest.raises(InterpreterTaken):
        choosing_interpreters.ask_by_hand(
            person, talk.uuid, uuid_of(hodan), now=now.now()
        )


def test_who_has_said_no_stands_last_among_those_to_choose_from(now, talk, saba, hodan):
    interpreters.answer(the_request(saba).token, Answer.NO, now=now.now())
    interpreters.answer(the_request(hodan).token, Answer.NO, now=now.now())
    third = make.interpreter_named(name="Zara Probe")
    offered = choosing_interpreters.candidates(row_of(talk))
    assert offered[0].uuid == uuid_of(third)
    assert [one.has_declined for one in offered] == [False, True, True]


def test_hours_decide_who_is_asked_next_and_short_notice_comes_last(now, talk, saba):
    make.interpreter_named(name="Away", weekdays=[4])
    late = make.interpreter_named(name="Late", lead_hours=24 * 14)
    soon = make.interpreter_named(name="Soon")
    for said_no, asked_next in ((saba, soon), (soon, late), (late, None)):
        interpreters.answer(the_request(said_no).token, Answer.NO, now=now.now())
        assert row_of(talk).interpreter_id == asked_next
