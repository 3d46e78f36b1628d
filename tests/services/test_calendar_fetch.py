"""Is a foreign calendar fetched from wherever it may lie, and from nowhere else?"""

import logging
import socket
import ssl
import threading
import time
import tracemalloc
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from booking import outside
from booking.services import calendar_fetch
from booking.services.calendar_fetch import (
    AddressRefused,
    Fetched,
    FetchFailed,
    NotFetched,
    Refusal,
    Trouble,
    checked_address,
    fetch,
    resolve_check,
)
from tests import calendar_server, make
from tests import gateway as gateways
from tests.calendar_server import CALENDAR, GOOD, MODIFIED, OLD, OTHER, STRANGE, TAG

PUBLIC, BROKEN_V6 = "93.184.216.34", "2606:4700::dead"
SECRET = "canary-7f3a"
OURS = ("cloud.example", "exchange", "127.0.0.1", "xn--gppingen-n4a.example")


@dataclass
class Wires:
    """The names of the world, and whom we call; no call leaves this machine."""

    port: int
    names: dict = field(default_factory=dict)  # answers of one look-up after another
    looked_up: list = field(default_factory=list)
    called: list = field(default_factory=list)

    def resolve(self, host, port, **wanted):
        self.looked_up.append(host)
        answers = self.names.get(host)
        if answers is None:
            return RESOLVE(host, port, flags=socket.AI_NUMERICHOST, **wanted)
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        found = [RESOLVE(ip, port, flags=socket.AI_NUMERICHOST) for ip in answer]
        return [one[0] for one in found]

    def connect(self, line, place):
        self.called.append(place[:2])
        if place[0] == PUBLIC:
            return CONNECT(line, ("127.0.0.1", self.port))
        if place[0] == "127.0.0.1":
            return CONNECT(line, place)
        raise OSError("no route")


RESOLVE, CONNECT = socket.getaddrinfo, socket.socket.connect


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with calendar_server.running(tmp_path_factory.mktemp("certificates")) as running:
        yield running


@pytest.fixture(scope="module")
def trust(server):
    """Trust the server's authority too."""
    context = outside._trust.__wrapped__()
    context.load_verify_locations(cadata=server.authority.decode())
    return context


@pytest.fixture
def wires(server, trust, monkeypatch):
    server.asked.clear()
    server.names.clear()
    strangers = {name: [[PUBLIC]] for name in (GOOD, OLD, OTHER, STRANGE)}
    wires = Wires(server.port, strangers | {"cloud.example": [["127.0.0.1"]]})
    monkeypatch.setattr(outside, "_trust", lambda: trust)
    monkeypatch.setattr(socket, "getaddrinfo", wires.resolve)
    monkeypatch.setattr(
        socket.socket,
        "connect",
        lambda line, place: wires.connect(line, place),  # noqa: PLW0108 - a bound method would not see the line
    )
    return wires


@pytest.fixture(scope="module", autouse=True)
def office(tmp_path_factory):
    """Give settings, and no database: nothing here needs one."""
    folder = tmp_path_factory.mktemp("office")
    app = Flask(__name__)
    app.config["BOOKING"] = make.settings(folder, "sqlite:///x", calendar_hosts=OURS)
    with app.app_context():
        yield


def at(path):
    return f"https://{GOOD}/{path}"


def trouble(path, within=5.0, **before):
    address = path if path.startswith("http") else at(path)
    with pytest.raises(FetchFailed) as failure:
        fetch(address, within=within, **before)
    return failure.value.why


# --- What somebody types -----------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("  https://calendar.example/a.ics\n", "https://calendar.example/a.ics"),
        ("webcal://Calendar.Example/a", "https://calendar.example/a"),
        ("WEBCALS://calendar.example", "https://calendar.example/"),
        ("https://calendar.example:443/a?b=c#d", "https://calendar.example/a?b=c"),
        ("https://calendar.example./a", "https://calendar.example/a"),
        (
            "https://k\u00e4se.example/\u00e4 b",
            "https://xn--kse-qla.example/%C3%A4%20b",
        ),
        ("https://\uff43al\uff0eexample/a", "https://cal.example/a"),
        ("https://h_1.example/%40a@b/c.ics", "https://h_1.example/%40a@b/c.ics"),
        ("https://8.8.8.8/a", "https://8.8.8.8/a"),
        ("https://[2606:4700:0::1111]/a", "https://[2606:4700::1111]/a"),
        ("https://calendar.example/a\nb", "https://calendar.example/ab"),
        ("http://cloud.example/a", "http://cloud.example/a"),
        ("https://Cloud.Example.:8443/a", "https://cloud.example:8443/a"),
        ("http://exchange:8080/a", "http://exchange:8080/a"),
        ("http://127.0.0.1:81/a", "http://127.0.0.1:81/a"),
        ("https://g\u00f6ppingen.example:1/", "https://xn--gppingen-n4a.example:1/"),
    ],
)
def test_what_somebody_typed_is_made_fit(typed, address):
    assert checked_address(typed) == address
    assert checked_address(address) == address


HOSTILE = {
    Refusal.NOT_HTTPS: [
        *("", "calendar.example", "http://calendar.example/", "http://127.0.0.2:80/"),
        *("file:///etc/passwd", "ftp://calendar.example/", "gopher://127.0.0.1:25/_x"),
        *("javascript:alert(1)", "data:text/calendar,x", "//calendar.example/a"),
        *("dict://127.0.0.1:11211/stats", "ldap://127.0.0.1/", "\\\\server\\share"),
        *("http://printer/", "httpss://calendar.example/"),
    ],
    Refusal.USER_INFO: [
        *("https://me@calendar.example/", "https://me:secret@calendar.example/"),
        *("https://@calendar.example/", "https://calendar.example@127.0.0.1/"),
        *("https://calendar.example:443@127.0.0.1/", "webcal://a@localhost/"),
        *("https://calendar.example\\@127.0.0.1/", "http://me@cloud.example/"),
    ],
    Refusal.PORT: [
        *(f"https://calendar.example:{n}/" for n in (0, 22, 25, 80, 8443, 65_536)),
        *("https://calendar.example:x/", "https://calendar.example:-1/"),
        *("https://calendar.example:\u0664\u0664\u0663/", "https://127.0.0.1:0/"),
        "http://cloud.example:65536/",
    ],
    Refusal.NO_HOST: [
        *("https://", "https:///a", "https:calendar.example", "webcal:a", "https://./"),
        *("https://a..example/", "https://-a.example/", "https://a b.example/"),
        *("https://calendar.example%2f/", "https://%31%32%37.0.0.1/"),
        *("https://127.1/", "https://127.0.1/", "https://2130706433/"),
        *("https://0x7f000001/", "https://0x7f.0.0.1/", "https://0x7f.1/"),
        *("https://0177.0.0.1/", "https://017700000001/", "https://127.0.0.01/"),
        *("https://0x7F.0x0.0x0.0x1./", "https://127.0.0.1.1/", "https://a.0x/"),
        *("https://256.256.256.256/", "https://\uff11\uff12\uff17.\uff11/"),
        *("https://\u0661\u0662\u0667.\u0660.\u0660.\u0661/", "https://[::1/"),
        *("https://[fe80::1%25eth0]/", "https://[fe80::1%eth0]/", "https://[v1.a]/"),
        *("https://[127.0.0.1]/", "https://a[::1]/", "https://calendar.example\x00/"),
        *(
            "https://ex\u2100mple/",
            f"https://{'a' * 64}.example/",
            "https://\U0001f4c5/",
        ),
        "https://" + "\u00e4." * 200 + "example/",
    ],
    Refusal.NOT_PUBLIC: [
        *("https://127.0.0.2/", "https://127.255.255.254./", "https://0.0.0.0/"),
        *("https://localhost/", "https://LOCALHOST./", "https://printer/a.ics"),
        *(
            "https://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3/",
            "webcal://localhost",
        ),
        *("https://\uff11\uff12\uff17\u3002\uff10\uff0e\uff10\uff61\uff12/",),
        *("https://\u2460\u2461\u2466.\u24ea.\u24ea.\u2461/", "https://10.0.0.1/"),
        *("https://172.16.0.1/", "https://192.168.1.1/", "https://100.64.0.1/"),
        *("https://169.254.169.254/latest/meta-data", "https://198.18.0.1/"),
        *("https://224.0.0.1/", "https://240.0.0.1/", "https://255.255.255.255/"),
        *("https://192.0.2.1/", "https://192.88.99.1/", "https://192.0.0.8/"),
        *("https://[::1]/", "https://[::]/", "https://[0:0:0:0:0:0:0:1]:443/"),
        *("https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/"),
        *("https://[::127.0.0.1]/", "https://[::ffff:0:127.0.0.1]/"),
        *("https://[fe80::1]/", "https://[fec0::1]/", "https://[fc00::1]/"),
        *("https://[fd12::1]/", "https://[ff02::1]/", "https://[2001:db8::1]/"),
        *("https://[64:ff9b::7f00:1]/", "https://[64:ff9b:1::808:808]/"),
        *("https://[2002:7f00:1::]/", "https://[2002:a00:1::1]/"),
        *("https://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",),
        "https://[2606:4700::5efe:10.0.0.1]/",
    ],
    Refusal.TOO_LONG: [
        f"https://calendar.example/{'a' * 2_000}",
        "https://calendar.example/" + "\u00e4" * 700,
    ],
}


@pytest.mark.parametrize(
    ("address", "why"),
    [(address, why) for why, addresses in HOSTILE.items() for address in addresses],
)
def test_a_hostile_address_is_refused_and_nobody_is_called(wires, address, why):
    for deed in (checked_address, resolve_check, fetch):
        with pytest.raises(AddressRefused) as refusal:
            deed(address)
        assert refusal.value.why is why
    assert wires.called == wires.looked_up == []


PRIVATE = [
    *("127.0.0.1", "10.0.0.7", "169.254.169.254", "100.64.0.1", "0.0.0.0"),  # noqa: S104 - a name that leads there is refused
    *("::1", "::ffff:127.0.0.1", "::127.0.0.1", "fe80::1", "fd00::1", "fec0::1"),
    *("64:ff9b::a00:1", "64:ff9b:1::1", "2002:c0a8:101::1", "ff0e::1"),
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",
]


@pytest.mark.parametrize("private", PRIVATE)
@pytest.mark.parametrize("place", ["alone", "before", "after"])
def test_a_name_that_leads_into_a_house_is_refused(wires, private, place):
    found = {
        "alone": [private],
        "before": [private, PUBLIC],
        "after": [PUBLIC, private],
    }
    wires.names["inside.example"] = [found[place]]
    for deed in (resolve_check, fetch):
        with pytest.raises(AddressRefused) as refusal:
            deed("https://inside.example/a.ics")
        assert refusal.value.why is Refusal.NOT_PUBLIC
    assert wires.called == []


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("file:///etc/passwd", Refusal.NOT_HTTPS),
        ("http://calendar.example/calendar", Refusal.NOT_HTTPS),
        ("http://127.0.0.2/", Refusal.NOT_HTTPS),
        ("gopher://127.0.0.1:25/_HELO", Refusal.NOT_HTTPS),
        ("https://me:secret@calendar.example/calendar", Refusal.USER_INFO),
        ("//me@calendar.example/", Refusal.USER_INFO),
        ("https://calendar.example:25/", Refusal.PORT),
        ("//calendar.example:8443/calendar", Refusal.PORT),
        ("https://127.0.0.2/", Refusal.NOT_PUBLIC),
        ("//localhost/", Refusal.NOT_PUBLIC),
        ("https://[::1]/", Refusal.NOT_PUBLIC),
        ("https://[::ffff:169.254.169.254]/latest", Refusal.NOT_PUBLIC),
        ("https://inside.example/", Refusal.NOT_PUBLIC),
        ("https://2130706433/", Refusal.NO_HOST),
        ("https://[::1", Refusal.NOT_HTTPS),
        ("", Refusal.TOO_LONG),
    ],
)
def test_nobody_is_led_into_a_house_by_a_redirect(wires, server, target, why):
    wires.names["inside.example"] = [["10.0.0.7"]]
    with pytest.raises(AddressRefused) as refusal:
        fetch(at(f"to?{quote(target, safe='')}" if target else "afar"))
    assert refusal.value.why is why
    assert wires.called == [(PUBLIC, 443)]
    assert len(server.asked) == 1


def test_a_name_is_looked_up_once_and_that_very_address_is_called(wires):
    wires.names["rebind.example"] = [[PUBLIC], ["127.0.0.1"]]
    with pytest.raises(FetchFailed):  # our certificate bears another name
        fetch("https://rebind.example/calendar")
    assert wires.looked_up == ["rebind.example"]
    assert wires.called == [(PUBLIC, 443)]


def test_a_name_that_has_turned_inwards_is_refused_at_the_next_step(wires, server):
    wires.names[GOOD] = [[PUBLIC], ["127.0.0.1"]]
    with pytest.raises(AddressRefused):
        fetch(at("hops?1"))
    assert wires.looked_up == [GOOD, GOOD]
    assert wires.called == [(PUBLIC, 443)]


def test_looking_at_an_address_calls_nobody(wires):
    resolve_check(at("calendar"))
    resolve_check("http://cloud.example:81/a")
    assert wires.looked_up == [GOOD, "cloud.example"]
    assert wires.called == []


def test_a_name_that_nobody_knows_is_no_host(wires):
    with pytest.raises(AddressRefused) as refusal:
        resolve_check("https://unknown.example/")
    assert refusal.value.why is Refusal.NO_HOST
    assert trouble("https://unknown.example/") is Trouble.UNREACHABLE


def test_a_resolver_that_hangs_is_left(wires, monkeypatch):
    free = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_f: free.wait(5) and [])
    monkeypatch.setattr(calendar_fetch, "LOOK_UP_WITHIN", 0.1)
    began = time.monotonic()
    resolve_check(at("calendar"))  # which has shown nothing against it
    assert trouble("calendar", within=0.1) is Trouble.TIMED_OUT
    assert time.monotonic() - began < 2.0
    free.set()


@given(
    st.text() | st.from_regex(r"(https|webcal)://[^/]{0,9}(\.example)?(:\d{0,5})?/.*")
)
def test_whatever_is_typed_is_refused_or_stays_what_it_became(typed):
    try:
        address = checked_address(typed)
    except AddressRefused:
        return
    assert checked_address(address) == address
    assert address.isascii()
    assert address.isprintable()
    assert address.startswith(("https://", *(f"http://{host}" for host in OURS)))


# --- What is fetched ---------------------------------------------------------


def test_a_calendar_is_fetched_from_its_host_by_its_name(wires, server):
    wires.names[GOOD] = [[BROKEN_V6, PUBLIC]]
    assert fetch(at("calendar")) == Fetched(CALENDAR, TAG, MODIFIED)
    assert server.names == [GOOD]
    path, headers = server.asked[0]
    assert path == "/calendar"
    assert headers["Host"] == GOOD
    assert headers["Accept-Encoding"] == "gzip"
    # One of its two addresses leads nowhere, as is often the case.
    assert wires.called == [(BROKEN_V6, 443), (PUBLIC, 443)]


def test_office_365_talks_to_us(wires):
    assert fetch(at("choosy")).content == CALENDAR


@pytest.mark.parametrize("before", [{"tag": TAG}, {"modified": MODIFIED}])
def test_what_has_not_changed_is_not_fetched_again(wires, before):
    assert fetch(at("conditional"), **before) is None
    assert fetch(at("conditional"), tag='"old"').content == CALENDAR


def test_unchanged_is_no_answer_to_who_has_nothing(wires):
    assert trouble("unasked") is Trouble.BAD_ANSWER
    assert trouble("unasked", tag="\n") is Trouble.BAD_ANSWER


def test_a_tag_that_could_not_be_sent_back_is_not_kept(wires):
    assert fetch(at("odd-tag")) == Fetched(CALENDAR, "", "")


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_three_redirects_are_followed(wires, server, hops):
    assert fetch(at(f"hops?{hops}"), tag="x").content == CALENDAR
    assert len(server.asked) == 1 + hops
    assert all(headers["If-None-Match"] == "x" for _, headers in server.asked)


@pytest.mark.parametrize("path", ["hops?4", "loop"])
def test_a_fourth_redirect_is_not_followed(wires, server, path):
    assert trouble(path) is Trouble.REDIRECTS
    assert len(server.asked) == 4


def test_a_redirect_may_lead_to_another_spelling_of_a_good_address(wires):
    address = quote(f"webcal://{GOOD.upper()}.:443/calendar#top", safe="")
    assert fetch(at(f"to?{address}")).content == CALENDAR


def test_a_host_that_the_operator_named_may_stand_in_the_house(
    wires, server, monkeypatch
):
    address = f"https://cloud.example:{server.port}/calendar"
    monkeypatch.setattr(outside, "_trust", ssl._create_unverified_context)
    assert fetch(address).content == CALENDAR
    assert wires.called == [("127.0.0.1", server.port)]
    assert server.asked[0][1]["Host"] == f"cloud.example:{server.port}"
    # Others may lead there: whoever typed theirs could have typed it, too.
    assert fetch(at(f"to?{quote(address)}")).content == CALENDAR


@pytest.mark.parametrize(
    "path",
    [
        *("gzipped", "gzipped-twice", "deflated", "deflated-bare"),
        *("encoded?identity", "chunked", "headers-of?90"),
    ],
)
def test_a_calendar_comes_whole_however_it_is_wrapped(wires, path):
    assert fetch(at(path)).content == CALENDAR


@pytest.mark.parametrize(
    ("path", "why"),
    [
        *((f"status?{n}", Trouble.NOT_FOUND) for n in (404, 410)),
        *((f"status?{n}", Trouble.NOT_ALLOWED) for n in (401, 403)),
        *((f"status?{n}", Trouble.BAD_ANSWER) for n in (204, 206, 300, 400, 429, 500)),
        ("page", Trouble.WEB_PAGE),
        ("nowhere", Trouble.BAD_ANSWER),
        *((f"encoded?{e}", Trouble.BAD_ANSWER) for e in ("br", "zstd", "gzip,gzip")),
        ("gzip-broken-off", Trouble.BAD_ANSWER),
        ("gzip-not-at-all", Trouble.BAD_ANSWER),
        ("too-short", Trouble.BAD_ANSWER),
        ("two-lengths", Trouble.BAD_ANSWER),
        ("chunked?broken-off", Trouble.BAD_ANSWER),
        ("garbage", Trouble.BAD_ANSWER),
        ("closing", Trouble.BAD_ANSWER),
        ("headers-of?1", Trouble.BAD_ANSWER),
        ("headers-of?200", Trouble.BAD_ANSWER),
        ("endless", Trouble.TOO_LARGE),
        ("hollow", Trouble.TOO_LARGE),
        ("exactly?5242881", Trouble.TOO_LARGE),
    ],
)
def test_what_is_no_whole_calendar_is_named(wires, path, why):
    assert trouble(path) is why


def test_the_largest_calendar_is_fetched(wires):
    assert len(fetch(at("exactly?5242880")).content) == 5_242_880


def test_a_length_that_is_too_small_cuts_the_file_which_its_reader_sees(wires):
    """No reader of HTTP can know of more; END:VCALENDAR is then not whole."""
    assert fetch(at("too-long")).content == CALENDAR[:-1]


def test_a_gigabyte_of_zeros_bursts_nothing(wires):
    tracemalloc.start()
    try:
        assert trouble("bomb") is Trouble.TOO_LARGE
        assert tracemalloc.get_traced_memory()[1] < 20_000_000  # bytes
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "path", ["dripping?head", "dripping?body", "mute", "slow-loop"]
)
def test_who_is_slow_is_left_in_time_whatever_he_is_slow_at(wires, path):
    began = time.monotonic()
    assert trouble(path, within=0.4) is Trouble.TIMED_OUT
    assert 0.3 < time.monotonic() - began < 2.0


def test_who_takes_the_call_and_says_nothing_is_left_in_time(wires):
    with calendar_server.silent() as wires.port:
        began = time.monotonic()
        assert trouble("calendar", within=0.3) is Trouble.TIMED_OUT
        assert time.monotonic() - began < 2.0


@pytest.mark.parametrize("name", [OLD, OTHER, STRANGE])
def test_who_cannot_prove_his_name_is_not_asked_for_a_calendar(wires, server, name):
    assert trouble(f"https://{name}/calendar") is Trouble.TLS
    assert server.asked == []


def test_who_does_not_speak_tls_is_not_trusted(wires):
    with gateways.running() as gateway:
        wires.port = gateway.port
        assert trouble("calendar") is Trouble.TLS
    assert gateway.asked == []


def test_who_does_not_take_the_call_is_unreachable(wires):
    with calendar_server.silent() as wires.port:
        pass
    assert trouble("calendar") is Trouble.UNREACHABLE


def test_a_proxy_of_the_environment_is_not_asked(wires, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch(at("calendar")).content == CALENDAR
    assert wires.called == [(PUBLIC, 443)]


@pytest.mark.parametrize(
    "address",
    [
        *(at(f"{deed}?{SECRET}") for deed in ("odd-header", "garbage", "closing")),
        *(at(f"{deed}?{SECRET}") for deed in ("too-short", "gzip-broken-off", "loop")),
        *(at(f"to?//{SECRET}.example/"), at(f"to?//[{SECRET}"), at(f"mute?{SECRET}")),
        *(f"https://{SECRET}.example/", f"https://{OLD}/{SECRET}"),
        *(f"https://{SECRET}:{SECRET}@a/", f"https://[{SECRET}/", f"ftp://{SECRET}/"),
        f"https://a.example:{SECRET}/",
        f"https://\u2100{SECRET}.example/",
    ],
)
def test_an_address_is_never_told(wires, address, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    told = ""
    try:
        fetch(address, within=0.5)
    except NotFetched as fault:
        told = "".join(words_of(fault))
    assert SECRET not in told
    assert SECRET not in caplog.text
    assert SECRET not in "".join(capfd.readouterr())


def words_of(fault):
    while fault:
        yield repr(fault)
        assert not (fault.__cause__ and fault.__cause__ is not fault.__context__)
        fault = fault.__context__
