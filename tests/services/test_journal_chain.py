"""Does it show if somebody changes the journal? And does an honest one stay quiet?"""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, text

from booking.models import JournalEntry, JournalSeal, db
from booking.services import journal_chain, retention
from booking.services.journal import Actor, note
from booking.services.writing import read_session, write_session


def noted(now, *deeds):
    with write_session() as session:
        for deed in deeds:
            note(session, Actor.WORKER, deed, "office", now=now.now())
            session.flush()


def sealed(now, *deeds):
    noted(now, *deeds)
    now.move(minutes=11)
    return journal_chain.seal(now=now.now())


def faults(now):
    with read_session() as session:
        return journal_chain.faults(session, now=now.now())


def tampered(statement, *facts):
    """Do what only somebody with the database itself can do."""
    db.session.rollback()  # a trigger is dropped once nobody reads the table
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER journal_append_only"))
        else:
            connection.execute(
                text("DROP TRIGGER journal_append_only ON journal_entry")
            )
        connection.execute(statement, *facts)


@pytest.fixture
def chained(office, now):
    """Three batches of two lines each."""
    for number in range(3):
        assert sealed(now, f"one {number}", f"two {number}") >= 2
    assert faults(now) == []
    return [row.id for row in db.session.query(JournalEntry).order_by("id")]


def test_an_untouched_journal_is_sound(chained, now):
    noted(now, "not sealed yet")
    assert faults(now) == []


@pytest.mark.parametrize("column", ["deed", "about", "actor"])
def test_a_changed_line_shows(chained, now, column):
    entries = JournalEntry.__table__
    statement = entries.update().where(entries.c.id == chained[-3])
    tampered(statement.values({column: "other"}))
    (fault,) = faults(now)
    assert "not as they were sealed" in fault


def test_a_missing_line_shows(chained, now):
    tampered(delete(JournalEntry).where(JournalEntry.id == chained[2]))
    assert len(faults(now)) == 1


def test_a_line_put_in_afterwards_shows(chained, now):
    with db.engine.begin() as connection:
        connection.execute(delete(JournalEntry).where(JournalEntry.id == chained[3]))
    assert len(faults(now)) == 1
    with db.engine.begin() as connection:
        entry = JournalEntry(
            id=chained[3], at=now.now(), actor="worker", deed="x", about="y", fields=[]
        )
        facts = {
            column.name: getattr(entry, column.name)
            for column in JournalEntry.__table__.columns
            if column.name != "uuid"
        }
        from uuid import uuid4

        connection.execute(insert(JournalEntry).values(facts | {"uuid": uuid4()}))
    assert len(faults(now)) == 1


def test_a_seal_made_without_the_key_shows(chained, now):
    seals = JournalSeal.__table__
    with db.engine.begin() as connection:
        connection.execute(
            seals.update().where(seals.c.last_entry == chained[-1]).values(digest=b"x")
        )
    (fault,) = faults(now)
    assert "does not fit the one before" in fault


def test_a_seal_taken_out_of_the_middle_shows(chained, now):
    with db.engine.begin() as connection:
        second = JournalSeal.last_entry.in_([chained[-3]])
        connection.execute(delete(JournalSeal).where(second))
    assert faults(now) != []


def test_lines_erased_after_twelve_months_are_no_fault(chained, now):
    now.move(days=400)
    retention.erase_all(now=now.now())
    assert faults(now) == []
    sealed(now, "a year later")
    assert faults(now) == []


def test_a_line_that_has_not_settled_waits(office, now):
    sealed(now, "first")
    noted(now, "young")
    now.move(minutes=4)
    assert journal_chain.seal(now=now.now()) == 0
    now.move(minutes=11)
    assert journal_chain.seal(now=now.now()) == 1


def test_many_lines_do_not_wait_for_their_time(office, now, monkeypatch):
    monkeypatch.setattr(journal_chain, "AT_ONCE", 3)
    sealed(now, "first")
    noted(now, *"abcd")
    now.move(minutes=6)
    assert journal_chain.seal(now=now.now()) == 3
    assert faults(now) == []


def test_check_names_a_changed_journal(chained, now):
    from booking.services import soundness

    assert not any("journal" in one for one in soundness.faults(now=now.now()))
    tampered(delete(JournalEntry).where(JournalEntry.id == chained[2]))
    assert any("journal" in one for one in soundness.faults(now=now.now()))


# One journal for all examples: it only grows, as a journal does.
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=8))
def test_whenever_it_is_sealed_no_line_is_left_out_or_covered_twice(
    office, now, pauses
):
    for minutes in pauses:
        noted(now, "deed")
        now.move(minutes=minutes)
        journal_chain.seal(now=now.now())
    now.move(minutes=11)
    journal_chain.seal(now=now.now())
    db.session.rollback()
    seals = db.session.query(JournalSeal).order_by(JournalSeal.id).all()
    covered = [n for one in seals for n in range(one.first_entry, one.last_entry + 1)]
    lines = [row.id for row in db.session.query(JournalEntry).order_by(JournalEntry.id)]
    assert covered == lines
    assert faults(now) == []
    assert timedelta() < now.now() - seals[-1].first_at
