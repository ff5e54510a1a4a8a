"""Which IP addresses the fetcher may connect to.

The lists are IANA's special-purpose registries (RFC 6890, updated 2025). They are spelled out because
`ipaddress.is_global` has changed between patch releases of Python. Both must agree.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_REFUSED_IPV4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; also Alibaba's metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's host agent, reachable at this public address from every virtual machine
        "169.254.0.0/16",  # link-local; the metadata service of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)

# Everything outside 2000::/3 is refused, so only the exceptions inside it are listed.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_REFUSED_IPV6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # IETF protocol assignments, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)

# An IPv6-only network reaches IPv4 websites through this prefix (RFC 6052). It is the only embedding that is
# unwrapped; mapped, translated and tunnelled addresses are refused.
_NAT64 = IPv6Network("64:ff9b::/96")

_ISATAP_MARKS = (0x0000_5EFE, 0x0200_5EFE)


def is_public(address: str | IPv4Address | IPv6Address) -> bool:
    """Return whether the address is on the public Internet, NAT64-embedded IPv4 included.

    Text that is not an IP address, and an IPv6 address with a zone, are not public.
    """
    if isinstance(address, str):
        try:
            address = ip_address(address)
        except ValueError:
            return False
    if isinstance(address, IPv4Address):
        return _is_public_ipv4(address)
    return _is_public_ipv6(address)


def _is_public_ipv4(address: IPv4Address) -> bool:
    if any(address in network for network in _REFUSED_IPV4):
        return False
    return _standard_library_agrees(address)


def _is_public_ipv6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    if address in _NAT64:
        return _is_public_ipv4(IPv4Address(int(address) & 0xFFFF_FFFF))
    if address not in _GLOBAL_UNICAST or any(address in network for network in _REFUSED_IPV6):
        return False
    if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP_MARKS:
        return False
    return _standard_library_agrees(address)


def _standard_library_agrees(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or address.is_private
    )
