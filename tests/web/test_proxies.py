"""Whom do we believe when a proxy says who asks?"""

import pytest
from flask import request
from hypothesis import given
from hypothesis import strategies as st

from booking import create_app
from booking.web.proxies import TrustedProxies, network_of
from tests import make

TRUSTED = ("10.0.0.0/8", "2001:db8::/32", "192.0.2.1")


def asked_by(remote, forwarded=None, proto=None, trusted=TRUSTED):
    """Return who asks, and by which scheme, after the middleware."""
    seen = {}
    environ = {"REMOTE_ADDR": remote, "wsgi.url_scheme": "http"}
    if forwarded is not None:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    if proto is not None:
        environ["HTTP_X_FORWARDED_PROTO"] = proto
    TrustedProxies(lambda e, _start: seen.update(e) or [], trusted)(environ, None)
    return seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]


@pytest.mark.parametrize(
    ("remote", "forwarded", "who"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 192.0.2.1,10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("2001:db8::1", "2001:4860::8", "2001:4860::8"),
        ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("203.0.113.7", "6.6.6.6", "203.0.113.7"),
        ("192.0.2.2", "6.6.6.6", "192.0.2.2"),
        ("", "6.6.6.6", ""),
    ],
)
def test_the_chain_is_read_from_its_end_up_to_the_first_stranger(
    remote, forwarded, who
):
    assert asked_by(remote, forwarded)[0] == who


def test_only_a_trusted_proxy_says_that_tls_was_used():
    assert asked_by("10.0.0.1", proto="https")[1] == "https"
    assert asked_by("203.0.113.7", proto="https")[1] == "http"
    assert asked_by("10.0.0.1", proto="javascript")[1] == "http"


@given(st.text(), st.ip_addresses().map(str))
def test_a_stranger_never_speaks_for_somebody_else(chain, remote):
    assert (
        asked_by(remote, chain, "https", trusted=("192.0.2.1",))
        in {
            (remote, "http"),
            ("192.0.2.1", "https"),
        }
        or remote == "192.0.2.1"
    )


def test_without_trusted_proxies_nobody_is_believed(app):
    with app.test_client() as client:
        client.get("/nothing", headers={"X-Forwarded-For": "6.6.6.6"})
        assert request.remote_addr == "127.0.0.1"


def test_the_application_believes_the_proxies_it_was_told_of(sqlite_url, tmp_path):
    settings = make.settings(tmp_path, sqlite_url, trusted_proxies=("127.0.0.1",))
    with create_app(settings).test_client() as client:
        client.get("/nothing", headers={"X-Forwarded-For": "6.6.6.6"})
        assert request.remote_addr == "6.6.6.6"


@pytest.mark.parametrize(
    ("remote", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", None),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_a_family_shares_one_network(remote, network):
    assert network_of(remote) == network or network is None
