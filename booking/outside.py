"""How does anything leave the house by HTTP? Through this one door, and carefully.

A name is resolved once, and the very address that was looked at is connected to, so
that a name cannot point elsewhere between the look and the call. Redirects are not
followed, answers are cut off at a size, and the whole exchange has one end.
"""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from http.client import HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

CONNECT_WITHIN = 5.0  # seconds
ANSWER_WITHIN = 20.0  # seconds, from the first byte to the last
LONGEST_ANSWER = 1_000_000  # bytes
A_PIECE = 16_384  # bytes
PORTS = {"http": 80, "https": 443}

Address = IPv4Address | IPv6Address


class RefusedForGood(Exception):
    """What we sent will never be taken; somebody must look."""


class NotNow(Exception):
    """Nobody answers, or is busy; try again later."""


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
    """What came back, cut off at the size that was asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(call: Call) -> Answer:
    """Send one request; raise ``NotNow`` if no whole answer came in time.

    Raises ``NotAllowed`` before anything is sent.
    """
    parts = urlsplit(call.url)
    if parts.scheme not in PORTS or not parts.hostname or parts.username:
        raise NotAllowed("no http address")
    address = _resolved(parts, call.named)
    connection = _connection(parts, address)
    try:
        connection.connect()
        with _ended_after(call.within, connection.sock):
            return _answer(connection, parts, call)
    # A connection closed by its end breaks anything, in whatever it was doing.
    except (HTTPError, HTTPException, OSError, ValueError, AttributeError) as fault:
        raise NotNow(type(fault).__name__) from fault
    finally:
        connection.close()


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the public internet.

    What ``is_global`` of Python 3.11 overlooks is unwrapped and asked again.
    """
    inner = _wrapped(address)
    if inner is not None:
        return is_public(inner)
    if any(address in net for net in _NOT_PUBLIC if net.version == address.version):
        return False
    return address.is_global and not address.is_multicast


_NOT_PUBLIC = (ip_network("192.0.0.0/24"), ip_network("fec0::/10"))
_NAT64 = ip_network("64:ff9b::/96")
_LAST_32_BITS = 0xFFFFFFFF


def _wrapped(address: Address) -> Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & _LAST_32_BITS)
    tunnel = address.teredo
    return address.ipv4_mapped or address.sixtofour or (tunnel[1] if tunnel else None)


def _resolved(parts: SplitResult, named: Named) -> str:
    """Look the name up once; every address must be allowed, the first is taken."""
    port = parts.port or PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as fault:
        raise NotNow("the name is not known") from fault
    addresses = [str(sockaddr[0]) for *_, sockaddr in found]
    if named is Named.BY_SOMEBODY and not all(
        is_public(ip_address(one.partition("%")[0])) for one in addresses
    ):
        raise NotAllowed("no public address")
    return addresses[0]


def _connection(parts: SplitResult, address: str) -> HTTPConnection:
    """Connect to the address that was looked at; the name stays for TLS."""
    port = parts.port or PORTS[parts.scheme]
    if parts.scheme == "http":
        return HTTPConnection(address, port, timeout=CONNECT_WITHIN)
    return HTTPSConnection(
        address,
        port,
        timeout=CONNECT_WITHIN,
        server_hostname=parts.hostname,
        ssl_context=ssl.create_default_context(),
    )


def _answer(connection: HTTPConnection, parts: SplitResult, call: Call) -> Answer:
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    connection.sock.settimeout(call.within)
    connection.request(
        call.method,
        target,
        body=call.body,
        headers={"Host": parts.netloc, "Accept-Encoding": "identity", **call.headers},
        preload_content=False,
    )
    response = connection.getresponse()
    body = _read(response, call.at_most)
    return Answer(response.status, dict(response.headers), body)


def _read(response: BaseHTTPResponse, at_most: int) -> bytes:
    body = bytearray()
    while len(body) <= at_most:
        piece = response.read1(A_PIECE)
        if not piece:
            break
        body += piece
    return bytes(body[:at_most])


@contextmanager
def _ended_after(seconds: float, line: socket.socket) -> Iterator[None]:
    """Cut the line when the time is over: one byte a second would last for ever."""
    over = threading.Event()
    watch = threading.Timer(seconds, _cut, (line, over))
    watch.daemon = True
    watch.start()
    began = time.monotonic()
    try:
        yield
        # A line that was cut reads like the end of an answer.
        if over.is_set() or time.monotonic() - began > seconds:
            raise TimeoutError
    finally:
        watch.cancel()


def _cut(line: socket.socket, over: threading.Event) -> None:
    over.set()
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
