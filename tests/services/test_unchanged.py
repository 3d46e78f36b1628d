"""Does anybody ever see an old answer, once somebody has written?"""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from booking.models import Setting, db
from booking.services import holds, unchanged
from booking.services.availability import next_free
from booking.services.writing import write_session
from tests import make

READERS = 3
COUNT = select(func.count(), func.max(Setting.key)).select_from(Setting)


class Undone(Exception):
    """A unit that writes, and thinks better of it."""


def asked(connection, calls):
    calls.append(1)
    return tuple(connection.execute(COUNT).one())


def known(connection, calls):
    return unchanged.read(connection, "settings", lambda: asked(connection, calls))


@pytest.fixture
def lines(app):
    """Open some connections, as threads have them."""
    opened = [db.engine.connect() for _ in range(READERS)]
    yield opened
    for one in opened:
        one.close()


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["write", "undo", "read"]), st.integers(0, 2)),
        max_size=20,
    )
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_writes_whoever_reads_an_answer_is_never_old(app, lines, now, steps):
    for number, (step, reader) in enumerate(steps):
        if step == "read":
            connection = lines[reader]
            connection.rollback()
            assert known(connection, []) == tuple(connection.execute(COUNT).one())
            continue
        with suppress(Undone), write_session() as session:
            key = f"{number:03}-{reader}"
            session.merge(Setting(key=key, value=1, changed_at=now.now()))
            session.flush()
            known(session.connection(), [])  # what may yet be undone is not kept
            if step == "undo":
                raise Undone


def test_a_connection_that_wrote_before_knows_that_it_did(app, now):
    calls = []
    known(db.session.connection(), calls)
    db.session.rollback()
    for _ in range(2):
        with write_session() as session:
            session.merge(Setting(key="a", value=len(calls), changed_at=now.now()))
        known(db.session.connection(), calls)
        db.session.rollback()
    assert len(calls) == 3


def test_while_nobody_writes_sqlite_is_asked_once(app):
    calls = []
    for _ in range(3):
        known(db.session.connection(), calls)
        db.session.rollback()
    once = db.engine.dialect.name == "sqlite"
    assert len(calls) == (1 if once else 3)


def test_a_hold_that_ran_out_is_offered_a_minute_later_at_the_latest(office, now):
    wish = make.choice(make.at(now.now().date(), 9)).wish
    first = next_free(wish, now=now.now())
    db.session.rollback()
    holds.hold(make.choice(first.window.start), network=b"a", now=now.now())
    assert next_free(wish, now=now.now()).window.start > first.window.start
    now.move(minutes=20)
    assert next_free(wish, now=now.now() + timedelta(minutes=1)) == first


def test_a_time_is_not_offered_when_its_notice_has_begun(office, now):
    wish = make.choice(make.at(now.now().date(), 9)).wish
    first = next_free(wish, now=now.now())
    late = first.window.start - timedelta(minutes=1)
    assert next_free(wish, now=late).window.start > first.window.start
