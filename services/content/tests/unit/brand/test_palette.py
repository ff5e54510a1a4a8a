"""Colours and fonts of stylesheets, and the palettes derived from them."""

import time

import pytest
from content.brand.rules import fallback_palette, palette_from_logo, palette_from_styles
from content.clients.website.stylesheets import find_colours, read_styles
from content.rendering.colour import contrast, parse_hex
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

SHEET = """
@import url("x.css"); /* .btn { background: #ff00ff } */
:root { --brand: #1F4D3A; --brand-accent: rgb(232 161 58); --grey: #777; --paper: #faf6ef }
body { background: var(--paper); color: #222222; font-family: "Source Sans 3", Arial, sans-serif }
h1, h2 { font-family: 'Lora', serif; color: var(--brand) }
.icon { font-family: "Font Awesome 6" }
header { background-color: var(--brand) }
.btn { background: var(--brand-accent); border: 1px solid #ddd } .btn:hover { background: #c0392b }
.alert-error { background: #ff0000; color: #ff0000 } .shade { background: rgba(0, 0, 255, .1) }
@media (min-width: 40em) { nav a { color: #1f4d3a } }
"""


def test_a_stylesheet_determines_the_palette() -> None:
    palette = palette_from_styles(read_styles([SHEET]))
    assert palette is not None
    assert palette.model_dump() == {"primary": "#1f4d3a", "accent": "#e8a13a", "paper": "#faf6ef", "ink": "#222222"}


def test_generic_and_icon_fonts_are_ignored() -> None:
    fonts = [name for name, _ in read_styles([SHEET]).fonts.most_common()]
    assert sorted(fonts) == ["Lora", "Source Sans 3"]


@pytest.mark.parametrize(
    ("value", "colours"),
    [
        ("#fff", [(255, 255, 255)]),
        ("#1f4D3a80 #1f4d3aff", [(31, 77, 58)]),
        ("rgb(31, 77, 58)", [(31, 77, 58)]),
        ("rgba(31 77 58 / 90%)", [(31, 77, 58)]),
        ("rgb(100%, 0%, 50%)", [(255, 0, 128)]),
        ("rgba(0,0,0,.2)", []),
        ("hsl(155deg, 43%, 21%)", [(31, 77, 57)]),
        ("linear-gradient(#000000, #ffffff)", [(0, 0, 0), (255, 255, 255)]),
        ("url(#abcdefgh) #12345", []),
        ("rgb(999999,0,0)", [(255, 0, 0)]),
    ],
)
def test_colours_are_read_in_every_notation(value: str, colours: list[tuple[int, int, int]]) -> None:
    assert find_colours(value) == colours


def test_greys_alone_are_no_palette() -> None:
    styles = read_styles(["body { background: #fff; color: #333 } .btn { background: #000 } a { color: #777 }"])
    assert palette_from_styles(styles) is None


def test_prominent_use_outweighs_frequency() -> None:
    rare = ".a { color: #aa0000 } .b { color: #00aa00 } .c { color: #00aa00 }"
    palette = palette_from_styles(read_styles([rare, ".btn-primary { background: #0000aa }"]))
    assert palette is not None
    assert palette.primary == "#0000aa"


def test_the_order_of_stylesheets_does_not_matter() -> None:
    one, other = ".a { color: #aa0000 }", ".b { color: #0000aa }"
    assert palette_from_styles(read_styles([one, other])) == palette_from_styles(read_styles([other, one]))


def test_a_logo_determines_the_palette() -> None:
    logo = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    draw = ImageDraw.Draw(logo)
    draw.rectangle((0, 0, 150, 100), fill=(31, 77, 58, 255))
    draw.rectangle((150, 0, 200, 100), fill=(232, 161, 58, 255))
    palette = palette_from_logo(logo, read_styles(["body { background: #faf6ef }"]))
    assert palette is not None
    for found, painted in ((palette.primary, (31, 77, 58)), (palette.accent, (232, 161, 58))):
        assert all(abs(a - b) <= 4 for a, b in zip(parse_hex(found), painted, strict=True))
    assert palette.paper == "#faf6ef"
    assert palette_from_logo(Image.new("RGBA", (50, 50), (90, 90, 90, 255)), read_styles([])) is None


@given(st.text())
def test_a_fallback_palette_is_stable_and_has_contrast(name: str) -> None:
    palette = fallback_palette(name)
    assert palette == fallback_palette(f"  {name.upper() if name.isascii() else name}  ")
    assert contrast(parse_hex(palette.primary), (255, 255, 255)) >= 3


def test_fallback_palettes_differ_between_businesses() -> None:
    assert len({fallback_palette(f"Business {number}") for number in range(50)}) > 10


HOSTILE = {
    "braces": "{",
    "declarations": "a{color:#123;",
    "semicolons": ";",
    "comments": "/*",
    "slashes": "/* */",
    "loops": "a{--a:var(--b)var(--b);--b:var(--a)var(--a);color:var(--a)}",
    "functions": "a{color:" + "rgb(" * 140 + "}",
    "fonts": "a{font:" + "1x " * 190 + "}",
    "families": "body{font-family:" + "a " * 290 + "}",
    "selectors": "a," * 190 + "{color:#123456}",
    "numbers": "a{color:rgb(" + "1" * 59 + ")}",
}


@pytest.mark.parametrize("part", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_stylesheet_is_read_in_time(part: str) -> None:
    started = time.process_time()
    read_styles([part * (250_000 // len(part))] * 2)
    assert time.process_time() - started < 4


@given(st.text(alphabet="{};:#,()ab1%-var rgb'\"/*\n", max_size=200))
def test_no_input_raises(sheet: str) -> None:
    palette_from_styles(read_styles([sheet], [sheet]))
