"""Derive the colours of one image from a brand's palette, with guaranteed contrast."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from content.rendering import colour
from content.rendering.colour import RGB, WHITE, contrast, mix, parse_hex, readable, to_oklch, with_lightness
from content.rendering.design import Palette


class Mood(Enum):
    VIVID = "the brand's colour as the ground"
    PAPER = "a light tint of it"
    DEEP = "a dark shade of it"


@dataclass(frozen=True, slots=True)
class Scheme:
    """Text colours have a contrast of at least 4.5 on ground and decor; the accent at least 3 on the ground."""

    ground: RGB
    decor: RGB
    """For large subtle shapes on the ground."""
    ink: RGB
    muted: RGB
    accent: RGB
    accent_text: RGB
    """The accent, for text."""
    brand: RGB
    """For a panel in the brand's colour beside the ground."""
    brand_decor: RGB
    on_brand: RGB


# With more contrast a shape is no longer subtle.
_MAX_DECOR_CONTRAST = 1.35
# With less contrast a panel does not stand out from the ground.
_MIN_PANEL_CONTRAST = 1.3
_MIN_PAPER_LUMINANCE = 0.82
_PALE = 0.9
_MIDDLE = 0.6
"""The OKLCH lightness between dark and light grounds."""


@lru_cache(maxsize=512)
def scheme(palette: Palette, mood: Mood) -> Scheme:
    primary, accent = parse_hex(palette.primary), parse_hex(palette.accent)
    match mood:
        case Mood.VIVID:
            ground = primary
            wanted_ink = _text_on(primary)
        case Mood.PAPER:
            ground = _paper(parse_hex(palette.paper), primary)
            wanted_ink = _shade(primary, 0.27)
        case Mood.DEEP:
            ground = with_lightness(primary, 0.24, 0.55)
            wanted_ink = with_lightness(primary, 0.97, 0.12)
    return _complete(ground, wanted_ink, accent, primary)


def _complete(ground: RGB, wanted_ink: RGB, wanted_accent: RGB, primary: RGB) -> Scheme:
    ink, decor = _text_and_decor(ground, wanted_ink, primary)
    brand = _panel(primary, ground)
    on_brand, brand_decor = _text_and_decor(brand, _text_on(brand), brand)
    accent = readable(_distinct(wanted_accent, ground, primary), (ground,), colour.GRAPHIC_CONTRAST)
    return Scheme(
        ground=ground,
        decor=decor,
        ink=ink,
        muted=readable(mix(ink, ground, 0.28), (ground, decor)),
        accent=accent,
        accent_text=readable(accent, (ground, decor)),
        brand=brand,
        brand_decor=brand_decor,
        on_brand=on_brand,
    )


def _text_and_decor(ground: RGB, wanted_text: RGB, hue: RGB) -> tuple[RGB, RGB]:
    text = readable(wanted_text, (ground,))
    decor = _decor(ground, text, hue)
    return readable(text, (ground, decor)), decor


def _text_on(ground: RGB) -> RGB:
    return WHITE if contrast(WHITE, ground) >= colour.TEXT_CONTRAST else _shade(ground, 0.22)


def _panel(primary: RGB, ground: RGB) -> RGB:
    if contrast(primary, ground) >= _MIN_PANEL_CONTRAST:
        return primary
    lightness, _, _ = to_oklch(ground)
    return with_lightness(primary, lightness + (0.16 if lightness < _MIDDLE else -0.16))


def _shade(base: RGB, lightness: float) -> RGB:
    return with_lightness(base, lightness, 0.75)


def _paper(paper: RGB, primary: RGB) -> RGB:
    """Return the website's background if it is light and tinted, else a very light tint of the brand's colour."""
    if colour.luminance(paper) >= _MIN_PAPER_LUMINANCE and colour.saturation(paper) > 0.004:
        return paper
    return with_lightness(primary, 0.972, 0.09)


def _decor(ground: RGB, ink: RGB, hue: RGB) -> RGB:
    """Return a colour one step from the ground, away from the text's colour if their contrast needs it."""
    lightness, _, _ = to_oklch(ground)
    if lightness > _PALE:
        tint = with_lightness(hue, lightness - 0.045, 0.22)
        if contrast(tint, ground) <= _MAX_DECOR_CONTRAST and contrast(ink, tint) >= colour.TEXT_CONTRAST:
            return tint
    for step in (0.055, 0.04, 0.025):
        decor = with_lightness(ground, min(max(lightness + step, 0), 1))
        if contrast(decor, ground) <= _MAX_DECOR_CONTRAST and contrast(ink, decor) >= colour.TEXT_CONTRAST:
            return decor
    away = -1 if colour.luminance(ink) > colour.luminance(ground) else 1
    return with_lightness(ground, min(max(lightness + away * 0.045, 0), 1))


def _distinct(accent: RGB, ground: RGB, brand: RGB) -> RGB:
    """Return the accent if it has enough contrast to the ground, else the brand's colour, else a shade."""
    for candidate in (accent, brand):
        if contrast(candidate, ground) >= colour.GRAPHIC_CONTRAST:
            return candidate
    lightness, _, _ = to_oklch(ground)
    return with_lightness(accent, 0.85 if lightness < _MIDDLE else 0.4)
