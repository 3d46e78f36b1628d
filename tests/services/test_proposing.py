"""Is a counsellor asked about her route, and does her word count?"""

from datetime import date, timedelta

import pytest

from booking.models import (
    Answer,
    Closure,
    JournalEntry,
    Route,
    RouteState,
    Stop,
    Word,
    db,
)
from booking.services import proposing, publishing
from booking.services.proposing import NotAsked, NothingToPropose, ReasonTooLong
from booking.services.writing import write_session
from tests import make
from tests.services import visiting
from tests.services.visiting import ALL_DAY, TUESDAY, planned


@pytest.fixture
def her(office, now):
    """A counsellor with three visits drafted for Tuesday, and asked about them."""
    visiting.town(now)
    only = make.counsellor(hours=ALL_DAY)
    for number in (2, 5, 9):
        visiting.wish(now, number)
    planned(now, [only])
    proposing.propose([TUESDAY], by=only, now=now.now())
    return make.signed_in(only)


def stops():
    db.session.rollback()
    return db.session.query(Stop).order_by(Stop.position).all()


def words():
    return [stop.answer.word if stop.answer else None for stop in stops()]


def test_she_is_asked_until_letters_by_post_must_go_out(her, now):
    (asked,) = proposing.questions(her, now=now.now())
    assert (asked.day, asked.unanswered) == (TUESDAY, 3)
    assert asked.publish_by == date(2027, 3, 4), "Friday, Monday and Tuesday are left"
    (route,) = db.session.query(Route)
    assert route.state == RouteState.PROPOSED


def test_days_on_which_nobody_works_do_not_count(office, now):
    visiting.town(now)
    only = make.counsellor(hours=ALL_DAY)
    visiting.wish(now, 2)
    planned(now, [only])
    with write_session() as session:
        session.add(
            Closure(
                starts_at=make.at(date(2027, 3, 5), 0),
                ends_at=make.at(date(2027, 3, 6), 0),
            )
        )
    proposing.propose([TUESDAY], by=only, now=now.now())
    (asked,) = proposing.questions(make.signed_in(only), now=now.now())
    assert asked.publish_by == date(2027, 3, 3)


def test_nobody_is_asked_twice_about_one_route(her, now):
    with pytest.raises(NothingToPropose):
        proposing.propose([TUESDAY], by=her.id, now=now.now())


def test_she_says_yes_and_no_and_may_think_again(her, now):
    first, second, _third = stops()
    proposing.answer(her, first.uuid, Word.YES, now=now.now())
    proposing.answer(her, second.uuid, Word.VETO, why="Geheimgrund", now=now.now())
    assert words() == [Word.YES, Word.VETO, None]
    assert stops()[1].answer.why == "Geheimgrund"
    assert b"Geheimgrund" not in stops()[1].answer.why_sealed
    proposing.answer(her, second.uuid, Word.YES, now=now.now())
    assert (words()[1], stops()[1].answer.why) == (Word.YES, "")
    proposing.say_yes_to_all(her, TUESDAY, now=now.now())
    assert words() == [Word.YES] * 3
    assert proposing.questions(her, now=now.now()) == []
    assert "Geheimgrund" not in str([e.about for e in db.session.query(JournalEntry)])


def test_yes_to_all_leaves_her_no_standing(her, now):
    proposing.answer(her, stops()[1].uuid, Word.VETO, now=now.now())
    proposing.say_yes_to_all(her, TUESDAY, now=now.now())
    assert words() == [Word.YES, Word.VETO, Word.YES]


def test_a_stranger_has_no_say(her, now):
    other = make.signed_in(make.counsellor())
    with pytest.raises(NotAsked):
        proposing.answer(other, stops()[0].uuid, Word.VETO, now=now.now())
    with pytest.raises(NotAsked):
        proposing.say_yes_to_all(other, TUESDAY, now=now.now())
    assert words() == [None] * 3


def test_what_is_published_is_no_question_any_more(her, now):
    (one, *_) = stops()
    assert publishing.publish([TUESDAY], by=her.id, now=now.now()) == 3
    with pytest.raises(NotAsked):
        proposing.answer(her, one.uuid, Word.VETO, now=now.now())
    assert proposing.questions(her, now=now.now()) == []


def test_a_reason_as_long_as_a_letter_is_not_taken(her, now):
    with pytest.raises(ReasonTooLong):
        proposing.answer(her, stops()[0].uuid, Word.VETO, why="x" * 201, now=now.now())
    assert db.session.query(Answer).count() == 0


def test_planned_again_a_draft_is_asked_about_again(her, now):
    planned(now, [her.id])
    assert proposing.questions(her, now=now.now()) == []
    assert proposing.propose([TUESDAY], by=her.id, now=now.now()) == 1


def test_yesterdays_route_is_no_question(her, now):
    now.moment += timedelta(days=30)
    assert proposing.questions(her, now=now.now()) == []
    with pytest.raises(NothingToPropose):
        proposing.propose([TUESDAY], by=her.id, now=now.now())
