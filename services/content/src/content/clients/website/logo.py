"""Find a brand's logo among the images of its website and convert it to a small PNG."""

import io
from dataclasses import dataclass
from urllib.parse import urlsplit

from PIL import Image

from content.clients.decoding import in_decoding_thread
from content.clients.website.crawler import Fetcher
from content.clients.website.errors import WebsiteError
from content.clients.website.fetcher import Kind
from content.clients.website.images import STATED_RANK, logo_images
from content.clients.website.links import absolute_url
from content.clients.website.pages import Page
from content.rendering.images import open_image

MAX_TRIED = 6
MAX_SIZE = (800, 400)
"""The largest width and height of a stored logo, in pixels."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_MIN_PIXELS = 32
_MIN_ICON_PIXELS = 64
"""A smaller icon would be enlarged in a picture."""
_PHOTO_COLOURS = 700
_MAX_CANDIDATES = 20
_VISIBLE = 127


@dataclass(frozen=True, slots=True)
class Logo:
    """`image` is None for a vector (SVG), which we can't draw: posts then show the business name."""

    url: str
    image: Image.Image | None

    @property
    def png(self) -> bytes | None:
        if self.image is None:
            return None
        file = io.BytesIO()
        self.image.save(file, "PNG", compress_level=6)
        return file.getvalue()


async def find_logo(fetcher: Fetcher, page: Page, page_url: str, names: list[str]) -> Logo | None:
    """Fetch the likeliest candidates in turn until one is a usable image. `names` are those of the business.

    A vector is returned only if nothing that can be drawn is found.
    """
    vector: str | None = None
    tried = 0
    icons = {absolute_url(icon, page, page_url) for icon in page.icons}
    for url in candidates(page, page_url, names):
        if urlsplit(url).path.lower().endswith((".svg", ".svgz")):
            vector = vector or url
            continue
        tried += 1
        if tried > MAX_TRIED:
            break
        try:
            fetched = await fetcher.fetch(url, Kind.IMAGE)
        except WebsiteError:
            continue  # try the next candidate
        least = _MIN_ICON_PIXELS if url in icons else _MIN_PIXELS
        image = await in_decoding_thread(usable_image, fetched.body, least)
        if image is not None:
            return Logo(fetched.url, image)
    return Logo(vector, None) if vector is not None else None


def candidates(page: Page, page_url: str, names: list[str]) -> list[str]:
    """Return the URLs that may be the logo, likeliest first: in the page, stated as data, then its icons."""
    images = logo_images(page, page_url, names)
    found = [
        *(image.src for image in images if image.rank < STATED_RANK),
        page.schema_org_logo,
        *(image.src for image in images if image.rank >= STATED_RANK),
        # A picture for sharing is a photograph or a banner as a rule.
        page.share_image if "logo" in page.share_image.lower() else "",
        *page.icons,
    ]
    joined = (absolute_url(src, page, page_url) for src in found if src)
    return list(dict.fromkeys(url for url in joined if url is not None))[:_MAX_CANDIDATES]


def usable_image(data: bytes, min_pixels: int = _MIN_PIXELS) -> Image.Image | None:
    """Decode and scale down; None if it can't be decoded, is tiny or empty, or is a photograph."""
    try:
        image = open_image(data, formats=_FORMATS)
    except ValueError:
        return None
    if min(image.size) < min_pixels or not _is_drawing(image):
        return None
    image.thumbnail(MAX_SIZE, Image.Resampling.LANCZOS)
    return image


def _is_drawing(image: Image.Image) -> bool:
    """Return whether it shows something, in fewer colours than a photograph has.

    Pixels that are not visible have colours too, often many.
    """
    pixels = image.convert("RGBA").resize((64, 64), Image.Resampling.NEAREST).tobytes()
    colours = {
        (pixels[at] >> 3, pixels[at + 1] >> 3, pixels[at + 2] >> 3)
        for at in range(0, len(pixels), 4)
        if pixels[at + 3] > _VISIBLE
    }
    return 0 < len(colours) <= _PHOTO_COLOURS
