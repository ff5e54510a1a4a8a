"""Choosing a brand's palette from what its website and its logo show."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from hashlib import sha256

from PIL import Image

from content.brand.stylesheets import Looks
from content.rendering import Palette
from content.rendering.colour import RGB, contrast, luminance, parse_hex, to_hex, to_oklch, with_lightness

# OKLCH: below this chroma a colour is a grey to the eye, and outside these it is a white or a black.
_GREY_BELOW = 0.045
_DARKEST, _LIGHTEST = 0.2, 0.95
# OKLab distance below which two colours are one colour to the eye.
_SAME = 0.06
_OTHER_HUE = math.radians(28)
_LIGHT_GROUND, _DARK_INK = 0.8, 0.2

# Quiet primaries with a warm accent: any of them suits a business of which nothing is known.
_FALLBACKS = """
1f4d3a-e8a13a 1d3f5e-f2a65a 5b2a4e-e9b872 7a2e2a-e6b566 2f4858-f26419 274c43-d9a441 3d348b-f7b801 0b4f6c-fbb13c
4a3728-d98e4a 22577a-f4a261 6b2d3c-d8b26e 37517e-e58f65 425c2b-e2b04a 4b3b6b-efa48b 155e63-f0a37f 8a3b12-f0c27b
"""
_PAIRS = tuple(pair.split("-") for pair in _FALLBACKS.split())


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
    primary, accent = (f"#{colour}" for colour in _PAIRS[digest[0] % len(_PAIRS)])
    return Palette(primary=primary, accent=accent, paper=to_hex(with_lightness(parse_hex(primary), 0.975, 0.08)))


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
