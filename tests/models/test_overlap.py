"""Does the database itself refuse a double booking, whoever forgets to ask?"""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import bindparam, insert, text
from sqlalchemy.exc import IntegrityError

from booking.models import ACTIVE, Appointment, Instant, Interpreter, Status, db
from booking.scheduling import TimeWindow
from booking.services.writing import write_session
from tests import make

NINE, TEN = (datetime(2027, 3, 4, hour, tzinfo=UTC) for hour in (8, 9))
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
        sequence=0,
        interpreter_wanted=False,
        people=1,
        woman_preferred=False,
        reach="none",
        no_message=False,
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
    statement = text(sql).bindparams(*(bindparam(m, type_=Instant()) for m in moments))
    with write_session() as session:
        session.execute(statement, values)


@pytest.mark.parametrize("shape", SHAPES)
def test_nobody_is_put_onto_a_time_that_is_taken(office, shape):
    keep(taking(office.counsellor))
    start, end = (NINE + minutes * MINUTES for minutes in SHAPES[shape])
    with pytest.raises(IntegrityError):
        keep(taking(office.counsellor, start, end))


def test_two_people_entered_in_one_statement_do_not_get_the_same_time(office):
    rows = [taking(office.counsellor), taking(office.counsellor, NINE + 15 * MINUTES)]
    with pytest.raises(IntegrityError), write_session() as session:
        session.execute(insert(Appointment).values([_facts(row) for row in rows]))
    assert db.session.query(Appointment).count() == 0


def test_two_people_brought_back_in_one_statement_do_not_get_the_same_time(office):
    for minutes in (0, 15):
        start = NINE + minutes * MINUTES
        keep(taking(office.counsellor, start, TEN, status=Status.CANCELLED))
    with pytest.raises(IntegrityError):
        execute("UPDATE appointment SET status = 'booked'")


def test_replacing_a_row_is_no_way_around_the_rule(office):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's own")
    keep(taking(office.counsellor))
    other = keep(taking(office.counsellor, TEN, TEN + 60 * MINUTES))
    facts = _facts(taking(office.counsellor, id=other))
    with pytest.raises(IntegrityError), write_session() as session:
        session.execute(insert(Appointment).prefix_with("OR REPLACE").values(**facts))


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


def _facts(row):
    names = Appointment.__table__.columns.keys()
    given = {name: getattr(row, name) for name in names}
    return {n: v for n, v in given.items() if v is not None} | {"uuid": uuid4()}
