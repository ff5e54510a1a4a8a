"""M4: which addresses are public, in all embeddings."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import pytest
from content.clients.website.addresses import is_public
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.provisional import domains

pytestmark = pytest.mark.invariant("M4")

NAT64 = IPv6Network("64:ff9b::/96")
PRIVATE_IPV4 = st.one_of(
    st.ip_addresses(v=4, network="10.0.0.0/8"),
    st.ip_addresses(v=4, network="172.16.0.0/12"),
    st.ip_addresses(v=4, network="192.168.0.0/16"),
    st.ip_addresses(v=4, network="127.0.0.0/8"),
    st.ip_addresses(v=4, network="169.254.0.0/16"),
    st.ip_addresses(v=4, network="100.64.0.0/10"),
    st.ip_addresses(v=4, network="0.0.0.0/8"),
    st.ip_addresses(v=4, network="224.0.0.0/3"),
)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",  # Alibaba's metadata
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",  # Azure's host agent
        "169.254.169.254",  # the metadata service of most clouds
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",  # Oracle's metadata
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",  # IPv4-compatible
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:169.254.169.254",
        "::ffff:0:127.0.0.1",  # IPv4-translated
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::808:808",  # NAT64 with a local prefix
        "100::1",
        "2001::1",  # Teredo
        "2001:2::1",
        "2001:10::1",
        "2001:db8::1",
        "2002:7f00:1::",  # 6to4
        "2002:808:808::1",
        "2606:4700::5efe:10.0.0.1",  # ISATAP
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",  # Amazon's metadata
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1%eth0",
        "fec0::1",
        "ff02::1",
        "",
        "localhost",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
    ],
)
def test_non_public_addresses_are_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450::1", "64:ff9b::808:808"],
)
def test_public_addresses_are_accepted(address: str) -> None:
    assert is_public(address)


@given(PRIVATE_IPV4)
def test_no_embedding_makes_a_private_ipv4_address_public(address: IPv4Address) -> None:
    number = int(address)
    wrappings = [
        IPv6Address(0xFFFF_0000_0000 | number),  # mapped
        IPv6Address(number),  # compatible
        IPv6Address(0xFFFF_0000_0000_0000 | number),  # translated
        IPv6Address(int(IPv6Address("64:ff9b::")) | number),  # NAT64
        IPv6Address(int(IPv6Address("64:ff9b:1::")) | number),
        IPv6Address(int(IPv6Address("2002::")) | number << 80),  # 6to4
        IPv6Address(int(IPv6Address("2001::")) | number << 64),  # Teredo's server
        IPv6Address(int(IPv6Address("2001::")) | (number ^ 0xFFFF_FFFF)),  # Teredo's client
        IPv6Address(int(IPv6Address("2a00:1450::5efe:0:0")) | number),  # ISATAP
    ]
    assert not is_public(address)
    assert not any(is_public(wrapped) for wrapped in wrappings)
    assert not any(is_public(str(wrapped)) for wrapped in wrappings)


@given(st.ip_addresses())
def test_addresses_that_the_standard_library_calls_special_are_refused(address: IPv4Address | IPv6Address) -> None:
    special = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )
    nat64 = address.version == 6 and address in NAT64
    assert not (special and is_public(address)) or nat64


@given(domains())
def test_a_name_is_not_an_address(name: str) -> None:
    assert not is_public(name)


@given(st.ip_addresses())
def test_text_and_objects_are_treated_alike(address: IPv4Address | IPv6Address) -> None:
    assert is_public(str(address)) == is_public(address)
    assert ip_address(str(address)) == address
