"""sRGB colours, their contrast (WCAG 2.2, 1.4.3), and lighter or darker colours of the same hue."""

import math
import re

RGB = tuple[int, int, int]

WHITE: RGB = (255, 255, 255)
BLACK: RGB = (0, 0, 0)

TEXT_CONTRAST = 4.5
GRAPHIC_CONTRAST = 3.0

_ROUNDING = 1e-4
# IEC 61966-2-1: sRGB is linear below this value.
_LINEAR_BELOW = 0.04045
_HEX = re.compile(r"#?([0-9a-f]{6})", re.IGNORECASE)


def parse_hex(text: str) -> RGB:
    """Read `#rrggbb`.

    Raises:
        ValueError: anything else.

    """
    match = _HEX.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text[:40]!r} is not a colour like #1a2b3c")
    value = int(match.group(1), 16)
    return value >> 16, value >> 8 & 0xFF, value & 0xFF


def to_hex(colour: RGB) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def luminance(colour: RGB) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = (_to_linear(channel) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: RGB, other: RGB) -> float:
    """Contrast ratio, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(one: RGB, other: RGB, share: float) -> RGB:
    """Mix two colours; `share` of `other`, 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def readable(wanted: RGB, grounds: tuple[RGB, ...], minimum: float = TEXT_CONTRAST) -> RGB:
    """Return the colour nearest to `wanted`, towards black or white, with the minimum contrast to every ground.

    For one ground and a minimum up to 4.58 there is always such a colour. For several grounds without one, black or
    white is returned, whichever has more contrast; so grounds must be similar (`schemes`).
    """
    pole = max((WHITE, BLACK), key=lambda candidate: _least_contrast(candidate, grounds))
    for step in range(21):
        candidate = mix(wanted, pole, step / 20)
        if _least_contrast(candidate, grounds) >= minimum:
            return candidate
    return pole


def _least_contrast(colour: RGB, grounds: tuple[RGB, ...]) -> float:
    return min(contrast(colour, ground) for ground in grounds)


def saturation(colour: RGB) -> float:
    """OKLCH chroma, 0 (grey) to about 0.32."""
    _, chroma, _ = to_oklch(colour)
    return chroma


def with_lightness(colour: RGB, lightness: float, chroma_scale: float = 1.0) -> RGB:
    """Return a colour of the same hue with an OKLCH lightness of 0 to 1. The chroma is reduced to fit sRGB."""
    _, chroma, hue = to_oklch(colour)
    chroma *= chroma_scale
    for _ in range(24):
        linear = _from_oklch(lightness, chroma, hue)
        if min(linear) >= -_ROUNDING and max(linear) <= 1 + _ROUNDING:
            break
        chroma *= 0.9
    red, green, blue = (round(255 * _from_linear(channel)) for channel in linear)
    return red, green, blue


def to_oklch(colour: RGB) -> tuple[float, float, float]:
    """Return lightness 0 to 1, chroma, and hue in radians (Björn Ottosson's OKLab in polar form)."""
    red, green, blue = (_to_linear(channel) for channel in colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _from_oklch(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _to_linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= _LINEAR_BELOW else ((value + 0.055) / 1.055) ** 2.4


def _from_linear(value: float) -> float:
    value = min(max(value, 0.0), 1.0)
    return 12.92 * value if value <= _LINEAR_BELOW / 12.92 else 1.055 * value ** (1 / 2.4) - 0.055
