"""What do we ask of SQLite that it does not do by itself?"""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from booking.models import Appointment, Closure, db
from booking.models.storage import (
    SQLITE_PRAGMAS,
    UnsoundDatabase,
    prepare,
    refuse_unsound,
)
from booking.services import appointments
from booking.services.writing import write_session
from tests import make

NINE = datetime(2027, 3, 4, 8, tzinfo=UTC)
TYPED = {
    "name": "Zahra Unverwechselbar",
    "supporter": "Hilfreich Nebenan",
    "phone": "+49 151 98765432",
    "email": "unverwechselbar@example.org",
    "address": "Unauffindbarweg 77\n88499 Andernorts",
}


@pytest.fixture
def settings(sqlite_url, tmp_path):
    return make.settings(tmp_path, sqlite_url)


def test_every_connection_runs_with_our_settings(app):
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "secure_delete": 1,
        "trusted_schema": 0,
    }
    assert wanted == SQLITE_PRAGMAS
    with db.engine.connect() as one, db.engine.connect() as another:
        for connection in (one, another):
            found = {n: connection.scalar(text(f"PRAGMA {n}")) for n in wanted}
            assert found == wanted


@pytest.mark.parametrize("careless", ["synchronous = 1", "foreign_keys = 0"])
def test_a_connection_that_forgot_our_settings_is_not_served(app, careless):
    with db.engine.connect() as connection:
        connection.rollback()
        connection.connection.driver_connection.execute(f"PRAGMA {careless}")
    with pytest.raises(UnsoundDatabase, match=careless.partition(" ")[0]):
        refuse_unsound(db.engine)


def test_programs_that_open_a_new_database_at_once_all_get_in(tmp_path):
    openers = 8
    together = Barrier(openers)

    def opens(path):
        with closing(sqlite3.connect(path)) as connection:
            together.wait()
            prepare(connection)
            return connection.execute("PRAGMA journal_mode").fetchone()[0]

    with ThreadPoolExecutor(openers) as pool:
        for number in range(30):
            path = tmp_path / f"new-{number}.db"
            assert [*pool.map(opens, [path] * openers)] == ["wal"] * openers


def test_a_unit_that_writes_keeps_others_from_writing_from_its_beginning(app):
    raw = sqlite3.connect(db.engine.url.database, timeout=0)
    with write_session(), pytest.raises(sqlite3.OperationalError, match="locked"):
        raw.execute("BEGIN IMMEDIATE")
    raw.execute("BEGIN IMMEDIATE")
    raw.close()


def test_a_time_written_in_another_width_is_refused(office):
    with write_session() as session:
        session.add(Closure(starts_at=NINE, ends_at=NINE + timedelta(hours=1)))
    for careless in ("2027-03-04 08:00:00", "2027-03-04T08:00:00+00:00", "soon"):
        change = text("UPDATE closure SET ends_at = :moment")
        with pytest.raises(IntegrityError, match="width"), write_session() as session:
            session.execute(change, {"moment": careless})


def test_replacing_a_row_is_no_way_around_the_rule(office, now):
    appointments.book(make.choice(NINE), make.person(), now=now.now())
    later = NINE + timedelta(hours=2)
    appointments.book(make.choice(later), make.person(), now=now.now())
    first, second = db.session.query(Appointment).order_by(Appointment.starts_at)
    names = Appointment.__table__.columns.keys()
    copy = {name: getattr(first, name) for name in names} | {
        "id": second.id,
        "uuid": second.uuid,
        "idempotency_key": None,
    }
    replacing = insert(Appointment).prefix_with("OR REPLACE").values(copy)
    with pytest.raises(IntegrityError, match="no_overlap"), write_session() as session:
        session.execute(replacing)


def test_nothing_that_was_typed_can_be_read_in_the_files(office, now, tmp_path):
    person = make.person(**TYPED)
    way = appointments.book(make.choice(NINE), person, now=now.now())
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("lotse.sqlite*"))
    assert way.appointment.uuid.hex.encode() in stored
    for secret in (*" ".join(TYPED.values()).split(), way.token, way.code):
        if len(secret) > 4:
            assert secret.encode() not in stored, secret
            assert secret.encode("utf-16-le") not in stored, secret
