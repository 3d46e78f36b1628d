"""Is a provider that fails, or misleads, nobody's trouble but its own?"""

import pytest

from booking.models import JournalEntry, db
from booking.oidc import provider as oidc_provider
from booking.services import single_sign_on
from booking.services.limits import Limit
from tests.web import signing_on
from tests.web.signing_on import START, journal

more, kind, settings = signing_on.more, signing_on.kind, signing_on.settings
provider, browser = signing_on.provider, signing_on.browser


@pytest.fixture
def hasty(monkeypatch):
    """Wait for a moment only."""
    monkeypatch.setattr(oidc_provider, "WITHIN", 0.25)


@pytest.mark.parametrize(
    ("mood", "trouble"),
    [("mute", "silent"), ("page", "garbled")],
)
def test_a_provider_that_fails_leads_nowhere_but_to_a_sentence(
    browser, provider, hasty, mood, trouble, now
):
    for fails in ("itself", "token", "keys"):
        provider.moods = {fails: mood}
        start = browser.get(START)
        answer = start
        if START not in start.location and fails != "itself":
            answer = browser.back(provider.agreed(start.location))
        assert f"trouble={trouble}" in answer.location, fails
        browser.complaint(answer)
        now.move(seconds=20)
    assert journal().count(f"sign-on failed: {trouble}") == 3
    provider.moods = {}
    browser.comes()
    assert browser.is_in(), "and it recovers by itself"


def test_while_it_hangs_clients_book_on(app, browser, provider, hasty, visitor):
    provider.moods = {"itself": "mute"}
    assert "trouble=silent" in browser.get(START).location
    assert visitor.open("book").status == 200
    assert [name for name, *_ in provider.asked] == ["itself"]


def test_failing_on_purpose_does_not_fill_the_journal(browser, provider, monkeypatch):
    monkeypatch.setattr(single_sign_on, "LINES", Limit(3, single_sign_on.LINES.stretch))
    for _ in range(5):
        browser.back(provider.declined(browser.led()))
    assert journal().count("sign-on failed: refused") == 3
    browser.comes()
    assert browser.is_in()


def test_no_line_of_the_journal_says_who_failed(browser, provider):
    browser.comes(email="nobody@example.org")
    browser.back(provider.declined(browser.led()))
    failed = [r for r in db.session.query(JournalEntry) if "failed" in r.deed]
    assert len(failed) == 2
    assert {(row.about, row.staff_id) for row in failed} == {("sign-on", None)}
