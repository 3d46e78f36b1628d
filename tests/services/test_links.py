"""Who finds back to an appointment, and who does not?"""

import re
from datetime import date, timedelta

import pytest

from booking.models import Appointment, ClientLink, LimitCounter, db
from booking.services import appointments, limits, links
from booking.services.limits import TooManyGuesses
from booking.services.links import CODE_SIGNS, UnknownLink
from tests import make

THURSDAY = date(2027, 3, 4)


@pytest.fixture
def settings(sqlite_url, tmp_path):
    return make.settings(tmp_path, sqlite_url)


@pytest.fixture
def way(office, now):
    choice = make.choice(make.at(THURSDAY, 9), letter_language="ar")
    return appointments.book(choice, make.person(), now=now.now())


def test_a_link_opens_its_appointment_until_a_day_after(way, now):
    ends = make.at(THURSDAY, 9, 45)
    for moment in (now.now(), ends, ends + timedelta(days=1)):
        assert links.behind_token(way.token, now=moment).code == way.code
    with pytest.raises(UnknownLink):
        links.behind_token(way.token, now=ends + timedelta(days=1, seconds=1))


@pytest.mark.parametrize("typed", ["", "x", "\x00", "\ud800", "ß" * 99])
def test_a_link_nobody_gave_out_opens_nothing(way, now, typed):
    with pytest.raises(UnknownLink):
        links.behind_token(typed, now=now.now())
    with pytest.raises(UnknownLink):
        links.behind_token(way.token + typed[:1] + "A", now=now.now())


def test_the_hash_in_the_database_opens_nothing(way, now):
    link = db.session.query(ClientLink).one()
    for stored in (link.token_hash.hex(), link.code_hash.hex(), way.code):
        with pytest.raises(UnknownLink):
            links.behind_token(stored, now=now.now())


def test_a_time_only_held_has_no_link_yet(way, now):
    row = db.session.query(Appointment).one()
    for status in ("held", "expired"):
        row.status, row.hold_until = status, now.now()
        db.session.flush()
        with pytest.raises(UnknownLink):
            links.behind_token(way.token, now=now.now())


def test_the_address_in_letters_is_in_the_clients_language(way):
    assert way.url == f"https://termine.example.org/ar/a/{way.token}"
    assert len(way.token) == 43  # 256 bits


def test_a_code_can_be_typed_as_it_is_heard(way, now):
    assert re.fullmatch(f"[{CODE_SIGNS}]{{10}}", way.code)
    assert not set("0O1IL U") & set(CODE_SIGNS)
    readable = links.readable(way.code)
    spoken = " ".join(way.code.lower())
    for typed in (way.code, readable, readable.lower(), spoken, f" {readable}\n"):
        found = links.behind_code(typed, b"a", now=now.now())
        assert found.token == way.token


def test_after_ten_tries_in_an_hour_even_the_right_code_is_refused(way, now):
    for _ in range(10):
        with pytest.raises(UnknownLink):
            links.behind_code("ABCDE", b"a", now=now.now())
    with pytest.raises(TooManyGuesses):
        links.behind_code(way.code, b"a", now=now.now())
    assert links.behind_code(way.code, b"another house", now=now.now())
    now.move(hours=1)
    assert links.behind_code(way.code, b"a", now=now.now())


def test_a_whole_house_finds_its_appointments_behind_one_address(way, now):
    for _ in range(30):
        assert links.behind_code(way.code, b"a", now=now.now())


def test_yesterdays_tries_are_forgotten(way, now):
    with pytest.raises(UnknownLink):
        links.behind_code("ABCDE", b"a", now=now.now())
    assert db.session.query(LimitCounter).count() == 1
    now.move(days=1, hours=2)
    limits.forget_guesses(now=now.now())
    db.session.rollback()
    assert db.session.query(LimitCounter).count() == 0
