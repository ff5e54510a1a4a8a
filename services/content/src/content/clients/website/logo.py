"""Find a brand's logo among the images of its website and convert it to a small PNG."""

import io
from dataclasses import dataclass
from urllib.parse import urlsplit

from PIL import Image

from content.clients.decoding import in_decoding_thread
from content.clients.website.crawler import Fetcher, absolute_url
from content.clients.website.errors import WebsiteError
from content.clients.website.fetcher import Kind
from content.clients.website.pages import Page
from content.rendering.images import open_image

MAX_TRIED = 4
MAX_SIZE = (800, 400)
"""The largest width and height of a stored logo, in pixels."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_MIN_PIXELS = 32
_PHOTO_COLOURS = 700


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


async def find_logo(fetcher: Fetcher, page: Page, page_url: str) -> Logo | None:
    """Fetch the likeliest candidates in turn until one is a usable image."""
    vector: str | None = None
    for url in candidates(page, page_url)[:MAX_TRIED]:
        if urlsplit(url).path.lower().endswith((".svg", ".svgz")):
            vector = vector or url
            continue
        try:
            fetched = await fetcher.fetch(url, Kind.IMAGE)
        except WebsiteError:
            continue  # try the next candidate
        image = await in_decoding_thread(usable_image, fetched.body)
        # An earlier vector is the logo; the icons after it represent the brand worse than its name.
        if image is not None and vector is None:
            return Logo(fetched.url, image)
    return Logo(vector, None) if vector is not None else None


def candidates(page: Page, page_url: str) -> list[str]:
    """Return the URLs that may be the logo, likeliest first."""
    logos = [image for image in page.images if image.is_logo]
    found = [
        *(image.src for image in logos if image.in_header),
        page.schema_org_logo,
        *(image.src for image in logos if not image.in_header),
        *page.icons,
        page.share_image,
    ]
    joined = (absolute_url(src, page, page_url) for src in found if src)
    return list(dict.fromkeys(url for url in joined if url is not None))


def usable_image(data: bytes) -> Image.Image | None:
    """Decode and scale down; None if it can't be decoded, is tiny, or is a photograph."""
    try:
        image = open_image(data, formats=_FORMATS)
    except ValueError:
        return None
    if min(image.size) < _MIN_PIXELS or _is_photograph(image):
        return None
    image.thumbnail(MAX_SIZE, Image.Resampling.LANCZOS)
    return image


def _is_photograph(image: Image.Image) -> bool:
    """Return whether it has more colours than a drawn logo; `og:image` is often a photograph."""
    sample = image.convert("RGB").resize((64, 64), Image.Resampling.NEAREST)
    pixels = sample.tobytes()
    colours = {(pixels[at] >> 3, pixels[at + 1] >> 3, pixels[at + 2] >> 3) for at in range(0, len(pixels), 3)}
    return len(colours) > _PHOTO_COLOURS
