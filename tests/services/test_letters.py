"""Does everybody who wants to hear from us hear the right thing, once?"""

import email
import email.policy
from dataclasses import replace
from datetime import date, timedelta

import pytest

from booking import mail
from booking.models import Appointment, Letter, LetterState, Status, db
from booking.services import appointments, holds, letters, rounds
from tests import make
from tests.mailbox import plain

THURSDAY, WEDNESDAY = date(2027, 3, 4), date(2027, 3, 3)


@pytest.fixture
def settings(sqlite_url, tmp_path):
    return make.settings(tmp_path, sqlite_url)


@pytest.fixture
def box(tmp_path):
    """Read what was laid into the folder, oldest first."""

    def read():
        files = sorted((tmp_path / "letters").glob("*.eml"), key=_when)
        return [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in files
        ]

    return read


def _when(path):
    return path.stat().st_mtime_ns


def at(hour, minute=0, day=THURSDAY):
    return make.at(day, hour, minute)


def book(now, start=None, language="de", **changes):
    choice = make.choice(start or at(9), letter_language=language)
    return appointments.book(choice, make.person(**changes), now=now.now())


def rows(**facts):
    db.session.rollback()
    return db.session.query(Letter).filter_by(**facts).order_by(Letter.id).all()


def states():
    return [(row.kind, row.state) for row in rows()]


def round_at(now, hour, minute=0, day=WEDNESDAY):
    now.moment = at(hour, minute, day=day)
    return rounds.make_round("worker", now=now.now())


# --- What is written ---------------------------------------------------------


def test_a_booking_brings_one_confirmation_with_it(office, now, box):
    way = book(now)
    assert states() == [("confirmation", "due")]
    assert letters.post(now=now.now()) == 1
    assert letters.post(now=now.now()) == 0
    assert states() == [("confirmation", "sent")]
    (letter,) = box()
    assert letter["To"] == "amal@example.org"
    assert way.url in plain(letter)


def test_a_booking_that_fails_confirms_nothing(office, now, monkeypatch):
    def broken(*_arguments, **_facts):
        raise RuntimeError

    monkeypatch.setattr(appointments, "note", broken)
    with pytest.raises(RuntimeError):
        book(now)
    assert rows() == []
    assert db.session.query(Appointment).count() == 0


def test_who_does_not_want_letters_gets_none(office, now):
    way = book(now, reach="none", email="")
    appointments.move(way.appointment.uuid, at(10), now=now.now())
    round_at(now, 11)
    appointments.cancel(way.appointment.uuid, now=now.now())
    assert rows() == []


@pytest.mark.parametrize("reach", ["call", "post"])
def test_who_wants_a_call_or_a_letter_on_paper_waits_for_a_person(
    office, now, box, reach
):
    book(now, reach=reach, email="", phone="07161 12345", address="Weg 1\n73033 G")
    assert round_at(now, 9) == 0
    assert [(row.channel, row.state) for row in rows()] == [(reach, "due")]
    assert box() == []


# --- The reminder ------------------------------------------------------------


def test_a_reminder_comes_the_day_before_from_ten(office, now, box):
    book(now)
    round_at(now, 9, 59)
    assert states() == [("confirmation", "sent")]
    assert round_at(now, 10) == 1
    assert states()[1] == ("reminder", "sent")
    for hour in (10, 11, 23):
        assert round_at(now, hour) == 0
    assert "Erinnerung" in box()[-1]["Subject"]
    assert "Donnerstag, 4.\u00a0März" in box()[-1]["Subject"]


def test_nobody_is_reminded_of_another_day(office, now):
    book(now, at(9, day=date(2027, 3, 5)))
    round_at(now, 12)
    assert [row.kind for row in rows()] == ["confirmation"]


@pytest.mark.parametrize("hour", [9, 10])
def test_who_booked_this_very_day_needs_no_reminder(office, now, hour):
    now.moment = at(hour, 30, day=WEDNESDAY)
    book(now, at(11))
    round_at(now, 11)
    assert [row.kind for row in rows()] == ["confirmation"]


def test_a_moved_appointment_is_reminded_of_at_its_new_day(office, now):
    way = book(now)
    appointments.move(way.appointment.uuid, at(9, day=date(2027, 3, 5)), now=now.now())
    round_at(now, 12)
    assert [row.kind for row in rows()] == ["confirmation", "moved"]
    round_at(now, 12, day=THURSDAY)
    assert [row.kind for row in rows()] == ["confirmation", "moved", "reminder"]


def test_a_reminder_overtaken_by_a_cancellation_is_dropped(office, now, box):
    way = book(now)
    now.moment = at(10, day=WEDNESDAY)
    letters.write_due(now=now.now())
    appointments.cancel(way.appointment.uuid, now=now.now())
    letters.post(now=now.now())
    assert states() == [
        ("confirmation", "dropped"),
        ("reminder", "dropped"),
        ("cancelled", "sent"),
    ]
    assert len(box()) == 1


def test_nothing_is_sent_about_what_is_over(office, now, box):
    book(now)
    now.moment = at(9)
    letters.post(now=now.now())
    assert states() == [("confirmation", "dropped")]
    assert box() == []


# --- What stands in it -------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "word"),
    [("de", "Termin"), ("en", "appointment"), ("ar", "\u0645\u0648\u0639\u062f")],
)
def test_a_letter_is_neutral_and_in_the_clients_language(
    office, now, box, language, word
):
    way = book(now, language=language, supporter="Nour", woman_preferred=True)
    appointments.move(way.appointment.uuid, at(10), now=now.now())
    letters.post(now=now.now())
    round_at(now, 10)
    appointments.cancel(way.appointment.uuid, now=now.now())
    letters.post(now=now.now())
    assert [row.state for row in rows(state="sent")] == ["sent"] * 3
    for letter in box():
        whole = letter["Subject"] + letter["From"] + plain(letter)
        for secret in ("Integration", "Ayla", "Sommer", "Amal", "Nour", "%(", "{{"):
            assert secret not in whole
        assert letter["Content-Language"] == language
        assert "10:00" in letter["Subject"]
        assert word in letter["Subject"]
        assert word in plain(letter)


def test_a_talk_by_phone_is_confirmed_without_an_address(office, now, box):
    choice = make.choice(at(9), wish=make.wish(place="phone"))
    person = make.person(phone="07161 12345")
    appointments.book(choice, person, now=now.now())
    letters.post(now=now.now())
    assert "Kirchstraße" not in plain(box()[0])
    assert "Wir rufen Sie an" in plain(box()[0])


# --- When the mail server will not -------------------------------------------


def failing(monkeypatch, fault):
    tries = []

    def send(letter, *_where):
        tries.append(letter["Message-ID"])
        raise fault

    monkeypatch.setattr(mail, "send", send)
    return tries


def test_a_letter_waits_longer_each_time_and_keeps_its_name(
    office, now, monkeypatch, box
):
    book(now)
    with monkeypatch.context() as patch:
        tries = failing(patch, mail.NotNow("connection refused"))
        waits = []
        for _ in range(9):
            assert letters.post(now=now.now()) == 0
            (row,) = rows()
            waits.append((row.next_try_at - now.now()) // timedelta(minutes=1))
            now.moment = row.next_try_at - timedelta(seconds=1)
            assert letters.post(now=now.now()) == 0
            now.move(seconds=1)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert (row.error, row.state) == ("connection refused", "due")
    assert letters.post(now=now.now()) == 1
    assert {*tries, box()[0]["Message-ID"]} == {row.message_id}
    (row,) = rows()
    assert (row.state, row.error) == ("sent", None)


def test_a_refusal_for_good_is_kept_with_its_reason(office, now, monkeypatch):
    book(now)
    failing(monkeypatch, mail.RefusedForGood("550 no such user " + "x" * 500))
    letters.post(now=now.now())
    (row,) = rows()
    assert (row.state, row.error[:16]) == ("failed", "550 no such user")
    now.move(days=1)
    assert letters.post(now=now.now()) == 0


def test_one_letter_that_cannot_be_written_does_not_hold_up_the_others(
    office, now, box, monkeypatch
):
    book(now, email="first@example.org")
    book(now, at(10), email="second@example.org")
    compose = mail.compose

    def picky(template, envelope, **facts):
        if envelope.to.startswith("first"):
            raise KeyError("place")
        return compose(template, envelope, **facts)

    monkeypatch.setattr(mail, "compose", picky)
    assert letters.post(now=now.now()) == 1
    assert [row.state for row in rows()] == ["due", "sent"]
    assert rows()[0].error == "KeyError"


def test_a_letter_whose_worker_died_is_sent_by_the_next_one(office, now, monkeypatch):
    book(now)
    with monkeypatch.context() as patch:
        failing(patch, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            letters.post(now=now.now())
    now.move(seconds=119)
    assert letters.post(now=now.now()) == 0
    now.move(seconds=1)
    assert letters.post(now=now.now()) == 1


def test_without_a_mail_server_letters_wait(office, now, app):
    book(now)
    app.config["BOOKING"] = replace(app.config["BOOKING"], mail_url="")
    assert letters.post(now=now.now()) == 0
    assert [row.state for row in rows()] == [LetterState.DUE]


def test_a_round_does_everything_there_is_to_do(office, now, box):
    book(now)
    holds.hold(make.choice(at(11)), network=b"a", now=now.now())
    round_at(now, 10)
    statuses = {row.status for row in db.session.query(Appointment)}
    assert Status.HELD not in statuses
    assert len(box()) == 2


class TestOnBothDatabases:
    @pytest.fixture
    def settings(self, database_url, tmp_path):
        return make.settings(tmp_path, database_url)

    def test_two_workers_remind_once(self, office, now, monkeypatch):
        book(now)
        letters.post(now=now.now())
        now.moment = at(10, day=WEDNESDAY)
        assert [letters.write_due(now=now.now()) for _ in range(2)] == [1, 0]
        sent = []
        monkeypatch.setattr(mail, "send", lambda letter, *_: sent.append(letter))
        first = letters._next_letter(now.now())
        assert first.kind == "reminder"
        assert letters.post(now=now.now()) == 0
        assert sent == []


# --- Found in review ---------------------------------------------------------


def test_a_handful_is_sent_each_round_so_that_no_lease_runs_out(office, now):
    for hour in (9, 10, 11):
        for day in (date(2027, 3, 4), date(2027, 3, 5)):
            book(now, at(hour, day=day))
    rounds_of_letters = [letters.post(now=now.now()) for _ in range(3)]
    assert rounds_of_letters == [5, 1, 0]


def test_what_a_mail_server_says_of_somebody_is_not_kept(office, now, monkeypatch):
    def refuse(*_):
        refusal = {"amal@example.org": (550, b"5.1.1 <amal@example.org>: unknown")}
        mail._judge(refusal["amal@example.org"], OSError())

    monkeypatch.setattr(mail, "send", refuse)
    book(now)
    letters.post(now=now.now())
    (row,) = rows()
    assert (row.state, row.error) == (LetterState.FAILED, "550 5.1.1")


def test_a_reminder_that_no_worker_wrote_in_time_still_comes_on_the_day(office, now):
    book(now, at(11))
    now.moment = at(6, 59)
    assert letters.write_due(now=now.now()) == 0
    now.moment = at(7, 1)
    assert letters.write_due(now=now.now()) == 1
    assert letters.write_due(now=now.now()) == 0
    assert [row.kind for row in rows()] == ["confirmation", "reminder"]
