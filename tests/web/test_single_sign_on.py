"""Does the town's single sign-on let in whom it should, and nobody else?"""

from urllib.parse import parse_qs, urlsplit

import pytest

from booking.models import Role, StaffMember, db
from booking.services import accounts
from tests import oidc_provider as providers
from tests.oidc_provider import EMAIL
from tests.web import signing_on
from tests.web.reading import Page
from tests.web.signing_on import (
    BACK,
    COOKIE,
    INSIDE,
    SIGN_IN,
    START,
    journal,
    karin,
    on_both,
)

more, kind, settings = signing_on.more, signing_on.kind, signing_on.settings
provider, browser = signing_on.provider, signing_on.browser

# --- Who gets in --------------------------------------------------------------


@on_both
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


def test_a_link_from_elsewhere_cannot_lead_away(browser, provider):
    for elsewhere in ("https://example.org/", "//x.org", "/de/"):
        start = f"{START}?next={elsewhere}"
        answer = browser.back(provider.agreed(browser.led(start)))
        assert answer.location == "/staff"
        browser = browser.another()


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
    browser.get(SIGN_IN)
    before = browser.client.get_cookie("__Host-lotse", domain="localhost")
    browser.comes()
    after = browser.client.get_cookie("__Host-lotse", domain="localhost")
    assert before.value != after.value


@on_both
def test_she_is_known_again_under_another_address(browser, provider):
    browser.comes()
    assert karin().sign_on_hash is not None
    other = browser.another()
    other.comes(email="karin.neu@example.org", email_verified=False)
    assert other.is_in()


def test_her_number_over_there_is_not_stored(browser):
    browser.comes(subject="u-canary")
    row = karin()
    for kept in (row.sign_on_hash, row.sign_on_issuer_hash):
        assert len(kept) == 32
        assert b"canary" not in kept


def test_what_providers_say_in_their_own_ways_is_understood(browser, provider):
    provider.claims = {
        "email_verified": None,
        "xms_edov": True,  # Entra's word
        "email": EMAIL.upper(),
        "aud": [providers.CLIENT, "another"],
        "azp": providers.CLIENT,
    }
    browser.comes()
    assert browser.is_in()


def test_what_a_provider_says_of_roles_counts_for_nothing(browser):
    browser.comes(roles=["admin"], groups=["admin"])
    assert browser.get("/staff/office").status_code == 403
    assert karin().roles == frozenset({Role.HEAD}), "roles are ours to give"


def test_a_new_key_is_looked_for_when_a_token_names_it(browser, provider, now):
    browser.comes()
    provider.signs_with, provider.shows_keys = "second", ("first", "second")
    other = browser.another()
    other.comes()
    assert not other.is_in(), "keys are read again once a minute"
    now.move(minutes=1)
    other.comes()
    assert other.is_in()


# --- Who does not


STRANGERS = (
    ({"email": "nobody@example.org"}, "unknown"),
    ({"email_verified": False}, "unconfirmed"),
    ({"nonce": "another"}, "unproved"),
    ({"aud": "another"}, "unproved"),
    ({"sub": "ü\ud800"}, "unproved"),
)


def test_no_account_is_found_by_what_nobody_has_proved(browser, provider):
    for claims, trouble in STRANGERS:
        provider.claims = claims
        answer = browser.comes()
        assert f"trouble={trouble}" in answer.location
        browser.complaint(answer)
        assert journal()[-1] == f"sign-on failed: {trouble}"
    assert karin().sign_on_hash is None


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


@on_both
def test_an_address_given_to_a_newcomer_does_not_open_the_old_account(
    browser, provider, now
):
    browser.comes()
    newcomer = browser.another()
    assert "trouble=tied" in newcomer.comes(subject="u-2").location
    assert not newcomer.is_in()
    accounts.reset(EMAIL, now=now.now())
    newcomer.comes(subject="u-2")
    assert newcomer.is_in()


@on_both
def test_the_eleventh_try_of_a_stranger_waits_and_a_colleague_does_not(
    browser, provider
):
    for _ in range(10):
        browser.comes(email="nobody@example.org", subject="u-9")
    answer = browser.comes(email="nobody@example.org", subject="u-9")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    browser.comes()
    assert browser.is_in()


# --- The way back -------------------------------------------------------------


@on_both
def test_a_code_that_was_used_opens_nothing(browser, provider):
    address = provider.agreed(browser.led())
    kept = browser.client.get_cookie(COOKIE, domain="localhost")
    browser.back(address)
    assert browser.is_in()
    thief = browser.another()
    assert "trouble=over" in thief.back(address).location, "she has no cookie"
    thief.client.set_cookie(COOKIE, kept.value, domain="localhost", secure=True)
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
    attacker = browser.another()
    address = provider.agreed(attacker.led(), email=EMAIL)
    browser.led()
    browser.complaint(browser.back(address))


def test_a_code_caught_on_the_way_is_worth_nothing_without_the_verifier(
    browser, provider
):
    caught = provider.agreed(browser.led())
    code = parse_qs(urlsplit(caught).query)["code"][0]
    thief = browser.another()
    state = parse_qs(urlsplit(thief.led()).query)["state"][0]
    answer = thief.get(f"{BACK}?code={code}&state={state}")
    assert "trouble=over" in answer.location
    assert not thief.is_in()


def test_a_way_of_a_quarter_of_an_hour_is_too_long(browser, provider, now):
    address = provider.agreed(browser.led())
    now.move(minutes=15)
    assert "trouble=over" in browser.back(address).location


NOES = {
    "access_denied": "refused",
    "login_required": "refused",
    "server_error": "silent",
    "unmet_authentication_requirements": "weak",
    "\r\nSet-Cookie: x=1": "refused",
}


def test_a_no_is_told_in_our_own_words(browser, provider):
    for error, trouble in NOES.items():
        answer = browser.back(provider.declined(browser.led(), error))
        assert f"trouble={trouble}" in answer.location
        assert "<b>no" not in browser.get(answer.location).text
        browser.complaint(answer)
        assert f"sign-on failed: {trouble}" in journal()


@pytest.mark.parametrize("has_set_out", [True, False])
def test_who_has_not_set_out_does_not_arrive(browser, has_set_out):
    before = journal()
    for query in ("", "state=x", "state=x&code=y", "state=%FF&code=%00", "error=x"):
        if has_set_out:
            browser.led()
        browser.complaint(browser.get(f"{BACK}?{query}"))
    assert journal() == before + ["sign-on failed: over"] * (5 if has_set_out else 0)


def test_a_cookie_of_somebody_elses_making_is_none(browser, provider):
    address = provider.agreed(browser.led())
    browser.client.set_cookie(
        COOKIE, '{"state":"x"}.forged', domain="localhost", secure=True
    )
    assert "trouble=over" in browser.back(address).location


def test_an_answer_in_the_name_of_another_provider_is_refused(browser, provider):
    address = provider.agreed(browser.led())
    answer = browser.back(f"{address}&iss=https://login.example.org")
    assert "trouble=unproved" in answer.location


def test_a_provider_that_names_itself_must_do_so(browser, provider):
    provider.describes = {"authorization_response_iss_parameter_supported": True}
    answer = browser.back(provider.agreed(browser.led()))
    assert "trouble=unproved" in answer.location
    answer = browser.back(f"{provider.agreed(browser.led())}&iss={provider.issuer}")
    assert answer.location == "/staff"
