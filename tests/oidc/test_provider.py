"""Does a provider that is down, slow, mad or wicked hold nobody, and lead nowhere?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from booking.oidc import NotSignedOn, Provider, Trouble
from booking.oidc import provider as oidc_provider
from tests import make
from tests import oidc_provider as providers
from tests.conftest import MONDAY

GARBLED, SILENT = Trouble.GARBLED, Trouble.SILENT
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
ANYTHING_GOES = {"empty", "numbers"}  # of keys: none among them is one


@pytest.fixture
def town():
    with providers.running() as running:
        yield running


@pytest.fixture
def asked(town, tmp_path):
    """The provider as we see it."""
    return Provider(make.settings(tmp_path, "sqlite:///x", **town.settings()))


@pytest.fixture
def hasty(monkeypatch):
    """Wait for a moment only."""
    monkeypatch.setattr(oidc_provider, "WITHIN", 0.25)


def trouble_of(deed, *arguments, now=MONDAY):
    with pytest.raises(NotSignedOn) as failure:
        deed(*arguments, now=now)
    return failure.value.trouble


@pytest.mark.parametrize("mood", MOODS)
def test_whatever_it_does_is_one_of_two_troubles(asked, town, mood, request):
    if mood != "endless":
        request.getfixturevalue("hasty")
    town.moods = {"itself": mood}
    assert trouble_of(asked.described) is MOODS[mood]
    town.moods, later = {}, MONDAY + oidc_provider.REST
    assert asked.described(now=later).token.endswith("/token")
    town.moods = {"token": mood}
    assert trouble_of(asked.token, "code", "v", "back", now=later) is MOODS[mood]
    town.moods, later = {"keys": mood}, later + oidc_provider.REST
    if mood not in ANYTHING_GOES:
        assert trouble_of(asked.keys, now=later) is MOODS[mood]


def test_where_nobody_listens_it_is_silent(tmp_path):
    gone = {"oidc_issuer": "http://127.0.0.1:1", "oidc_client_id": "x"}
    settings = make.settings(tmp_path, "sqlite:///x", oidc_client_secret="y", **gone)
    assert trouble_of(Provider(settings).described) is SILENT


@pytest.mark.parametrize(
    "describes",
    [
        {"issuer": "https://login.example.org"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://login.example.org/a"},
        {"authorization_endpoint": "https://login.example.org/a\r\nX: y"},
        {"authorization_endpoint": "https://login.example.org/a b"},
        {"authorization_endpoint": "https://löschen.example.org/a"},
        {"authorization_endpoint": ["https://login.example.org/a"]},
        {"token_endpoint": "ftp://login.example.org/t"},
        {"token_endpoint": "http://10.0.0.1/t"},
        {"token_endpoint": "http://127.0.0.1:1/t"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://[::1"},
        {"jwks_uri": "http://127.0.0.1:99999/"},
        {"end_session_endpoint": "http://login.example.org/l"},
        {"end_session_endpoint": 7},
    ],
)
def test_a_description_that_leads_elsewhere_is_not_followed(asked, town, describes):
    town.describes = describes
    assert trouble_of(asked.described) is GARBLED


@pytest.mark.parametrize("host", ["127.0.0.1:1", "10.0.0.1", "[::1]", "localhost"])
def test_nothing_it_names_leads_into_the_house(asked, town, host, monkeypatch):
    town.describes = dict.fromkeys(("token_endpoint", "jwks_uri"), f"https://{host}/x")
    asked.described(now=MONDAY)
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("called"))
    assert trouble_of(asked.token, "code", "v", "back") is GARBLED
    assert trouble_of(asked.keys) is GARBLED


def test_another_port_of_its_own_host_is_another_house(asked, town):
    town.describes = {"token_endpoint": f"https://127.0.0.1:{town.port}/x"}
    assert trouble_of(asked.token, "code", "v", "back") is GARBLED


def test_a_redirect_is_not_followed_with_the_secret(asked, town):
    town.moods = {"token": "redirecting"}
    assert trouble_of(asked.token, "code", "v", "back") is GARBLED
    assert [name for name, *_ in town.asked] == ["itself", "token"]


def test_who_let_us_wait_in_vain_is_not_asked_again_at_once(asked, town, hasty):
    town.moods = {"itself": "mute"}
    assert trouble_of(asked.described) is SILENT
    town.moods, calls = {}, len(town.asked)
    assert trouble_of(asked.described) is SILENT
    assert len(town.asked) == calls
    assert asked.described(now=MONDAY + oidc_provider.REST)


def test_a_clock_set_back_does_not_make_the_rest_longer(asked, town, hasty):
    town.moods = {"itself": "mute"}
    assert trouble_of(asked.described) is SILENT
    town.moods = {}
    assert asked.described(now=MONDAY - timedelta(days=1))


def test_a_hanging_provider_holds_two_threads_at_most(asked, monkeypatch):
    monkeypatch.setattr(oidc_provider, "IN_LINE", 0.05)
    with asked._line(MONDAY), asked._line(MONDAY):
        with pytest.raises(NotSignedOn) as failure, asked._line(MONDAY):
            pytest.fail("a third one waits")
        assert failure.value.trouble is SILENT
    with asked._line(MONDAY):
        pass


def test_several_who_come_at_once_all_get_an_answer(asked, town):
    with ThreadPoolExecutor(8) as all_of_them:
        came = [all_of_them.submit(asked.described, now=MONDAY) for _ in range(8)]
    assert {one.result().token for one in came} == {f"{town.issuer}/token"}


def test_who_waits_in_line_does_not_wait_for_a_provider_that_hangs(asked, town, hasty):
    town.moods = {"itself": "mute"}
    with ThreadPoolExecutor(6) as all_of_them:
        came = [all_of_them.submit(asked.described, now=MONDAY) for _ in range(6)]
    assert [one.exception().trouble for one in came] == [SILENT] * 6
    assert len(town.asked) <= oidc_provider.AT_ONCE


def test_what_it_says_of_itself_is_asked_for_once_an_hour(asked, town):
    for minutes in (0, 59):
        asked.described(now=MONDAY + timedelta(minutes=minutes))
        asked.keys(now=MONDAY + timedelta(minutes=minutes))
    assert [name for name, *_ in town.asked] == ["itself", "keys"]
    asked.described(now=MONDAY + timedelta(hours=1))
    assert len(town.asked) == 3


def test_a_code_that_it_does_not_know_is_over(asked, town):
    assert trouble_of(asked.token, "unknown", "v", "back") is Trouble.OVER


def test_a_wrong_secret_is_not_told_as_the_persons_fault(asked, town):
    asked._secret = "another"
    assert trouble_of(asked.token, "unknown", "v", "back") is GARBLED


def test_a_secret_with_signs_of_its_own_arrives_whole(asked, town):
    trouble_of(asked.token, "unknown", "v", "back")
    _, fields, headers = town.asked[-1]
    assert headers["Authorization"].startswith("Basic ")
    assert "client_secret" not in fields


def test_a_secret_in_the_form_is_sent_where_the_header_is_not_taken(asked, town):
    town.describes = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert trouble_of(asked.token, "unknown", "v", "back") is Trouble.OVER
    _, fields, headers = town.asked[-1]
    assert fields["client_secret"] == providers.SECRET
    assert "Authorization" not in headers


def test_the_secret_stands_in_no_setting_that_is_shown(tmp_path, town):
    settings = make.settings(tmp_path, "sqlite:///x", **town.settings())
    assert providers.SECRET not in repr(settings)
