"""Fetch a page, a stylesheet or an image of an untrusted website."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import httpcore2
import httpx2
from common.certificates import certificates

from content.clients.website.bodies import ACCEPTED_ENCODINGS, read_limited
from content.clients.website.errors import (
    WebsiteAnswerError,
    WebsiteContentTypeError,
    WebsiteRedirectsError,
    WebsiteTimeoutError,
    WebsiteUnreachableError,
)
from content.clients.website.fetched import Fetched
from content.clients.website.network import PinnedBackend, Resolve, resolve_by_system
from content.clients.website.robots import PRODUCT
from content.clients.website.targets import Target, as_browsers_read, parse_target

USER_AGENT = f"Mozilla/5.0 (compatible; {PRODUCT}/1.0; brand profile at the owner's request)"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK = frozenset({200, 203})
_MAX_CONNECTIONS = 20
# What a server says that does not know the type; a browser then looks at the content (WHATWG, MIME Sniffing 7).
_UNKNOWN_TYPES = frozenset({"", "unknown/unknown", "application/unknown", "*/*"})
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?[\s\x0c]*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|!--|"
    rb"(?:html|head|body|script|iframe|h1|div|font|table|a|style|title|b|br|p|meta|link)[\s>/])",
    re.IGNORECASE,
)


class Kind(Enum):
    """The kind of resource, with its accepted content types."""

    PAGE = frozenset({"text/html", "application/xhtml+xml"})
    STYLESHEET = frozenset({"text/css"})
    IMAGE = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
    ROBOTS = frozenset({"text/plain"})
    """Of any type: RFC 9309 wants text/plain, but a file of another type is the site's robots.txt all the same."""

    @property
    def may_be_partial(self) -> bool:
        """The first part of the file is of use without the rest."""
        return self is not Kind.IMAGE


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Limits of one fetch. Sizes in bytes, both compressed and decompressed."""

    total_seconds: float = 15.0
    connect_seconds: float = 5.0
    read_seconds: float = 5.0
    max_redirects: int = 5
    max_bytes: Mapping[Kind, int] = field(
        default_factory=lambda: {
            Kind.PAGE: 2_000_000,
            Kind.STYLESHEET: 1_000_000,
            Kind.IMAGE: 5_000_000,
            Kind.ROBOTS: 500_000,
        }
    )


class WebsiteFetcher:
    """Reads public websites only. One per process; accounts can share it, because it keeps no cookies.

    It uses httpcore2's pool instead of httpx2's client: no cookie jar, no proxy or netrc from the environment, no
    automatic redirects, and a documented hook to decide where a connection goes.
    """

    def __init__(
        self,
        *,
        allowed_hosts: frozenset[tuple[str, int]] = frozenset(),
        limits: FetchLimits | None = None,
        resolve: Resolve = resolve_by_system,
        dial: httpcore2.AsyncNetworkBackend | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed_hosts = allowed_hosts
        self._limits = limits or FetchLimits()
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=ssl_context or certificates(),
            max_connections=_MAX_CONNECTIONS,
            max_keepalive_connections=_MAX_CONNECTIONS,
            keepalive_expiry=5.0,
            network_backend=PinnedBackend(allowed_hosts=allowed_hosts, resolve=resolve, dial=dial),
        )

    async def aclose(self) -> None:
        await self._pool.aclose()

    async def fetch(self, url: str, kind: Kind = Kind.PAGE, redirects: int = 0) -> Fetched:
        """GET a resource and follow at most `max_redirects` redirects, each checked like the first URL.

        `redirects` is how many led to this URL already, by what pages say (`<meta http-equiv=refresh>`). A page that is
        too large, or whose transfer breaks off, is returned in its first part.

        Raises:
            WebsiteError: one of its subclasses.

        """
        target = parse_target(url, self._allowed_hosts)
        try:
            async with asyncio.timeout(self._limits.total_seconds):
                return await self._follow(target, kind, redirects)
        except TimeoutError as error:
            raise WebsiteTimeoutError(target.host, self._limits.total_seconds) from error

    async def _follow(self, target: Target, kind: Kind, redirects: int) -> Fetched:
        first = target.host
        for followed in range(redirects, self._limits.max_redirects + 1):
            answer = await self._get(target, kind)
            if isinstance(answer, Fetched):
                return replace(answer, redirects=followed)
            target = answer
        raise WebsiteRedirectsError(first, f"redirects more than {self._limits.max_redirects} times")

    async def _get(self, target: Target, kind: Kind) -> Fetched | Target:
        try:
            async with self._pool.stream(
                "GET",
                httpcore2.URL(
                    scheme=target.scheme.encode(),
                    host=target.host.encode(),
                    port=target.port,
                    target=target.path.encode(),
                ),
                headers=self._headers(target, kind),
                extensions={"timeout": self._timeouts()},
            ) as response:
                return await self._read(target, kind, response)
        except httpcore2.TimeoutException as error:
            raise WebsiteTimeoutError(target.host, self._limits.read_seconds) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise WebsiteUnreachableError(target.host, _cause(error)) from error

    def _headers(self, target: Target, kind: Kind) -> list[tuple[str, str]]:
        return [
            ("Host", target.authority),
            ("User-Agent", USER_AGENT),
            ("Accept", ", ".join(sorted(kind.value))),
            ("Accept-Encoding", ACCEPTED_ENCODINGS),
            ("Accept-Language", "*"),
        ]

    def _timeouts(self) -> dict[str, float]:
        limits = self._limits
        return {
            "connect": limits.connect_seconds,
            "read": limits.read_seconds,
            "write": limits.read_seconds,
            "pool": limits.total_seconds,
        }

    async def _read(self, target: Target, kind: Kind, response: httpcore2.Response) -> Fetched | Target:
        headers = _first_values(response.headers)
        if response.status in _REDIRECTS:
            return self._redirected(target, headers.get("location", ""))
        if response.status not in _OK:
            raise WebsiteAnswerError(target.host, response.status)
        content_type = headers.get("content-type", "")
        media_type = content_type.rpartition(",")[2].partition(";")[0].strip().lower()
        is_unknown = media_type in _UNKNOWN_TYPES and kind in (Kind.PAGE, Kind.IMAGE)
        if media_type not in kind.value and kind is not Kind.ROBOTS and not is_unknown:
            raise WebsiteContentTypeError(target.host, media_type or "something without a content type")
        chunks: AsyncIterable[bytes] = response.aiter_stream()
        body = await read_limited(
            target.host,
            chunks,
            encoding=headers.get("content-encoding", ""),
            declared_length=headers.get("content-length", ""),
            max_bytes=self._limits.max_bytes[kind],
            partial=kind.may_be_partial,
        )
        if is_unknown and kind is Kind.PAGE and not _HTML_START.match(body.content[:2_000]):
            raise WebsiteContentTypeError(target.host, media_type or "something without a content type")
        return Fetched(target.url, content_type, body.content, body.complete, refresh=headers.get("refresh", ""))

    def _redirected(self, target: Target, location: str) -> Target:
        if not location:
            raise WebsiteRedirectsError(target.host, "redirects without a target")
        try:
            following = str(httpx2.URL(target.url).join(as_browsers_read(location)))
        except (httpx2.InvalidURL, ValueError) as error:
            raise WebsiteRedirectsError(target.host, "redirects to an invalid address") from error
        return parse_target(following, self._allowed_hosts)


def _first_values(headers: Any) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in headers:
        values.setdefault(name.decode("latin-1").lower(), _text(value).strip())
    return values


def _text(value: bytes) -> str:
    """Decode a header. Addresses are often raw UTF-8; bytes that are not are escaped, as browsers do it."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in value)


def _cause(error: Exception) -> str:
    """Say in words of a website's owner why the connection gave no response."""
    if isinstance(error, httpcore2.ProtocolError):
        return "it sent no valid response"
    if isinstance(error, httpcore2.ReadError | httpcore2.WriteError):
        return "it closed the connection"
    return _tls_cause(error) or "it did not accept the connection"


def _tls_cause(error: BaseException | None) -> str | None:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return "its certificate is not valid for this address, or has expired"
        if isinstance(error, ssl.SSLError):
            return "it offers no secure connection"
        error = error.__cause__ or error.__context__
    return None
