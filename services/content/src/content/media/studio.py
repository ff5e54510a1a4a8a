"""Draws a post's picture and stores it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Literal
from uuid import UUID

import structlog

from content.clients.storage import Storage, StorageUnavailableError
from content.media.own import square
from content.media.schemas import StoredFile, StoredImage
from content.rendering import PostDesign, RenderedImage, render

log = structlog.get_logger(__name__)

_DIGEST_IN_NAME = 16
_PNG, _JPEG = "image/png", "image/jpeg"


@dataclass(frozen=True)
class Shelf:
    """Where the pictures of one post lie: `media/{account}/{month}/{content}`."""

    account_id: UUID
    month: str
    content_id: UUID

    @property
    def present(self) -> str:
        """The name of the present picture, whichever that is."""
        return f"{self._base}.png"

    def named(self, digest: str, extension: str) -> str:
        """Return the name of these bytes alone."""
        return f"{self._base}.{digest[:_DIGEST_IN_NAME]}.{extension}"

    @property
    def _base(self) -> str:
        return f"media/{self.account_id}/{self.month}/{self.content_id}"


class Studio:
    """Drawing takes some 100 ms of one core, so it runs in a few threads and never on the event loop.

    Both formats are stored under names made of their bytes, and posts use those: a picture that is drawn anew can't
    change what was approved.
    """

    def __init__(self, storage: Storage, *, threads: int) -> None:
        self._storage = storage
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="rendering")

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._storage.close()

    def warm_up(self) -> None:
        self._storage.warm_up()

    async def draw(self, design: PostDesign, shelf: Shelf) -> StoredImage:
        """Draw and store. Raises StorageUnavailableError."""
        image = await self._run(partial(render, design))
        return await self._store(image, shelf, source="DRAWN", layout=design.index)

    async def take(self, picture: bytes, shelf: Shelf) -> StoredImage:
        """Store the account's own picture, cut to a square. Raises ImageUnreadableError, StorageUnavailableError."""
        return await self._store(await self._run(partial(square, picture)), shelf, source="OWN")

    async def show(self, image: StoredImage, shelf: Shelf) -> None:
        """Put the picture under the post's own name. Raises StorageUnavailableError."""
        await self._storage.copy(shelf.named(image.png.sha256, "png"), shelf.present, _PNG)

    async def show_if_possible(self, image: StoredImage, shelf: Shelf) -> None:
        """Do the same after the post was saved with the picture: then it is no reason to fail any more."""
        try:
            await self.show(image, shelf)
        except StorageUnavailableError as error:
            log.warning("present_picture_is_old", content_id=str(shelf.content_id), error=error.detail)

    async def _run(self, make: Callable[[], RenderedImage]) -> RenderedImage:
        return await asyncio.get_running_loop().run_in_executor(self._executor, make)

    async def _store(
        self, image: RenderedImage, shelf: Shelf, *, source: Literal["DRAWN", "OWN"], layout: int = 0
    ) -> StoredImage:
        png, jpeg = await asyncio.gather(
            self._storage.put(shelf.named(image.png_sha256, "png"), image.png, _PNG),
            self._storage.put(shelf.named(image.jpeg_sha256, "jpg"), image.jpeg, _JPEG),
        )
        return StoredImage(
            url=self._storage.url(shelf.present),
            png=StoredFile(url=png, sha256=image.png_sha256),
            jpeg=StoredFile(url=jpeg, sha256=image.jpeg_sha256),
            width=image.width,
            height=image.height,
            layout=layout,
            source=source,
        )
