"""Does a link to set a password reach its owner, count once, and end in time?"""

from dataclasses import replace
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from argon2 import PasswordHasher

from booking.models import (
    JournalEntry,
    Letter,
    LetterState,
    Role,
    SecondFactor,
    SignInLink,
    StaffMember,
    db,
)
from booking.services import (
    accounts,
    letters,
    own_account,
    rounds,
    second_factor,
    sessions,
    sign_in_links,
    staff_list,
)
from booking.services.accounts import EmailTaken, NewStaffMember
from booking.services.limits import TooManyGuesses
from booking.services.own_account import WeakPassword
from booking.services.sessions import Step, WrongPassword
from booking.services.sign_in_links import UnknownSignInLink
from booking.services.staff_list import LastAdmin, UnknownStaff
from booking.services.writing import write_session
from tests import make

EMAIL = "nadia@example.org"
NEW = "drei Worte am Fenster"
NADIA = NewStaffMember(
    name="Nadia Haddad", email=EMAIL, roles=frozenset({Role.COUNSELLOR})
)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Spare the time that Argon2 takes on purpose; test_sessions.py sees to that."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    for module in (sign_in_links, own_account):
        monkeypatch.setattr(module, "HASHER", hasher)


@pytest.fixture
def invited(office, now):
    """Nadia's link, handed over by the admin."""
    return staff_list.invite(NADIA, by=None, now=now.now())


def token_of(way):
    assert way.url.startswith("https://termine.example.org/staff/links/")
    return way.url.rpartition("/")[2]


def nadia():
    db.session.rollback()
    return db.session.query(StaffMember).order_by(StaffMember.id.desc()).first()


def sets_password(way, now, new=NEW):
    return sign_in_links.set_password(token_of(way), new, now=now.now())


def mailed(tmp_path):
    """Return the letters laid into the folder, as their texts."""
    texts = []
    for path in sorted((tmp_path / "letters").glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        texts.append(
            (mail["To"], mail["Subject"], mail.get_body(("plain",)).get_content())
        )
    return texts


def test_whoever_is_invited_sets_her_own_password_and_then_her_phone(invited, now):
    with pytest.raises(WrongPassword):
        sessions.sign_in(EMAIL, "", now=now.now())
    person = sessions.behind(sets_password(invited, now), now=now.now())
    assert (person.name, person.step) == ("Nadia Haddad", Step.SETUP)
    assert sessions.sign_in(EMAIL, NEW, now=now.now())


def test_a_link_counts_once(invited, now):
    sets_password(invited, now)
    with pytest.raises(UnknownSignInLink):
        sets_password(invited, now, "und noch drei Worte")
    with pytest.raises(UnknownSignInLink):
        sign_in_links.opened(token_of(invited), now=now.now())
    assert sessions.sign_in(EMAIL, NEW, now=now.now())


def test_a_password_that_others_would_guess_does_not_use_the_link_up(invited, now):
    for weak in ("short", "aaaaaaaaaaaaaaaa", "nadia-is-here"):
        with pytest.raises(WeakPassword):
            sets_password(invited, now, weak)
    assert sets_password(invited, now)


@pytest.mark.parametrize(("by_admin", "minutes"), [(False, 7 * 24 * 60), (True, 60)])
def test_a_link_ends_in_time(invited, now, by_admin, minutes):
    way = invited
    if by_admin:
        sets_password(invited, now)
        way = staff_list.reset(nadia().uuid, by=None, now=now.now())
    now.move(minutes=minutes, seconds=-1)
    assert sign_in_links.opened(token_of(way), now=now.now())
    now.move(seconds=1)
    with pytest.raises(UnknownSignInLink):
        sets_password(way, now)
    rounds.make_round("worker", now=now.now())
    row = db.session.query(SignInLink).one()
    assert (row.token_hash, row.token_sealed) == (None, None)


def test_a_new_link_ends_the_one_before(invited, now):
    second = staff_list.reset(nadia().uuid, by=None, now=now.now())
    with pytest.raises(UnknownSignInLink):
        sets_password(invited, now)
    assert second.until == invited.until, "not used yet: she is invited once more"
    assert sets_password(second, now)


def test_a_link_ends_with_the_account(invited, office, now):
    staff_list.disable(nadia().uuid, by=office.counsellor, now=now.now())
    with pytest.raises(UnknownSignInLink):
        sets_password(invited, now)
    sign_in_links.ask(EMAIL, now=now.now())
    with pytest.raises(UnknownSignInLink):
        sets_password(invited, now)


def test_the_link_itself_is_neither_stored_in_the_clear_nor_journaled(invited, now):
    row = db.session.query(SignInLink).one()
    token = token_of(invited).encode()
    assert token not in row.token_hash + row.token_sealed
    sets_password(invited, now)
    db.session.rollback()
    lines = db.session.query(JournalEntry).order_by(JournalEntry.id)
    assert [one.deed for one in lines] == ["add staff", "password by link"]
    assert {one.about for one in lines} == {f"staff:{nadia().uuid}"}


def test_without_a_mail_server_the_link_is_handed_over_and_kept_nowhere(
    app, office, now
):
    app.config["BOOKING"] = replace(app.config["BOOKING"], mail_url="")
    way = staff_list.invite(NADIA, by=None, now=now.now())
    assert not way.is_mailed
    assert db.session.query(SignInLink).one().token_sealed is None
    assert db.session.query(Letter).count() == 0
    assert sets_password(way, now)


def test_the_letter_brings_the_link_and_tells_nothing_else(office, now, tmp_path):
    now.move(hours=16)  # in the night: she need not wait for the morning
    invited = staff_list.invite(NADIA, by=None, now=now.now())
    rounds.make_round("worker", now=now.now())
    ((to, subject, text),) = mailed(tmp_path)
    assert to == EMAIL
    assert invited.url in text
    for word in ("Nadia", "Integrationsmanagement", "Lotse"):
        assert word not in subject + text
    rounds.make_round("worker", now=now.now())
    assert len(mailed(tmp_path)) == 1


def test_a_letter_whose_link_is_used_or_replaced_is_not_sent(invited, now, tmp_path):
    second = staff_list.reset(nadia().uuid, by=None, now=now.now())
    sets_password(second, now)
    assert letters.post(now=now.now()) == 0
    states = {row.state for row in db.session.query(Letter)}
    assert states == {LetterState.DROPPED}


# --- Forgotten -----------------------------------------------------------------


def asks(now, email=EMAIL):
    sign_in_links.ask(email, now=now.now())


def asked_link(now, tmp_path):
    rounds.make_round("worker", now=now.now())
    text = mailed(tmp_path)[-1][2]
    return next(word for word in text.split() if "/staff/links/" in word)


def test_who_has_forgotten_her_password_gets_another_and_keeps_her_phone(
    invited, now, tmp_path
):
    person = sessions.behind(sets_password(invited, now), now=now.now())
    with write_session() as session:
        session.query(SecondFactor).update({"confirmed_at": now.now()})
    asks(now, f" {EMAIL.upper()} ")
    assert sessions.sign_in(EMAIL, NEW, now=now.now()), "until the link is used"
    url = asked_link(now, tmp_path)
    secret = sign_in_links.set_password(
        url.rpartition("/")[2], "ganz andere Worte", now=now.now()
    )
    assert sessions.behind(secret, now=now.now()).step is Step.CODE
    assert second_factor.is_set_up(person)
    with pytest.raises(WrongPassword):
        sessions.sign_in(EMAIL, NEW, now=now.now())


def test_a_new_password_ends_every_open_session(invited, now, tmp_path):
    stolen = sets_password(invited, now)
    asks(now)
    url = asked_link(now, tmp_path)
    sign_in_links.set_password(url.rpartition("/")[2], "andere Worte", now=now.now())
    assert sessions.behind(stolen, now=now.now()) is None


def test_asking_for_an_address_that_nobody_has_writes_no_letter(invited, now):
    before = db.session.query(Letter).count()
    asks(now, "nobody@example.org")
    db.session.rollback()
    assert db.session.query(Letter).count() == before


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
def test_the_fourth_question_within_an_hour_waits_known_or_not(invited, now, email):
    for _ in range(3):
        asks(now, email)
    with pytest.raises(TooManyGuesses) as limit:
        asks(now, email)
    assert 0 < limit.value.seconds <= 60 * 60
    now.move(seconds=limit.value.seconds)
    asks(now, email)


def test_a_password_changed_at_home_ends_the_link_that_was_asked_for(
    invited, now, tmp_path
):
    person = sessions.behind(sets_password(invited, now), now=now.now())
    asks(now)
    url = asked_link(now, tmp_path)
    own_account.change_password(person, NEW, "noch andere Worte", now=now.now())
    with pytest.raises(UnknownSignInLink):
        sign_in_links.set_password(url.rpartition("/")[2], "Worte" * 3, now=now.now())


# --- The admin's list ------------------------------------------------------------


def test_an_admins_reset_takes_password_and_phone(invited, office, now):
    secret = sets_password(invited, now)
    way = staff_list.reset(nadia().uuid, by=office.counsellor, now=now.now())
    assert sessions.behind(secret, now=now.now()) is None
    assert db.session.query(SecondFactor).count() == 0
    with pytest.raises(WrongPassword):
        sessions.sign_in(EMAIL, NEW, now=now.now())
    person = sessions.behind(sets_password(way, now), now=now.now())
    assert person.step is Step.SETUP


def test_who_was_disabled_comes_back_by_a_new_link(invited, office, now):
    staff_list.disable(nadia().uuid, by=office.counsellor, now=now.now())
    assert nadia().disabled_at
    way = staff_list.reset(nadia().uuid, by=office.counsellor, now=now.now())
    assert sets_password(way, now)
    assert nadia().disabled_at is None


def test_other_roles_count_at_once(invited, office, now):
    secret = sets_password(invited, now)
    facts = replace(NADIA, roles=frozenset({Role.HEAD}), languages=frozenset({"ti"}))
    staff_list.change(nadia().uuid, facts, by=office.counsellor, now=now.now())
    assert sessions.behind(secret, now=now.now()).roles == {Role.HEAD}
    row = nadia()
    assert (row.languages, row.name) == ({"ti"}, "Nadia Haddad")
    last = db.session.query(JournalEntry).order_by(JournalEntry.id.desc()).first()
    assert (last.deed, last.staff_id) == ("change roles", office.counsellor)


def test_nobody_gets_an_address_that_somebody_signs_in_with(invited, office, now):
    taken = accounts.address_of(office.counsellor)
    with pytest.raises(EmailTaken):
        staff_list.invite(replace(NADIA, email=taken), by=None, now=now.now())
    facts = replace(NADIA, email=taken.upper())
    with pytest.raises(EmailTaken):
        staff_list.change(nadia().uuid, facts, by=office.counsellor, now=now.now())
    staff_list.change(nadia().uuid, NADIA, by=office.counsellor, now=now.now())


def test_the_last_admin_stays(office, now):
    admin = db.session.get(StaffMember, make.staff_member(Role.ADMIN)).uuid
    facts = replace(NADIA, roles=frozenset({Role.HEAD}))
    for deed in (
        lambda: staff_list.disable(admin, by=office.counsellor, now=now.now()),
        lambda: staff_list.change(admin, facts, by=office.counsellor, now=now.now()),
    ):
        with pytest.raises(LastAdmin):
            deed()
    make.staff_member(Role.ADMIN)
    staff_list.disable(admin, by=office.counsellor, now=now.now())


def test_who_never_worked_here_cannot_be_changed(office, now):
    for deed in (staff_list.disable, staff_list.reset):
        with pytest.raises(UnknownStaff):
            deed(uuid4(), by=office.counsellor, now=now.now())


def test_new_recovery_codes_end_the_old_ones(invited, now):
    person = sessions.behind(sets_password(invited, now), now=now.now())
    with pytest.raises(second_factor.NoFactor):
        second_factor.renew_codes(person, now=now.now())
    with write_session() as session:
        session.query(SecondFactor).update({"confirmed_at": now.now()})
    old = second_factor.renew_codes(person, now=now.now())
    new = second_factor.renew_codes(person, now=now.now())
    assert len(set(old) | set(new)) == 20
    assert second_factor.codes_left(person) == 10
    secret = sessions.sign_in(EMAIL, NEW, now=now.now())
    half = sessions.behind(secret, now=now.now())
    with pytest.raises(second_factor.WrongCode):
        second_factor.prove(half, old[0], now=now.now())
    assert second_factor.prove(half, new[0], now=now.now())
