"""Decode untrusted images."""

import io

from PIL import Image, UnidentifiedImageError

MAX_PIXELS = 16_000_000

_UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    OSError,
    SyntaxError,
    ValueError,
    OverflowError,
)


def open_image(data: bytes, *, formats: tuple[str, ...] = ("PNG", "JPEG"), max_pixels: int = MAX_PIXELS) -> Image.Image:
    """Decode an image to RGBA. The size is checked before any pixel is decoded.

    Raises:
        ValueError: not one of the formats, broken, or more than `max_pixels` pixels.

    """
    try:
        with Image.open(io.BytesIO(data), formats=formats) as opened:
            pixels = opened.width * opened.height
            if pixels > max_pixels:
                raise ValueError(f"the image has {pixels} pixels, at most {max_pixels} are allowed")
            opened.load()
            return opened.convert("RGBA")
    except _UNREADABLE as error:
        raise ValueError(f"the image can't be read: {error}") from error
