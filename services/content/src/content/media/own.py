"""The account's own pictures: from whatever was uploaded to the square that posts are made of."""

import io

from PIL import Image, ImageOps

from content.media.errors import ImageUnreadableError
from content.rendering import SIZE, RenderedImage
from content.rendering.pictures import open_picture

MAX_BYTES = 10 * 1024 * 1024
_SMALLEST = 320
"""Pixels: Instagram takes nothing narrower (Ayrshare, media guidelines)."""
_JPEG_QUALITY = 90
_PNG_LEVEL = 4


def square(picture: bytes) -> RenderedImage:
    """Return the picture's middle as a square of 1080 pixels on white, upright, without its metadata.

    Raises ImageUnreadableError: neither PNG nor JPEG, broken, too large to unpack, or narrower than 320 pixels.
    """
    try:
        opened = open_picture(picture)
    except ValueError as error:
        raise ImageUnreadableError(f"Send a PNG or a JPEG: {error}.", field="file") from error
    upright = ImageOps.exif_transpose(opened)
    if min(upright.size) < _SMALLEST:
        width, height = upright.size
        raise ImageUnreadableError(
            f"It has {width} × {height} pixels; {_SMALLEST} × {_SMALLEST} are the least.", field="file"
        )
    cut = ImageOps.fit(upright, (SIZE, SIZE), Image.Resampling.LANCZOS)
    flat = Image.new("RGB", cut.size, "white")
    flat.paste(cut, mask=cut.getchannel("A"))
    return RenderedImage.of(
        png=_encoded(flat, "PNG", compress_level=_PNG_LEVEL),
        jpeg=_encoded(flat, "JPEG", quality=_JPEG_QUALITY, optimize=True),
    )


def _encoded(image: Image.Image, kind: str, **options: int) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
