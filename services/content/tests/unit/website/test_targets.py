"""M4: which URLs are accepted, with the known ways to bypass such a check."""

from ipaddress import IPv4Address

import pytest
from content.clients.website.addresses import is_public
from content.clients.website.errors import WebsiteAddressNotPublicError, WebsiteError, WebsiteUrlInvalidError
from content.clients.website.targets import parse_allowed_hosts, parse_target
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.provisional import domains, urls

pytestmark = pytest.mark.invariant("M4")


def spellings(address: IPv4Address) -> list[str]:
    a, b, c, d = address.packed
    number = int(address)
    return [
        str(number),
        hex(number),
        oct(number).replace("0o", "0"),
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{number & 0xFFFF}",
        f"{a:#x}.{b:#x}.{c:#x}.{d:#x}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"{a:#010x}.{b}.{c}.{d}",
        f"{a}.{b}.{c}.{d:#x}",
        f"{a}.{b}.{c}.0{d}",
        f"{a:03}.{b:03}.{c:03}.{d:03}0",
        f"{a}%2E{b}%2E{c}%2E{d}",
        f"{a}。{b}。{c}。{d}.",
        f"[::ffff:{address}%25lo]",
        "".join(chr(ord(digit) + 0xFEE0) if digit.isdecimal() else digit for digit in str(address)),
    ]


@given(st.ip_addresses(v=4))
@example(IPv4Address("127.0.0.1"))
@example(IPv4Address("169.254.169.254"))
def test_only_the_canonical_form_of_an_ip_address_is_accepted(address: IPv4Address) -> None:
    for spelling in [*spellings(address), *(f"{each}." for each in spellings(address))]:
        try:
            target = parse_target(f"http://{spelling}/")
        except WebsiteUrlInvalidError:
            continue
        # An accepted address is one that the check at connection time can parse.
        assert target.host == str(address)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "//example.com/",
        "http:///etc/passwd",
        "file:///etc/passwd",
        "ftp://example.com/",
        "gopher://example.com:80/_x",
        "javascript:alert(1)",
        "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
        "http://user@example.com/",
        "http://user:password@example.com/",
        "http://example.com@127.0.0.1/",
        "http://127.0.0.1%2f@example.com/",
        "http://127.0.0.1\\@example.com/",
        "http://example.com\\.evil.com/",
        "http://exa mple.com/",
        "http://exa\tmple.com/",
        "http://example.com/\r\nX-Injected: 1",
        "http://example.com/\x00",
        "http://a..b/",
        "http://.example.com/",
        "http://example.com../",
        "http://ex%61mple.com/",
        "http://-example.com/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://①②⑦.⓪.⓪.①/",
        "http://ⓛocalhost/",
        "http://127.1/",
        "http://0/",
        "http://0x/",
        "http://example.0x7f/",
        "http://1.2.3.4.5/",
        f"http://{'a' * 64}.com/",
        f"http://{'a.' * 130}com/",
        f"http://example.com/{'a' * 2_000}",
    ],
)
def test_anything_but_a_plain_http_url_is_refused(url: str) -> None:
    with pytest.raises(WebsiteUrlInvalidError) as refused:
        parse_target(url)
    assert refused.value.code == "website_url_invalid"
    assert "https://www.example.com" in str(refused.value.detail)


@pytest.mark.parametrize("port", [0, 22, 25, 81, 5432, 5672, 6379, 8080, 8443, 9200, 65535, 99999])
def test_other_ports_are_refused(port: int) -> None:
    with pytest.raises(WebsiteAddressNotPublicError):
        parse_target(f"http://example.com:{port}/")


def test_a_plain_url_is_canonicalized() -> None:
    target = parse_target("HTTPS://Bücher.Example.:443/Über uns?q=ü#top".replace(" ", "%20"))
    assert (target.scheme, target.host, target.port) == ("https", "xn--bcher-kva.example", 443)
    assert target.url == "https://xn--bcher-kva.example/%C3%9Cber%20uns?q=%C3%BC"


def test_an_allow_list_entry_allows_exactly_one_host_and_port() -> None:
    allowed = parse_allowed_hosts(" localhost:8090, [::1]:9000 ,")
    assert allowed == {("localhost", 8090), ("::1", 9000)}
    assert parse_target("http://localhost:8090/", allowed).allowed_by_name
    assert parse_target("http://[::1]:9000/", allowed).allowed_by_name
    for url in ("http://localhost:8091/", "http://127.0.0.1:8090/", "http://localhost.evil.com:8090/"):
        with pytest.raises(WebsiteAddressNotPublicError):
            parse_target(url, allowed)


@pytest.mark.parametrize("entry", ["localhost", ":80", "localhost:", "localhost:http", "*"])
def test_an_allow_list_entry_requires_a_port(entry: str) -> None:
    with pytest.raises(ValueError, match="WEBSITE_ALLOWED_HOSTS"):
        parse_allowed_hosts(entry)


@given(st.one_of(urls(), st.text(), domains().map(lambda name: f"http://{name}")))
def test_any_text_is_refused_or_parsed_to_a_web_port(text: str) -> None:
    try:
        target = parse_target(text)
    except WebsiteError as refused:
        problem: WebsiteError | None = refused
    else:
        problem = None
        assert target.port in (80, 443)
        assert target.host.isascii()
        assert not set(target.host) & set("@/\\ %#?")
        assert parse_target(target.url) == target
    assert problem is None or (problem.status == 422 and len(str(problem.detail)) < 500)


@given(st.ip_addresses())
def test_ip_literals_are_kept_and_checked_when_connecting(address: object) -> None:
    host = f"[{address}]" if ":" in str(address) else str(address)
    target = parse_target(f"http://{host}/")
    assert is_public(target.host) == is_public(str(address))
