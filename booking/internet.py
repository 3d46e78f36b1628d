"""Which addresses belong to the public internet, and which to some house?

Python's own ``is_global`` changes its mind between versions and never looks into an
address that carries another one: a tunnel's end is as private as what it leads to.
"""

from ipaddress import IPv4Address, IPv6Address, ip_network

Address = IPv4Address | IPv6Address

_LAST_32_BITS = 0xFFFFFFFF
_INTERNET = ip_network("2000::/3")  # all that was ever given out (IANA)
_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})  # RFC 5214; before an IPv4 address
_NOT_PUBLIC = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8"),
            *("169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24"),
            *("192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
            *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
            *("2001::/23", "2001:db8::/32", "3fff::/20"),
        ),
    )
)


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the public internet, and all it carries."""
    if isinstance(address, IPv4Address):
        return not any(address in net for net in _NOT_PUBLIC)
    wrapped = _wrapped(address)
    if not wrapped and address not in _INTERNET:
        return False
    if not wrapped and any(address in net for net in _NOT_PUBLIC):
        return False
    return all(map(is_public, (*wrapped, *_embedded(address))))


def _wrapped(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """Return the IPv4 addresses that this one only stands for, and who tunnels."""
    if address.teredo:
        return address.teredo
    found = address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        found = _last(address)
    return (found,) if found else ()


def _embedded(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """Return the IPv4 address to which a router of this net may hand on (ISATAP)."""
    is_isatap = (int(address) >> 32) & _LAST_32_BITS in _ISATAP
    return (_last(address),) if is_isatap else ()


def _last(address: IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & _LAST_32_BITS)
