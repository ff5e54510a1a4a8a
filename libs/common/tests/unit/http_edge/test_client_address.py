"""The client's address behind proxies (RFC 7239, X-Forwarded-For)."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from common.http import ClientAddresses
from common.http.client_address import AddressHeader, Network
from hypothesis import given
from hypothesis import strategies as st

TRUSTED: Sequence[Network] = (ip_network("10.0.0.0/8"), ip_network("2001:db8:f::/48"))
HEADERS = ("Forwarded", "X-Forwarded-For")
Lines = list[tuple[bytes, bytes]]


def client(peer: str, *lines: tuple[str, str], header: AddressHeader = "any") -> str | None:
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in lines]
    return ClientAddresses(TRUSTED, header).of(peer, raw)


Address = IPv4Address | IPv6Address


def is_stranger(address: Address) -> bool:
    is_mapped = isinstance(address, IPv6Address) and address.ipv4_mapped is not None
    return not is_mapped and not any(address in network for network in TRUSTED)


strangers: st.SearchStrategy[Address] = st.ip_addresses().filter(is_stranger)
proxies = st.one_of(st.ip_addresses(network="10.0.0.0/8"), st.ip_addresses(network="2001:db8:f::/48"))
ports = st.one_of(st.none(), st.integers(1, 65535).map(str), st.just("_hidden"))
# What a stranger can send: entries that look like a proxy's, broken quotes, any bytes that a header can hold.
lies = st.one_of(
    st.lists(
        st.sampled_from(["10.0.0.1", "6.6.6.6", "unknown", '"', ",", "for=", 'for="', ";", "\\", "[::1]", " "])
    ).map("".join),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=60),
)


def written(header: str, address: Address, port: str | None, *, quoted: bool, mapped: bool, by: str) -> str:
    """Return the entry that a proxy adds for its peer, in one of the usual forms."""
    text = f"::ffff:{address}" if mapped and address.version == 4 else str(address)
    is_v6 = ":" in text
    if is_v6 and (port is not None or header == "Forwarded"):
        text = f"[{text}]"
    if port is not None:
        text = f"{text}:{port}"
    if header == "X-Forwarded-For":
        return text
    node = f'"{text}"' if quoted or is_v6 or port is not None else text
    return f"{by}For={node}"


@given(data=st.data(), header=st.sampled_from(HEADERS), stranger=strangers, lie=st.lists(lies, max_size=3))
def test_a_stranger_can_not_change_which_address_the_first_trusted_proxy_saw(
    data: st.DataObject, header: str, stranger: Address, lie: list[str]
) -> None:
    """Whatever the stranger sends, the client is the address from which the first trusted proxy was called."""
    lines = [(header, text) for text in lie]
    chain = data.draw(st.lists(proxies, min_size=1, max_size=4))
    for seen in [stranger, *chain[:-1]]:
        entry = written(
            header,
            seen,
            data.draw(ports),
            quoted=data.draw(st.booleans()),
            mapped=data.draw(st.booleans()),
            by=data.draw(st.sampled_from(["", "proto=https;", 'by="[2001:db8::9]:80"; ', "host=a.example;"])),
        )
        is_appended: bool = data.draw(st.booleans())
        if lines and is_appended:
            lines[-1] = (header, f"{lines[-1][1]}, {entry}")
        else:
            lines.append((header, entry))
    assert client(str(chain[-1]), *lines) == str(stranger)


@given(peer=strangers, header=st.sampled_from(HEADERS), lie=st.lists(st.one_of(lies, strangers.map(str))))
def test_a_stranger_is_never_believed(peer: Address, header: str, lie: list[str]) -> None:
    assert client(str(peer), *((header, text) for text in lie)) == str(peer)


@given(proxy=proxies, header=st.sampled_from(HEADERS), lie=lies)
def test_any_header_gives_an_address(proxy: Address, header: str, lie: str) -> None:
    named = client(str(proxy), (header, lie))
    assert named is not None


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], "10.0.0.1"),
        ([("X-Forwarded-For", "203.0.113.1, 198.51.100.7")], "198.51.100.7"),
        ([("X-Forwarded-For", "203.0.113.1"), ("X-Forwarded-For", "198.51.100.7, 10.0.0.2")], "198.51.100.7"),
        ([("X-Forwarded-For", "198.51.100.7:4711")], "198.51.100.7"),
        ([("X-Forwarded-For", "[2001:db8::7]:4711")], "2001:db8::7"),
        ([("X-Forwarded-For", "::ffff:198.51.100.7")], "198.51.100.7"),
        ([("X-Forwarded-For", "198.51.100.7, ::ffff:10.0.0.9")], "198.51.100.7"),
        ([("X-Forwarded-For", "10.0.0.3, 10.0.0.2")], "10.0.0.3"),
        ([("X-Forwarded-For", "198.51.100.7, unknown, 10.0.0.2")], "10.0.0.2"),
        ([("X-Forwarded-For", "")], "10.0.0.1"),
        ([("X-Forwarded-For", "198.51.100.7:port")], "10.0.0.1"),
        ([("X-Forwarded-For", "010.1.1.1")], "10.0.0.1"),
        ([("Forwarded", 'for="[2001:db8::7]:4711";proto=https, for=10.0.0.2')], "2001:db8::7"),
        ([("Forwarded", "proto=https;FOR=198.51.100.7")], "198.51.100.7"),
        ([("Forwarded", 'for=203.0.113.1, for="198\\.51.100.7"')], "198.51.100.7"),
        ([("Forwarded", "for=198.51.100.7, for=_hidden, for=10.0.0.2")], "10.0.0.2"),
        ([("Forwarded", "for=198.51.100.7, proto=https")], "10.0.0.1"),
        ([("Forwarded", "for=198.51.100.7;for=203.0.113.1")], "10.0.0.1"),
        ([("Forwarded", "for=198.51.100.7"), ("X-Forwarded-For", "198.51.100.7")], "198.51.100.7"),
        ([("Forwarded", "for=198.51.100.7"), ("X-Forwarded-For", "203.0.113.1")], "10.0.0.1"),
    ],
)
def test_the_client_is_the_right_most_address_that_is_not_a_proxys(lines: list[tuple[str, str]], expected: str) -> None:
    assert client("10.0.0.1", *lines) == expected


def test_one_header_can_be_chosen() -> None:
    lines = [("Forwarded", "for=198.51.100.7"), ("X-Forwarded-For", "203.0.113.1")]
    assert client("10.0.0.1", *lines, header="forwarded") == "198.51.100.7"
    assert client("::ffff:10.0.0.1", *lines, header="x-forwarded-for") == "203.0.113.1"
