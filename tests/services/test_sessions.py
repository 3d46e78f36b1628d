"""Who is let in, for how long, and what ends it?"""

from datetime import timedelta

import pytest

from booking.models import Role, StaffMember, StaffSession, db
from booking.services import accounts, sessions
from booking.services.accounts import NewStaffMember, NoSuchStaff
from booking.services.limits import TooManyGuesses
from booking.services.sessions import WrongPassword

EMAIL = "ayla@example.org"


@pytest.fixture
def password(app, now):
    newcomer = NewStaffMember(
        name="Ayla Sommer", email=EMAIL, roles=frozenset({Role.COUNSELLOR})
    )
    return accounts.add_staff(newcomer, now=now.now())


@pytest.fixture
def secret(password, now):
    return sessions.sign_in(EMAIL, password, now=now.now())


def test_a_counsellor_who_signs_in_is_known_by_her_roles(secret, now):
    person = sessions.behind(secret, now=now.now())
    assert person.name == "Ayla Sommer"
    assert person.may(Role.COUNSELLOR, Role.ADMIN)
    assert not person.may(Role.ADMIN)


def test_spelling_of_the_address_does_not_matter(password, now):
    assert sessions.sign_in(f"  {EMAIL.upper()} ", password, now=now.now())


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org", "", "\x00"])
def test_a_wrong_password_and_an_unknown_address_look_the_same(email, password, now):
    with pytest.raises(WrongPassword):
        sessions.sign_in(email, "guess", now=now.now())


def test_the_secret_itself_is_not_stored(secret):
    rows = db.session.query(StaffSession).all()
    assert [row.token_hash for row in rows] != []
    assert secret.encode() not in [row.token_hash for row in rows]


def test_a_desk_left_alone_for_half_an_hour_is_signed_out(secret, now):
    now.move(minutes=29)
    assert sessions.behind(secret, now=now.now())
    now.move(minutes=29)
    assert sessions.behind(secret, now=now.now())
    now.move(minutes=30)
    assert sessions.behind(secret, now=now.now()) is None


def test_after_ten_hours_even_a_busy_desk_is_signed_out(secret, now):
    for _ in range(29):
        now.move(minutes=20)
        assert sessions.behind(secret, now=now.now())
    now.move(minutes=20)
    assert sessions.behind(secret, now=now.now()) is None


def test_her_last_moment_is_written_once_a_minute_at_most(secret, now):
    now.move(seconds=59)
    sessions.behind(secret, now=now.now())
    begun = db.session.query(StaffSession.last_seen_at).scalar()
    assert begun == now.now() - timedelta(seconds=59)
    now.move(seconds=1)
    sessions.behind(secret, now=now.now())
    db.session.rollback()
    assert db.session.query(StaffSession.last_seen_at).scalar() == now.now()


def test_signing_out_ends_the_session_on_our_side(secret, now):
    sessions.sign_out(sessions.behind(secret, now=now.now()), now=now.now())
    assert sessions.behind(secret, now=now.now()) is None


def test_who_is_disabled_is_out_at_once_and_stays_out(secret, password, now):
    accounts.disable(EMAIL, now=now.now())
    assert sessions.behind(secret, now=now.now()) is None
    with pytest.raises(WrongPassword):
        sessions.sign_in(EMAIL, password, now=now.now())


def test_a_reset_ends_sessions_and_the_old_password(secret, password, now):
    fresh = accounts.reset(EMAIL, now=now.now())
    assert sessions.behind(secret, now=now.now()) is None
    with pytest.raises(WrongPassword):
        sessions.sign_in(EMAIL, password, now=now.now())
    assert sessions.sign_in(EMAIL, fresh, now=now.now())


def test_nobody_unknown_is_disabled(password, now):
    with pytest.raises(NoSuchStaff):
        accounts.disable("nobody@example.org", now=now.now())


def test_guessing_is_slowed_down_for_this_account_alone(password, secret, now):
    for _ in range(10):
        with pytest.raises(WrongPassword):
            sessions.sign_in(EMAIL, "guess", now=now.now())
    with pytest.raises(TooManyGuesses) as limit:
        sessions.sign_in(EMAIL, password, now=now.now())
    assert 0 < limit.value.seconds <= 15 * 60
    assert sessions.behind(secret, now=now.now()), "her open session goes on"
    with pytest.raises(WrongPassword):
        sessions.sign_in("colleague@example.org", "guess", now=now.now())
    now.move(seconds=limit.value.seconds)
    assert sessions.sign_in(EMAIL, password, now=now.now())


def test_ended_sessions_leave_no_row(secret, now):
    now.move(minutes=31)
    sessions.forget_ended(now=now.now())
    assert db.session.query(StaffSession).count() == 0


def test_the_password_is_kept_as_argon2id_alone(password):
    row = db.session.query(StaffMember).one()
    assert row.password_hash.startswith("$argon2id$v=19$m=65536,t=3")
    assert password not in row.password_hash
