"""Opening pictures that came from a stranger."""

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


def open_picture(
    data: bytes, *, formats: tuple[str, ...] = ("PNG", "JPEG"), max_pixels: int = MAX_PIXELS
) -> Image.Image:
    """Decode a picture to RGBA; the size is checked before any pixel is unpacked.

    Raises:
        ValueError: not one of the formats, broken, or more than `max_pixels` pixels.

    """
    try:
        with Image.open(io.BytesIO(data), formats=formats) as opened:
            pixels = opened.width * opened.height
            if pixels > max_pixels:
                raise ValueError(f"the picture has {pixels} pixels, at most {max_pixels} are read")
            opened.load()
            return opened.convert("RGBA")
    except _UNREADABLE as error:
        raise ValueError(f"the picture can't be read: {error}") from error
