"""Decode untrusted images."""

import io

from PIL import Image, ImageCms, ImageOps

MAX_PIXELS = 16_000_000

# What Pillow raises for a file that is no image, broken, or made to use up memory.
_UNREADABLE = (OSError, SyntaxError, ValueError, OverflowError, EOFError, ZeroDivisionError, KeyError, IndexError)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N", "I")
_SCALE = 1 / 257
_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
"""Modes by the colour space of an ICC profile."""


class UnreadableImageError(ValueError):
    """The image can't be decoded; the message is for people, the cause for the log."""


def open_image(data: bytes, *, formats: tuple[str, ...] = ("PNG", "JPEG"), max_pixels: int = MAX_PIXELS) -> Image.Image:
    """Decode an image to RGBA in sRGB, upright. The size is checked before any pixel is decoded.

    Of an animation it is the first frame. Raises UnreadableImageError: not one of the formats, broken, or more than
    ``max_pixels`` pixels.
    """
    try:
        with Image.open(io.BytesIO(data), formats=formats) as opened:
            if opened.width * opened.height <= max_pixels:
                opened.load()
                return _as_srgb(ImageOps.exif_transpose(opened))
            size = f"{opened.width} × {opened.height} pixels"
    except _BOMBS as error:
        raise UnreadableImageError(f"The image is too large. Send one with at most {max_pixels:,} pixels.") from error
    except _UNREADABLE as error:
        names = " or ".join(formats)
        raise UnreadableImageError(f"The file is no {names} image, or it is damaged. Send another one.") from error
    raise UnreadableImageError(f"The image has {size}. Send one with at most {max_pixels:,} pixels.")


def _as_srgb(image: Image.Image) -> Image.Image:
    image = _with_eight_bits(image)
    rgba = image.convert("RGBA")
    profile = image.info.get("icc_profile")
    colours = None if not profile else _converted(image, profile)
    if colours is not None:
        colours.putalpha(rgba.getchannel("A"))
        rgba = colours
    rgba.info.clear()
    return rgba


def _with_eight_bits(image: Image.Image) -> Image.Image:
    """Scale grey of 16 bits, which Pillow would clip: nearly everything would be white."""
    if image.mode not in _SIXTEEN_BITS:
        return image
    scaled = image.convert("I").point(lambda value: value * _SCALE).convert("L")
    scaled.info = {name: value for name, value in image.info.items() if name == "icc_profile"}
    transparent = image.info.get("transparency")
    if isinstance(transparent, int):
        scaled.info["transparency"] = round(transparent * _SCALE)
    return scaled


def _converted(image: Image.Image, profile: bytes) -> Image.Image | None:
    """Return the colours in sRGB by the image's ICC profile; None if the profile is unusable or of another kind."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = _MODES[source.profile.xcolor_space.strip()]
        if (mode == "CMYK") != (image.mode == "CMYK"):
            return None
        return ImageCms.profileToProfile(image.convert(mode), source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *_UNREADABLE):
        return None
