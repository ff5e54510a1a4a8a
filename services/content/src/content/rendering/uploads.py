"""Uploaded images, converted to the square that posts use."""

import io

from PIL import Image, ImageOps

from content.rendering.design import SIZE, RenderedImage
from content.rendering.images import UnreadableImageError, open_image

MAX_BYTES = 10 * 1024 * 1024
_MIN_PIXELS = 320
"""Instagram accepts nothing narrower (Ayrshare, media guidelines)."""
_JPEG_QUALITY = 90
_PNG_LEVEL = 4


def convert_upload(data: bytes) -> RenderedImage:
    """Return the image's centre as an upright square of 1080 pixels on white, without metadata.

    Raises UnreadableImageError: neither PNG nor JPEG, broken, too large to decode, or narrower than 320 pixels.
    """
    upright = open_image(data)
    if min(upright.size) < _MIN_PIXELS:
        width, height = upright.size
        raise UnreadableImageError(
            f"The image has {width} × {height} pixels; send at least {_MIN_PIXELS} × {_MIN_PIXELS}."
        )
    square = ImageOps.fit(upright, (SIZE, SIZE), Image.Resampling.LANCZOS)
    flat = Image.new("RGB", square.size, "white")
    flat.paste(square, mask=square.getchannel("A"))
    return RenderedImage.of(
        png=_encoded(flat, "PNG", compress_level=_PNG_LEVEL),
        jpeg=_encoded(flat, "JPEG", quality=_JPEG_QUALITY, optimize=True),
    )


def _encoded(image: Image.Image, format_: str, **options: int) -> bytes:
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()
