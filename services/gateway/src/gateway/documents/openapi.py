"""The merged OpenAPI document, as the services describe themselves."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import structlog
from common.clock import Clock

from gateway.documents.document import Document
from gateway.documents.merge import merged

log = structlog.get_logger(__name__)

KEEP = timedelta(seconds=60)
"""How long a complete document is served before the services are asked again."""
_FETCH_SECONDS = 5


class OpenApi:
    """Fetches and merges at most once in `KEEP`; requests that arrive meanwhile wait for the same result."""

    def __init__(self, upstreams: dict[str, str], session: Callable[[], aiohttp.ClientSession], clock: Clock) -> None:
        self._upstreams = upstreams
        self._session = session
        self._clock = clock
        self._kept: tuple[Document, datetime] | None = None
        self._fetching: asyncio.Task[Document] | None = None

    async def document(self) -> Document:
        if self._kept is not None and self._clock.now() < self._kept[1]:
            return self._kept[0]
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch_all())
        # A client that leaves must not cancel what others wait for.
        return await asyncio.shield(self._fetching)

    async def _fetch_all(self) -> Document:
        try:
            fetched = await asyncio.gather(*(self._fetch(url) for url in self._upstreams.values()))
            document = Document.of_json(merged(dict(zip(self._upstreams, fetched, strict=True))))
            # A document without one of the services is not kept: the service may be back at the next request.
            self._kept = None if None in fetched else (document, self._clock.now() + KEEP)
            return document
        finally:
            self._fetching = None

    async def _fetch(self, base_url: str) -> dict[str, Any] | None:
        try:
            async with asyncio.timeout(_FETCH_SECONDS), self._session().get(f"{base_url}/openapi.json") as response:
                response.raise_for_status()
                document: dict[str, Any] = json.loads(await response.read())
                return document
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.warning("openapi_not_fetched", url=base_url, error=repr(error))
            return None
