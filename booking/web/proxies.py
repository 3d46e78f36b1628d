"""Who really asks, when a proxy of ours stands in front?

Only proxies named in ``BOOKING_TRUSTED_PROXIES`` are believed. Their chain is read
from its end, past every trusted address, up to the first stranger: that is who asks.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Address = IPv4Address | IPv6Address
HOUSEHOLD_PREFIX = 64  # bits; an IPv6 customer gets a whole /64


class TrustedProxies:
    """WSGI middleware that believes forwarding headers of trusted proxies only."""

    def __init__(self, app: "WSGIApplication", trusted: Iterable[str]) -> None:
        self._app = app
        self._networks = [ip_network(one, strict=False) for one in trusted]

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Set the real address and scheme, then go on."""
        if self._trusts(_address(environ.get("REMOTE_ADDR", ""))):
            environ["REMOTE_ADDR"] = self._first_stranger(environ)
            if environ.get("HTTP_X_FORWARDED_PROTO") in {"http", "https"}:
                environ["wsgi.url_scheme"] = environ["HTTP_X_FORWARDED_PROTO"]
        return self._app(environ, start_response)

    def _trusts(self, address: Address | None) -> bool:
        return address is not None and any(
            address in network for network in self._networks
        )

    def _first_stranger(self, environ: "WSGIEnvironment") -> str:
        found = str(environ["REMOTE_ADDR"])
        for hop in reversed(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")):
            address = _address(hop.strip())
            if address is None:
                break
            found = str(address)
            if not self._trusts(address):
                break
        return found


def network_of(remote: str) -> str:
    """Return the network somebody sits in: an IPv4 address, or an IPv6 /64."""
    address = _address(remote)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, HOUSEHOLD_PREFIX), strict=False))
    return str(address or "unknown")


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
