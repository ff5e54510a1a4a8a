import asyncio
import json
from typing import Any

import aiohttp
import structlog

log = structlog.get_logger(__name__)

_TIMEOUT_SECONDS = 5


async def fetch_openapi(session: aiohttp.ClientSession, base_url: str) -> dict[str, Any] | None:
    """Return the OpenAPI document of the service at ``base_url``, or None if the service is unavailable."""
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS), session.get(f"{base_url}/openapi.json") as response:
            response.raise_for_status()
            document: dict[str, Any] = json.loads(await response.read())
            return document
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        log.warning("openapi_fetch_failed", url=base_url, error=repr(error))
        return None
