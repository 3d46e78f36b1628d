"""Does everything come back, and nothing but with the key from the safe?"""

import os
import signal
import subprocess
import sys
import textwrap
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import text

from booking import create_app
from booking.models import Client, Keyring, StaffMember, db
from booking.models.storage import UnsoundDatabase
from booking.services import backups, moving, resealing
from booking.services.backups import NoBackup, NotRestored
from booking.services.moving import NotMoved
from booking.services.row_copy import TABLES, fingerprint
from booking.services.soundness import faults
from tests import make

PUBLIC, PRIVATE = backups.new_pair()


@pytest.fixture
def settings(database_url, tmp_path):
    return make.settings(tmp_path, database_url, backup_recipient=PUBLIC)


@contextmanager
def running(settings):
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def everything():
    with db.engine.connect() as connection:
        return {table.name: fingerprint(connection, table) for table in TABLES}


@pytest.fixture
def town(app, office):
    """Put a bit of everything into the database: rows of many tables, a client."""
    client = make.client(office.counsellor)
    make.busy(office.counsellor)
    make.staff_member(name="Karin Amtmann")
    return client


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_machine(request, tmp_path):
    """Give the settings of another machine with nothing but the folder of keys."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'other' / 'lotse.sqlite'}"
    else:
        url = request.getfixturevalue("another_postgresql")
    return make.settings(tmp_path / "other", url, keys=tmp_path / "keys")


@pytest.fixture
def another_postgresql(postgres_server):
    from tests.postgres import drop_database, fresh_database

    url = fresh_database(postgres_server)
    yield url
    drop_database(postgres_server, url)


def test_a_backup_brings_every_row_back_on_an_empty_machine(
    town, tmp_path, empty_machine, now
):
    before = everything()
    assert before["client"][0] == 1
    backups.back_up(tmp_path / "all.age")
    with running(empty_machine):
        backups.restore(tmp_path / "all.age", PRIVATE)
        assert everything() == before
        assert db.session.query(Client).one().name == "Selam Geheim"
        assert [f for f in faults(now=now.now()) if "worker" not in f] == []
        make.staff_member(name="Who comes next")  # numbers go on where they were
        with pytest.raises(NotRestored, match="not empty"):
            backups.restore(tmp_path / "all.age", PRIVATE)


def test_a_backup_shows_no_name_and_is_the_owners_alone(town, tmp_path):
    file = tmp_path / "all.age"
    backups.back_up(file)
    assert file.stat().st_mode & 0o077 == 0
    assert file.read_bytes().startswith(b"age-encryption.org/v1")
    assert b"SQLite format" not in file.read_bytes()
    assert list((tmp_path / "data").glob(".room-*")) == []


WRITES_ON = """
for number in range(1_000_000):
    with write_session() as session:
        for deed in ("first", "second"):
            note(session, Actor.WORKER, deed, str(number), now=clock.now())
    print(number, flush=True)
"""
LONE = """SELECT count(*) FROM (SELECT about FROM journal_entry
  WHERE deed IN ('first', 'second') GROUP BY about HAVING count(*) <> 2) AS lone"""


def test_a_backup_while_another_process_writes_is_one_moment(town, settings, tmp_path):
    """Two rows are written together each time: no copy has one without the other."""
    with elsewhere(settings, WRITES_ON) as writer:
        for number in range(3):
            writer.stdout.readline()
            backups.back_up(tmp_path / f"{number}.age")
        assert writer.poll() is None
    rows = []
    for number in range(3):
        url = f"sqlite:///{tmp_path / f'{number}.sqlite'}"
        with running(make.settings(tmp_path, url)):
            backups.restore(tmp_path / f"{number}.age", PRIVATE)
            with db.engine.connect() as connection:
                assert connection.scalar(text(LONE)) == 0
            rows.append(everything()["journal_entry"][0])
    assert rows == sorted(rows)
    assert rows[0] < rows[-1]


@contextmanager
def elsewhere(settings, deeds):
    """Do these deeds in a process of its own; it is killed at the end."""
    program = f"""
import os, signal
from booking import clock, create_app
from booking.services import resealing
from booking.services.journal import Actor, note
from booking.services.writing import write_session
with create_app().app_context():
{textwrap.indent(deeds, "    ")}
"""
    env = os.environ | {
        "BOOKING_DATA": str(settings.data),
        "BOOKING_KEYS": str(settings.keys),
        "BOOKING_SECRET_KEY": settings.secret_key,
        "BOOKING_DATABASE_URL": settings.database_url,
    }
    started = subprocess.Popen(
        [sys.executable, "-c", program], env=env, stdout=subprocess.PIPE, text=True
    )
    with started as process:
        try:
            yield process
        finally:
            process.kill()


def test_what_a_killed_backup_left_behind_is_cleared_away(town, settings, tmp_path):
    abandoned = settings.data / ".room-abandoned"
    abandoned.mkdir(parents=True)
    (abandoned / "snapshot").write_text("sealed names")
    backups.back_up(tmp_path / "all.age")
    assert not abandoned.exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:-1],
        lambda whole: whole + b"x",
        lambda whole: whole[:-900] + bytes([whole[-900] ^ 1]) + whole[-899:],
        lambda _whole: b"",
        lambda _whole: b"something else",
    ],
    ids=["half", "cut", "longer", "one bit", "empty", "strange"],
)
def test_of_a_damaged_backup_nothing_is_restored(town, tmp_path, spoil, empty_machine):
    file = tmp_path / "all.age"
    backups.back_up(file)
    file.write_bytes(spoil(file.read_bytes()))
    with running(empty_machine):
        with pytest.raises(NotRestored):
            backups.restore(file, PRIVATE)
        assert nothing_is_there()


def nothing_is_there():
    from booking.services.row_copy import filled_tables

    with db.engine.connect() as connection:
        return filled_tables(connection) == []


def test_another_key_opens_nothing(town, tmp_path, empty_machine):
    backups.back_up(tmp_path / "all.age")
    with running(empty_machine):
        with pytest.raises(NotRestored, match="does not open"):
            backups.restore(tmp_path / "all.age", backups.new_pair()[1])
        with pytest.raises(NotRestored, match="no private key"):
            backups.restore(tmp_path / "all.age", PUBLIC)
        with pytest.raises(NotRestored, match="no file"):
            backups.restore(tmp_path / "nowhere.age", PRIVATE)
        assert nothing_is_there()


def test_a_stranger_who_encrypts_to_us_restores_nothing(town, tmp_path, empty_machine):
    import pyrage

    to_us = pyrage.x25519.Recipient.from_str(PUBLIC)
    (tmp_path / "fake.age").write_bytes(pyrage.encrypt(b"no database", [to_us]))
    with running(empty_machine), pytest.raises(NotRestored, match="no backup"):
        backups.restore(tmp_path / "fake.age", PRIVATE)


def test_a_backup_of_a_newer_program_is_refused(town, tmp_path):
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    file = tmp_path / "all.age"
    if db.engine.dialect.name == "postgresql":
        with pytest.raises(UnsoundDatabase, match="9999"):
            backups.back_up(file)
        return
    backups.back_up(file)
    other = make.settings(tmp_path, f"sqlite:///{tmp_path / 'new.sqlite'}")
    with running(other), pytest.raises(NotRestored, match="newer version"):
        backups.restore(file, PRIVATE)


def test_a_backup_replaces_no_file_and_needs_a_key(town, settings, tmp_path):
    file = tmp_path / "all.age"
    file.write_text("an older one")
    with pytest.raises(NoBackup, match="already"):
        backups.back_up(file)
    assert file.read_text() == "an older one"
    with pytest.raises(NoBackup, match="cannot be written"):
        backups.back_up(tmp_path / "no" / "folder.age")
    with (
        running(replace(settings, backup_recipient="")),
        pytest.raises(NoBackup, match="keys pair"),
    ):
        backups.back_up(tmp_path / "new.age")


def sealed_with(keyring_mark):
    """Count the fields that begin with this mark, and all there are."""
    fields = []
    with db.engine.connect() as connection:
        for table, columns in resealing._sealed_columns():
            for column in columns:
                query = table.select().with_only_columns(column)
                fields += [one for one in connection.scalars(query) if one]
    return sum(field.startswith(keyring_mark) for field in fields), len(fields)


def test_a_new_key_closes_every_field_and_nobody_is_lost(town, app, settings, now):
    ring = app.extensions["booking.keyring"]
    old, found_by = ring.mark, ring.lookup("phone", "+4917000000")
    with running(settings) as other:  # a process that serves on meanwhile
        served = other.extensions["booking.keyring"]
        with app.app_context():
            done = resealing.rotate(now=now.now())
        assert (done.fields > 3, done.unreadable) == (True, 0)
        assert served.mark == ring.mark != old
        assert db.session.query(Client).one().name == "Selam Geheim"
        marked, all_of_them = sealed_with(ring.mark)
        assert marked == all_of_them == done.fields
        assert served.lookup("phone", "+4917000000") == found_by
    assert Keyring.from_settings(settings).lookup("phone", "+4917000000") == found_by


KILLED = """
real, calls = resealing._next_batch, []
def next_batch(*arguments):
    calls.append(arguments)
    if len(calls) > 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments)
resealing.ROWS_AT_ONCE = 1
resealing._next_batch = next_batch
resealing.rotate(now=clock.now())
"""


def test_a_rotation_killed_between_batches_goes_on_with_the_same_key(
    town, app, settings, now
):
    ring = app.extensions["booking.keyring"]
    old = ring.mark
    with elsewhere(settings, KILLED) as process:
        assert process.wait() == -signal.SIGKILL
    new = ring.mark
    some, all_of_them = sealed_with(new)
    assert new != old
    assert 0 < some < all_of_them
    db.session.remove()
    assert all(one.name for one in db.session.query(StaffMember))  # all still read
    db.session.remove()
    with pytest.raises(resealing.NotRotated, match="keys rotate"):
        resealing.retire(now=now.now())
    assert resealing.rotate(now=now.now()).fields == all_of_them - some
    assert sealed_with(new) == (all_of_them, all_of_them)
    assert ring.mark == new


def test_an_old_key_is_retired_but_kept_for_older_backups(town, app, settings, now):
    first = (settings.keys / "field.keys").read_text().split()
    resealing.rotate(now=now.now())
    assert resealing.retire(now=now.now()) == 1
    assert len((settings.keys / "field.keys").read_text().split()) == 1
    assert (settings.keys / "retired.keys").read_text().split() == first
    assert (settings.keys / "retired.keys").stat().st_mode & 0o077 == 0
    with running(settings):
        assert db.session.query(Client).one().name == "Selam Geheim"


def test_keys_are_never_written_into_logs(town, settings, now, caplog, capsys):
    resealing.rotate(now=now.now())
    shown = caplog.text + "".join(capsys.readouterr())
    for key in (settings.keys / "field.keys").read_text().split():
        assert key not in shown


class TestMoving:
    @pytest.fixture
    def database_url(self, sqlite_url):
        return sqlite_url

    def test_an_office_moves_to_postgresql_with_everything(
        self, town, settings, another_postgresql, now
    ):
        before = everything()
        assert moving.move_database(another_postgresql) == sum(
            count for count, _ in before.values()
        )
        assert everything() == before
        with running(replace(settings, database_url=another_postgresql)):
            assert everything() == before
            assert db.session.query(Client).one().name == "Selam Geheim"
            make.staff_member(name="Who comes next")
            assert [f for f in faults(now=now.now()) if "worker" not in f] == []
        with pytest.raises(NotMoved, match="not empty"):
            moving.move_database(another_postgresql)

    def test_a_migrated_empty_database_will_do(self, town, settings, postgresql_url):
        before = everything()
        moving.move_database(postgresql_url)
        with running(replace(settings, database_url=postgresql_url)):
            assert everything() == before

    def test_keys_between_tables_are_in_force_again(self, town, another_postgresql):
        import psycopg

        moving.move_database(another_postgresql)
        plain = another_postgresql.replace("+psycopg", "")
        with psycopg.connect(plain) as connection:
            loose = "SELECT count(*) FROM pg_constraint WHERE condeferrable"
            assert connection.execute(loose).fetchone() == (0,)
            with pytest.raises(psycopg.errors.ForeignKeyViolation):
                connection.execute("UPDATE client SET counsellor_id = 4711")

    def test_a_table_that_differs_leaves_the_new_database_empty(
        self, town, another_postgresql, monkeypatch
    ):
        from booking.services import row_copy

        real = row_copy._read
        lost = []

        def forgetful(row, notes):
            values = real(row, notes)
            if "counsellor_id" in values and not lost:
                lost.append(values.pop("uuid", None))
                values["uuid"] = uuid4()
            return values

        monkeypatch.setattr(row_copy, "_read", forgetful)
        with pytest.raises(NotMoved, match="did not arrive"):
            moving.move_database(another_postgresql)
        monkeypatch.undo()
        moving.move_database(another_postgresql)  # still empty

    def test_only_a_postgresql_is_moved_into(self, town, tmp_path):
        for address in ("sqlite:///x", "nonsense", "postgresql://h/x"):
            with pytest.raises(NotMoved, match=r"begins with postgresql\+psycopg"):
                moving.move_database(address)
        with pytest.raises(NotMoved, match="does not take it"):
            moving.move_database("postgresql+psycopg://u@127.0.0.1:1/x")
