"""Does an operator learn what goes, and go without learning whose it was?"""

from datetime import timedelta

import pytest

from booking import cli
from booking.models import Appointment, JournalEntry, db
from booking.services import appointments, legal_holds
from booking.services.legal_holds import NewHold
from tests import make


@pytest.fixture
def settings(sqlite_url, tmp_path):
    return make.settings(tmp_path, sqlite_url)


@pytest.fixture
def said(app, monkeypatch, capsys):
    """Run the command over the office of the test; return its lines."""

    def run(*arguments):
        words = ["booking", "clients", "erase-expired", *arguments]
        monkeypatch.setattr("sys.argv", words)
        with pytest.raises(SystemExit) as left:
            cli.run(lambda: app)
        db.session.rollback()
        assert left.value.code in (0, None)
        return capsys.readouterr().out.splitlines()

    return run


@pytest.fixture
def expired(office, now):
    """Book somebody, and let a hundred days pass."""
    start = now.now() + timedelta(days=3, hours=1)
    appointments.book(make.choice(start), make.person(), now=now.now())
    now.move(days=104)


APPOINTMENT = "appointments without a file, 90 days after their end"


def test_a_dry_run_names_numbers_and_leaves_everything(expired, said):
    lines = said("--dry-run")
    assert f"Would erase 1: {APPOINTMENT}." in lines
    assert db.session.query(Appointment).count() == 1


def test_what_has_expired_goes_and_nobody_is_named(expired, said):
    lines = said()
    assert f"Erased 1: {APPOINTMENT}." in lines
    assert lines[-1].startswith("Appointments and visits in a client's file stay")
    assert "Amal" not in " ".join(lines)
    assert db.session.query(Appointment).count() == 0
    assert f"Erased 0: {APPOINTMENT}." in said()


def test_the_journal_says_that_a_command_erased(expired, said):
    said()
    (entry,) = db.session.query(JournalEntry).filter_by(deed="erase expired")
    assert entry.actor == "command"


def test_a_held_file_is_refused_in_a_sentence_and_counted(
    office, now, said, app, monkeypatch, capsys
):
    file = make.client(office.counsellor)
    hold = NewHold(reason="Az. 3", look_again_on=now.now().date() + timedelta(days=9))
    person = make.signed_in(office.counsellor)
    legal_holds.place(person, file.reference, hold, now=now.now())
    assert "Kept 1: files under a legal hold." in said("--dry-run")
    words = ["booking", "clients", "erase", file.reference, "--yes"]
    monkeypatch.setattr("sys.argv", words)
    with pytest.raises(SystemExit) as left:
        cli.run(lambda: app)
    assert left.value.code == 1
    assert "A legal hold keeps this file" in capsys.readouterr().err
