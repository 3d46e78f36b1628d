"""Which token proves who somebody is, and which only says so?"""

from datetime import timedelta

import pytest

from booking.oidc import ATTEMPT, NotSignedOn, Trouble, begun, protocol
from booking.oidc.protocol import Asker, UnknownKey
from tests import oidc_provider as providers
from tests.conftest import MONDAY
from tests.oidc_provider import CLIENT, EMAIL, OidcProvider, key

PROVED_NOT = {
    "wrong nonce": {"claims": {"nonce": "another"}},
    "no nonce": {"claims": {"nonce": None}},
    "another issuer": {"claims": {"iss": "https://login.example.org"}},
    "no issuer": {"claims": {"iss": None}},
    "for somebody else": {"claims": {"aud": "another"}},
    "for several, and not said for whom": {"claims": {"aud": [CLIENT, "x"]}},
    "given to us, but for another": {"claims": {"aud": "another", "azp": CLIENT}},
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
    "asked when, in words": {"claims": {"auth_time": "now"}},
    "ways of numbers": {"claims": {"amr": 7}},
    "unsigned": {"forges": providers.unsigned},
    "signed with what everybody knows": {
        "forges": providers.signed_with_what_everybody_knows
    },
    "changed afterwards": {"forges": providers.changed_afterwards},
    "of two parts": {"forges": lambda token: token.rpartition(".")[0]},
    "no token at all": {"forges": lambda _token: "x"},
    "a long token": {"forges": lambda token: token + "x" * 60_000},
    "a stranger's key under a known name": {
        "signs_with": "second",
        "header": {"kid": "first"},
    },
    "an extension nobody knows": {"forges": providers.with_an_extension},
}


@pytest.fixture
def provider():
    """A provider that only makes tokens here, and shows its keys."""
    return OidcProvider(port=8443, now=lambda: MONDAY)


def proved(provider, *, wants=(), person="", after=timedelta(0), **claims):
    """Set out, let the provider make a token, and judge it."""
    attempt = begun(now=MONDAY, person=person)
    who = {"sub": "u-1", "email": EMAIL, "email_verified": True}
    query = {"nonce": attempt.nonce}
    token = provider.token({"query": query, "claims": who | claims})
    shown = [key(one).as_dict(private=False) for one in provider.shows_keys]
    asker = Asker(provider.issuer, CLIENT, wants)
    return protocol.identity(token, {"keys": shown}, attempt, asker, now=MONDAY + after)


def trouble_of(provider, **facts):
    with pytest.raises(NotSignedOn) as failure:
        proved(provider, **facts)
    return failure.value.trouble


def test_a_token_proves_a_subject_and_a_confirmed_address(provider):
    assert proved(provider) == protocol.Identity("u-1", EMAIL)


@pytest.mark.parametrize("fault", PROVED_NOT)
def test_a_token_that_does_not_hold_proves_nothing(provider, fault):
    for name, value in PROVED_NOT[fault].items():
        setattr(provider, name, value)
    assert trouble_of(provider) is Trouble.UNPROVED


@pytest.mark.filterwarnings("ignore:Key size")
@pytest.mark.parametrize(
    "facts",
    [
        {"signs_with": "second"},
        {"shows_keys": ()},
        {"signs_with": "short", "shows_keys": ("short",)},
        {"header": {"kid": None}, "shows_keys": ("first", "second")},
    ],
)
def test_a_key_that_is_not_shown_may_be_a_newer_one(provider, facts):
    for name, value in facts.items():
        setattr(provider, name, value)
    with pytest.raises(UnknownKey):
        proved(provider)


@pytest.mark.filterwarnings("ignore:Key size")
@pytest.mark.parametrize("alg", ["RS256", "RS512", "PS384", "ES256"])
def test_the_usual_signatures_count(provider, alg):
    name = "curve" if alg == "ES256" else "first"
    provider.alg, provider.signs_with, provider.shows_keys = alg, name, (name, "short")
    assert proved(provider).subject == "u-1"


def test_no_secret_that_two_share_signs_a_token():
    kinds = {one.rstrip("0123456789") for one in protocol.ALGORITHMS}
    assert kinds == {"RS", "PS", "ES"}, "neither “none” nor “HS”"


@pytest.mark.parametrize(
    "keys",
    [None, 7, [], [7], [{}], [{"kty": "oct", "k": "eA"}], [{"kty": "RSA", "n": 7}]],
)
def test_keys_that_are_none_are_passed_over(keys):
    assert list(protocol._usable(keys)) == []


def test_a_key_for_sealing_does_not_sign(provider):
    shown = key("first").as_dict(private=False)
    assert len(list(protocol._usable([shown]))) == 1
    assert list(protocol._usable([shown | {"use": "enc"}])) == []
    assert len(list(protocol._usable([shown] * 60))) == protocol.MOST_KEYS


@pytest.mark.parametrize("seconds", [-59, 59])
def test_clocks_may_differ_by_a_minute(provider, seconds):
    moment = int(MONDAY.timestamp()) + seconds
    assert proved(provider, iat=moment, nbf=moment, exp=moment + 1)


@pytest.mark.parametrize(
    "claims",
    [
        {"iat": int(MONDAY.timestamp()) + 62},
        {"iat": int(MONDAY.timestamp()) - 62},
        {"nbf": int(MONDAY.timestamp()) + 62},
        {"exp": int(MONDAY.timestamp()) - 62},
    ],
)
def test_by_more_they_may_not(provider, claims):
    assert trouble_of(provider, **claims) is Trouble.UNPROVED


def test_a_token_ends(provider):
    assert proved(provider, after=timedelta(seconds=359))
    assert trouble_of(provider, after=timedelta(seconds=361)) is Trouble.UNPROVED


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"email_verified": "true"}, EMAIL),
        ({"email_verified": None, "xms_edov": True}, EMAIL),  # Entra's word
        ({"email_verified": None, "xms_edov": "1"}, EMAIL),
        ({"email_verified": None, "xms_edov": 1}, EMAIL),
        ({"email_verified": None}, ""),
        ({"email_verified": False}, ""),
        ({"email_verified": False, "xms_edov": True}, ""),
        ({"email_verified": "false"}, ""),
        ({"email_verified": 2}, ""),
        ({"email_verified": [True]}, ""),
        ({"email": None}, ""),
        ({"email": [EMAIL]}, ""),
        ({"email": f"{EMAIL}\n"}, ""),
        ({"email": "\ud800@example.org"}, ""),
        ({"email": "x" * 255}, ""),
    ],
)
def test_only_a_confirmed_address_is_one(provider, claims, email):
    provider.claims = claims
    assert proved(provider).email == email


@pytest.mark.parametrize("shown", [{"acr": "gold"}, {"amr": ["pwd", "mfa"]}])
def test_whoever_shows_the_second_factor_is_believed(provider, shown):
    assert proved(provider, wants=("gold", "mfa"), **shown)


@pytest.mark.parametrize(
    "shown", [{}, {"acr": "silver"}, {"amr": ["pwd"]}, {"acr": ["gold"]}]
)
def test_whoever_does_not_is_not(provider, shown):
    assert trouble_of(provider, wants=("gold", "mfa"), **shown) is Trouble.WEAK


@pytest.mark.parametrize(
    "auth_time", [None, True, 1_700_000_000, int(MONDAY.timestamp()) - 61]
)
def test_an_old_proof_is_no_new_one(provider, auth_time):
    provider.claims = {"auth_time": auth_time}
    assert trouble_of(provider, person="her uuid") is Trouble.STALE
    provider.claims = {"auth_time": int(MONDAY.timestamp())}
    assert proved(provider, person="her uuid")


def test_a_way_is_over_after_its_time_and_not_begun_before_it():
    attempt = begun(now=MONDAY)
    assert not attempt.is_over(MONDAY)
    assert not attempt.is_over(MONDAY + ATTEMPT - timedelta(seconds=1))
    assert attempt.is_over(MONDAY + ATTEMPT)
    assert attempt.is_over(MONDAY - timedelta(seconds=1))
