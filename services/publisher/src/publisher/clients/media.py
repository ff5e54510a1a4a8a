"""Fetches a post's images as the networks will: from the addresses in the approved payload, and nowhere else.

The addresses were made by us and are part of what was approved, so they are called as they are: no redirect is
followed, nothing that an answer names is fetched, and time and size are capped.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Literal

import httpx2
from pulseworks_contracts import Media

from publisher.clients.certificates import certificates

_SECONDS = 10.0
_SERVER_ERROR = 500
_CHUNK = 65_536


@dataclass(frozen=True)
class MediaProblem:
    """What is wrong with an image.

    ``unreachable``: none came. ``changed``: another one than was approved. ``too_large``: more bytes than allowed.
    ``away``: the storage is in trouble, which at first says nothing about the image.
    """

    kind: Literal["unreachable", "changed", "too_large", "away"]
    detail: str


class MediaProbe:
    def __init__(self, *, seconds: float = _SECONDS) -> None:
        """``seconds`` is for one image as a whole."""
        self._seconds = seconds
        self._http = httpx2.AsyncClient(timeout=seconds, follow_redirects=False, verify=certificates())

    async def close(self) -> None:
        await self._http.aclose()

    async def problem(self, media: Media, *, most_bytes: int) -> MediaProblem | None:
        """Fetch the image and compare it with what was approved; None: it is there and the same."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._look(media, most_bytes)
        except httpx2.InvalidURL:
            return MediaProblem("unreachable", "its address can't be read")
        except (httpx2.RequestError, TimeoutError) as error:
            return MediaProblem("away", f"no answer ({type(error).__name__})")

    async def _look(self, media: Media, most_bytes: int) -> MediaProblem | None:
        async with self._http.stream("GET", media.url) as response:
            if response.status_code >= _SERVER_ERROR:
                return MediaProblem("away", f"HTTP {response.status_code}")
            if response.status_code != httpx2.codes.OK:
                return MediaProblem("unreachable", f"HTTP {response.status_code}")
            digest, size = hashlib.sha256(), 0
            async for chunk in response.aiter_bytes(_CHUNK):
                size += len(chunk)
                if size > most_bytes:
                    return MediaProblem("too_large", f"more than {most_bytes} bytes")
                digest.update(chunk)
        if digest.hexdigest() != media.sha256:
            return MediaProblem("changed", "other bytes than those that were approved")
        return None
