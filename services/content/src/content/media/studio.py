"""Draws a post's picture and stores it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from content.clients.storage import Storage
from content.media.schemas import StoredFile, StoredImage
from content.rendering import PostDesign, RenderedImage, render

_DIGEST_IN_NAME = 16


class Studio:
    """Drawing takes some 100 ms of one core, so it runs in a few threads and never on the event loop."""

    def __init__(self, storage: Storage, *, threads: int) -> None:
        self._storage = storage
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="rendering")

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def make(self, design: PostDesign, *, account_id: UUID, month: str, content_id: UUID) -> StoredImage:
        """Draw and store; raises StorageUnavailableError.

        Beside `media/{account}/{month}/{content}.png`, which always shows the present picture, both formats are stored
        under names made of their bytes. Posts use those: a picture that is drawn anew can't change what was approved.
        """
        image = await asyncio.get_running_loop().run_in_executor(self._executor, render, design)
        base = f"media/{account_id}/{month}/{content_id}"
        url, png, jpeg = await asyncio.gather(
            self._storage.put(f"{base}.png", image.png, "image/png", immutable=False),
            self._storage.put(_named(base, image.png_sha256, "png"), image.png, "image/png", immutable=True),
            self._storage.put(_named(base, image.jpeg_sha256, "jpg"), image.jpeg, "image/jpeg", immutable=True),
        )
        return _stored(image, url=url, png=png, jpeg=jpeg)


def _named(base: str, digest: str, extension: str) -> str:
    return f"{base}.{digest[:_DIGEST_IN_NAME]}.{extension}"


def _stored(image: RenderedImage, *, url: str, png: str, jpeg: str) -> StoredImage:
    return StoredImage(
        url=url,
        png=StoredFile(url=png, sha256=image.png_sha256),
        jpeg=StoredFile(url=jpeg, sha256=image.jpeg_sha256),
        width=image.width,
        height=image.height,
    )
