"""Does the town's single sign-on let in whom it should, and nobody else?"""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from booking.models import JournalEntry, Role, StaffMember, StaffSession, db
from booking.oidc import provider as oidc_provider
from booking.services import accounts, sessions, single_sign_on
from booking.services.accounts import NewStaffMember
from booking.services.limits import LimitCounter
from tests import make, oidc_provider as providers
from tests.oidc_provider import EMAIL
from tests.web.reading import Page

START, BACK = "/staff/sign-in/provider", "/staff/sign-in/oidc"
SIGN_IN, INSIDE = "/staff/sign-in", "/staff/welcome"


@pytest.fixture
def provider(now):
    with providers.running(now=now.now) as running:
        yield running


@pytest.fixture
def more():
    """What a test sets besides."""
    return {}


@pytest.fixture
def settings(database_url, tmp_path, provider, more):
    """Let the town have a single sign-on, over both kinds of database."""
    return make.settings(tmp_path, database_url, **provider.settings(**more))


@pytest.fixture
def password(app, office, now):
    newcomer = NewStaffMember(
        name="Karin Amtmann", email=EMAIL, roles=frozenset({Role.HEAD})
    )
    return accounts.add_staff(newcomer, now=now.now())


class Browser:
    """A browser that comes by TLS, and follows the provider's way by hand."""

    def __init__(self, app, provider):
        self.client, self.provider = app.test_client(), provider

    def get(self, path):
        return self.client.get(path, base_url="https://localhost")

    def post(self, path, **fields):
        return self.client.post(path, data=fields, base_url="https://localhost")

    def led(self, start=START):
        answer = self.get(start)
        assert answer.status_code == 303
        return answer.location

    def back(self, address):
        parts = urlsplit(address)
        return self.get(f"{parts.path}?{parts.query}")

    def comes(self, **facts):
        return self.back(self.provider.agreed(self.led(), **facts))

    def is_in(self):
        return self.get(INSIDE).status_code == 200

    def complaint(self, answer):
        """Return the one sentence on the sign-in page that an answer leads to."""
        assert answer.status_code == 303
        assert urlsplit(answer.location).path == SIGN_IN
        assert "code" not in answer.location
        page = Page(self.get(answer.location))
        assert page.status == 200
        assert not self.is_in()
        return page.text


@pytest.fixture
def browser(app, provider, password):
    from tests.web.conftest import OneContextEach

    app.test_client_class = OneContextEach
    return Browser(app, provider)


def journal():
    db.session.rollback()
    return [row.deed for row in db.session.query(JournalEntry)]


def karin():
    db.session.rollback()
    hashed = accounts.email_hash(EMAIL)
    return db.session.query(StaffMember).filter_by(email_hash=hashed).one()


# --- Who gets in --------------------------------------------------------------


def test_somebody_who_works_here_signs_in_with_her_town_account(browser, provider):
    answer = browser.comes()
    assert (answer.status_code, answer.location) == (303, "/staff")
    assert "Karin Amtmann" in Page(browser.get(INSIDE)).text
    assert "sign on" in journal()


def test_the_question_carries_what_must_come_back(browser, provider):
    asked = {n: v[0] for n, v in parse_qs(urlsplit(browser.led()).query).items()}
    assert asked["response_type"] == "code"
    assert asked["scope"] == "openid email"
    assert asked["redirect_uri"] == f"https://termine.example.org{BACK}"
    assert asked["code_challenge_method"] == "S256"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert min(len(asked[n]) for n in ("state", "nonce", "code_challenge")) >= 43
    assert "prompt" not in asked


def test_the_page_that_was_wanted_is_shown_then(browser, provider):
    page = Page(browser.get(f"{SIGN_IN}?next=/staff/office/stand-ins"))
    start = next(e.get("href") for e in page.all("a") if START in e.get("href", ""))
    answer = browser.back(provider.agreed(browser.led(start)))
    assert answer.location == "/staff/office/stand-ins"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//x.org", "/de/"])
def test_a_link_from_elsewhere_cannot_lead_away(browser, provider, elsewhere):
    answer = browser.back(provider.agreed(browser.led(f"{START}?next={elsewhere}")))
    assert answer.location == "/staff"


def test_what_a_browser_keeps_on_the_way_is_bound_to_this_host(browser):
    cookies = browser.get(START).headers.getlist("Set-Cookie")
    kept = next(one for one in cookies if one.startswith("__Host-lotse-sign-on="))
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=900"):
        assert part in kept
    assert "Domain" not in kept


def test_the_way_back_leaves_nothing_in_the_browser(browser):
    cookies = browser.comes().headers.getlist("Set-Cookie")
    kept = next(one for one in cookies if one.startswith("__Host-lotse-sign-on="))
    assert kept.startswith("__Host-lotse-sign-on=;")
    assert "Max-Age=0" in kept


def test_signing_in_gives_the_browser_another_secret(browser):
    before = browser.client.get_cookie("__Host-lotse", domain="localhost")
    browser.comes()
    after = browser.client.get_cookie("__Host-lotse", domain="localhost")
    assert after.value != getattr(before, "value", None)


def test_she_is_known_again_under_another_address(browser, provider):
    browser.comes()
    assert karin().sign_on_hash is not None
    other = Browser(browser.client.application, provider)
    other.comes(email="karin.neu@example.org", email_verified=False)
    assert other.is_in()


def test_her_number_over_there_is_not_stored(browser):
    browser.comes(subject="u-canary")
    row = karin()
    for kept in (row.sign_on_hash, row.sign_on_issuer_hash):
        assert len(kept) == 32
        assert b"canary" not in kept


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": None, "xms_edov": True},  # Entra's word
        {"email_verified": None, "xms_edov": "1"},
        {"email": EMAIL.upper()},
        {"aud": [providers.CLIENT]},
        {"aud": [providers.CLIENT, "another"], "azp": providers.CLIENT},
        {"roles": ["admin"], "groups": ["admin"]},
    ],
)
def test_what_providers_say_in_their_own_ways_is_understood(browser, provider, claims):
    provider.claims = claims
    browser.comes()
    assert browser.is_in()
    assert karin().roles == frozenset({Role.HEAD}), "roles are ours to give"


@pytest.mark.parametrize("seconds", [-59, 59])
def test_clocks_may_differ_by_a_minute(browser, provider, now, seconds):
    moment = int(now.now().timestamp()) + seconds
    provider.claims = {"iat": moment, "nbf": moment, "exp": moment + 1}
    browser.comes()
    assert browser.is_in()


@pytest.mark.parametrize("alg", ["RS256", "PS384", "ES256"])
def test_the_usual_signatures_count(browser, provider, alg):
    name = "curve" if alg == "ES256" else "first"
    provider.alg, provider.signs_with, provider.shows_keys = alg, name, (name, "short")
    browser.comes()
    assert browser.is_in()


def test_a_secret_in_the_form_is_sent_where_the_header_is_not_taken(browser, provider):
    provider.describes = {
        "token_endpoint_auth_methods_supported": ["client_secret_post"]
    }
    browser.comes()
    assert browser.is_in()
    _, fields, headers = next(one for one in provider.asked if one[0] == "token")
    assert fields["client_secret"] == providers.SECRET
    assert "Authorization" not in headers


def test_a_new_key_is_looked_for_when_a_token_names_it(browser, provider, now):
    browser.comes()
    provider.signs_with, provider.shows_keys = "second", ("first", "second")
    other = Browser(browser.client.application, provider)
    other.comes()
    assert not other.is_in(), "keys are read again once a minute"
    now.move(minutes=1)
    other.comes()
    assert other.is_in()


def test_what_it_says_of_itself_is_asked_for_once(browser, provider):
    for _ in range(3):
        browser.led()
    assert [name for name, *_ in provider.asked] == ["itself"]


# --- Who does not -------------------------------------------------------------

PROVED_NOT = {
    "wrong nonce": {"claims": {"nonce": "another"}},
    "no nonce": {"claims": {"nonce": None}},
    "another issuer": {"claims": {"iss": "https://login.example.org"}},
    "no issuer": {"claims": {"iss": None}},
    "for somebody else": {"claims": {"aud": "another"}},
    "for several, and not said for whom": {"claims": {"aud": [providers.CLIENT, "x"]}},
    "given to another": {"claims": {"azp": "another"}},
    "for nobody": {"claims": {"aud": None}},
    "audience of numbers": {"claims": {"aud": [7]}},
    "over": {"claims": {"exp": 1}},
    "endless": {"claims": {"exp": None}},
    "exp of words": {"claims": {"exp": "tomorrow"}},
    "exp of truth": {"claims": {"exp": True}},
    "from tomorrow": {"claims": {"iat": 9_999_999_999}},
    "not yet": {"claims": {"nbf": 9_999_999_999}},
    "of yesterday": {"claims": {"iat": 1_700_000_000}},
    "without a time": {"claims": {"iat": None}},
    "a time beyond numbers": {"claims": {"iat": 10**400}},
    "no subject": {"claims": {"sub": None}},
    "an empty subject": {"claims": {"sub": ""}},
    "a subject of numbers": {"claims": {"sub": 7}},
    "a long subject": {"claims": {"sub": "x" * 256}},
    "a strange subject": {"claims": {"sub": "ü\ud800"}},
    "ways of numbers": {"claims": {"amr": 7}},
    "unsigned": {"forges": providers.unsigned},
    "signed with what everybody knows": {
        "forges": providers.signed_with_what_everybody_knows
    },
    "changed afterwards": {"forges": providers.changed_afterwards},
    "of two parts": {"forges": lambda token: token.rpartition(".")[0]},
    "no token at all": {"forges": lambda _token: "x"},
    "a long token": {"forges": lambda token: token + "x" * 60_000},
    "unknown key": {"signs_with": "second"},
    "a stranger's key under a known name": {
        "signs_with": "second",
        "header": {"kid": "first"},
    },
    "a short key": {"signs_with": "short", "shows_keys": ("short",)},
    "no keys": {"shows_keys": ()},
    "an extension nobody knows": {"header": {"crit": ["x"], "x": 1}},
}


@pytest.mark.parametrize("fault", PROVED_NOT)
def test_a_token_that_does_not_hold_opens_nothing(browser, provider, fault):
    for name, value in PROVED_NOT[fault].items():
        setattr(provider, name, value)
    words = browser.complaint(browser.comes())
    assert "konnte nicht beweisen" in words or "could not prove" in words
    assert "sign-on failed: unproved" in journal()
    assert karin().sign_on_hash is None


@pytest.mark.parametrize(
    ("claims", "trouble"),
    [
        ({"email": "nobody@example.org"}, "unknown"),
        ({"email": f"{EMAIL}\n"}, "unconfirmed"),
        ({"email": "\ud800"}, "unconfirmed"),
        ({"email": ["karin@example.org"]}, "unconfirmed"),
        ({"email": None}, "unconfirmed"),
        ({"email_verified": False}, "unconfirmed"),
        ({"email_verified": False, "xms_edov": True}, "unconfirmed"),
        ({"email_verified": None}, "unconfirmed"),
        ({"email_verified": [True]}, "unconfirmed"),
    ],
)
def test_no_account_is_found_by_an_address_that_nobody_confirmed(
    browser, provider, claims, trouble
):
    provider.claims = claims
    answer = browser.comes()
    assert f"trouble={trouble}" in answer.location
    browser.complaint(answer)
    assert f"sign-on failed: {trouble}" in journal()


def test_no_account_is_made_by_itself(browser, provider):
    before = db.session.query(StaffMember).count()
    browser.complaint(browser.comes(email="nobody@example.org", subject="u-9"))
    db.session.rollback()
    assert db.session.query(StaffMember).count() == before


def test_who_is_disabled_does_not_get_in_by_the_town_either(browser, provider, now):
    accounts.disable(EMAIL, now=now.now())
    assert "trouble=unknown" in browser.comes().location
    accounts.reset(EMAIL, now=now.now())
    browser.comes()
    assert browser.is_in()
    accounts.disable(EMAIL, now=now.now())
    assert not browser.is_in()
    assert "trouble=unknown" in browser.comes().location


def test_an_address_given_to_a_newcomer_does_not_open_the_old_account(
    browser, provider, now
):
    browser.comes()
    newcomer = Browser(browser.client.application, provider)
    assert "trouble=tied" in newcomer.comes(subject="u-2").location
    assert not newcomer.is_in()
    accounts.reset(EMAIL, now=now.now())
    newcomer.comes(subject="u-2")
    assert newcomer.is_in()


def test_the_eleventh_try_of_a_stranger_waits_and_a_colleague_does_not(
    browser, provider
):
    for _ in range(10):
        browser.comes(email="nobody@example.org", subject="u-9")
    answer = browser.comes(email="nobody@example.org", subject="u-9")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    assert len(Page(answer).forms) == 1
    browser.comes()
    assert browser.is_in()


# --- The way back -------------------------------------------------------------


def test_a_code_that_was_used_opens_nothing(browser, provider):
    address = provider.agreed(browser.led())
    kept = browser.client.get_cookie("__Host-lotse-sign-on", domain="localhost")
    browser.back(address)
    assert browser.is_in()
    thief = Browser(browser.client.application, provider)
    assert "trouble=over" in thief.back(address).location, "she has no cookie"
    thief.client.set_cookie(
        "__Host-lotse-sign-on", kept.value, domain="localhost", secure=True
    )
    calls = len(provider.asked)
    assert "trouble=over" in thief.back(address).location, "not even with it"
    assert len(provider.asked) == calls, "and nobody is asked any more"
    assert not thief.is_in()


def test_a_code_that_the_provider_does_not_know_any_more(browser, provider):
    address = provider.agreed(browser.led())
    provider.codes.clear()
    assert "trouble=over" in browser.back(address).location


def test_somebody_elses_code_does_not_sign_her_in(browser, provider):
    """Who lets her open the end of a way that he began would see what she does."""
    attacker = Browser(browser.client.application, provider)
    address = provider.agreed(attacker.led(), email=EMAIL)
    browser.led()
    browser.complaint(browser.back(address))


def test_a_code_caught_on_the_way_is_worth_nothing_without_the_verifier(
    browser, provider
):
    caught = provider.agreed(browser.led())
    code = parse_qs(urlsplit(caught).query)["code"][0]
    thief = Browser(browser.client.application, provider)
    state = parse_qs(urlsplit(thief.led()).query)["state"][0]
    answer = thief.get(f"{BACK}?code={code}&state={state}")
    assert "trouble=over" in answer.location
    assert not thief.is_in()


def test_a_way_of_a_quarter_of_an_hour_is_too_long(browser, provider, now):
    address = provider.agreed(browser.led())
    now.move(minutes=15)
    assert "trouble=over" in browser.back(address).location


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        ("access_denied", "refused"),
        ("login_required", "refused"),
        ("server_error", "silent"),
        ("unmet_authentication_requirements", "weak"),
        ("\r\nSet-Cookie: x=1", "refused"),
    ],
)
def test_a_no_is_told_in_our_own_words(browser, provider, error, trouble):
    answer = browser.back(provider.declined(browser.led(), error))
    assert f"trouble={trouble}" in answer.location
    assert "<b>" not in browser.get(answer.location).text
    browser.complaint(answer)
    assert f"sign-on failed: {trouble}" in journal()


@pytest.mark.parametrize(
    "query",
    ["", "state=x", "state=x&code=y", "state=%FF&code=%00", "state=&code=", "error=x"],
)
def test_who_has_not_set_out_does_not_arrive(browser, query):
    before = journal()
    browser.complaint(browser.get(f"{BACK}?{query}"))
    browser.led()
    browser.complaint(browser.get(f"{BACK}?{query}"))
    assert journal()[: len(before)] == before


def test_a_cookie_of_somebody_elses_making_is_none(browser, provider):
    address = provider.agreed(browser.led())
    browser.client.set_cookie(
        "__Host-lotse-sign-on", '{"state":"x"}.forged', domain="localhost", secure=True
    )
    assert "trouble=over" in browser.back(address).location


def test_an_answer_in_the_name_of_another_provider_is_refused(browser, provider):
    address = provider.agreed(browser.led())
    answer = browser.back(f"{address}&iss=https://login.example.org")
    assert "trouble=unproved" in answer.location
    provider.describes = {"authorization_response_iss_parameter_supported": True}


def test_a_provider_that_names_itself_must_do_so(browser, provider):
    provider.describes = {"authorization_response_iss_parameter_supported": True}
    answer = browser.back(provider.agreed(browser.led()))
    assert "trouble=unproved" in answer.location
    answer = browser.back(f"{provider.agreed(browser.led())}&iss={provider.issuer}")
    assert answer.location == "/staff"


# --- A provider that fails ----------------------------------------------------


@pytest.fixture
def hasty(monkeypatch):
    """Wait for a second only."""
    monkeypatch.setattr(oidc_provider, "WITHIN", 0.3)


SILENT, GARBLED = "trouble=silent", "trouble=garbled"
MOODS = {
    "mute": SILENT,
    "dribbling": SILENT,
    "closing": SILENT,
    "garbage": SILENT,
    "failing": SILENT,
    "endless": GARBLED,
    "redirecting": GARBLED,
    "missing": GARBLED,
    "page": GARBLED,
    "nested": GARBLED,
    "list": GARBLED,
    "empty": GARBLED,
    "numbers": GARBLED,
    "binary": GARBLED,
}


@pytest.mark.parametrize("mood", MOODS)
def test_a_provider_that_fails_leads_nowhere_but_to_a_sentence(
    browser, provider, hasty, mood, now, monkeypatch
):
    if mood == "endless":
        monkeypatch.setattr(oidc_provider, "WITHIN", 5.0)
    provider.moods = {"itself": mood}
    answer = browser.get(START)
    assert MOODS[mood] in answer.location
    browser.complaint(answer)
    now.move(seconds=20)
    provider.moods = {"token": mood}
    answer = browser.comes()
    assert MOODS[mood] in answer.location
    browser.complaint(answer)
    failed = f"sign-on failed: {MOODS[mood].partition('=')[2]}"
    assert journal().count(failed) == 2
    now.move(seconds=20)
    provider.moods = {"keys": mood}
    answer = browser.comes()
    proves_nothing = mood in {"empty", "numbers"}
    assert ("trouble=unproved" if proves_nothing else MOODS[mood]) in answer.location
    now.move(minutes=1)
    provider.moods = {}
    browser.comes()
    assert browser.is_in(), "and it recovers by itself"


def test_a_provider_that_is_gone_is_told_of(browser, provider, app):
    provider.port = 1
    gone = "http://127.0.0.1:1/realms/town"
    single_sign_on._of(app.config["BOOKING"]).issuer = gone
    assert SILENT in browser.get(START).location


@pytest.mark.parametrize(
    "describes",
    [
        {"issuer": "https://login.example.org"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://login.example.org/a"},
        {"authorization_endpoint": "https://login.example.org/a\r\nX: y"},
        {"authorization_endpoint": ["https://login.example.org/a"]},
        {"token_endpoint": "ftp://login.example.org/t"},
        {"token_endpoint": "http://10.0.0.1/t"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://[::1"},
        {"end_session_endpoint": "http://login.example.org/l"},
    ],
)
def test_a_description_that_leads_elsewhere_is_not_followed(
    browser, provider, describes
):
    provider.describes = describes
    assert GARBLED in browser.get(START).location


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri"])
@pytest.mark.parametrize("host", ["127.0.0.1:1", "10.0.0.1", "[::1]", "localhost"])
def test_nothing_it_names_leads_into_the_house(browser, provider, name, host):
    provider.describes = {name: f"https://{host}/x"}
    assert GARBLED in browser.comes().location


def test_who_let_us_wait_in_vain_is_not_asked_again_at_once(
    browser, provider, hasty, now
):
    provider.moods = {"itself": "mute"}
    assert SILENT in browser.get(START).location
    calls = len(provider.asked)
    provider.moods = {}
    assert SILENT in browser.get(START).location
    assert len(provider.asked) == calls
    now.move(seconds=15)
    browser.comes()
    assert browser.is_in()


def test_a_hanging_provider_holds_two_threads_at_most(app, provider, now):
    asked = single_sign_on._of(app.config["BOOKING"])
    with asked._line(now.now()), asked._line(now.now()):
        with (
            pytest.raises(single_sign_on.NotSignedOn) as failure,
            asked._line(now.now()),
        ):
            pass
        assert failure.value.trouble == "silent"
    with asked._line(now.now()):
        pass


def test_failing_on_purpose_does_not_fill_the_journal(browser, provider, now):
    for _ in range(103):
        browser.back(provider.declined(browser.led()))
    assert journal().count("sign-on failed: refused") == 100
    browser.comes()
    assert browser.is_in()


def test_no_line_of_the_journal_says_who_failed(browser, provider):
    browser.comes(email="nobody@example.org")
    browser.back(provider.declined(browser.led()))
    failed = [r for r in db.session.query(JournalEntry) if "failed" in r.deed]
    assert len(failed) == 2
    assert {(row.about, row.staff_id) for row in failed} == {("sign-on", None)}
    assert db.session.query(LimitCounter).count() > 0


# --- Once more ----------------------------------------------------------------


@pytest.fixture
def left_open(browser, now):
    """A counsellor's browser, left open for twenty minutes on her calendar page."""
    from booking.services.writing import write_session

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


@pytest.mark.parametrize(
    ("facts", "trouble"),
    [
        ({"subject": "u-2", "email": "ayla@example.org"}, "unknown"),
        ({"auth_time": None}, "stale"),
        ({"auth_time": "now"}, "stale"),
        ({"auth_time": True}, "stale"),
        ({"auth_time": 1_700_000_000}, "stale"),
    ],
)
def test_somebody_else_or_an_old_proof_does_not_go_on(
    browser, provider, left_open, facts, trouble
):
    answer = once_more(browser, provider, left_open, **facts)
    assert f"trouble={trouble}" in answer.location
    assert "/again/proved" in answer.location
    page = Page(browser.get(answer.location))
    assert page.status == 200
    assert page.all("p")
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
    assert SILENT in browser.led("/staff/sign-out/provider")


# --- What an operator decides -------------------------------------------------


class TestASecondFactorThatTheOfficeAsksFor:
    @pytest.fixture
    def more(self):
        return {"oidc_acr": ("gold", "mfa")}

    def test_it_is_asked_for(self, browser):
        query = parse_qs(urlsplit(browser.led()).query)
        assert query["acr_values"] == ["gold mfa"]

    @pytest.mark.parametrize("shown", [{"acr": "gold"}, {"amr": ["pwd", "mfa"]}])
    def test_whoever_shows_it_gets_in(self, browser, provider, shown):
        browser.comes(**shown)
        assert browser.is_in()

    @pytest.mark.parametrize(
        "shown", [{}, {"acr": "silver"}, {"amr": ["pwd"]}, {"acr": ["gold"]}]
    )
    def test_whoever_does_not_stays_out(self, browser, provider, shown):
        assert "trouble=weak" in browser.comes(**shown).location
        assert not browser.is_in()


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
        from dataclasses import replace

        app.config["BOOKING"] = replace(settings, oidc_issuer=another.issuer)
        elsewhere = Browser(app, another)
        elsewhere.comes()
        assert elsewhere.is_in()
    assert karin().sign_on_hash not in {None, first}


def test_our_address_for_the_provider_is_the_pages_own(app):
    with app.test_request_context():
        assert app.url_for("office.from_provider") == single_sign_on.BACK
        assert app.url_for("office.sign_in") == single_sign_on.AFTERWARDS


def test_a_check_says_when_the_provider_does_not_answer(app, provider, office, now):
    assert list(single_sign_on.faults(now=now.now())) == []
    now.move(hours=2)
    provider.moods = {"itself": "closing"}
    assert "does not answer" in " ".join(single_sign_on.faults(now=now.now()))
    provider.moods = {"itself": "page"}
    assert "nonsense" in " ".join(single_sign_on.faults(now=now.now()))
    provider.moods, provider.shows_keys = {}, ()
    assert "no keys" in " ".join(single_sign_on.faults(now=now.now()))


def test_what_it_remembers_is_asked_for_again_after_an_hour(browser, provider, now):
    browser.led()
    now.move(minutes=59)
    browser.led()
    assert len(provider.asked) == 1
    now.move(minutes=1)
    browser.led()
    assert len(provider.asked) == 2
    assert timedelta(hours=1) == oidc_provider.KNOWN
