"""Does the database itself refuse a double booking, whoever forgets to ask?"""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from booking.models import ACTIVE, Appointment, Instant, Interpreter, Status, db
from booking.models import storage
from booking.models.migration import migrate_to_newest
from booking.models.overlap import missing_rules
from booking.models.storage import UnsoundDatabase, refuse_unsound
from booking.scheduling import TimeWindow
from booking.services.writing import write_session
from tests import make

THURSDAY = date(2027, 3, 4)
NINE, TEN = make.at(THURSDAY, 9), make.at(THURSDAY, 10)
MINUTES = timedelta(minutes=1)
SHAPES = {
    "the same time": (0, 60),
    "inside": (15, 45),
    "around": (-15, 75),
    "over the beginning": (-30, 30),
    "over the end": (30, 90),
}


def taking(counsellor, start=NINE, end=TEN, status=Status.BOOKED, **facts):
    row = Appointment(
        type_id=1,
        counsellor_id=counsellor,
        status=status,
        hold_until=end if status == Status.HELD else None,
        language="de",
        letter_language="de",
        created_at=NINE,
        changed_at=NINE,
        **facts,
    )
    row.take(TimeWindow(start, end), TimeWindow(start, end))
    return row


def keep(*rows):
    with write_session() as session:
        session.add_all(rows)
    return rows[0].id


def execute(sql, **values):
    moments = [name for name in values if isinstance(values[name], datetime)]
    statement = text(sql).bindparams()
    for name in moments:
        statement = statement.bindparams(
            __import__("sqlalchemy").bindparam(name, type_=Instant())
        )
    with write_session() as session:
        session.execute(statement, values)


@pytest.mark.parametrize("shape", SHAPES)
def test_nobody_is_put_onto_a_time_that_is_taken(office, shape):
    keep(taking(office.counsellor))
    start, end = (NINE + minutes * MINUTES for minutes in SHAPES[shape])
    with pytest.raises(IntegrityError):
        keep(taking(office.counsellor, start, end))


def test_two_people_entered_in_one_statement_do_not_get_the_same_time(office):
    with pytest.raises(IntegrityError):
        keep(taking(office.counsellor), taking(office.counsellor, NINE + 15 * MINUTES))
    columns = "counsellor_id, type_id, starts_at, ends_at, busy_from, busy_until"
    keep(taking(office.counsellor))
    copied = ", ".join(
        name
        for name in Appointment.__table__.columns.keys()
        if name not in {"id", "uuid", "status"}
    )
    execute("UPDATE appointment SET status = 'cancelled'")
    assert columns.split(", ")[0] in copied
    numbers = (
        "(SELECT 1001 AS n, :one AS u UNION ALL SELECT 1002, :two) AS twice"
    )
    with pytest.raises(IntegrityError):
        execute(
            f"INSERT INTO appointment (id, uuid, status, {copied}) "
            f"SELECT n, CAST(u AS {_uuid_type()}), 'booked', {copied} "
            f"FROM appointment, {numbers}",
            one="0" * 31 + "1",
            two="0" * 31 + "2",
        )


def _uuid_type():
    return "uuid" if db.engine.dialect.name == "postgresql" else "char(32)"


@pytest.mark.parametrize("shape", SHAPES)
def test_no_statement_moves_anybody_onto_somebody_else(office, shape):
    keep(taking(office.counsellor))
    other = keep(taking(office.counsellor, TEN + 60 * MINUTES, TEN + 120 * MINUTES))
    start, end = (NINE + minutes * MINUTES for minutes in SHAPES[shape])
    with pytest.raises(IntegrityError):
        execute(
            "UPDATE appointment SET starts_at = :start, ends_at = :end, "
            "busy_from = :start, busy_until = :end WHERE id = :id",
            start=start,
            end=end,
            id=other,
        )


def test_a_buffer_does_not_grow_into_the_next_talk(office):
    first = keep(taking(office.counsellor))
    keep(taking(office.counsellor, TEN, TEN + 60 * MINUTES))
    with pytest.raises(IntegrityError):
        execute(
            "UPDATE appointment SET busy_until = :late WHERE id = :id",
            late=TEN + MINUTES,
            id=first,
        )


def test_a_cancelled_appointment_does_not_come_back_to_a_time_given_away(office):
    gone = keep(taking(office.counsellor, status=Status.CANCELLED))
    keep(taking(office.counsellor))
    with pytest.raises(IntegrityError):
        execute("UPDATE appointment SET status = 'booked' WHERE id = :id", id=gone)


def test_nobody_is_handed_over_to_a_counsellor_who_is_taken(office):
    colleague = make.counsellor()
    keep(taking(office.counsellor))
    other = keep(taking(colleague))
    with pytest.raises(IntegrityError):
        execute(
            "UPDATE appointment SET counsellor_id = :to WHERE id = :id",
            to=office.counsellor,
            id=other,
        )


def test_an_interpreter_is_not_booked_twice_at_a_time(office):
    interpreter = Interpreter(name="Saba Muster")
    keep(interpreter)
    colleague = make.counsellor()
    keep(taking(office.counsellor, interpreter_id=interpreter.id))
    with pytest.raises(IntegrityError):
        keep(taking(colleague, interpreter_id=interpreter.id))
    free = keep(taking(colleague))
    with pytest.raises(IntegrityError):
        execute(
            "UPDATE appointment SET interpreter_id = :one WHERE id = :id",
            one=interpreter.id,
            id=free,
        )


def test_talks_may_touch(office):
    keep(taking(office.counsellor))
    keep(taking(office.counsellor, TEN, TEN + 60 * MINUTES))
    keep(taking(office.counsellor, NINE - 60 * MINUTES, NINE))
    assert db.session.query(Appointment).count() == 3


def test_two_counsellors_may_talk_at_the_same_time(office):
    keep(taking(office.counsellor), taking(make.counsellor()))
    assert db.session.query(Appointment).count() == 2


def test_an_appointment_is_not_in_its_own_way(office):
    own = keep(taking(office.counsellor))
    execute(
        "UPDATE appointment SET starts_at = :start, ends_at = :end, "
        "busy_from = :start, busy_until = :end WHERE id = :id",
        start=NINE + 15 * MINUTES,
        end=TEN + 15 * MINUTES,
        id=own,
    )
    assert db.session.get(Appointment, own).starts_at == NINE + 15 * MINUTES


@pytest.mark.parametrize("status", Status)
def test_only_what_may_still_take_place_or_took_place_takes_up_time(office, status):
    keep(taking(office.counsellor, status=status))
    if status in ACTIVE:
        with pytest.raises(IntegrityError):
            keep(taking(office.counsellor))
    else:
        assert keep(taking(office.counsellor))


def test_a_status_that_nobody_knows_is_refused(office):
    with pytest.raises(IntegrityError):
        keep(taking(office.counsellor, status="dreamed"))


def test_a_hold_without_an_end_is_refused(office):
    row = taking(office.counsellor, status=Status.HELD)
    row.hold_until = None
    with pytest.raises(IntegrityError):
        keep(row)


def test_a_talk_that_sticks_out_of_its_busy_time_is_refused(office):
    row = taking(office.counsellor)
    row.busy_until = TEN - MINUTES
    with pytest.raises(IntegrityError):
        keep(row)
