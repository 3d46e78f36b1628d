"""Which address of a foreign calendar do we call at all? Made fit, or refused.

Whoever may type an address could make us knock at doors inside the office's own net.
So an address must be https on its usual port, of a host that is public; only hosts
that the operator has named (``BOOKING_CALENDAR_HOSTS``) may stand in the office's net.
"""

import re
from contextlib import suppress
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, quote, urlsplit

import idna

from booking.config import HOST, LONGEST_HOST
from booking.internet import is_public
from booking.models.running import settings
from booking.outside import PORTS

LONGEST_ADDRESS = 2_000  # characters
SPELT = {"webcal": "https", "webcals": "https"}
KEPT_AS_TYPED = "!$%&'()*+,-./:;=?@[]~"  # between host and fragment


class Refusal(StrEnum):
    """Why an address is not called at all."""

    NOT_HTTPS = "not_https"
    USER_INFO = "user_info"  # a name or a password stands before the host
    PORT = "port"
    NO_HOST = "no_host"  # none, none that could be, or none that anybody knows
    NOT_PUBLIC = "not_public"  # leads into some house, perhaps ours
    TOO_LONG = "too_long"


class NotFetched(Exception):
    """There is no calendar to read; ``why`` is a code, and all that it says."""

    why: StrEnum


class AddressRefused(NotFetched):
    """This address, or one that it leads to, is not called."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why)
        self.why = why


def checked_address(typed: str) -> str:
    """Make fit what somebody typed as the address of her calendar.

    Raises ``AddressRefused``. Nothing is looked up; checking twice changes nothing.
    """
    typed = typed.strip()
    if len(typed) > LONGEST_ADDRESS:
        raise AddressRefused(Refusal.TOO_LONG)
    parts = _parts(typed)
    host = _host(parts)
    scheme = SPELT.get(parts.scheme, parts.scheme)
    if scheme != "https" and not (scheme == "http" and is_named(host)):
        raise AddressRefused(Refusal.NOT_HTTPS)
    port = _port(parts, host, PORTS[scheme])
    _refuse_house(host)
    path = quote(parts.path or "/", safe=KEPT_AS_TYPED, errors="replace")
    query = quote(parts.query, safe=KEPT_AS_TYPED, errors="replace")
    address = f"{scheme}://{host}{port}{path}{'?' if query else ''}{query}"
    if len(address) > LONGEST_ADDRESS:
        raise AddressRefused(Refusal.TOO_LONG)
    return address


def is_named(host: str) -> bool:
    """Tell whether the operator has named this host."""
    return host in settings().calendar_hosts


def _parts(typed: str) -> SplitResult:
    parts = None
    with suppress(ValueError):
        parts = urlsplit(typed)
    # Raised out here, since the fault below quotes the address.
    if parts is None:
        raise AddressRefused(Refusal.NO_HOST)
    if parts.scheme not in PORTS | SPELT:
        raise AddressRefused(Refusal.NOT_HTTPS)
    if "@" in parts.netloc:
        raise AddressRefused(Refusal.USER_INFO)
    return parts


def _host(parts: SplitResult) -> str:
    """Return the host in one spelling, whatever letters, digits and dots were used."""
    host = parts.hostname or ""
    if parts.netloc.startswith("["):
        literal = _literal(host)
        if isinstance(literal, IPv6Address) and not literal.scope_id:
            return f"[{literal}]"
    elif HOST.fullmatch(name := _in_ascii(host)) and not _is_odd_number(name):
        return name
    raise AddressRefused(Refusal.NO_HOST)


def _in_ascii(host: str) -> str:
    if not host.isascii() and len(host) <= LONGEST_HOST:
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    return host.removesuffix(".")


def _is_odd_number(host: str) -> bool:
    """Tell whether a resolver may take this for an IPv4 address and we do not."""
    last = host.rpartition(".")[2]
    is_number = last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last)
    return bool(is_number) and _literal(host) is None


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


def _port(parts: SplitResult, host: str, usual: int) -> str:
    port = None
    with suppress(ValueError):
        port = usual if parts.port is None else parts.port
    if port == usual:
        return ""
    if not port or not is_named(host):
        raise AddressRefused(Refusal.PORT)
    return f":{port}"


def _refuse_house(host: str) -> None:
    """Refuse what needs no look-up: private addresses and names without a dot."""
    literal = _literal(host)
    is_house = not is_public(literal) if literal else "." not in host
    if is_house and not is_named(host):
        raise AddressRefused(Refusal.NOT_PUBLIC)
