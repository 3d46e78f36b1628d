"""Which values does the database refuse, and does it run with our settings?"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from booking.cli.database import check
from booking.models import Appointment, Closure, Letter, Office, Status, db
from booking.models.journal import JournalEntry
from booking.models.storage import UnsoundDatabase, refuse_unsound
from booking.services import appointments
from booking.services.journal import Actor, note
from booking.services.rounds import show_alive
from booking.services.writing import write_session
from tests import make

NINE, TEN = (datetime(2027, 3, 4, hour, tzinfo=UTC) for hour in (8, 9))


def talk(counsellor, **changes):
    usual = {
        "type_id": 1,
        "counsellor_id": counsellor,
        "status": Status.BOOKED,
        "language": "de",
        "letter_language": "de",
        "starts_at": NINE,
        "ends_at": TEN,
        "busy_from": NINE,
        "busy_until": TEN,
        "created_at": NINE,
        "changed_at": NINE,
    }
    return Appointment(**(usual | changes))


def refused(row):
    with pytest.raises(DBAPIError), write_session() as session:
        session.add(row)
    return True


def test_a_talk_that_makes_no_sense_is_refused(office):
    one = office.counsellor
    assert refused(talk(one, ends_at=NINE))
    assert refused(talk(one, busy_until=TEN - timedelta(minutes=1)))
    assert refused(talk(one, busy_from=NINE + timedelta(minutes=1)))
    assert refused(talk(one, status="dreamed"))
    assert refused(talk(one, status=Status.HELD, hold_until=None))
    assert refused(talk(one, reach="fax"))
    assert refused(talk(one, people=0))
    assert refused(talk(one, people=21))
    assert refused(talk(one, language="a language too long"))
    assert refused(talk(None))
    assert refused(talk(4711))
    with write_session() as session:
        session.add(talk(one))  # and this one is not


def test_a_name_too_long_for_its_column_is_refused_by_both_databases(office):
    for length, enters in ((80, True), (81, False)):
        row = Office(
            name="B" * length,
            service="S",
            street="K",
            house_number="1",
            postcode="7",
            town="G",
            phone="1",
            email="e",
        )
        if enters:
            with write_session() as session:
                session.add(row)
        else:
            assert refused(row)


def test_a_closure_does_not_end_before_it_begins(office):
    assert refused(Closure(starts_at=TEN, ends_at=NINE))


def test_a_time_without_its_zone_is_not_stored(office):
    naive = NINE.replace(tzinfo=None)
    with pytest.raises(StatementError, match="without a"), write_session() as session:
        session.add(Closure(starts_at=naive, ends_at=TEN))


def test_a_moment_comes_back_in_utc_wherever_the_database_thinks_it_is(office):
    berlin = ZoneInfo("Europe/Berlin")
    with write_session() as session:
        session.add(Closure(starts_at=NINE.astimezone(berlin), ends_at=TEN))
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET TIME ZONE 'Europe/Berlin'"))
    found = db.session.query(Closure).one().starts_at
    assert (found, found.utcoffset()) == (NINE, timedelta(0))


def test_nobody_rewrites_the_journal(office):
    with write_session() as session:
        note(session, Actor.CLIENT, "book", "appointment:1", now=NINE)
    change = text("UPDATE journal_entry SET deed = 'cancel'")
    with pytest.raises(IntegrityError, match="append"), write_session() as session:
        session.execute(change)
    assert db.session.query(JournalEntry).one().deed == "book"


def test_the_same_letter_is_not_put_into_the_outbox_twice(office, now):
    way = appointments.book(make.choice(NINE), make.person(), now=now.now())
    letter = db.session.query(Letter).one()
    facts = ("about", "kind", "channel", "sequence", "language")
    copy = {name: getattr(letter, name) for name in facts}
    assert letter.about == way.appointment.about
    assert refused(Letter(**copy, created_at=NINE, next_try_at=NINE))


RULES = ["no_overlap_counsellor", "no_overlap_interpreter"]


def statements_that_drop(rule):
    if db.engine.dialect.name == "postgresql":
        return [f"ALTER TABLE appointment DROP CONSTRAINT {rule}"]
    return [f"DROP TRIGGER {rule}_{verb}" for verb in ("insert", "update")]


def test_a_database_without_its_rule_is_not_served(office, app, now):
    show_alive("worker", now=now.now())
    for rule in RULES:
        for statement in statements_that_drop(rule):
            with write_session() as session:
                session.execute(text(statement))
            with pytest.raises(UnsoundDatabase, match=rule):
                refuse_unsound(db.engine)
    outcome = app.test_cli_runner().invoke(check)
    assert outcome.exit_code == 1
    for rule in RULES:
        assert f"The rule {rule}" in outcome.output
    assert "Traceback" not in outcome.output
