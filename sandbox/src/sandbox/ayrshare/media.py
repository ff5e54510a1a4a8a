"""Fetches and measures media, like the networks' crawlers (EXTERNAL_APIS 1.2, 1.7, 1.9)."""

import io
import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from PIL import Image, UnidentifiedImageError

from sandbox.ayrshare.config import AyrshareConfig
from sandbox.standin import StandIn

_MAX_BYTES = 30_000_000
_TIMEOUT_SECONDS = 10


class MediaUnreachableError(Exception):
    """A URL that Meta's crawler could not have fetched. The text says why."""


@dataclass(frozen=True)
class Measured:
    """A fetched file. `format` is Pillow's name ("JPEG"), or None if it is not an image; sizes in pixels."""

    url: str
    bytes: int
    format: str | None
    width: int = 0
    height: int = 0


def is_acceptable(url: str, *, http_on_loopback: bool, http_hosts: list[str]) -> bool:
    """Return whether Ayrshare accepts a URL: https, or what the switches allow."""
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in {"https", "http"}:
        return False
    if parts.scheme == "https" or parts.hostname in http_hosts:
        return True
    return http_on_loopback and _is_loopback(parts.hostname)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Media:
    """Fetches media, each URL at most once per `media_cache_seconds`."""

    def __init__(self, standin: StandIn[AyrshareConfig]) -> None:
        self._standin = standin
        self._cache: dict[str, tuple[float, Measured]] = {}
        self._session: aiohttp.ClientSession | None = None

    def clear(self) -> None:
        self._cache.clear()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Keep the connections to media servers open."""
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
            self._session = session
            yield
        self._session = None

    def accepts(self, url: str) -> bool:
        config = self._standin.config
        return is_acceptable(url, http_on_loopback=config.allow_http_media, http_hosts=config.http_media_hosts)

    async def measure(self, urls: list[str]) -> list[Measured]:
        """Fetch all of them, or nothing if `fetch_media` is off. Raises MediaUnreachableError for the first failure."""
        if not self._standin.config.fetch_media:
            return []
        return [await self._measure(url) for url in urls]

    async def _measure(self, url: str) -> Measured:
        now = self._standin.clock.now().timestamp()
        fetched_at, measured = self._cache.get(url, (0.0, None))
        if measured is None or now - fetched_at >= self._standin.config.media_cache_seconds:
            measured = await self._fetch(url)
            self._cache[url] = (now, measured)
        return measured

    async def _fetch(self, url: str) -> Measured:
        if self._session is None:
            raise RuntimeError("the stand-in is not serving")
        try:
            async with self._session.get(url) as response:
                if response.status != 200:
                    raise MediaUnreachableError(f"{url} answered {response.status}")
                content = await response.content.read(_MAX_BYTES)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise MediaUnreachableError(f"{url}: {error or type(error).__name__}") from error
        return measure_bytes(url, content)


def measure_bytes(url: str, content: bytes) -> Measured:
    """Read format and size from an image's first bytes."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            return Measured(url, len(content), image.format, image.width, image.height)
    except (UnidentifiedImageError, OSError, ValueError):
        return Measured(url, len(content), None)
