"""Does what leaves the house reach only whom it should, and end when it should?"""

import gzip
import logging
import socket
import ssl
import threading
import time
import zlib

import pytest

from booking import outside
from booking.outside import (
    Call,
    Named,
    NobodyAnswers,
    NotAllowed,
    NotNow,
    TookTooLong,
    ask,
    look_up,
)
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


def lead_to(monkeypatch, *addresses):
    """Let every name lead to these."""
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda _host, port, **_: [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in addresses
        ],
    )


@pytest.mark.parametrize("mood", ["slow", "dribbling", "closing", "garbage"])
def test_whoever_gives_no_whole_answer_in_time_is_left(gateway, mood):
    gateway.mood = mood
    began = time.monotonic()
    with pytest.raises(NotNow):
        ask(call(gateway))
    assert time.monotonic() - began < 2.5


def test_an_endless_answer_is_cut_off(gateway):
    gateway.mood = "endless"
    answer = ask(call(gateway, at_most=100_000, within=10.0))
    assert (len(answer.body), answer.whole) == (100_000, False)


def test_a_redirect_is_not_followed(gateway):
    gateway.status, gateway.headers = 302, {"Location": gateway.url}
    assert ask(call(gateway)).status == 302
    assert len(gateway.asked) == 1


def test_where_nobody_listens_is_tried_later():
    with pytest.raises(NobodyAnswers):
        ask(Call(url="http://127.0.0.1:1/", named=Named.BY_THE_OPERATOR))


@pytest.mark.parametrize("host", ["a..b", "a" * 64])  # which no resolver is asked for
def test_what_cannot_be_a_name_is_not_known(host):
    with pytest.raises(NobodyAnswers):
        ask(Call(url=f"http://{host}/", named=Named.BY_THE_OPERATOR))


def test_a_name_that_nobody_knows_is_tried_later(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NobodyAnswers):
        ask(Call(url="http://a.example/", named=Named.BY_THE_OPERATOR))


def unknown(*_names, **_wanted):
    raise socket.gaierror(socket.EAI_NONAME, "not known")


def test_a_resolver_that_hangs_is_left(monkeypatch):
    free = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_f: free.wait(5) and [])
    with pytest.raises(TookTooLong):
        ask(Call(url="http://office.example/", named=Named.BY_SOMEBODY, within=0.1))
    free.set()


def test_where_one_address_is_deaf_another_is_called(gateway, monkeypatch):
    """Three at most are tried, and the time is shared among them."""
    lead_to(monkeypatch, "127.0.0.2", "127.0.0.3", "127.0.0.1", "127.0.0.4")
    asked = f"http://office.example:{gateway.port}/"
    assert ask(call(gateway, url=asked)).status == 200
    lead_to(monkeypatch, "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.1")
    with pytest.raises(NobodyAnswers):
        ask(call(gateway, url=asked))


def test_the_other_family_comes_second():
    four, six = socket.AF_INET, socket.AF_INET6
    found = [(six, ("::1",)), (six, ("::2",)), (four, ("127.0.0.1",))]
    tried = [place[0] for _, place in outside._best_first(found)]
    assert tried == ["::1", "127.0.0.1", "::2"]


def test_a_deaf_address_leaves_time_for_the_next(monkeypatch):
    shares = []
    monkeypatch.setattr(outside, "_dial", lambda _f, _a, within: shares.append(within))
    lead_to(monkeypatch, "93.184.216.34", "93.184.216.35")
    with pytest.raises(NobodyAnswers):
        ask(Call(url="https://office.example/", named=Named.BY_SOMEBODY))
    half, all_of_it = outside.CONNECT_WITHIN / 2, outside.CONNECT_WITHIN
    assert shares == pytest.approx([half, all_of_it], abs=0.5)


def test_the_look_up_costs_time_of_the_whole(gateway, monkeypatch):
    resolve = outside._resolve
    monkeypatch.setattr(
        outside, "_resolve", lambda *facts: time.sleep(0.8) or resolve(*facts)
    )
    gateway.mood = "dribbling"
    began = time.monotonic()
    with pytest.raises(TookTooLong):
        ask(call(gateway, within=1.0))
    assert time.monotonic() - began < 1.6


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_zipped_answer_is_opened_and_counted_when_open(gateway, encoding):
    gateway.headers = {"Content-Encoding": encoding}
    pack = gzip.compress if encoding == "gzip" else zlib.compress
    gateway.body = pack(b"x" * 100_000)
    assert ask(call(gateway)).body == b"x" * 100_000
    cut = ask(call(gateway, at_most=99_999))
    assert (len(cut.body), cut.whole) == (99_999, False)
    assert ask(call(gateway, at_most=100_000)).whole


def test_what_we_cannot_open_stays_as_it_came(gateway):
    gateway.headers = {"Content-Encoding": "br"}
    assert ask(call(gateway)).body == gateway.body


def test_everybody_must_prove_who_they_are():
    context = outside._trust()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_the_words_of_a_library_go_no_further(gateway):
    gateway.mood = "garbage"
    with pytest.raises(NotNow) as failure:
        ask(call(gateway, url=f"{gateway.url}&secret=canary"))
    assert failure.value.__context__ is failure.value.__cause__ is None
    assert not logging.getLogger("urllib3.connection").isEnabledFor(logging.WARNING)


@pytest.fixture
def no_line(monkeypatch):
    """Let nobody be called."""
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("called"))


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "0"),
        *("localhost", "10.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[fe80::1%lo]"),
    ],
)
def test_what_somebody_typed_never_leads_into_the_house(host, no_line):
    for deed in (ask, look_up):
        with pytest.raises(NotAllowed):
            deed(Call(url=f"http://{host}/", named=Named.BY_SOMEBODY))


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://a/", "file:///etc/passwd", "http://u:p@a/", "http://@a/", "x", ""),
        *("http://a:0/", "http://a:65536/", "http://a:x/", "http://[::1/", "http://"),
    ],
)
def test_what_is_no_plain_web_address_is_not_called(url):
    with pytest.raises(NotAllowed):
        ask(Call(url=url, named=Named.BY_THE_OPERATOR))


def test_one_private_address_among_public_ones_is_enough_to_refuse(
    monkeypatch, no_line
):
    lead_to(monkeypatch, "93.184.216.34", "192.168.1.1")
    with pytest.raises(NotAllowed):
        ask(Call(url="https://calendar.example.org/", named=Named.BY_SOMEBODY))
