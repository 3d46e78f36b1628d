"""Do the office's people get in by their own password, and the admin nowhere by theirs?"""

from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from booking.models import Role, SecondFactor, StaffMember, StaffSession, db
from booking.services import sign_in_links
from booking.services.writing import write_session
from booking.web.headers import CONTENT_POLICY
from tests import make
from tests.authenticator import Device
from tests.web.reading import Page
from tests.web.test_fuzzed_forms import OURS

LIST = "/staff/office/staff"
ENGLISH = {"Accept-Language": "en"}
NEW = "drei Worte am Fenster"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(sign_in_links, "HASHER", hasher)


@pytest.fixture
def settings(sqlite_url, tmp_path):
    """No mail server, so that links are shown; and passkeys on this machine."""
    return make.settings(
        tmp_path, sqlite_url, mail_url="", public_url="http://localhost"
    )


@pytest.fixture
def admin(desk):
    make.sign_in(desk, make.staff_member(Role.ADMIN))
    return desk


def sent(desk, path, ending, **typed):
    form = Page(desk.get(path, headers=ENGLISH)).form(ending)
    answer = desk.post(form.action, data=form.fields | typed, headers=ENGLISH)
    return Page(answer)


def added(admin, **typed):
    facts = {"name": "Nadia Haddad", "email": "nadia@example.org", "roles": "head"}
    return sent(admin, f"{LIST}/new", LIST, **(facts | typed))


def link_on(page):
    return next(word for word in page.text.split() if "/staff/links/" in word)


def newest():
    db.session.rollback()
    return db.session.query(StaffMember).order_by(StaffMember.id.desc()).first()


def test_from_the_admins_form_to_nadias_own_password_and_phone(app, admin):
    shown = added(admin, roles=["head", "admin"], languages="ar", post_share="50")
    assert shown.status == 200
    path = link_on(shown).removeprefix("http://localhost")
    row = newest()
    assert (row.roles, row.languages) == ({Role.HEAD, Role.ADMIN}, {"ar"})
    assert "has a link, no password yet" in Page(admin.get(LIST, headers=ENGLISH)).text
    hers = app.test_client()
    assert sent(hers, path, path, new=NEW, again="x").status == 422
    assert sent(hers, path, path, new="short", again="short").status == 422
    answer = sent(hers, path, path, new=NEW, again=NEW)
    assert (answer.status, answer.headers["Location"]) == (303, "/staff/second-step")
    assert hers.get("/staff/welcome").status_code == 303, "the second step comes first"
    assert "data:image/svg" in hers.get("/staff/second-step").text
    over = hers.get(path, headers=ENGLISH)
    assert (over.status_code, "counts no more" in over.text) == (404, True)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "nobody"}, "email"),
        ({"roles": "king"}, "roles"),
        ({"post_share": "101"}, "post_share"),
        ({"daily_maximum": "-1"}, "daily_maximum"),
    ],
)
def test_what_is_missing_is_asked_for_at_its_field(admin, typed, field):
    page = added(admin, **typed)
    assert page.status == 422
    assert page.error_at(field)


def test_an_address_that_is_taken_is_told(admin):
    added(admin)
    page = added(admin)
    assert (page.status, bool(page.error_at("email"))) == (409, True)


def test_other_roles_are_kept(admin):
    added(admin)
    path = f"{LIST}/{newest().uuid}"
    answer = sent(admin, path, path, roles=["counsellor", "coordinator"], name="N. H.")
    assert answer.status == 303
    row = newest()
    assert (row.name, row.roles) == ("N. H.", {Role.COUNSELLOR, Role.COORDINATOR})


def test_the_last_admin_is_told_that_she_stays(admin):
    path = f"{LIST}/{newest().uuid}"
    assert sent(admin, path, path, roles="head", email="k@example.org").status == 409
    page = sent(admin, path, "/disablement")
    assert (page.status, "Name another one first" in page.text) == (409, True)


def test_a_disabled_person_is_out_at_once_and_a_new_link_lets_her_in(app, admin):
    added(admin)
    path, hers = f"{LIST}/{newest().uuid}", app.test_client()
    make.sign_in(hers, newest().id)
    assert hers.get("/staff/welcome").status_code == 200
    assert sent(admin, path, "/disablement").status == 303
    assert hers.get("/staff/welcome").status_code == 303
    again = sent(admin, path, "/reset")
    assert hers.get(link_on(again).removeprefix("http://localhost")).status_code == 200


def test_every_deed_asks_once_more_who_she_is_after_a_while(admin, now):
    added(admin)
    path = f"{LIST}/{newest().uuid}"
    now.move(minutes=16)
    with write_session() as session:
        session.query(StaffSession).update({"last_seen_at": now.now()})
    for page, ending in (
        (f"{LIST}/new", LIST),
        (path, path),
        (path, "/reset"),
        (path, "/disablement"),
        ("/staff/account", "/passkeys/challenge"),
    ):
        answer = sent(admin, page, ending)
        assert (answer.status, answer.heading) == (403, "Is it still you?"), ending
    assert newest().disabled_at is None


def test_the_sign_in_page_leads_to_a_link_and_answers_always_the_same(
    app, desk, settings
):
    assert Page(desk.get("/staff/sign-in")).link("/forgotten-password")
    assert "office admin" in desk.get("/staff/forgotten-password", headers=ENGLISH).text
    app.config["BOOKING"] = replace(settings, mail_url="smtp://127.0.0.1:1")
    with write_session() as session:
        member = session.query(StaffMember).first()
    said = set()
    for email in (member.email, "nobody@example.org"):
        for _ in range(3):
            answer = sent(desk, "/staff/forgotten-password", "password", email=email)
            said.add((answer.status, answer.headers["Location"]))
        late = sent(desk, "/staff/forgotten-password", "password", email=email)
        assert late.status == 429
        assert int(late.headers["Retry-After"]) <= 60 * 60
    assert said == {(303, "/staff/forgotten-password?asked=yes")}


# --- Recovery codes and passkeys ------------------------------------------------


def test_few_recovery_codes_are_warned_of_and_new_ones_shown_once(admin, now):
    assert "recovery code" not in admin.get("/staff/account", headers=ENGLISH).text
    with write_session() as session:
        row = SecondFactor(
            staff_id=newest().id, created_at=now.now(), confirmed_at=now.now()
        )
        row.secret = "JBSWY3DPEHPK3PXP"
        session.add(row)
    account = Page(admin.get("/staff/account", headers=ENGLISH))
    assert "Only 0 recovery codes are left" in account.text
    codes = sent(admin, "/staff/account", "/recovery-codes")
    assert len([one for one in codes.all("li") if one.get("class") == "code"]) == 10
    account = Page(admin.get("/staff/account", headers=ENGLISH))
    assert "10 recovery codes are left" in account.text
    assert "Only" not in account.text


@pytest.fixture
def phone(admin):
    """The admin's phone, with a passkey of ours."""
    phone = Device("http://localhost", "localhost")
    page = sent(admin, "/staff/account", "/passkeys/challenge", label=" My  phone ")
    form = page.form("/passkeys")
    answer = phone.made(options_of(page))
    sending = admin.post(form.action, data=form.fields | {"answer": answer})
    assert (sending.status_code, form.fields["label"]) == (303, "My phone")
    return phone


def options_of(page):
    (form,) = (one for one in page.all("form") if one.get("data-passkey"))
    return form.get("data-passkey")


def asked(desk):
    return sent(desk, "/staff/sign-in", "/passkey/challenge")


def test_a_passkey_signs_in_without_password_or_code(app, admin, phone):
    hers = app.test_client()
    page = asked(hers)
    form = page.form("/passkey")
    typed = form.fields | {"answer": phone.signed(options_of(page))}
    assert hers.post(form.action, data=typed).status_code == 303
    assert hers.get("/staff/office").status_code == 200
    assert "last used" in hers.get("/staff/account", headers=ENGLISH).text


def test_a_wrong_answer_is_told_and_asked_again(app, admin, phone):
    hers = app.test_client()
    page = asked(hers)
    form = page.form("/passkey")
    stale = phone.signed(options_of(asked(hers)).replace("A", "B"))
    for answer in ("", "{}", stale):
        refused = hers.post(form.action, data=form.fields | {"answer": answer})
        assert refused.status_code == 422
        assert options_of(Page(refused))
    assert hers.get("/staff/office").status_code == 303


def test_a_passkey_that_is_removed_opens_nothing(app, admin, phone):
    sent(admin, "/staff/account", "/removal")
    hers = app.test_client()
    page = asked(hers)
    form = page.form("/passkey")
    typed = form.fields | {"answer": phone.signed(options_of(page))}
    assert hers.post(form.action, data=typed).status_code == 422


def test_our_script_runs_on_the_two_pages_that_need_it_and_nowhere_else(app, admin):
    makes = sent(admin, "/staff/account", "/passkeys/challenge", label="x")
    nobody = app.test_client()
    signs = asked(nobody)
    for page in (makes, signs):
        (script,) = page.all("script")
        assert script.get("src").startswith(OURS)
        assert page.headers["Content-Security-Policy"] == (
            f"{CONTENT_POLICY}; script-src 'self'"
        )
        (form,) = (one for one in page.all("form") if one.get("data-passkey"))
        assert "hidden" in form.attributes, "without a script there is no button"
    for path in ("/staff/sign-in", "/staff/forgotten-password"):
        answer = nobody.get(path)
        assert not Page(answer).all("script")
        assert answer.headers["Content-Security-Policy"] == CONTENT_POLICY


def test_where_there_can_be_no_passkey_none_is_offered(app, desk, settings):
    app.config["BOOKING"] = replace(settings, public_url="http://lotse.example.org")
    assert "passkey" not in desk.get("/staff/sign-in").text.lower()


# --- A stolen cookie --------------------------------------------------------------


@pytest.fixture
def stolen(app, admin):
    """A thief's browser, with a copy of the cookie."""
    thief = app.test_client()
    thief.set_cookie("lotse", admin.get_cookie("lotse", path="/").value)
    assert thief.get("/staff/welcome").status_code == 200
    return thief


def is_dead(thief):
    answer = thief.get("/staff/welcome")
    return answer.status_code == 303 and "/staff/sign-in" in answer.location


def test_a_stolen_cookie_is_dead_after_signing_out(admin, stolen):
    sent(admin, "/staff/welcome", "/sign-out")
    assert is_dead(stolen)


def test_a_stolen_cookie_is_dead_once_the_account_is_disabled(app, admin, stolen):
    path = f"{LIST}/{newest().uuid}"
    other = app.test_client()
    make.sign_in(other, make.staff_member(Role.ADMIN))
    assert sent(other, path, "/disablement").status == 303
    assert is_dead(stolen)


def test_a_stolen_cookie_is_dead_after_ten_hours_even_when_used_all_day(stolen, now):
    begun = now.now()
    while now.now() < begun + timedelta(hours=9, minutes=59):
        assert not is_dead(stolen)
        now.move(minutes=29)
    now.moment = begun + timedelta(hours=10)
    assert is_dead(stolen)
