"""Is everything back, row for row, by two commands on an empty machine?

The drill of an operator: a backup, a new folder, the copy of the keys from the safe.
Every command reads its settings anew, as where he types it.
"""

import os
import shutil
import sys
from datetime import date

import pytest

from booking import cli, create_app
from booking.models import Base, Client, db
from booking.models.sealed import Sealed
from booking.services import backups, filling, legal_holds
from booking.services.legal_holds import NewHold
from booking.services.row_copy import TABLES
from tests import make
from tests.postgres import drop_database, fresh_database

PUBLIC, PRIVATE = backups.new_pair()


@pytest.fixture
def new_machine(database_url, tmp_path, request):
    """Give the settings of a machine on which there is nothing at all."""
    there = tmp_path / "new machine"
    if database_url.startswith("sqlite"):
        yield make.settings(there, f"sqlite:///{there / 'lotse.sqlite'}")
        return
    server = request.getfixturevalue("postgres_server")
    url = fresh_database(server)
    yield make.settings(there, url)
    drop_database(server, url)


@pytest.fixture
def typed(monkeypatch, capsys):
    """Run a command as an operator types it; return its status and all it said."""
    for name in [name for name in os.environ if name.startswith("BOOKING_")]:
        monkeypatch.delenv(name)

    def run(settings, *words):
        monkeypatch.setenv("BOOKING_DATA", str(settings.data))
        monkeypatch.setenv("BOOKING_KEYS", str(settings.keys))
        monkeypatch.setenv("BOOKING_DATABASE_URL", settings.database_url)
        monkeypatch.setenv("BOOKING_BACKUP_RECIPIENT", PUBLIC)
        monkeypatch.setattr(sys, "argv", ["booking", *map(str, words)])
        apps = []
        with pytest.raises(SystemExit) as left:
            cli.run(lambda: apps.append(create_app()) or apps[0])
        for app in apps:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
        return left.value.code or 0, "".join(capsys.readouterr())

    return run


def rows_and_what_is_sealed(settings):
    """Return every row of every table, and every sealed field as it opens."""
    app = create_app(settings)
    with app.app_context():
        with db.engine.connect() as connection:
            rows = {
                table.name: sorted(map(repr, connection.execute(table.select())))
                for table in TABLES
            }
        opened = {
            f"{mapper.class_.__name__}.{name}": sorted(
                (row.id, repr(getattr(row, name)))
                for row in db.session.query(mapper.class_)
            )
            for mapper in Base.registry.mappers
            for name, value in vars(mapper.class_).items()
            if isinstance(value, Sealed)
        }
        db.session.remove()
        db.engine.dispose()
    return rows, opened


@pytest.fixture
def lost(settings, now):
    """Let an office be at work, and give the settings of its machine."""
    app = create_app(settings)
    with app.app_context():
        filling.fill(counsellors=2, appointments=6, visits=2, seed=7)
        file = db.session.query(Client).first()
        person = make.signed_in(file.counsellor_id)
        hold = NewHold(reason="Az. 3 K 17/27", look_again_on=date(2027, 9, 1))
        legal_holds.place(person, file.reference, hold, now=now.now())
        db.session.remove()
        db.engine.dispose()
    return settings


def test_a_restored_office_is_the_one_that_was_lost(lost, new_machine, typed, tmp_path):
    before = rows_and_what_is_sealed(lost)
    assert "Az. 3 K 17/27" in str(before[1]["LegalHold.reason"])
    assert sum(map(bool, before[0].values())) > 20  # tables with rows
    backup, safe = tmp_path / "lotse.age", tmp_path / "private.key"
    safe.write_text(PRIVATE)
    status, said = typed(lost, "backup", backup)
    assert status == 0, said
    shutil.copytree(lost.keys, new_machine.keys)
    new_machine.keys.chmod(0o700)

    status, said = typed(new_machine, "restore", backup, "--key", safe)
    assert status == 0, said
    status, said = typed(new_machine, "migrate")
    assert status == 0, said
    assert rows_and_what_is_sealed(new_machine) == before
