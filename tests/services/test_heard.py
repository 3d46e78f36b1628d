"""Is it said truly whether a client knows when we come?"""

import pytest

from booking.models import Letter, LetterKind, LetterState, Reach, db
from booking.services import letters
from booking.services.heard import Heard, heard
from booking.services.writing import write_session
from tests import make
from tests.services import visiting
from tests.services.visiting import ALL_DAY, TUESDAY, published

EMAIL = {"reach": Reach.EMAIL, "email": "canaria@example.org"}
CALL = {"reach": Reach.CALL, "phone": "+49 7161 4711"}


@pytest.fixture
def visit(office, now):
    """Publish the visit of somebody who is reached in this way."""

    def publish(**person):
        visiting.town(now)
        visiting.wish(now, person=person)
        published(now, [make.counsellor(hours=ALL_DAY)])

    return publish


def known():
    db.session.rollback()
    (one,) = heard([TUESDAY]).values()
    return one


def is_now(**facts):
    with write_session() as session:
        session.query(Letter).filter_by(kind=LetterKind.VISIT).update(facts)


def test_who_wants_no_letters_is_not_written_to(visit):
    visit(reach=Reach.NONE)
    assert known() == Heard.NOT_WRITTEN


def test_who_wants_a_call_is_to_be_called(visit):
    visit(**CALL)
    assert known() == Heard.TO_BE_CALLED
    is_now(state=LetterState.SENT)
    assert known() == Heard.TOLD


def test_a_letter_is_on_its_way_until_it_has_left_or_failed(visit):
    visit(**EMAIL)
    assert known() == Heard.UNDER_WAY
    is_now(state=LetterState.FAILED)
    assert known() == Heard.FAILED
    is_now(state=LetterState.SENT)
    assert known() == Heard.TOLD


def test_who_was_called_from_the_road_knows_without_a_letter(visit, now):
    visit(**CALL)
    with write_session() as session:
        session.query(Letter).filter_by(kind=LetterKind.VISIT).delete()
    assert known() == Heard.TOLD


def test_the_latest_letter_counts(visit, now):
    visit(**EMAIL)
    is_now(state=LetterState.SENT)
    with write_session() as session:
        row = session.query(Letter).filter_by(kind=LetterKind.VISIT).one().appointment
        row.raise_sequence(at=now.now())
        letters.write(session, row, LetterKind.VISIT, now=now.now())
    assert known() == Heard.UNDER_WAY
