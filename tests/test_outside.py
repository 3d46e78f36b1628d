"""Does what leaves the house reach only whom it should, and end when it should?"""

import socket
import time
from ipaddress import ip_address

import pytest

from booking import outside
from booking.outside import Call, Named, NotAllowed, NotNow, ask
from tests import gateway as gateways


@pytest.fixture
def gateway():
    with gateways.running() as running:
        yield running


def call(gateway, **facts):
    usual = {"url": gateway.url, "named": Named.BY_THE_OPERATOR, "within": 1.0}
    return Call(**(usual | facts))


def test_an_answer_comes_back_as_it_was_given(gateway):
    gateway.status, gateway.body = 201, b"taken"
    answer = ask(call(gateway, method="POST", headers={"X-Key": "k"}, body=b"words"))
    assert (answer.status, answer.body) == (201, b"taken")
    path, headers, body = gateway.asked[0]
    assert (path, headers["X-Key"], body) == ("/send?from=office", "k", b"words")
    assert headers["Host"] == f"127.0.0.1:{gateway.port}"


@pytest.mark.parametrize("mood", ["slow", "dribbling", "closing", "garbage"])
def test_whoever_gives_no_whole_answer_in_time_is_left(gateway, mood):
    gateway.mood = mood
    began = time.monotonic()
    with pytest.raises(NotNow):
        ask(call(gateway))
    assert time.monotonic() - began < 2.5


def test_an_endless_answer_is_cut_off(gateway):
    gateway.mood = "endless"
    assert len(ask(call(gateway, at_most=100_000, within=10.0)).body) == 100_000


def test_a_redirect_is_not_followed(gateway):
    gateway.status, gateway.headers = 302, {"Location": gateway.url}
    assert ask(call(gateway)).status == 302
    assert len(gateway.asked) == 1


def test_where_nobody_listens_is_tried_later():
    with pytest.raises(NotNow):
        ask(Call(url="http://127.0.0.1:1/", named=Named.BY_THE_OPERATOR))


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://[::1]/", "http://localhost/", "http://10.0.0.1/"],
)
def test_what_somebody_typed_never_leads_into_the_house(url, monkeypatch):
    monkeypatch.setattr(outside, "_connection", lambda *_: pytest.fail("called"))
    with pytest.raises(NotAllowed):
        ask(Call(url=url, named=Named.BY_SOMEBODY))


@pytest.mark.parametrize(
    "url", ["ftp://a/", "file:///etc/passwd", "http://u:p@a/", "x"]
)
def test_what_is_no_plain_web_address_is_not_called(url):
    with pytest.raises(NotAllowed):
        ask(Call(url=url, named=Named.BY_THE_OPERATOR))


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    found = [(2, 1, 6, "", (one, 443)) for one in ("93.184.216.34", "192.168.1.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_f: found)
    with pytest.raises(NotAllowed):
        ask(Call(url="https://calendar.example.org/", named=Named.BY_SOMEBODY))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1", "240.0.0.1"),
        *("192.0.0.9", "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fc00::1"),
        *("fec0::1", "ff02::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1"),
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    ],
)
def test_an_address_of_a_house_is_not_public_however_it_is_wrapped(address):
    assert not outside.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111"])
def test_an_address_of_the_internet_is_public(address):
    assert outside.is_public(ip_address(address))
