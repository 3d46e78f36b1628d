"""Do the commands do what they say, and answer a mistake in one sentence?"""

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import date

import pytest

from booking import cli, create_app
from booking.cli import database, looking, serving, setting_up
from booking.languages import LANGUAGES
from booking.models import (
    Appointment,
    InterpreterRequest,
    Keyring,
    Letter,
    LetterState,
    Office,
    PersonalLink,
    Role,
    Setting,
    StaffMember,
    Stop,
    VisitRequest,
    Waiting,
    db,
)
from booking.services import appointments, rounds
from booking.services.writing import write_session
from tests import make
from tests.calendars.reading import calendar
from tests.services.strangers import played

OFFICE = {
    "--name": "Bürgerhaus",
    "--service": "Integrationsmanagement",
    "--street": "Kirchstraße",
    "--house-number": "11",
    "--postcode": "73033",
    "--town": "Göppingen",
    "--floor": "3",
    "--phone": "07161 650 55730",
    "--email": "integration@example.org",
    "--subdivision": "BW",
    "--admin-name": "Karin Amtmann",
    "--admin-email": "karin@example.org",
}
SETUP = ["setup", *(word for pair in OFFICE.items() for word in pair)]
ADD = ["staff", "add", "--name", "Ayla", "--email", "Ayla@example.org"]


@pytest.fixture
def settings(sqlite_url, tmp_path):
    return make.settings(tmp_path, sqlite_url)


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    said: str
    complained: str


@pytest.fixture
def booking(tmp_path, sqlite_url, monkeypatch, capsys):
    """Run the command as an operator does, without starting Python each time."""
    for name in [name for name in os.environ if name.startswith("BOOKING_")]:
        monkeypatch.delenv(name)
    own = {
        "DATA": str(tmp_path / "data"),
        "KEYS": str(tmp_path / "keys"),
        "DATABASE_URL": sqlite_url,
        "MAIL_URL": f"folder://{tmp_path / 'letters'}",
        "SECRET_KEY": "a secret of at least thirty-two characters",
    }

    def run(*arguments, **changes):
        for name, value in (own | changes).items():
            monkeypatch.setenv(f"BOOKING_{name}", value)
        monkeypatch.setattr(sys, "argv", ["booking", *arguments])
        apps = []
        with pytest.raises(SystemExit) as left:
            cli.run(lambda: apps.append(create_app()) or apps[0])
        for app in apps:
            with app.app_context():
                db.engine.dispose()
        written = capsys.readouterr()
        return Outcome(left.value.code or 0, written.out, written.err)

    return run


def in_one_sentence(outcome, *words):
    """Check that somebody can act on the answer without reading a traceback."""
    assert (outcome.status, outcome.said) == (1, "")
    assert len(outcome.complained.strip().splitlines()) == 1, outcome.complained
    assert all(word in outcome.complained for word in words), outcome.complained
    return True


def test_from_an_empty_machine_to_the_first_counsellor(booking, tmp_path):
    new = {"DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite'}"}
    assert in_one_sentence(booking("check", **new), "booking migrate")
    assert booking("migrate", **new).said == "The database is up to date.\n"
    assert booking("migrate", **new).status == 0
    assert in_one_sentence(booking("slots", **new), "booking setup")
    first = booking(*SETUP, **new)
    assert "First password of karin@example.org: " in first.said
    assert in_one_sentence(booking(*SETUP, **new), "set up already")
    assert booking(*ADD, "--role", "counsellor", "--language", "ar", **new).said
    again = [word.lower() for word in ADD]
    assert in_one_sentence(booking(*again, "--role", "admin", **new), "already")


def test_whoever_is_added_gets_a_link_or_a_first_password(booking):
    booking(*SETUP)
    added = booking(*ADD, "--role", "counsellor")
    assert added.said.startswith("Ayla is added. Link for Ayla@example.org to set")
    assert "http://127.0.0.1:8000/staff/links/" in added.said
    assert "mailed to her" in added.said
    reset = booking("staff", "reset", "ayla@example.org", MAIL_URL="")
    assert "/staff/links/" in reset.said
    assert "mailed" not in reset.said
    first = booking("staff", "reset", "ayla@example.org", "--password")
    assert first.said.startswith("New first password of ayla@example.org: ")
    assert in_one_sentence(booking("staff", "reset", "x@example.org"), "Nobody here")
    again = [*ADD[:-1], "b@example.org", "--role", "head", "--password"]
    assert "First password of b@example.org: " in booking(*again).said


def test_wrong_words_are_a_matter_of_usage(booking):
    for arguments in (["dance"], [*ADD, "--role", "king"], ["slots", "--days", "0"]):
        outcome = booking(*arguments)
        assert (outcome.status, outcome.said) == (2, "")
        assert "Usage" in outcome.complained


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("LOG", "xml"),
        ("ZONE", "Mars/Olympus"),
        ("PUBLIC_URL", "termine.example.org"),
        ("MAIL_URL", "imap://example.org"),
        ("TRUSTED_PROXIES", "everybody"),
        ("FIELD_KEYS", "c2hvcnQ="),
        ("SECRET_KEY_FILE", "/nowhere/at/all"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none"),
    ],
)
def test_settings_that_cannot_work_are_refused_in_one_sentence(booking, name, value):
    assert in_one_sentence(booking("check", **{name: value}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FIELD_KEYS", "schlüssel"),
        ("DATABASE_URL", "mysql://localhost/lotse"),
        ("PUBLIC_URL", "http://["),
        ("DATA", "/dev/null/data"),
        ("SECRET_KEY_FILE", sys.executable),
    ],
)
def test_odd_settings_are_refused_in_one_sentence(booking, name, value):
    changes = {name: value}
    if name == "DATA":
        changes |= {"SECRET_KEY": "", "DATABASE_URL": ""}
    assert in_one_sentence(booking("check", **changes))


def test_the_last_day_of_the_calendar_is_no_fault(booking):
    booking(*SETUP)
    outcome = booking("slots", "--from", "9999-12-31", "--days", "366")
    assert (outcome.status, outcome.said) == (0, "Nothing is free.\n")


def test_the_program_itself_answers_a_mistake_in_one_sentence():
    program = [sys.executable, "-m", "booking", "check"]
    environ = os.environ | {"BOOKING_SECRET_KEY": "short"}
    outcome = subprocess.run(
        program, env=environ, capture_output=True, text=True, check=False
    )
    sentence = "Set BOOKING_SECRET_KEY to 32 random characters.\n"
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (1, "", sentence)


# --- The same commands, called inside ----------------------------------------


@pytest.fixture
def call(app):
    def run(command, *arguments):
        return app.test_cli_runner().invoke(command, arguments)

    return run


def test_a_sound_house_is_said_to_be_sound(office, now, call):
    rounds.make_round("worker", now=now.now())
    outcome = call(database.check)
    assert (outcome.output, outcome.exit_code) == ("Everything is sound.\n", 0)


def test_each_fault_is_one_sentence(office, now, call, settings):
    assert "No worker has run yet" in call(database.check).output
    rounds.make_round("worker", now=now.now())
    now.move(minutes=6)
    assert "No worker has shown itself" in call(database.check).output
    settings.keys.chmod(0o755)
    outcome = call(database.check)
    assert outcome.exit_code == 1
    assert len(outcome.output.splitlines()) == 2
    assert "chmod 700" in outcome.output


def test_letters_that_nobody_can_send_are_told(office, now, app, call):
    choice = make.choice(make.at(date(2027, 3, 4), 9))
    appointments.book(choice, make.person(), now=now.now())
    app.config["BOOKING"] = replace(app.config["BOOKING"], mail_url="")
    rounds.make_round("worker", now=now.now())
    assert "1 letters wait" in call(database.check).output


def test_a_database_from_another_time_is_told(app, call):
    db.session.execute(db.text("UPDATE alembic_version SET version_num = '9999'"))
    db.session.commit()
    outcome = call(database.check)
    assert (outcome.exit_code, "9999" in outcome.output) == (1, True)


def test_a_lost_key_is_told(office, now, app, call):
    choice = make.choice(make.at(date(2027, 3, 4), 9))
    appointments.book(choice, make.person(), now=now.now())
    app.extensions["booking.keyring"] = Keyring([b"n" * 32], b"l" * 32)
    assert "A field key is missing" in call(database.check).output


def test_seeding_fills_an_empty_house_and_no_other(app, now, call):
    outcome = call(
        setting_up.seed,
        *("--counsellors", "3", "--appointments", "20", "--visits", "6"),
    )
    said = "3 counsellors, 20 appointments, 6 wishes for a visit.\n"
    assert outcome.output == said
    visited = db.session.query(Stop).filter(Stop.appointment_id.is_not(None)).count()
    assert db.session.query(Appointment).count() == 20 + visited
    assert db.session.query(VisitRequest).count() == 6
    roles = [row.roles for row in db.session.query(StaffMember)]
    assert sum(Role.COUNSELLOR in found for found in roles) == 3
    again = call(setting_up.seed)
    assert type(again.exception).__name__ == "AlreadySetUp"
    assert db.session.query(Office).count() == 1


def test_nobody_of_a_seeded_house_is_booked_twice(app, now, call):
    seeded = ("--counsellors", "2", "--appointments", "60", "--visits", "0")
    call(setting_up.seed, *seeded)
    rounds.make_round("worker", now=now.now())
    assert call(database.check).output == "Everything is sound.\n"
    assert db.session.query(Letter).filter_by(state=LetterState.DUE).count() == 0
    asked = db.session.query(InterpreterRequest.state).order_by(InterpreterRequest.id)
    assert [state for (state,) in asked] == ["asked", "confirmed", "declined"]
    assert db.session.query(Waiting).count() > 1
    assert db.session.query(PersonalLink).count() == 2


def test_a_woman_can_be_added_as_one(office, call):
    newcomer = (
        "--name",
        "Nadia",
        "--email",
        "nadia@example.org",
        "--role",
        "counsellor",
    )
    call(setting_up.add, *newcomer, "--woman")
    row = db.session.query(StaffMember).order_by(StaffMember.id.desc()).first()
    assert (row.name, row.is_woman) == ("Nadia", True)


def test_free_times_are_shown_to_people_and_to_programs(office, now, call):
    shown = call(looking.slots, "--from", "2027-03-04", "--days", "1")
    assert shown.output.startswith("Thu 2027-03-04  09:00 09:15")
    assert len(shown.output.splitlines()) == 1
    read = json.loads(call(looking.slots, "--json", "--days", "1").output)
    assert read["slots"][0] == {
        "start": "2027-03-02T09:00:00+01:00",
        "end": "2027-03-02T09:45:00+01:00",
        "counsellors": 1,
    }
    assert read["interpreted"] is False
    phone = json.loads(call(looking.slots, "--json", "--type", "phone").output)
    assert phone["slots"][0]["end"] == "2027-03-02T09:30:00+01:00"
    assert json.loads(call(looking.slots, "--json", "--language", "ti").output)[
        "interpreted"
    ]


def test_no_free_times_are_said_in_words(office, now, call):
    outcome = call(looking.slots, "--from", "2028-01-01")
    assert (outcome.output, outcome.exit_code) == ("Nothing is free.\n", 0)


def test_the_translations_are_listed_with_their_review(office, now, call):
    in_use = [one.code for one in LANGUAGES if one.code != "ti"]
    with write_session() as session:
        session.add(Setting(key="languages", value=in_use, changed_at=now.now()))
    lines = call(looking.translations).output.splitlines()
    assert [line.split()[0] for line in lines] == [one.code for one in LANGUAGES]
    assert all("reviewed by a speaker: " in line for line in lines)
    assert "100 % translated" in lines[0]
    off = [line.split()[0] for line in lines if line.endswith("; not in use")]
    assert off == ["ti"]


def test_translations_are_listed_before_there_is_a_database(booking, tmp_path):
    fresh = f"sqlite:///{tmp_path / 'fresh.sqlite'}"
    outcome = booking("translations", DATABASE_URL=fresh)
    assert outcome.status == 0
    lines = outcome.said.splitlines()
    assert len(lines) == len(LANGUAGES)
    assert all(line.endswith("; in use") for line in lines)


def test_one_round_of_the_worker_sends_what_is_due(office, now, call, tmp_path):
    choice = make.choice(make.at(date(2027, 3, 4), 9))
    appointments.book(choice, make.person(), now=now.now())
    assert call(serving.worker, "--once").output == "1 letters sent.\n"
    assert call(serving.worker, "--once").output == "0 letters sent.\n"
    assert len(list((tmp_path / "letters").glob("*.eml"))) == 1


def test_one_round_of_the_worker_reads_the_calendars_that_are_due(
    office, now, call, monkeypatch
):
    make.busy(office.counsellor, kind="address")
    played(monkeypatch).content = calendar(
        "DTSTART:20270304T080000Z\nDTEND:20270304T090000Z"
    )
    looked = "0 letters sent.\nA foreign calendar is looked at.\n"
    assert call(serving.worker, "--once").output == looked
    assert call(serving.worker, "--once").output == "0 letters sent.\n"
    day = ("--from", "2027-03-04", "--days", "1")
    first = call(looking.slots, *day).output.splitlines()[0]
    assert first.startswith("Thu 2027-03-04  10:00 10:15")


def test_refused_letters_are_told(office, now, app, call):
    choice = make.choice(make.at(date(2027, 3, 4), 9))
    appointments.book(choice, make.person(), now=now.now())
    with write_session() as session:
        session.query(Letter).update({"state": "failed"})
    outcome = call(database.check)
    assert (outcome.exit_code, "1 letters were refused" in outcome.stderr) == (1, True)


def test_an_office_lies_in_a_land_whose_holidays_we_know(booking):
    assert booking(*SETUP, "--subdivision", "Bayern").status == 2
    assert booking(*SETUP, "--subdivision", "BY").status == 0
    assert booking("slots").status == 0


def test_a_demo_never_reaches_for_the_real_data(tmp_path, monkeypatch):
    for name in ("DATA", "DATABASE_URL", "KEYS", "PUBLIC_URL"):
        monkeypatch.setenv(f"BOOKING_{name}", "real")
        monkeypatch.setenv(f"BOOKING_{name}_FILE", "real")
    monkeypatch.setenv("BOOKING_MAIL_URL", "")
    monkeypatch.setenv("BOOKING_LOG", "text")
    serving._keep_to_the_demo(tmp_path, "http://127.0.0.1:1")
    kept = {name: os.environ[name] for name in os.environ if "real" in os.environ[name]}
    assert not [name for name in kept if name.startswith("BOOKING_")]
    assert os.environ["BOOKING_DATA"] == str(tmp_path)


def test_a_port_in_use_is_told_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        program = [sys.executable, "-m", "booking", "serve", "--port", port]
        environ = os.environ | {"BOOKING_DATA": str(tmp_path / "data")}
        outcome = subprocess.run(
            program, env=environ, capture_output=True, text=True, check=False
        )
    assert outcome.returncode == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in outcome.stderr
    assert "Traceback" not in outcome.stderr
