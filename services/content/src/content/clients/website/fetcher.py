"""Fetch a page, a stylesheet or an image of an untrusted website."""

import asyncio
import ssl
from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import httpcore2
import httpx2

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
from content.clients.website.targets import Target, parse_target

USER_AGENT = "Mozilla/5.0 (compatible; PulseWorks/1.0; brand profile at the owner's request)"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK = 200
_MAX_CONNECTIONS = 20


class Kind(Enum):
    """The kind of resource, with its accepted content types."""

    PAGE = frozenset({"text/html", "application/xhtml+xml"})
    STYLESHEET = frozenset({"text/css"})
    IMAGE = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Limits of one fetch. Sizes in bytes, both compressed and decompressed."""

    total_seconds: float = 15.0
    connect_seconds: float = 5.0
    read_seconds: float = 5.0
    max_redirects: int = 5
    max_bytes: Mapping[Kind, int] = field(
        default_factory=lambda: {Kind.PAGE: 2_000_000, Kind.STYLESHEET: 1_000_000, Kind.IMAGE: 5_000_000}
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
            ssl_context=ssl_context or ssl.create_default_context(),
            max_connections=_MAX_CONNECTIONS,
            max_keepalive_connections=_MAX_CONNECTIONS,
            keepalive_expiry=5.0,
            network_backend=PinnedBackend(allowed_hosts=allowed_hosts, resolve=resolve, dial=dial),
        )

    async def aclose(self) -> None:
        await self._pool.aclose()

    async def fetch(self, url: str, kind: Kind = Kind.PAGE) -> Fetched:
        """GET a resource and follow at most `max_redirects` redirects, each checked like the first URL.

        Raises:
            WebsiteError: one of its subclasses.

        """
        target = parse_target(url, self._allowed_hosts)
        try:
            async with asyncio.timeout(self._limits.total_seconds):
                return await self._follow(target, kind)
        except TimeoutError as error:
            raise WebsiteTimeoutError(target.host, self._limits.total_seconds) from error

    async def _follow(self, target: Target, kind: Kind) -> Fetched:
        first = target.host
        for _ in range(self._limits.max_redirects + 1):
            answer = await self._get(target, kind)
            if isinstance(answer, Fetched):
                return answer
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
            raise WebsiteUnreachableError(target.host, "the connection failed or was not secure") from error

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
        if response.status != _OK:
            raise WebsiteAnswerError(target.host, response.status)
        content_type = headers.get("content-type", "")
        media_type = content_type.partition(";")[0].strip().lower()
        if media_type not in kind.value:
            raise WebsiteContentTypeError(target.host, media_type or "something without a content type")
        chunks: AsyncIterable[bytes] = response.aiter_stream()
        body = await read_limited(
            target.host,
            chunks,
            encoding=headers.get("content-encoding", ""),
            declared_length=headers.get("content-length", ""),
            max_bytes=self._limits.max_bytes[kind],
        )
        return Fetched(url=target.url, content_type=content_type, body=body)

    def _redirected(self, target: Target, location: str) -> Target:
        if not location:
            raise WebsiteRedirectsError(target.host, "redirects without a target")
        try:
            following = str(httpx2.URL(target.url).join(location))
        except (httpx2.InvalidURL, ValueError) as error:
            raise WebsiteRedirectsError(target.host, "redirects to an invalid address") from error
        return parse_target(following, self._allowed_hosts)


def _first_values(headers: Any) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in headers:
        values.setdefault(name.decode("latin-1").lower(), value.decode("latin-1").strip())
    return values
