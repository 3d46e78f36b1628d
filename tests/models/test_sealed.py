"""Can a personal field be read only where it belongs, and with our keys?"""

import base64
import secrets
import stat
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from booking import create_app
from booking.models import (
    Appointment,
    CannotOpen,
    Client,
    Keyring,
    StaffMember,
    cleaned,
    db,
)
from booking.models.wording import BIDI_CONTROLS
from booking.services import appointments
from booking.services.writing import write_session
from tests import make


@pytest.fixture
def settings(sqlite_url, tmp_path):
    return make.settings(tmp_path, sqlite_url)


def key():
    return secrets.token_bytes(32)


def written(key):
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


RING = Keyring([b"k" * 32], b"l" * 32)
ANY_TEXT = st.text(st.characters(exclude_categories=[]))


@given(st.text(), st.text())
def test_what_was_sealed_opens_where_it_was_sealed_and_nowhere_else(words, place):
    sealed = RING.seal(words, place)
    assert RING.open(sealed, place) == words
    with pytest.raises(CannotOpen):
        RING.open(sealed, place + "x")


@given(st.text(min_size=3), st.integers(min_value=0), st.integers(1, 255))
def test_a_sealed_field_that_was_tampered_with_does_not_open(words, where, change):
    sealed = bytearray(RING.seal(words, "here"))
    sealed[where % len(sealed)] ^= change
    with pytest.raises(CannotOpen):
        RING.open(bytes(sealed), "here")


def test_the_same_words_never_look_the_same_twice():
    assert len({RING.seal("Amal", "here") for _ in range(100)}) == 100


def test_after_a_rotation_the_old_key_still_reads_and_the_new_one_writes():
    old, new, lookup = key(), key(), key()
    before = Keyring([old], lookup).seal("Amal", "here")
    after = Keyring([new, old], lookup)
    assert after.open(before, "here") == "Amal"
    assert Keyring([new], lookup).open(after.seal("Amal", "here"), "here") == "Amal"
    with pytest.raises(CannotOpen):
        Keyring([old], lookup).open(after.seal("Amal", "here"), "here")


def test_a_look_up_finds_equal_values_of_one_purpose_only():
    lookup = key()
    ring, rotated = Keyring([key()], lookup), Keyring([key()], lookup)
    assert ring.lookup("email", "a@b.de") == rotated.lookup("email", "a@b.de")
    assert ring.lookup("email", "a@b.de") != ring.lookup("phone", "a@b.de")
    assert ring.lookup("email", "a@b.de") != Keyring([key()], key()).lookup(
        "email", "a@b.de"
    )


@pytest.fixture
def two_people(office, now):
    for hour, name in ((9, "Amal"), (10, "Bahar")):
        start = make.at(date(2027, 3, 4), hour)
        person = make.person(name=name, supporter="Nour")
        appointments.book(make.choice(start), person, now=now.now())
    return db.session.query(Appointment).order_by(Appointment.starts_at).all()


def test_a_name_carried_to_another_row_does_not_open(two_people):
    amal, bahar = two_people
    bahar.name_sealed = amal.name_sealed
    with pytest.raises(CannotOpen):
        _ = bahar.name


def test_a_name_carried_to_another_column_does_not_open(two_people):
    amal, _bahar = two_people
    amal.supporter_sealed = amal.name_sealed
    with pytest.raises(CannotOpen):
        _ = amal.supporter


def test_a_name_carried_to_another_table_does_not_open(two_people):
    amal, _bahar = two_people
    thief = Client(uuid=amal.uuid, name_sealed=amal.name_sealed)
    with pytest.raises(CannotOpen):
        _ = thief.name


def test_an_empty_field_is_not_stored_at_all(office):
    row = Appointment(name="", phone="  \u202e ")
    assert (row.name_sealed, row.phone_sealed) == (None, None)
    assert (row.name, row.phone) == ("", "")


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_more(words):
    assert cleaned(cleaned(words)) == cleaned(words)


@given(ANY_TEXT)
def test_no_cleaned_text_hides_anything_or_breaks_a_database(words):
    kept = cleaned(words)
    assert not BIDI_CONTROLS & set(kept)
    assert all(
        unicodedata.category(sign) not in {"Cc", "Cs"}
        for sign in kept
        if sign not in "\n\t"
    )
    assert unicodedata.is_normalized("NFC", kept)
    kept.encode()


@given(ANY_TEXT)
def test_whatever_is_cleaned_can_be_sealed_and_read_again(words):
    assert RING.open(RING.seal(cleaned(words), "here"), "here") == cleaned(words)


def test_a_persian_name_keeps_its_joiner():
    joined = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    assert cleaned(f" {joined}\u202e\x00 ") == joined
    assert cleaned("e\u0301") == "é"


def test_the_keys_are_for_their_owner_only_and_apart_from_the_database(app, settings):
    assert stat.S_IMODE(settings.keys.stat().st_mode) == 0o700
    files = sorted(settings.keys.iterdir())
    assert [path.name for path in files] == ["field.keys", "lookup.key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert not settings.keys.is_relative_to(settings.data)


def test_a_new_first_key_writes_while_names_of_before_stay_readable(
    two_people, settings
):
    old, new = (settings.keys / "field.keys").read_text().strip(), written(key())
    (settings.keys / "field.keys").write_text(f"{new}\n{old}\n")
    with create_app(settings).app_context():
        amal, bahar = db.session.query(Appointment).order_by(Appointment.starts_at)
        assert amal.name == "Amal"
        with write_session() as session:
            session.merge(bahar).name = "Bahar"
        db.engine.dispose()
    (settings.keys / "field.keys").write_text(f"{new}\n")
    with create_app(settings).app_context():
        amal, bahar = db.session.query(Appointment).order_by(Appointment.starts_at)
        assert bahar.name == "Bahar"
        with pytest.raises(CannotOpen):
            _ = amal.name
        db.engine.dispose()


def test_the_database_alone_does_not_tell_who_works_here(office):
    row = db.session.query(StaffMember).one()
    stored = db.session.execute(text("SELECT * FROM staff")).one()
    assert row.email.endswith("@example.org")
    assert not any(b"example.org" in v for v in stored if isinstance(v, bytes))
