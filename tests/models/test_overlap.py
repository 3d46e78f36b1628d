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
    "the same": (NINE, TEN),
    "inside": (NINE + 15 * MINUTES, TEN - 15 * MINUTES),
    "around": (NINE - 15 * MINUTES, TEN + 15 * MINUTES),
    "over its beginning": (NINE - 30 * MINUTES, NINE + 30 * MINUTES),
    "over its end": (TEN - 30 * MINUTES, TEN + 30 * MINUTES),
}
MOVED = (
    "UPDATE appointment SET starts_at = :start, ends_at = :end, "
    "busy_from = :start, busy_until = :end WHERE id = :id"
)


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


def test_nobody_is_put_onto_a_time_that_is_taken(office):
    keep(taking(office.counsellor))
    for start, end in SHAPES.values():
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


def test_no_statement_moves_anybody_onto_somebody_else(office):
    keep(taking(office.counsellor))
    other = keep(taking(office.counsellor, TEN + 60 * MINUTES, TEN + 120 * MINUTES))
    for start, end in SHAPES.values():
        with pytest.raises(IntegrityError):
            execute(MOVED, start=start, end=end, id=other)


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
    execute(MOVED, start=NINE + 15 * MINUTES, end=TEN + 15 * MINUTES, id=own)
    assert db.session.get(Appointment, own).starts_at == NINE + 15 * MINUTES


def test_only_what_may_still_take_place_or_took_place_takes_up_time(office):
    blocking = set()
    for days, status in enumerate(Status):
        window = (NINE + timedelta(days), TEN + timedelta(days))
        keep(taking(office.counsellor, *window, status=status))
        try:
            keep(taking(office.counsellor, *window))
        except IntegrityError:
            blocking.add(status)
    assert blocking == {"held", "booked", "met", "missed"} == set(ACTIVE)


def _facts(row):
    names = Appointment.__table__.columns.keys()
    given = {name: getattr(row, name) for name in names}
    return {n: v for n, v in given.items() if v is not None} | {"uuid": uuid4()}
