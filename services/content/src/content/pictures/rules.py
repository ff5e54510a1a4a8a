"""Which stored pictures are in use. The README has the reasons."""

from collections.abc import Iterable, Sequence

from content.media.schemas import StoredImage
from content.models import ContentItem, PlatformPost, PlatformPostStatus

RELEASED = frozenset({PlatformPostStatus.CANCELLED, PlatformPostStatus.MISSED})
"""The states in which a post on a platform neither shows its picture nor can still be sent with it."""


def used_urls(item: ContentItem | None, posts: Sequence[PlatformPost]) -> set[str] | None:
    """Return the URLs of the pictures that a post uses, or None if all of its pictures must be kept.

    ``item`` is None after its deletion. ``posts`` are its posts on the platforms, each with the pictures that its
    schedule item froze; a post whose pictures are not known yet may use any.
    """
    urls: set[str] = set()
    if item is not None:
        image = StoredImage.model_validate(item.media)
        urls |= {image.url, image.png.url, image.jpeg.url}
    for post in posts:
        if post.status in RELEASED:
            continue
        if post.media_urls is None:
            return None
        urls.update(post.media_urls)
    return urls


def unused_keys(keys: Iterable[str], urls: Iterable[str]) -> list[str]:
    """Return the keys that no URL ends with: the public URL of the bucket may have changed since."""
    used = tuple(urls)
    return [key for key in keys if not any(url.endswith(f"/{key}") for url in used)]
