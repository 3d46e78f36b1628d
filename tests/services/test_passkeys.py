"""Does a passkey open our door to its owner alone, once for each time it is asked?"""

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from booking.models import JournalEntry, Passkey, PasskeyChallenge, Role, db
from booking.services import accounts, passkey_challenges, passkeys, sessions
from booking.services.limits import TooManyGuesses
from booking.services.passkeys import Home, PasskeyRefused, UnknownPasskey
from booking.services.sessions import Step
from tests import make
from tests.authenticator import PRESENT, Device

HOME = "https://termine.example.org"
HERE, THERE = "her browser", "another browser"


@pytest.fixture
def ayla(office, now):
    """Ayla, signed in at a computer."""
    return signed_in(office.counsellor, now)


@pytest.fixture
def phone():
    return Device(HOME, "termine.example.org")


@pytest.fixture
def hers(ayla, phone, now):
    """Ayla's phone, once it has a passkey for us."""
    add(ayla, phone, now)
    return phone


def signed_in(staff, now):
    with sessions.write_session() as session:
        token = sessions.new_session(session, staff, now=now.now(), proved_at=now.now())
    return sessions.behind(token, now=now.now())


def add(person, device, now, browser=HERE):
    options = passkeys.to_add(person, browser, service="Lotse", now=now.now())
    passkeys.add(person, browser, device.made(options), "My phone", now=now.now())


def signs_in(device, now, browser=HERE):
    options = passkeys.to_sign_in(browser, now=now.now())
    return passkeys.sign_in(browser, device.signed(options), now=now.now())


def deeds():
    db.session.rollback()
    return [row.deed for row in db.session.query(JournalEntry).order_by("id")]


def test_a_passkey_counts_as_both_steps(ayla, hers, now):
    person = sessions.behind(signs_in(hers, now, THERE), now=now.now())
    assert (person.id, person.step) == (ayla.id, Step.PROVED)
    assert person.is_fresh(now.now())
    assert deeds()[-2:] == ["add passkey", "sign in by passkey"]
    row = db.session.query(Passkey).one()
    assert (row.last_used_at, row.sign_count) == (now.now(), 1)


def test_nobody_says_who_she_is_before_her_device_does(hers, now):
    asked = json.loads(passkeys.to_sign_in(HERE, now=now.now()))
    assert asked["allowCredentials"] == []
    assert asked["userVerification"] == "required"


def test_an_answer_counts_once(hers, now):
    options = passkeys.to_sign_in(HERE, now=now.now())
    answer = hers.signed(options)
    assert passkeys.sign_in(HERE, answer, now=now.now())
    with pytest.raises(PasskeyRefused):
        passkeys.sign_in(HERE, answer, now=now.now())


def test_an_answer_overheard_opens_nothing_in_another_browser(hers, now):
    answer = hers.signed(passkeys.to_sign_in(HERE, now=now.now()))
    passkeys.to_sign_in(THERE, now=now.now())
    with pytest.raises(PasskeyRefused):
        passkeys.sign_in(THERE, answer, now=now.now())


def test_a_challenge_of_before_counts_no_more(hers, now):
    first = passkeys.to_sign_in(HERE, now=now.now())
    passkeys.to_sign_in(HERE, now=now.now())
    with pytest.raises(PasskeyRefused):
        passkeys.sign_in(HERE, hers.signed(first), now=now.now())


def test_a_challenge_ends_after_five_minutes(hers, now):
    options = passkeys.to_sign_in(HERE, now=now.now())
    now.move(minutes=5, seconds=1)
    with pytest.raises(PasskeyRefused):
        passkeys.sign_in(HERE, hers.signed(options), now=now.now())


@pytest.mark.parametrize(
    "imitation",
    [
        {"origin": "https://termine.example.com"},
        {"origin": "http://termine.example.org"},
        {"rp_id": "example.org"},
        {"flags": PRESENT},
        {"user": bytes(16)},
        {"key": Device("", "").key},
    ],
    ids=["origin", "no-tls", "party", "not-verified", "somebody-else", "key"],
)
def test_an_answer_made_elsewhere_or_by_another_key_opens_nothing(hers, now, imitation):
    with pytest.raises(PasskeyRefused):
        signs_in(replace(hers, **imitation), now)
    assert signs_in(hers, now)


def test_a_counter_that_goes_back_betrays_a_copy(hers, now):
    copy = replace(hers)
    for _ in range(3):
        signs_in(hers, now)
    with pytest.raises(PasskeyRefused):
        signs_in(copy, now)
    assert deeds()[-1] == "passkey refused"


def test_a_device_that_does_not_count_is_let_in_each_time(hers, now):
    for _ in range(3):
        hers.count = -1
        assert signs_in(hers, now)


def test_the_eleventh_wrong_answer_for_an_account_waits(hers, now):
    forged = replace(hers, key=Device("", "").key)
    for _ in range(10):
        with pytest.raises(PasskeyRefused):
            signs_in(forged, now)
    with pytest.raises(TooManyGuesses) as limit:
        signs_in(hers, now)
    assert 0 < limit.value.seconds <= 15 * 60
    now.move(seconds=limit.value.seconds)
    assert signs_in(hers, now)


def test_who_is_disabled_is_not_let_in(ayla, hers, now):
    accounts.disable(accounts.address_of(ayla.id), now=now.now())
    with pytest.raises(PasskeyRefused):
        signs_in(hers, now)


def test_whoever_begins_anew_has_no_passkey_any_more(ayla, hers, now):
    accounts.reset(accounts.address_of(ayla.id), now=now.now())
    with pytest.raises(PasskeyRefused):
        signs_in(hers, now)
    assert db.session.query(Passkey).count() == 0


def test_a_passkey_is_added_only_for_who_was_asked(ayla, phone, now):
    stranger = signed_in(make.staff_member(Role.HEAD), now)
    options = passkeys.to_add(stranger, HERE, service="Lotse", now=now.now())
    with pytest.raises(PasskeyRefused):
        passkeys.add(ayla, HERE, phone.made(options), "x", now=now.now())
    signing = passkeys.to_sign_in(HERE, now=now.now())
    about = json.loads(options) | {"challenge": json.loads(signing)["challenge"]}
    with pytest.raises(PasskeyRefused):
        passkeys.add(ayla, HERE, phone.made(json.dumps(about)), "x", now=now.now())


def test_a_device_that_asks_nobody_for_a_finger_is_not_added(ayla, phone, now):
    phone.flags = PRESENT
    with pytest.raises(PasskeyRefused):
        add(ayla, phone, now)


def test_one_passkey_belongs_to_one_person(hers, now):
    stranger = signed_in(make.staff_member(Role.HEAD), now)
    with pytest.raises(PasskeyRefused):
        add(stranger, hers, now)


def test_she_removes_her_own_passkey_and_nobody_elses(ayla, hers, now):
    stranger = signed_in(make.staff_member(Role.HEAD), now)
    (row,) = passkeys.kept_by(ayla)
    with pytest.raises(UnknownPasskey):
        passkeys.remove(stranger, row.uuid, now=now.now())
    passkeys.remove(ayla, row.uuid, now=now.now())
    assert passkeys.kept_by(ayla) == []
    assert deeds()[-1] == "remove passkey"
    with pytest.raises(PasskeyRefused):
        signs_in(hers, now)


def test_what_nobody_answers_leaves_no_row(hers, now):
    passkeys.to_sign_in(HERE, now=now.now())
    now.move(minutes=6)
    passkey_challenges.forget_old(now=now.now())
    assert db.session.query(PasskeyChallenge).count() == 0


@pytest.mark.parametrize(
    ("public_url", "expected"),
    [
        (
            "https://lotse.example.org",
            Home("lotse.example.org", "https://lotse.example.org"),
        ),
        ("https://a.org:8443/x", Home("a.org", "https://a.org:8443")),
        ("http://127.0.0.1:8000", Home("localhost", "http://localhost:8000")),
        ("http://localhost:80", Home("localhost", "http://localhost:80")),
        ("http://lotse.example.org", None),
        ("https://192.0.2.1", None),
    ],
)
def test_passkeys_belong_to_a_name_behind_tls_or_to_this_machine(
    app, public_url, expected
):
    app.config["BOOKING"] = replace(app.config["BOOKING"], public_url=public_url)
    assert passkeys.home() == expected


NAMES = st.sampled_from(
    [
        *("id", "rawId", "type", "response", "clientDataJSON"),
        *("attestationObject", "authenticatorData", "signature"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda more: st.lists(more) | st.dictionaries(NAMES, more),
    max_leaves=12,
)


@hypothesis_settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=JSON, name=NAMES, odd=JSON)
def test_an_answer_of_nonsense_is_refused_and_breaks_nothing(
    ayla, hers, now, said, name, odd
):
    now.move(minutes=16)  # so that no try has to wait
    options = passkeys.to_sign_in(HERE, now=now.now())
    for sent in (json.dumps(said), with_something_odd(hers.signed(options), name, odd)):
        with suppress(PasskeyRefused):
            assert not passkeys.sign_in(HERE, sent, now=now.now())
        options = passkeys.to_sign_in(HERE, now=now.now())
    options = passkeys.to_add(ayla, HERE, service="Lotse", now=now.now())
    made = replace(hers, credential=bytes(16)).made(options)
    with suppress(PasskeyRefused):
        passkeys.add(
            ayla, HERE, with_something_odd(made, name, odd), "x", now=now.now()
        )
    assert len(passkeys.kept_by(ayla)) == 1


def with_something_odd(answer, name, odd):
    """Put it in the place of one part of an answer."""
    said = json.loads(answer)
    inside = said["response"] if name in said["response"] else said
    if name in inside:
        inside[name] = odd
    else:
        said["response"] = odd
    return json.dumps(said)
