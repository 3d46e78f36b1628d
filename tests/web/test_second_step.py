"""Does a password alone open nothing, and does a code count once?"""

import json
import os
from collections import Counter
from datetime import timedelta

import pyotp
import pytest

from booking.config import DEMO_MARK
from booking.models import (
    JournalEntry,
    RecoveryCode,
    Role,
    SecondFactor,
    StaffSession,
    db,
)
from booking.services import accounts
from booking.services.accounts import NewStaffMember
from tests.web.reading import Page
from tests.web.test_sign_in import EMAIL, _ByTls

STEP = "/staff/second-step"


@pytest.fixture
def password(office, now):
    newcomer = NewStaffMember(
        name="Karin Amtmann", email=EMAIL, roles=frozenset({Role.HEAD, Role.ADMIN})
    )
    return accounts.add_staff(newcomer, now=now.now())


@pytest.fixture
def desk(browser_like):
    return _ByTls(browser_like)


@pytest.fixture
def karin(desk, password, now):
    """Karin, once she has set up her phone; then she has signed out."""
    half_way(desk, password)
    codes = Page(sent(desk, code=phone(now))).all("li")
    codes = [one.text for one in codes if len(one.text.replace(" ", "")) == 10]
    assert len(codes) == 10
    out(desk)
    now.move(minutes=1)
    return codes


def half_way(desk, password, **more):
    token = Page(desk.get("/staff/sign-in")).form("/staff/sign-in").fields
    fields = {"email": EMAIL, "password": password, "csrf_token": token["csrf_token"]}
    answer = desk.post("/staff/sign-in", **(fields | more))
    assert answer.status_code == 303
    return answer


def sent(desk, **typed):
    form = Page(desk.get(STEP)).form(STEP)
    return desk.post(STEP, **(form.fields | typed))


def out(desk):
    page = desk.get(STEP)
    page = desk.get("/staff/welcome") if page.status_code == 303 else page
    desk.post("/staff/sign-out", **Page(page).form("/sign-out").fields)


def phone(now, steps=0):
    db.session.rollback()
    secret = db.session.query(SecondFactor).one().secret
    return pyotp.TOTP(secret).at(now.now() + timedelta(seconds=30 * steps))


def is_in(desk):
    return desk.get("/staff/welcome").status_code == 200


def test_a_password_alone_opens_no_page(desk, password):
    half_way(desk, password)
    for path in ("/staff/welcome", "/staff/office", "/staff/office/stand-ins"):
        answer = desk.get(path)
        assert answer.status_code == 303
        assert STEP in answer.location
    assert "Karin" not in desk.get("/staff/sign-in").text


def test_a_phone_is_set_up_by_its_first_code_and_paper_codes_are_shown_once(
    desk, password, now
):
    half_way(desk, password, next="/staff/office/stand-ins")
    page = desk.get(f"{STEP}?next=/staff/office/stand-ins")
    db.session.rollback()
    assert db.session.query(SecondFactor).one().secret in Page(page).text
    assert sent(desk, code="000000").status_code == 422
    answer = sent(desk, code=phone(now))
    assert answer.status_code == 200
    assert is_in(desk)
    assert desk.get(STEP).status_code == 303
    db.session.rollback()
    secret = db.session.query(SecondFactor).one().secret
    assert secret not in answer.text
    assert db.session.query(RecoveryCode).count() == 10


def test_the_next_time_the_code_of_the_phone_is_asked_for(desk, password, karin, now):
    half_way(desk, password)
    assert not is_in(desk)
    page = desk.get(STEP)
    assert db.session.query(SecondFactor).one().secret not in page.text
    assert sent(desk, code=f" {phone(now)} ").status_code == 303
    assert is_in(desk)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_be_a_little_early_or_late(desk, password, karin, now, steps):
    half_way(desk, password)
    assert sent(desk, code=phone(now, steps)).status_code == 303


@pytest.mark.parametrize("steps", [-3, 3])
def test_a_code_of_another_minute_is_refused(desk, password, karin, now, steps):
    half_way(desk, password)
    assert sent(desk, code=phone(now, steps)).status_code == 422
    assert not is_in(desk)


def test_a_code_that_somebody_looked_at_over_her_shoulder_counts_no_more(
    desk, password, karin, now
):
    half_way(desk, password)
    code = phone(now)
    assert sent(desk, code=code).status_code == 303
    out(desk)
    half_way(desk, password)
    assert sent(desk, code=code).status_code == 422


def test_a_paper_code_counts_once(desk, password, karin):
    for expected in (303, 422):
        half_way(desk, password)
        assert sent(desk, code=karin[0].lower()).status_code == expected
        out(desk)
    half_way(desk, password)
    assert sent(desk, code=karin[1]).status_code == 303


def test_the_eleventh_guess_of_a_code_waits(desk, password, karin, now):
    half_way(desk, password)
    for _ in range(10):
        assert sent(desk, code="123456").status_code == 422
    answer = sent(desk, code=phone(now))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 15 * 60


def test_the_second_step_gives_the_browser_another_secret(desk, password, karin, now):
    half_way(desk, password)
    before = [row.token_hash for row in db.session.query(StaffSession)]
    sent(desk, code=phone(now))
    db.session.rollback()
    after = [row.token_hash for row in db.session.query(StaffSession)]
    assert len(after) == 1
    assert set(before).isdisjoint(after)


def test_a_session_half_way_ends_like_any_other(desk, password, karin, now):
    half_way(desk, password)
    now.move(minutes=31)
    assert "sign-in" in desk.get(STEP).location


def test_a_new_first_password_comes_with_a_new_phone(desk, password, karin, now):
    fresh = accounts.reset(EMAIL, now=now.now())
    half_way(desk, fresh)
    assert "data:image/svg" in desk.get(STEP).text
    assert db.session.query(RecoveryCode).count() == 0


def test_what_she_did_stands_in_the_journal_and_no_code_does(desk, password, karin):
    db.session.rollback()
    deeds = [row.deed for row in db.session.query(JournalEntry)]
    assert "set up second factor" in deeds
    lines = json.dumps([row.about for row in db.session.query(JournalEntry)])
    assert not any(code.replace(" ", "") in lines for code in karin)


def test_in_a_demo_a_password_is_enough(app, desk, password):
    data = app.config["BOOKING"].data
    data.mkdir(parents=True, exist_ok=True)
    (data / DEMO_MARK).touch()
    half_way(desk, password)
    assert is_in(desk)


# The limit is ten: what comes after is refused unread, so a hundred tell as much.
GUESSES = int(os.environ.get("BOOKING_TEST_GUESSES", "100"))


def test_ten_thousand_wrong_passwords_leave_an_open_session_alone(
    app, desk, password, karin, now
):
    half_way(desk, password)
    sent(desk, code=phone(now))
    stranger = _ByTls(app.test_client())
    token = Page(stranger.get("/staff/sign-in")).form("/staff/sign-in").fields
    guess = token | {"email": EMAIL, "password": "guess"}
    said = Counter(
        stranger.post("/staff/sign-in", network=number, **guess).status_code
        for number in range(GUESSES)
    )
    assert said == {422: 10, 429: GUESSES - 10}
    assert is_in(desk)
