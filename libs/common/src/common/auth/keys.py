"""The public keys that access tokens are verified with."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol

import httpx2
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwt import PyJWKSet
from jwt.exceptions import PyJWTError

from common.errors import UnavailableError

__all__ = ["KEYS_MAX_AGE", "JwksKeySource", "KeySource", "KeysUnavailableError", "StaticKeySource"]

KEYS_MAX_AGE = timedelta(minutes=5)
"""Keys that were fetched longer ago are fetched again. A new key has to be published for longer before it signs."""

_MAX_JWKS_BYTES = 64 * 1024
_log = structlog.get_logger(__name__)


class KeysUnavailableError(UnavailableError):
    code = "keys_unavailable"
    title = "Access tokens can't be issued or verified at the moment; try again in a few seconds"


class KeySource(Protocol):
    async def find(self, kid: str) -> Ed25519PublicKey | None:
        """Return the key, or None if there is none. Raises `KeysUnavailableError`."""
        ...

    async def close(self) -> None: ...


class StaticKeySource:
    """A fixed set of keys: identity's own, and those of tests."""

    def __init__(self, keys: Mapping[str, Ed25519PublicKey]) -> None:
        self._keys = dict(keys)

    async def find(self, kid: str) -> Ed25519PublicKey | None:
        return self._keys.get(kid)

    async def close(self) -> None:
        return None


class JwksKeySource:
    """Identity's keys, fetched over HTTP and cached.

    An unknown `kid` fetches them again, at most once in `min_interval` seconds, so that invented ids cost nothing.
    Keys older than `max_age` seconds are fetched again; if identity does not answer, the old ones stay in use.
    """

    def __init__(
        self,
        url: str,
        *,
        max_age: float = KEYS_MAX_AGE.total_seconds(),
        min_interval: float = 5,
        timeout: float = 2,
        transport: httpx2.AsyncBaseTransport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._max_age = max_age
        self._min_interval = min_interval
        self._timeout = timeout
        self._transport = transport
        self._client: httpx2.AsyncClient | None = None
        self._monotonic = monotonic
        self._lock = asyncio.Lock()
        self._background: asyncio.Task[None] | None = None
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None

    async def find(self, kid: str) -> Ed25519PublicKey | None:
        if kid not in self._keys:
            await self._refresh()
        elif self._is_stale() and not self._tried_lately() and self._background is None:
            # A token signed with a cached key does not wait for identity.
            self._background = asyncio.create_task(self._refresh())
            self._background.add_done_callback(self._forget_background)
        if self._fetched_at is None or (kid not in self._keys and self._last_fetch_failed()):
            # An id that cannot be looked up now is not a wrong one: the key may be newer than the cached ones.
            raise KeysUnavailableError(
                "The public keys of identity cannot be fetched. Try again shortly.", retry_after=2
            )
        return self._keys.get(kid)

    async def close(self) -> None:
        if self._background is not None:
            self._background.cancel()
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _forget_background(self, _task: asyncio.Task[None]) -> None:
        self._background = None

    def _is_stale(self) -> bool:
        return self._fetched_at is None or self._monotonic() - self._fetched_at > self._max_age

    def _last_fetch_failed(self) -> bool:
        return self._tried_at is not None and (self._fetched_at is None or self._tried_at > self._fetched_at)

    def _tried_lately(self) -> bool:
        # Before the first success the pause is short: nothing works without the keys.
        pause = self._min_interval if self._fetched_at is not None else min(self._min_interval, 0.5)
        return self._tried_at is not None and self._monotonic() - self._tried_at < pause

    async def _refresh(self) -> None:
        async with self._lock:
            if self._tried_lately():
                return
            self._tried_at = self._monotonic()
            try:
                keys = await self._fetch()
            except (httpx2.HTTPError, PyJWTError, ValueError) as error:
                _log.warning("jwks_fetch_failed", url=self._url, error=repr(error), keys=len(self._keys))
                return
            self._keys = keys
            self._fetched_at = self._monotonic()

    async def _fetch(self) -> dict[str, Ed25519PublicKey]:
        if self._client is None:
            self._client = httpx2.AsyncClient(timeout=self._timeout, transport=self._transport)
        response = await self._client.get(self._url)
        response.raise_for_status()
        if len(response.content) > _MAX_JWKS_BYTES:
            raise ValueError("the key set is too large")
        return _ed25519_keys(response.json())


def _ed25519_keys(document: Any) -> dict[str, Ed25519PublicKey]:
    if not isinstance(document, dict):
        raise ValueError("the key set is not a JSON object")  # noqa: TRY004 - one error for every invalid answer
    found = {
        jwk.key_id: jwk.key
        for jwk in PyJWKSet.from_dict(document).keys
        if jwk.key_id and isinstance(jwk.key, Ed25519PublicKey)
    }
    if not found:
        raise ValueError("the key set has no Ed25519 key with a kid")
    return found
