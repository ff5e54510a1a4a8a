"""Finding a brand's logo among its pictures and making it a small PNG."""

import io
from dataclasses import dataclass
from urllib.parse import urlsplit

from PIL import Image

from content.brand.crawl import Fetches, absolute
from content.brand.pages import Page
from content.clients.website import Kind, WebsiteError
from content.rendering.pictures import open_picture

MAX_TRIED = 4
MAX_SIZE = (800, 400)
"""Width and height in pixels that a kept logo has at most."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_SMALLEST = 32
_PHOTO_COLOURS = 700


@dataclass(frozen=True, slots=True)
class Logo:
    """`picture` is None where the logo can't be drawn by us (SVG); the business's name is set then."""

    url: str
    picture: Image.Image | None

    @property
    def png(self) -> bytes | None:
        if self.picture is None:
            return None
        file = io.BytesIO()
        self.picture.save(file, "PNG", compress_level=6)
        return file.getvalue()


async def find_logo(fetcher: Fetches, page: Page, page_url: str) -> Logo | None:
    """Fetch the likeliest candidates in turn until one is a usable picture."""
    vector: str | None = None
    for url in candidates(page, page_url)[:MAX_TRIED]:
        if urlsplit(url).path.lower().endswith((".svg", ".svgz")):
            vector = vector or url
            continue
        try:
            fetched = await fetcher.fetch(url, Kind.IMAGE)
        except WebsiteError:
            continue  # the next candidate is as good as a sentence about this one
        picture = usable_picture(fetched.body)
        # A vector that comes first is the logo; icons that come behind it are a poorer likeness than the name.
        if picture is not None and vector is None:
            return Logo(fetched.url, picture)
    return Logo(vector, None) if vector is not None else None


def candidates(page: Page, page_url: str) -> list[str]:
    """Addresses that may be the logo's, likeliest first."""
    logos = [picture for picture in page.pictures if picture.is_logo]
    found = [
        *(picture.src for picture in logos if picture.in_header),
        page.described_logo,
        *(picture.src for picture in logos if not picture.in_header),
        *page.icons,
        page.share_picture,
    ]
    joined = (absolute(src, page, page_url) for src in found if src)
    return list(dict.fromkeys(url for url in joined if url is not None))


def usable_picture(data: bytes) -> Image.Image | None:
    """Decode and scale down; None for what can't be read, is tiny, or is a photograph."""
    try:
        picture = open_picture(data, formats=_FORMATS)
    except ValueError:
        return None
    if min(picture.size) < _SMALLEST or _is_photograph(picture):
        return None
    picture.thumbnail(MAX_SIZE, Image.Resampling.LANCZOS)
    return picture


def _is_photograph(picture: Image.Image) -> bool:
    """Whether it has more different colours than a drawn mark; og:image often is a photograph."""
    sample = picture.convert("RGB").resize((64, 64), Image.Resampling.NEAREST)
    pixels = sample.tobytes()
    colours = {(pixels[at] >> 3, pixels[at + 1] >> 3, pixels[at + 2] >> 3) for at in range(0, len(pixels), 3)}
    return len(colours) > _PHOTO_COLOURS
