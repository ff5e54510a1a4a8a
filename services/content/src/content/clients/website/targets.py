"""Check a URL and return the host, port and path to connect to.

httpx2's parser is the only one used, so what is checked is what is sent: a URL that two parsers read differently
gains nothing. The addresses that the name resolves to are checked when connecting (`network`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

import httpx2

from content.clients.website.errors import WebsiteAddressNotPublicError, WebsiteUrlInvalidError

DEFAULT_PORTS = {"http": 80, "https": 443}
ALLOWED_PORTS = frozenset(DEFAULT_PORTS.values())
MAX_URL_LENGTH = 2_000

_FORBIDDEN_CHARACTERS = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# The last label of a real name starts with a letter; anything else is a form of an IPv4 address.
_NUMERIC_LABEL = re.compile(r"\d+|0x[0-9a-f]*")
_MAX_NAME_LENGTH = 253

_AROUND = "".join(map(chr, range(0x21)))
_LINE_ENDS = re.compile(r"[\t\r\n]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


@dataclass(frozen=True, slots=True)
class Target:
    """The destination of a request: lower-case ASCII host without a trailing dot, numeric port."""

    scheme: str
    host: str
    port: int
    path: str
    """Path and query, percent-encoded, as sent."""
    allowed_by_name: bool
    """The development allow-list names this host and port, so its address is not checked."""

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def parse_allowed_hosts(text: str) -> frozenset[tuple[str, int]]:
    """Read WEBSITE_ALLOWED_HOSTS: `host:port` entries separated by commas, IPv6 in brackets.

    Raises:
        ValueError: an entry without a port, which would allow a whole host by accident.

    """
    entries = (entry.strip().lower() for entry in text.split(","))
    return frozenset(_parse_allowed_host(entry) for entry in entries if entry)


def _parse_allowed_host(entry: str) -> tuple[str, int]:
    host, separator, port = entry.rpartition(":")
    if not separator or not host or not port.isdecimal():
        raise ValueError(f"WEBSITE_ALLOWED_HOSTS: {entry!r} is not host:port, for example localhost:8090")
    return host.removeprefix("[").removesuffix("]"), int(port)


def parse_target(url: str, allowed_hosts: Iterable[tuple[str, int]] = ()) -> Target:
    """Check a URL as far as possible without the network.

    Raises:
        WebsiteUrlInvalidError: not an http(s) URL with a host, or it contains a user name.
        WebsiteAddressNotPublicError: a port other than 80 and 443.

    """
    if len(url) > MAX_URL_LENGTH or _FORBIDDEN_CHARACTERS.search(url):
        raise WebsiteUrlInvalidError(url, "it is too long or contains spaces, backslashes or control characters")
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise WebsiteUrlInvalidError(url, "it is not a valid address") from error
    if parsed.scheme not in DEFAULT_PORTS:
        raise WebsiteUrlInvalidError(url, "it must start with http:// or https://")
    if parsed.userinfo:
        raise WebsiteUrlInvalidError(url, "it must not contain a user name or password")
    host = checked_host(url, parsed.raw_host.decode("ascii"))
    port = DEFAULT_PORTS[parsed.scheme] if parsed.port is None else parsed.port
    allowed_by_name = (host, port) in frozenset(allowed_hosts)
    if port not in ALLOWED_PORTS and not allowed_by_name:
        raise WebsiteAddressNotPublicError(host, f"port {port} is not a port of public websites (80, 443)")
    return Target(parsed.scheme, host, port, parsed.raw_path.decode("ascii"), allowed_by_name)


def as_browsers_read(reference: str) -> str:
    """Return an address as written on a page or in a header with its slips put right (WHATWG, URL 4.4).

    Spaces around it and line ends in it mean nothing, a backslash in the path is a slash, and a space inside is
    escaped. The result is checked like any other.
    """
    reference = _LINE_ENDS.sub("", reference.strip(_AROUND))
    end = min((at for mark in "?#" if (at := reference.find(mark)) >= 0), default=len(reference))
    address, rest = reference[:end], reference[end:]
    scheme = _SCHEME.match(address)
    if scheme is None or scheme.group(1).lower() in DEFAULT_PORTS:
        address = address.replace("\\", "/")
    return f"{address}{rest}".replace(" ", "%20").replace("\\", "%5C")


def checked_host(url: str, host: str) -> str:
    """Return the host in its canonical form. Raises WebsiteUrlInvalidError for other forms of an IP address."""
    host = host.removesuffix(".").lower()
    literal = _ip_literal(host)
    if literal is not None:
        return str(literal)
    labels = host.split(".")
    if len(host) > _MAX_NAME_LENGTH or not all(_LABEL.fullmatch(label) for label in labels):
        raise WebsiteUrlInvalidError(url, f"{host[:80]!r} is not a host name")
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        raise WebsiteUrlInvalidError(url, f"{host[:80]!r} is a number where a name is expected")
    return host


def _ip_literal(host: str) -> IPv4Address | IPv6Address | None:
    if "%" in host:  # a zone, or an escape that another parser would decode
        return None
    try:
        return ip_address(host)
    except ValueError:
        return None
