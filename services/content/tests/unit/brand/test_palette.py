"""The palette that the colours of a website make."""

import pytest
from content.brand.rules import fallback_palette, palette_from_logo, palette_from_styles
from content.clients.website.stylesheets import StyleUsage, read_styles
from content.rendering.colour import contrast, parse_hex
from content.rendering.design import Palette
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw


def styles(**weights: float) -> StyleUsage:
    """Return a usage of colours by their weight; a name is `c` and six digits."""
    usage = StyleUsage()
    for name, weight in weights.items():
        usage.colours[parse_hex(name[1:])] = weight
    return usage


def palette(**weights: float) -> Palette | None:
    return palette_from_styles(styles(**weights))


def test_greys_alone_are_no_palette() -> None:
    assert palette(cffffff=9, c333333=9, c6c757d=9, c212529=9, c495057=3) is None


@pytest.mark.parametrize("dark", ["2c3e50", "685541", "1b2a22", "36454f", "4a3b47"])
def test_a_dark_colour_needs_little_chroma(dark: str) -> None:
    found = palette_from_styles(styles(**{f"c{dark}": 9, "c6c757d": 30, "c343a40": 30, "c8c8279": 30}))
    assert found is not None
    assert found.primary == f"#{dark}"


@pytest.mark.parametrize(("weight", "accent"), [(0.9, "#1f4d3a"), (1.0, "#e8a13a"), (4.0, "#e8a13a")])
def test_an_accent_needs_a_minimum_weight(weight: float, accent: str) -> None:
    found = palette(c1f4d3a=9, ce8a13a=weight)
    assert found is not None
    assert found.accent == accent


def test_an_accent_needs_a_share_of_the_weight() -> None:
    found = palette(c1f4d3a=100, ce8a13a=5)
    assert found is not None
    assert found.accent == found.primary


def test_the_order_of_stylesheets_does_not_matter() -> None:
    one, other = ".a { color: #aa0000 }", ".b { color: #0000aa }"
    assert palette_from_styles(read_styles([one, other])) == palette_from_styles(read_styles([other, one]))


def test_a_logo_determines_the_palette() -> None:
    logo = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    draw = ImageDraw.Draw(logo)
    draw.rectangle((0, 0, 150, 100), fill=(31, 77, 58, 255))
    draw.rectangle((150, 0, 200, 100), fill=(232, 161, 58, 255))
    found = palette_from_logo(logo, read_styles(["body { background: #faf6ef }"]))
    assert found is not None
    for colour, painted in ((found.primary, (31, 77, 58)), (found.accent, (232, 161, 58))):
        assert all(abs(a - b) <= 4 for a, b in zip(parse_hex(colour), painted, strict=True))
    assert found.paper == "#faf6ef"
    assert palette_from_logo(Image.new("RGBA", (50, 50), (90, 90, 90, 255)), read_styles([])) is None


def test_only_opaque_pixels_of_a_logo_have_colours() -> None:
    logo = Image.new("RGBA", (200, 100), (255, 0, 0, 0))
    ImageDraw.Draw(logo).rectangle((80, 40, 120, 60), fill=(31, 77, 58, 255))
    found = palette_from_logo(logo, read_styles([]))
    assert found is not None
    assert contrast(parse_hex(found.primary), (31, 77, 58)) < 1.2
    assert found.accent == found.primary


@given(st.text())
def test_a_fallback_palette_is_stable_and_has_contrast(name: str) -> None:
    found = fallback_palette(name)
    assert found == fallback_palette(f"  {name.upper() if name.isascii() else name}  ")
    assert contrast(parse_hex(found.primary), (255, 255, 255)) >= 3


def test_fallback_palettes_differ_between_businesses() -> None:
    assert len({fallback_palette(f"Business {number}") for number in range(50)}) > 10
