"""Once more with the town, out of it again, and what an operator decides."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from booking.languages import language_of_code
from booking.languages.coverage import STAFF_LANGUAGES
from booking.models import Role, StaffMember, StaffSession, db
from booking.oidc import Trouble
from booking.oidc import provider as oidc_provider
from booking.services import (
    accounts,
    passkeys,
    sessions,
    single_sign_on,
    soundness,
    staff_list,
)
from booking.services.accounts import NewStaffMember
from booking.services.writing import write_session
from tests import oidc_provider as providers
from tests.oidc_provider import EMAIL
from tests.web import signing_on
from tests.web.reading import Page
from tests.web.signing_on import INSIDE, SIGN_IN, Browser, journal, karin
from tests.web.test_every_page import faults_of

more, kind, settings = signing_on.more, signing_on.kind, signing_on.settings
provider, browser = signing_on.provider, signing_on.browser

# --- Once more ----------------------------------------------------------------


@pytest.fixture
def hasty(monkeypatch):
    """Wait for a moment only."""
    monkeypatch.setattr(oidc_provider, "WITHIN", 0.25)


@pytest.fixture
def password(browser, now):
    """Let her have a password too."""
    return accounts.reset(EMAIL, now=now.now())


@pytest.fixture
def left_open(browser, now):
    """A counsellor's browser, left open for twenty minutes on her calendar page."""
    with write_session() as session:
        query = session.query(StaffMember).filter_by(
            email_hash=accounts.email_hash(EMAIL)
        )
        query.one().roles = frozenset({Role.COUNSELLOR})
    browser.comes()
    form = Page(browser.get("/staff/calendar")).form("/calendar/subscriptions")
    now.move(minutes=20)
    form.fields["label"] = "Telefon"
    asked = Page(browser.post(form.action, **form.fields))
    assert asked.status == 403
    return asked


def once_more(browser, provider, page, **facts):
    start = next(e for e in page.all("a") if "/again/provider" in e.get("href", ""))
    assert (start.get("target"), start.get("rel")) == ("_blank", "noopener")
    return browser.back(provider.agreed(browser.led(start.get("href")), **facts))


def go_on(browser, page):
    form = page.form("/calendar/subscriptions")
    assert form.fields["label"] == "Telefon"
    return browser.post(form.action, **form.fields)


def test_what_matters_asks_the_town_once_more_and_goes_on(
    browser, provider, left_open, now
):
    assert go_on(browser, left_open).status_code == 403, "not before"
    asked = browser.led("/staff/account/again/provider")
    query = parse_qs(urlsplit(asked).query)
    assert (query["prompt"], query["max_age"]) == (["login"], ["0"])
    answer = once_more(browser, provider, left_open)
    assert answer.location == "/staff/account/again/proved"
    assert len(Page(browser.get(answer.location)).all("h1")) == 1
    shown = go_on(browser, left_open)
    assert shown.status_code == 200
    assert "/feeds/" in shown.text
    assert "prove again" in journal()


NOT_SHE = (
    ({"subject": "u-2", "email": "ayla@example.org"}, "unknown"),
    ({"auth_time": None}, "stale"),
    ({"auth_time": 1_700_000_000}, "stale"),
)


def test_somebody_else_or_an_old_proof_does_not_go_on(browser, provider, left_open):
    for facts, trouble in NOT_SHE:
        answer = once_more(browser, provider, left_open, **facts)
        assert f"trouble={trouble}" in answer.location
        assert "/again/proved" in answer.location
        assert Page(browser.get(answer.location)).status == 200
        assert go_on(browser, left_open).status_code == 403


def test_a_colleague_at_her_browser_does_not_go_on(browser, provider, left_open, now):
    newcomer = NewStaffMember(
        name="Berta", email="berta@example.org", roles=frozenset({Role.HEAD})
    )
    accounts.add_staff(newcomer, now=now.now())
    facts = {"subject": "u-7", "email": "berta@example.org"}
    answer = once_more(browser, provider, left_open, **facts)
    assert "trouble=somebody_else" in answer.location
    assert go_on(browser, left_open).status_code == 403
    hashed = accounts.email_hash("berta@example.org")
    row = db.session.query(StaffMember).filter_by(email_hash=hashed).one()
    assert row.sign_on_hash is None, "nothing is tied on the way"


def test_a_proof_for_another_session_is_not_taken(browser, provider, left_open, now):
    address = provider.agreed(browser.led("/staff/account/again/provider"))
    form = Page(browser.get(INSIDE)).form("/sign-out")
    browser.post(form.action, **form.fields)
    assert "trouble=over" in browser.back(address).location
    assert not browser.is_in()


def test_a_proof_of_again_is_no_sign_in(browser, provider, left_open):
    address = provider.agreed(browser.led("/staff/account/again/provider"))
    browser.client.delete_cookie("__Host-lotse", domain="localhost")
    assert "trouble=over" in browser.back(address).location
    assert not browser.is_in()


# --- Signing out --------------------------------------------------------------


def signed_out(browser):
    form = Page(browser.get(INSIDE)).form("/sign-out")
    answer = browser.post(form.action, **form.fields)
    assert not browser.is_in()
    return Page(browser.get(answer.location))


def test_signing_out_ends_our_session_and_leads_to_the_towns_sign_out(
    browser, provider
):
    browser.comes()
    page = signed_out(browser)
    db.session.rollback()
    assert db.session.query(StaffSession).count() == 0
    way = next(e.get("href") for e in page.all("a") if "sign-out" in e.get("href"))
    address = browser.led(way)
    query = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{provider.issuer}/logout?")
    assert query["client_id"] == [providers.CLIENT]
    assert query["post_logout_redirect_uri"] == [
        "https://termine.example.org/staff/sign-in"
    ]


def test_a_provider_without_a_sign_out_leads_back(browser, provider):
    provider.describes = {"end_session_endpoint": None}
    assert browser.led("/staff/sign-out/provider") == "/staff/sign-in"


def test_a_silent_provider_does_not_hinder_signing_out(browser, provider, hasty):
    browser.comes()
    signed_out(browser)
    single_sign_on._of.cache_clear()
    provider.moods = {"itself": "closing"}
    assert "trouble=silent" in browser.led("/staff/sign-out/provider")


@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_every_page_on_the_way_can_be_read(browser, provider, left_open, language):
    spoken = language_of_code(language)
    browser.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    again = browser.post("/staff/calendar/subscriptions", **csrf_of(browser))
    pages = [again, browser.get("/staff/account/again/proved")]
    pages.append(browser.get("/staff/account/again/proved?trouble=stale"))
    once_more(browser, provider, left_open)
    pages.append(browser.get("/staff/account/again/proved"))
    signed_out(browser)
    pages += [browser.get(f"{SIGN_IN}?signed_out=yes&trouble={one}") for one in Trouble]
    assert [one.status_code for one in pages] == [403] + [200] * (len(pages) - 1)
    for page in map(Page, pages):
        assert list(faults_of(page, spoken)) == []
    assert len({one.text for one in pages[4:]}) == len(Trouble), "a sentence for each"


def csrf_of(browser):
    fields = Page(browser.get("/staff/account")).form("/sign-out").fields
    return {"csrf_token": fields["csrf_token"]}


# --- What an operator decides -------------------------------------------------


class TestASecondFactorThatTheOfficeAsksFor:
    @pytest.fixture
    def more(self):
        return {"oidc_acr": ("gold", "mfa")}

    def test_it_is_asked_for(self, browser):
        query = parse_qs(urlsplit(browser.led()).query)
        assert query["acr_values"] == ["gold mfa"]

    def test_only_whoever_shows_it_gets_in(self, browser, provider):
        assert "trouble=weak" in browser.comes(amr=["pwd"]).location
        assert not browser.is_in()
        browser.comes(amr=["pwd", "mfa"])
        assert browser.is_in()


class TestATownWithoutPasswords:
    @pytest.fixture
    def more(self):
        return {"oidc_only": "yes", "oidc_name": "Stadt Göppingen"}

    def test_no_page_asks_for_one(self, browser):
        page = Page(browser.get(SIGN_IN))
        assert page.all("input") == []
        assert "Stadt Göppingen" in page.text
        browser.comes()
        account = Page(browser.get("/staff/account"))
        assert "password" not in {e.get("type") for e in account.all("input")}

    def test_a_right_password_opens_nothing(self, browser, password, now):
        with pytest.raises(sessions.PasswordsClosed):
            sessions.sign_in(EMAIL, password, now=now.now())
        page = Page(browser.get("/staff/sign-in"))
        browser.comes()
        token = Page(browser.get("/staff/account")).form("/sign-out").fields
        signed_out(browser)
        answer = browser.post(SIGN_IN, email=EMAIL, password=password, **token)
        assert answer.status_code in {400, 403}
        assert not browser.is_in()
        assert page.forms == []

    def test_nor_does_it_prove_again(self, browser, password, left_open):
        assert "password" not in {e.get("type") for e in left_open.all("input")}
        form = left_open.form("/calendar/subscriptions")
        wrong = browser.post(
            "/staff/account/again",
            csrf_token=form.fields["csrf_token"],
            goes_on="/staff/calendar/subscriptions",
            password_again=password,
        )
        assert wrong.status_code == 422

    def test_nor_is_one_set_by_a_link(self, browser, now):
        uuid = accounts.named(EMAIL)
        way = staff_list.reset(uuid, by=None, now=now.now())
        assert urlsplit(way.url).path == SIGN_IN
        assert (way.until, way.is_mailed) == (None, False)
        page = Page(browser.get("/staff/forgotten-password"))
        assert not any("forgotten" in form.action for form in page.forms)
        browser.comes()
        assert browser.is_in(), "the town lets her in again"

    def test_nor_does_a_link_from_before_open_anything(self, browser, app, now):
        settings = app.config["BOOKING"]
        app.config["BOOKING"] = replace(settings, oidc_only="no")
        way = staff_list.reset(accounts.named(EMAIL), by=None, now=now.now())
        app.config["BOOKING"] = settings
        assert browser.get(urlsplit(way.url).path).status_code == 404

    def test_nor_does_a_passkey_open_anything(self, browser):
        assert passkeys.home() is None
        browser.comes()
        assert "Passkeys" not in Page(browser.get("/staff/account")).text

    def test_nor_is_it_changed(self, browser, password):
        browser.comes()
        token = Page(browser.get("/staff/account")).form("/sign-out").fields
        new = "drei Worte am Fenster"
        answer = browser.post(
            "/staff/account/password", old=password, new=new, again=new, **token
        )
        assert answer.status_code == 422


def test_passwords_still_count_beside_it(browser, password, now):
    page = Page(browser.get(SIGN_IN))
    assert page.form(SIGN_IN).names >= {"email", "password"}
    assert sessions.sign_in(EMAIL, password, now=now.now())


def test_another_provider_knows_her_anew(browser, provider, app, now):
    browser.comes()
    first = karin().sign_on_hash
    with providers.running(now=now.now) as another:
        settings = app.config["BOOKING"]
        app.config["BOOKING"] = replace(settings, oidc_issuer=another.issuer)
        elsewhere = Browser(app, another)
        elsewhere.comes()
        assert elsewhere.is_in()
    assert karin().sign_on_hash not in {None, first}


def test_our_address_for_the_provider_is_the_pages_own(app):
    with app.test_request_context():
        assert app.url_for("office.from_provider") == single_sign_on.BACK
        assert app.url_for("office.sign_in") == single_sign_on.AFTERWARDS


def said_two_hours_later(now):
    now.move(hours=2)
    return " ".join(one for one in soundness.faults(now=now.now()) if "OIDC" in one)


def test_a_check_says_when_the_provider_does_not_answer(app, provider, office, now):
    assert said_two_hours_later(now) == ""
    provider.moods = {"itself": "closing"}
    assert "does not answer" in said_two_hours_later(now)
    provider.moods = {"itself": "page"}
    assert "nonsense" in said_two_hours_later(now)
    provider.moods, provider.shows_keys = {}, ()
    assert "no keys" in said_two_hours_later(now)
