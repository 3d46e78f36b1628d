"""Does a real browser go to the town's single sign-on and back, and out of it again?

The provider is called by another name than our pages, so that to the browser it is a
stranger: our cookie must survive the way back from there.
"""

import threading
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import waitress

from booking import create_app
from booking.models import Role, StaffMember, StaffSession, Subscription, db
from booking.services import accounts
from booking.services.writing import write_session
from tests import make, oidc_provider
from tests.browser.conftest import PATIENCE, PHONE
from tests.oidc_provider import EMAIL
from tests.reliability.processes import free_port


@pytest.fixture
def provider():
    with oidc_provider.running(host="localhost") as running:
        yield running


@pytest.fixture
def settings(sqlite_url, tmp_path, provider):
    """Serve on this machine, without TLS."""
    public = {"public_url": f"http://127.0.0.1:{free_port()}"}
    return make.settings(tmp_path, sqlite_url, **provider.settings(**public))


@pytest.fixture
def served(app, settings):
    """Serve the pages to a browser; one counsellor works here."""
    make.office()
    make.staff_member(Role.COUNSELLOR, email=EMAIL)
    port = urlsplit(settings.public_url).port
    server = waitress.create_server(
        create_app(settings), host="127.0.0.1", port=port, threads=4
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield settings.public_url
    server.close()
    thread.join(timeout=5)


@pytest.fixture
def phone(chromium):
    """Hand out a phone without JavaScript that reads English."""
    context = chromium.new_context(locale="en-GB", **PHONE)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def age_her_session():
    """Let twenty minutes pass since she said who she is."""
    with write_session() as session:
        row = session.query(StaffSession).one()
        row.proved_at -= timedelta(minutes=20)


def says_who_she_is(page):
    assert page.locator("h1").inner_text() == "Town account"
    page.fill("#who", EMAIL)
    page.click("text=Yes")


def test_a_counsellor_signs_in_with_the_town_says_so_again_and_leaves(
    served, provider, phone
):
    phone.goto(f"{served}/staff/calendar")
    phone.click("text=Sign in with your town account")
    says_who_she_is(phone)
    assert phone.url == f"{served}/staff/calendar", "she lands where she wanted to"
    age_her_session()
    phone.fill("[name=label]", "Telephone")
    phone.locator("form:has([name=label]) button").click()
    with phone.context.expect_page() as opened:
        phone.click("text=Sign in with your town account")
    beside = opened.value
    says_who_she_is(beside)
    assert beside.locator("h1").inner_text() == "It is you"
    beside.close()
    phone.locator("main form:not(.narrow) button").click()
    assert "/feeds/" in phone.content()
    kept = db.session.query(Subscription.label).scalar()
    assert kept == "Telephone", "what she had filled in is what was done"
    db.session.rollback()
    leaves(phone, served)


def leaves(phone, served):
    phone.click("text=Sign out")
    phone.click("text=Sign in with your town account")
    assert "/staff" in phone.url, "the town knows her: she is in without a word"
    assert phone.locator(".signed-in").count() == 1
    phone.click("text=Sign out")
    phone.click("text=Sign out of your town account")
    assert phone.url == f"{served}/staff/sign-in", "and the town sends her back"
    cookies = {one["name"] for one in phone.context.cookies()}
    assert cookies == {"lotse", "known"}, "nothing of ours is left of the way"
    phone.goto(f"{served}/staff/calendar")
    phone.click("text=Sign in with your town account")
    assert phone.locator("h1").inner_text() == "Town account"


def test_what_a_stranger_brings_back_does_not_sign_her_in(served, provider, phone):
    phone.goto(f"{served}/staff/sign-in/oidc?code=x&state=y")
    assert "took too long or was used already" in phone.content()
    assert urlsplit(phone.url).query == "trouble=over", "the code is out of sight"
    hashed = accounts.email_hash(EMAIL)
    assert db.session.query(StaffMember).filter_by(email_hash=hashed).one()
    assert db.session.query(StaffSession).count() == 0
