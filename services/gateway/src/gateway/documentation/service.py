import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from common.clock import Clock

from gateway.clients.openapi import fetch_openapi
from gateway.documentation.schemas import Document
from gateway.documents.openapi import merged

REFRESH_AFTER = timedelta(seconds=60)
"""How long a complete document is served before the services' documents are fetched again."""


class OpenApiService:
    """The merged OpenAPI document of all services. It is rebuilt only when a service's document has changed."""

    def __init__(self, upstreams: dict[str, str], session: Callable[[], aiohttp.ClientSession], clock: Clock) -> None:
        self._upstreams = upstreams
        self._session = session
        self._clock = clock
        self._sources: dict[str, dict[str, Any] | None] = {}
        self._document: Document | None = None
        self._fresh_until: datetime | None = None
        self._refresh: asyncio.Task[Document] | None = None

    async def document(self) -> Document:
        """Return the document. A request that arrives during a refresh waits for that refresh."""
        if self._document is not None and self._fresh_until is not None and self._clock.now() < self._fresh_until:
            return self._document
        if self._refresh is None:
            self._refresh = asyncio.create_task(self._refreshed())
        # shielded: a client that disconnects must not cancel the refresh that others wait for
        return await asyncio.shield(self._refresh)

    async def _refreshed(self) -> Document:
        try:
            session = self._session()
            fetched = await asyncio.gather(*(fetch_openapi(session, url) for url in self._upstreams.values()))
            sources = dict(zip(self._upstreams, fetched, strict=True))
            if self._document is None or sources != self._sources:
                self._document, self._sources = Document.of_json(merged(sources)), sources
            # An incomplete document is refreshed at the next request: the missing service may be back by then.
            self._fresh_until = None if None in fetched else self._clock.now() + REFRESH_AFTER
            return self._document
        finally:
            self._refresh = None
