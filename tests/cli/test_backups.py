"""Do the commands for backups and keys do what they say, in a sentence?"""

import os
import re
import sys

import pytest

from booking import cli, create_app
from booking.models import db
from tests import make


@pytest.fixture
def office(sqlite_url, tmp_path, now):
    """Found an office, and leave its application: each command makes its own."""
    app = create_app(make.settings(tmp_path, sqlite_url))
    with app.app_context():
        make.client(make.office().counsellor)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def booking(tmp_path, sqlite_url, monkeypatch, capsys):
    """Run the command as an operator does; give status, output and complaint."""
    for name in [name for name in os.environ if name.startswith("BOOKING_")]:
        monkeypatch.delenv(name)
    own = {
        "DATA": str(tmp_path / "data"),
        "KEYS": str(tmp_path / "keys"),
        "DATABASE_URL": sqlite_url,
        "SECRET_KEY": "a secret of at least thirty-two characters",
    }

    def run(*arguments, **changes):
        for name, value in (own | changes).items():
            monkeypatch.setenv(f"BOOKING_{name}", value)
        monkeypatch.setattr(sys, "argv", ["booking", *map(str, arguments)])
        apps = []
        with pytest.raises(SystemExit) as left:
            cli.run(lambda: apps.append(create_app()) or apps[0])
        for app in apps:
            with app.app_context():
                db.engine.dispose()
        return (left.value.code or 0, *capsys.readouterr())

    return run


def in_one_sentence(outcome, *words):
    status, said, complained = outcome
    assert (status, said) == (1, "")
    assert len(complained.strip().splitlines()) == 1, complained
    return all(word in complained for word in words)


def test_from_a_pair_of_keys_to_a_restored_office(booking, office, tmp_path):
    status, said, _ = booking("keys", "pair")
    assert status == 0
    public = re.search(r"BOOKING_BACKUP_RECIPIENT=(age1\S+)", said)[1]
    private = re.search(r"AGE-SECRET-KEY-1\S+", said)[0]
    file, key = tmp_path / "all.age", tmp_path / "key.txt"
    key.write_text(f"# for the safe\n{private}\n")
    assert in_one_sentence(booking("backup", file), "BOOKING_BACKUP_RECIPIENT")
    assert in_one_sentence(booking("backup", file, BACKUP_RECIPIENT=private), "age1")
    assert booking("backup", file, BACKUP_RECIPIENT=public)[0] == 0
    assert in_one_sentence(booking("backup", file), "already")

    new = {"DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite'}"}
    missing = booking("restore", tmp_path / "no.age", "--key", key, **new)
    assert in_one_sentence(missing, "no file")
    assert booking("restore", file, "--key", key, **new)[0] == 0
    assert in_one_sentence(booking("restore", file, "--key", key, **new), "not empty")
    assert booking("migrate", **new)[0] == 0
    status, _, complained = booking("check", **new)
    assert (status, complained.strip()) == (
        1,
        "No worker has run yet: letters wait. Start “booking worker”.",
    )


def test_keys_are_rotated_and_retired_without_showing_one(booking, office, tmp_path):
    before = (tmp_path / "keys" / "field.keys").read_text()
    status, said, complained = booking("keys", "rotate")
    after = (tmp_path / "keys" / "field.keys").read_text()
    assert (status, complained) == (0, "")
    assert before in after
    assert after != before
    assert not any(key in said for key in after.split())
    assert booking("keys", "retire")[0] == 0
    assert in_one_sentence(
        booking("keys", "retire", FIELD_KEYS=",".join(after.split())), "FIELD_KEYS"
    )


def test_a_move_to_no_postgresql_is_refused_in_a_sentence(booking, office):
    assert in_one_sentence(booking("move-database", "sqlite:///x"), "postgresql")
