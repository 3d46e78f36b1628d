"""Does a real browser make a passkey for us, sign in by it, and do without a script?"""

import pytest

from tests.browser.conftest import PHONE, WIDE, window
from tests.browser.test_every_page import EVERY_RULE, barriers, with_axe

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
ASKS = "form[action='/staff/passkey/challenge'] button"


@pytest.fixture
def here(demo):
    """The demo by its name: no browser makes a passkey for an address of numbers."""
    return demo.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def page(chromium):
    with window(chromium, cookies={"lotse"}, locale="en-GB", **WIDE) as page:
        yield with_axe(page)


@pytest.fixture
def device(page):
    """Give the computer a reader of fingers, as Chromium's own tests do."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    made = line.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return lambda verified: line.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": made["authenticatorId"], "isUserVerified": verified},
    )


@pytest.fixture
def added(page, device, demo, here):
    """Let the coordinator sign in and add a passkey; then she signs out."""
    person = demo.who("head")
    page.goto(f"{here}/staff/sign-in")
    page.fill("#email", person["email"])
    page.fill("#password", person["password"])
    page.click("form[action='/staff/sign-in'] button")
    page.goto(f"{here}/staff/account")
    page.fill("#label", "My computer")
    page.click("form[action$='/passkeys/challenge'] button")
    page.wait_for_url("**/account?saved=passkey")
    assert "My computer" in page.inner_text("main")
    page.click(".signed-in button")
    return person["name"]


def test_a_finger_is_enough_to_sign_in(page, device, added, here):
    page.goto(f"{here}/staff/sign-in")
    page.click(ASKS)
    page.wait_for_url(lambda url: "passkey" not in url and "sign-in" not in url)
    assert added in page.inner_text(".signed-in")


def test_a_strangers_finger_is_not_enough(page, device, added, here):
    device(verified=False)
    page.goto(f"{here}/staff/sign-in")
    page.click(ASKS)
    page.wait_for_selector("#not-answered:visible")
    assert barriers(page, EVERY_RULE) == []
    device(verified=True)
    page.click("form[data-passkey] button")
    page.wait_for_selector(".signed-in")


def test_without_a_script_the_page_leads_back_to_the_password(chromium, here):
    with window(chromium, cookies={"lotse"}, locale="en-GB", **PHONE) as page:
        page.goto(f"{here}/staff/sign-in")
        page.click(ASKS)
        assert page.locator("main button").count() == 1
        assert not page.locator("main button").is_visible()
        assert "runs no script" in page.inner_text("main")
        page.click("main .paths a")
        page.wait_for_selector("#password")
