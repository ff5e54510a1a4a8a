"""Draw or convert a post's image and store it."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Literal
from uuid import UUID

import structlog

from content.clients.storage import Storage, StorageUnavailableError
from content.media.errors import ImageUnreadableError, TextNotDrawableError
from content.media.schemas import StoredFile, StoredImage
from content.rendering.design import PostDesign, RenderedImage
from content.rendering.images import UnreadableImageError
from content.rendering.render import render
from content.rendering.selection import NothingToDrawError
from content.rendering.uploads import convert_upload

log = structlog.get_logger(__name__)

_DIGEST_CHARACTERS = 16
_PNG, _JPEG = "image/png", "image/jpeg"


@dataclass(frozen=True)
class ImageKey:
    """The storage keys of one post's images: `media/{account}/{month}/{content}...`."""

    account_id: UUID
    month: str
    content_id: UUID

    @property
    def current(self) -> str:
        """The key under which the latest image is shown."""
        return f"{self._base}.png"

    def immutable(self, digest: str, extension: str) -> str:
        """Return the key of one image file, derived from its content."""
        return f"{self._base}.{digest[:_DIGEST_CHARACTERS]}.{extension}"

    @property
    def prefix(self) -> str:
        """What all keys of the post begin with, and those of no other."""
        return f"{self._base}."

    @property
    def _base(self) -> str:
        return f"media/{self.account_id}/{self.month}/{self.content_id}"


class ImageService:
    """Draws images in a small thread pool, because drawing takes about 100 ms of one core.

    PNG and JPEG are stored under keys derived from their content, and posts refer to those keys: a redrawn image
    can't change what was approved.
    """

    def __init__(self, storage: Storage, *, threads: int) -> None:
        self._storage = storage
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="rendering")

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._storage.close()

    async def check_storage(self) -> None:
        await self._storage.check()

    def warm_up(self) -> None:
        self._storage.warm_up()

    async def draw(self, design: PostDesign, key: ImageKey) -> StoredImage:
        """Draw and store an image. Raises TextNotDrawableError, StorageUnavailableError."""
        try:
            image = await self._run(partial(render, design))
        except NothingToDrawError as error:
            raise TextNotDrawableError(str(error), field="headline") from error
        return await self._store(image, key, source="DRAWN", layout=design.index)

    async def store_upload(self, data: bytes, key: ImageKey) -> StoredImage:
        """Crop an uploaded image to a square and store it. Raises ImageUnreadableError, StorageUnavailableError."""
        try:
            image = await self._run(partial(convert_upload, data))
        except UnreadableImageError as error:
            log.info("upload_unreadable", content_id=str(key.content_id), cause=repr(error.__cause__))
            raise ImageUnreadableError(str(error), field="file") from error
        return await self._store(image, key, source="OWN")

    async def set_current(self, image: StoredImage, key: ImageKey) -> None:
        """Show this image under the post's current key. Raises StorageUnavailableError."""
        await self._storage.copy(key.immutable(image.png.sha256, "png"), key.current, _PNG)

    async def try_set_current(self, image: StoredImage, key: ImageKey) -> None:
        """Show this image under the current key. A failure is only logged: the post already refers to the image."""
        try:
            await self.set_current(image, key)
        except StorageUnavailableError as error:
            log.warning("current_image_not_updated", content_id=str(key.content_id), error=error.detail)

    async def stored(self, key: ImageKey) -> list[str]:
        """Return the keys of all stored files of a post. Raises StorageUnavailableError."""
        return await self._storage.keys(key.prefix)

    async def remove(self, keys: Sequence[str]) -> None:
        """Delete stored files. Raises StorageRefusedError, StorageUnavailableError."""
        if keys:
            await self._storage.delete(keys)

    async def _run(self, make: Callable[[], RenderedImage]) -> RenderedImage:
        return await asyncio.get_running_loop().run_in_executor(self._executor, make)

    async def _store(
        self, image: RenderedImage, key: ImageKey, *, source: Literal["DRAWN", "OWN"], layout: int = 0
    ) -> StoredImage:
        png, jpeg = await asyncio.gather(
            self._storage.put(key.immutable(image.png_sha256, "png"), image.png, _PNG),
            self._storage.put(key.immutable(image.jpeg_sha256, "jpg"), image.jpeg, _JPEG),
        )
        return StoredImage(
            url=self._storage.url(key.current),
            png=StoredFile(url=png, sha256=image.png_sha256),
            jpeg=StoredFile(url=jpeg, sha256=image.jpeg_sha256),
            width=image.width,
            height=image.height,
            layout=layout,
            source=source,
            shown_text=image.shown_text,
            notice=image.notice,
        )
