"""Choosing a brand's palette from what its website and its logo show."""

import colorsys
import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from hashlib import sha256

from PIL import Image

from content.brand.stylesheets import Looks
from content.rendering import Palette
from content.rendering.colour import RGB, contrast, luminance, to_hex, to_oklch

# OKLCH: below this chroma a colour is a grey to the eye, and outside these it is a white or a black.
_GREY_BELOW = 0.045
_DARKEST, _LIGHTEST = 0.2, 0.95
# OKLab distance below which two colours are one colour to the eye.
_SAME = 0.06
_OTHER_HUE = math.radians(28)
_LIGHT_GROUND, _DARK_INK = 0.8, 0.2

_FALLBACK_HUES = 24


def palette_from_looks(looks: Looks) -> Palette | None:
    """Return the palette of the style sheets, None when they have no colour but greys."""
    return _palette(looks.colours, looks)


def palette_from_logo(logo: Image.Image, looks: Looks) -> Palette | None:
    """Return the palette of the logo's colours on the website's background, None for a grey logo."""
    small = logo.convert("RGBA").resize((64, 64), Image.Resampling.BOX).tobytes()
    colours: defaultdict[RGB, float] = defaultdict(float)
    for start in range(0, len(small), 4):
        red, green, blue, alpha = small[start : start + 4]
        if alpha > 127:  # noqa: PLR2004 - half
            colours[red & 0xF8 | 4, green & 0xF8 | 4, blue & 0xF8 | 4] += 1
    return _palette(colours, looks)


def fallback_palette(name: str) -> Palette:
    """Return a palette of good manners for a business of which nothing is known: always the same for a name."""
    digest = sha256(" ".join(name.casefold().split()).encode()).digest()
    hue = digest[0] % _FALLBACK_HUES / _FALLBACK_HUES
    primary = _from_hls(hue, 0.27, 0.42)
    accent = _from_hls((hue + (0.42, 0.5, 0.58)[digest[1] % 3]) % 1, 0.58, 0.62)
    return Palette(primary=to_hex(primary), accent=to_hex(accent), paper=to_hex(_from_hls(hue, 0.975, 0.3)))


def _palette(colours: Mapping[RGB, float], looks: Looks) -> Palette | None:
    chromatic = _merged({colour: weight for colour, weight in colours.items() if _is_chromatic(colour)})
    if not chromatic:
        return None
    primary = chromatic[0]
    accent = next((colour for colour in chromatic[1:] if _differs(colour, primary)), primary)
    return Palette(
        primary=to_hex(primary),
        accent=to_hex(accent),
        paper=to_hex(_first(looks.grounds, (255, 255, 255), lambda colour: luminance(colour) >= _LIGHT_GROUND)),
        ink=to_hex(_first(looks.inks, (28, 28, 28), lambda colour: luminance(colour) <= _DARK_INK)),
    )


def _is_chromatic(colour: RGB) -> bool:
    lightness, chroma, _ = to_oklch(colour)
    return chroma >= _GREY_BELOW and _DARKEST <= lightness <= _LIGHTEST


def _merged(colours: Mapping[RGB, float]) -> list[RGB]:
    """Heaviest first; a colour that looks like a heavier one adds to it."""
    kept: defaultdict[RGB, float] = defaultdict(float)
    # Ties are broken by the colour itself, so that the order of the style sheets does not matter.
    for colour, weight in sorted(colours.items(), key=lambda item: (-item[1], item[0]))[:200]:
        same = next((known for known in kept if _distance(known, colour) < _SAME), colour)
        kept[same] += weight
    return [colour for colour, _ in sorted(kept.items(), key=lambda item: (-item[1], item[0]))]


def _distance(one: RGB, other: RGB) -> float:
    (l1, c1, h1), (l2, c2, h2) = to_oklch(one), to_oklch(other)
    return math.sqrt((l1 - l2) ** 2 + c1**2 + c2**2 - 2 * c1 * c2 * math.cos(h1 - h2))


def _differs(colour: RGB, primary: RGB) -> bool:
    _, _, hue = to_oklch(colour)
    _, _, primary_hue = to_oklch(primary)
    apart = abs((hue - primary_hue + math.pi) % (2 * math.pi) - math.pi)
    return apart >= _OTHER_HUE or contrast(colour, primary) >= 3  # noqa: PLR2004 - WCAG's for graphics


def _first(colours: Mapping[RGB, float], default: RGB, suits: Callable[[RGB], bool]) -> RGB:
    return next(
        (colour for colour in sorted(colours, key=lambda each: (-colours[each], each)) if suits(colour)), default
    )


def _from_hls(hue: float, lightness: float, saturation: float) -> RGB:
    red, green, blue = (round(255 * channel) for channel in colorsys.hls_to_rgb(hue, lightness, saturation))
    return red, green, blue
