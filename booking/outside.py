"""How does anything leave the house by HTTP? Through this one door, and carefully.

A name is looked up once, and the very address that was looked at is connected to, so
that a name cannot point elsewhere between the look and the call. Redirects are not
followed, answers are cut off at a size, and everything, the look-up too, has one end.
"""

import logging
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from http.client import HTTPException
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import SplitResult, urlsplit

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from booking.internet import is_public
from booking.zipped import Unzip

CONNECT_WITHIN = 5.0  # seconds, for all addresses of a name together
ANSWER_WITHIN = 20.0  # seconds, from the look-up to the last byte
LONGEST_ANSWER = 1_000_000  # bytes, once opened
MOST_TRIES = 3  # addresses of one name
SHORTEST = 0.001  # seconds; none at all would mean to wait for ever
A_PIECE = 16_384  # bytes
PORTS = {"http": 80, "https": 443}

# A line that is cut at its end breaks anything, in whatever it was doing.
BROKEN = (HTTPError, HTTPException, OSError, zlib.error, ValueError, AttributeError)

Spot = tuple[int, tuple[Any, ...]]  # family and address, as sockets take them

# Its warnings quote whole addresses, and an address may be a secret.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


class RefusedForGood(Exception):
    """What we sent will never be taken; somebody must look."""


class NotNow(Exception):
    """Nobody answers, or is busy, or answers nonsense; try again later."""


class NobodyAnswers(NotNow):
    """The name is not known, or nobody takes the call."""


class TookTooLong(NotNow):
    """The time was over before the whole answer had come."""


class NotTrusted(NotNow):
    """They cannot prove who they are."""


class NotAllowed(Exception):
    """This address is not one that we may call."""


class Named(Enum):
    """Who has chosen the address: that decides where it may lead."""

    BY_THE_OPERATOR = "operator"  # a setting: the office's own net is fine
    BY_SOMEBODY = "somebody"  # typed into a page: public addresses only


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to somebody outside."""

    url: str
    named: Named
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    at_most: int = LONGEST_ANSWER
    within: float = ANSWER_WITHIN


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: opened if it was zipped, cut off at the size asked for."""

    status: int
    headers: Mapping[str, str]  # by name, in whatever case
    body: bytes
    whole: bool = True


def ask(call: Call) -> Answer:
    """Send one request; raise ``NotNow`` if no whole answer came in time.

    Raises ``NotAllowed`` before anything is sent.
    """
    end = time.monotonic() + call.within
    parts = _parts(call.url)
    try:
        return _asked(call, parts, end)
    except BROKEN as fault:
        failure = _failure(fault, end)
    # Raised out here: the fault below quotes addresses, and nobody shall find it.
    raise failure


def look_up(call: Call) -> None:
    """Raise what ``ask`` would raise before it connects; nobody is called."""
    _spots(_parts(call.url), call.named, time.monotonic() + call.within)


def _failure(fault: Exception, end: float) -> NotNow:
    kind = NotNow
    if isinstance(fault, TimeoutError) or time.monotonic() >= end:
        kind = TookTooLong
    elif isinstance(fault, ssl.SSLError):
        kind = NotTrusted
    return kind(type(fault).__name__)


def _parts(url: str) -> SplitResult:
    """Take an address apart, unless it is none of the web or names a person."""
    with suppress(ValueError):
        parts = urlsplit(url)
        # A port that is none raises here, and not in the middle of a call.
        if parts.scheme in PORTS and parts.hostname and parts.port != 0:
            if "@" in parts.netloc:
                raise NotAllowed("a name or password in the address")
            return parts
    raise NotAllowed("no http address")


def _asked(call: Call, parts: SplitResult, end: float) -> Answer:
    line = _dialled(_spots(parts, call.named, end), end)
    try:
        if parts.scheme == "https":
            line = _secured(line, parts, end)
        with _cut_at(end, line):
            return _answer(line, parts, call, end)
    finally:
        line.close()


def _spots(parts: SplitResult, named: Named, end: float) -> list[Spot]:
    """Look the name up once; every address must be allowed.

    The system's resolver knows no end of its own, so it works in a thread that we
    leave behind; it gives up by itself, after half a minute or so.
    """
    found: SimpleQueue[list[Spot]] = SimpleQueue()
    place = (parts.hostname, parts.port or PORTS[parts.scheme])
    threading.Thread(target=_resolve, args=(*place, found), daemon=True).start()
    spots = None
    with suppress(Empty):
        spots = found.get(timeout=_left(end))
    if spots is None:
        raise TookTooLong("looking up the name")
    if not spots:
        raise NobodyAnswers("the name is not known")
    if named is Named.BY_SOMEBODY and not all(map(_is_public, spots)):
        raise NotAllowed("no public address")
    return _best_first(spots)


def _resolve(host: str, port: int, found: SimpleQueue[list[Spot]]) -> None:
    answers: list[Any] = []
    with suppress(OSError, ValueError):
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    found.put([(family, address) for family, *_, address in answers])


def _is_public(spot: Spot) -> bool:
    return is_public(ip_address(str(spot[1][0]).partition("%")[0]))


def _best_first(spots: list[Spot]) -> list[Spot]:
    """Put an address of the other family second: often one of the two is broken."""
    others = [spot for spot in spots if spot[0] != spots[0][0]]
    return list(dict.fromkeys([spots[0], *others[:1], *spots]))[:MOST_TRIES]


def _dialled(spots: list[Spot], end: float) -> socket.socket:
    """Connect to the first that answers; whoever comes later finds some time left."""
    soon = min(end, time.monotonic() + CONNECT_WITHIN)
    for tries, (family, address) in zip(range(len(spots), 0, -1), spots, strict=True):
        line = _dial(family, address, _left(soon) / tries)
        if line:
            return line
    raise (TookTooLong if time.monotonic() >= end else NobodyAnswers)("connecting")


def _dial(family: int, address: tuple[Any, ...], within: float) -> socket.socket | None:
    with suppress(OSError):
        line = socket.socket(family, socket.SOCK_STREAM)
        try:
            line.settimeout(within)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    return None


def _secured(line: socket.socket, parts: SplitResult, end: float) -> ssl.SSLSocket:
    """Let them prove that they are who the address names, not whom we looked up."""
    line.settimeout(_left(end))
    host = (parts.hostname or "").rstrip(".")
    return _trust().wrap_socket(line, server_hostname=host)


@cache
def _trust() -> ssl.SSLContext:
    """Trust whom the system trusts; read once, for reading takes longer than a call."""
    return ssl.create_default_context()


def _answer(line: socket.socket, parts: SplitResult, call: Call, end: float) -> Answer:
    connection = HTTPConnection(parts.hostname or "", timeout=_left(end))
    connection.sock, connection.auto_open = line, 0
    connection.request(
        call.method,
        f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}",
        body=call.body,
        headers={"Host": parts.netloc, "Accept-Encoding": "identity", **call.headers},
        preload_content=False,
        decode_content=False,
    )
    with closing(connection.getresponse()) as response:
        body, whole = _read(response, call.at_most)
    return Answer(response.status, response.headers, body, whole)


def _read(response: BaseHTTPResponse, at_most: int) -> tuple[bytes, bool]:
    unzip = Unzip(response.headers.get("Content-Encoding", ""))
    body = bytearray()
    # A zip of nothing may go on for ever, so what comes is counted, too.
    while len(body) <= at_most and response.tell() <= 2 * at_most:
        piece = response.read1(A_PIECE)
        if not piece:
            unzip.end()
            return bytes(body), True
        body += unzip.piece(piece, at_most=at_most + 1 - len(body))
    return bytes(body[:at_most]), False


@contextmanager
def _cut_at(end: float, line: socket.socket) -> Iterator[None]:
    """Cut the line when the time is over: one byte a second would last for ever."""
    watch = threading.Timer(_left(end), _cut, (line,))
    watch.daemon = True
    watch.start()
    try:
        yield
        # A line that was cut reads like the end of an answer.
        if time.monotonic() >= end:
            raise TimeoutError
    finally:
        watch.cancel()


def _cut(line: socket.socket) -> None:
    # Not the TLS line's own shutdown: that takes its state from under the reader.
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)


def _left(end: float) -> float:
    return max(end - time.monotonic(), SHORTEST)
