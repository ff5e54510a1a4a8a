"""Fetches a post's images as the networks do: from the addresses in the approved payload and from nowhere else.

We created the addresses, and they are part of the approved payload, so they are called unchanged: no redirect is
followed, nothing named in an answer is fetched, and time and size are limited.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Literal

import httpx2
from common.certificates import certificates
from pulseworks_contracts import Media

_SECONDS = 10.0
_SERVER_ERROR = 500
_CHUNK = 65_536


@dataclass(frozen=True)
class MediaProblem:
    """What is wrong with an image.

    ``unreachable``: it was not served. ``changed``: it is not the approved one. ``too_large``: more bytes than allowed.
    ``away``: the storage does not answer, which at first says nothing about the image.
    """

    kind: Literal["unreachable", "changed", "too_large", "away"]
    detail: str


class MediaProbe:
    def __init__(self, *, seconds: float = _SECONDS) -> None:
        """``seconds`` limits the time for one whole image."""
        self._seconds = seconds
        self._http = httpx2.AsyncClient(timeout=seconds, follow_redirects=False, verify=certificates())

    async def close(self) -> None:
        await self._http.aclose()

    async def problem(self, media: Media, *, most_bytes: int) -> MediaProblem | None:
        """Fetch the image and compare it with the approved one. None: it is identical."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._fetch(media, most_bytes)
        except httpx2.InvalidURL:
            return MediaProblem("unreachable", "the address is malformed")
        except (httpx2.RequestError, TimeoutError) as error:
            return MediaProblem("away", f"no answer ({type(error).__name__})")

    async def _fetch(self, media: Media, most_bytes: int) -> MediaProblem | None:
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
            return MediaProblem("changed", "the bytes differ from the approved image")
        return None
