"""Is an address of some house told from one of the internet, however it is wrapped?"""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.internet import is_public


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "0.255.255.255", "10.1.2.3", "100.64.0.1", "100.127.255.255"),  # noqa: S104 - nobody listens here
        *("127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.1"),
        *("172.31.255.255", "192.0.0.1", "192.0.0.9", "192.0.2.1", "192.88.99.1"),
        *("192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1"),
        *("203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1"),
        "255.255.255.255",
        *("::", "::1", "::8.8.8.8", "::127.0.0.1", "::ffff:0:8.8.8.8"),
        *("100::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1"),
        *("3fff::1", "4000::1", "5f00::1", "fc00::1", "fdff::1", "fe80::1"),
        *("fec0::1", "ff02::1", "ff0e::1", "64:ff9b:1::8.8.8.8"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"),
        *("2002:7f00:1::", "2002:a00:1::1", "64:ff9b::a00:1", "64:ff9b::127.0.0.1"),
        "2001:0:808:808:8000:63bf:f5ff:fffe",  # a tunnel from 10.0.0.1
        "2001:0:a00:1:8000:63bf:f7f7:f7f7",  # one to 8.8.8.8, by a host at 10.0.0.1
        *("2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:127.0.0.1"),
        *("fe80::5efe:8.8.8.8", "2002:808:808::5efe:10.0.0.1"),
    ],
)
def test_an_address_of_a_house_is_not_public_however_it_is_wrapped(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("93.184.216.34", "8.8.8.8", "1.1.1.1", "172.32.0.1", "223.255.255.255"),
        *("2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888"),
        *("::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"),
        *("2001:0:808:808:8000:63bf:f7f7:f7f7", "2606:4700::5efe:8.8.8.8"),
    ],
)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(ip_address(address))


@given(st.ip_addresses())
def test_whatever_python_calls_private_is_not_public(address):
    if address.is_private or address.is_multicast or address.is_link_local:
        carries = address.version == 6 and (
            address.ipv4_mapped or address.teredo or address.sixtofour
        )
        assert carries or not is_public(address)


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_changes_nothing(inner: IPv4Address):
    number = int(inner)
    for wrapped in (
        0xFFFF << 32 | number,
        0x2002 << 112 | number << 80,
        0x0064FF9B << 96 | number,
        0x2606_4700 << 96 | 0x5EFE << 32 | number,
    ):
        assert is_public(IPv6Address(wrapped)) is is_public(inner)
