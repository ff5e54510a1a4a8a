"""The colours of CSS values."""

import math

import pytest
import tinycss2
from content.clients.website.css_colours import Tokens, colours_of, find_colours, substituted
from content.rendering.colour import RGB, to_oklch
from hypothesis import given
from hypothesis import strategies as st


def tokens(value: str) -> Tokens:
    found: Tokens = tinycss2.parse_component_value_list(value)
    return found


def resolved(value: str, **variables: str) -> list[RGB] | None:
    lookup = {f"--{name}": tokens(text) for name, text in variables.items()}
    found = substituted(tokens(value), lookup.get)
    return None if found is None else colours_of(found)


@pytest.mark.parametrize(
    ("value", "colours"),
    [
        ("#fff", [(255, 255, 255)]),
        ("#1f4D3A80 #1f4d3aff", [(31, 77, 58)]),
        ("rgb(31, 77, 58)", [(31, 77, 58)]),
        ("rgba(31 77 58 / 90%)", [(31, 77, 58)]),
        ("rgb(29 104 52 / 1)", [(29, 104, 52)]),
        ("RGB(29 104 52)", [(29, 104, 52)]),
        ("rgb(100%, 0%, 50%)", [(255, 0, 128)]),
        ("rgba(0,0,0,.2)", []),
        ("hsl(155deg, 43%, 21%)", [(31, 77, 57)]),
        ("hsl(155 43% 21% / 1)", [(31, 77, 57)]),
        ("hsl(0.5turn 100% 25%)", [(0, 128, 128)]),
        ("hwb(90 10% 10%)", [(128, 230, 26)]),
        ("seagreen", [(46, 139, 87)]),
        ("SeaGreen url(x.png) no-repeat", [(46, 139, 87)]),
        ("rebeccapurple", [(102, 51, 153)]),
        ("oklch(100% 0 0)", [(255, 255, 255)]),
        ("color(srgb 1 0 0.5)", [(255, 0, 128)]),
        ("color-mix(in srgb, red, blue)", [(128, 0, 128)]),
        ("color-mix(in srgb, red 25%, blue)", [(64, 0, 191)]),
        ("color-mix(in srgb, red 10%, transparent)", []),
        ("light-dark(#1d6834, #00e5ff)", [(29, 104, 52)]),
        ("linear-gradient(90deg, #000000 0%, #ffffff 80%)", [(0, 0, 0), (255, 255, 255)]),
        ("url(#abcdefgh) #12345", []),
        ("rgb(999999,0,0)", [(255, 0, 0)]),
        ("CanvasText", []),
        ("currentcolor", []),
        ("transparent", []),
        ("inherit", []),
        ("none", []),
        ("rgb()", []),
        ("color()", []),
        ("oklch()", []),
    ],
)
def test_colours_are_read_in_every_notation(value: str, colours: list[RGB]) -> None:
    assert find_colours(value) == colours


@pytest.mark.parametrize(
    ("value", "near"),
    [
        ("oklch(52.7% .154 150)", (0, 130, 54)),
        ("oklch(0.527 0.154 150deg / 100%)", (0, 130, 54)),
        ("lab(40% 56 39)", (172, 29, 39)),
        ("lch(40% 68 35)", (172, 29, 39)),
        ("oklab(0.527 -0.133 0.077)", (0, 130, 54)),
        ("color(display-p3 0.2 0.4 0.25)", (26, 104, 60)),
    ],
)
def test_wide_colour_spaces_are_fitted_into_srgb(value: str, near: RGB) -> None:
    [found] = find_colours(value)
    (l1, c1, h1), (l2, c2, h2) = to_oklch(found), to_oklch(near)
    assert math.dist((l1, c1 * math.cos(h1), c1 * math.sin(h1)), (l2, c2 * math.cos(h2), c2 * math.sin(h2))) < 0.02


def test_a_variable_has_its_value_before_its_fallback() -> None:
    assert resolved("var(--main, #ff0000)", main="#123f8a") == [(18, 63, 138)]
    assert resolved("var( --main )", main="var(--other)", other="#123f8a") == [(18, 63, 138)]
    assert resolved("rgb(29 104 52 / var(--tw-bg-opacity, 1))") == [(29, 104, 52)]
    assert resolved("rgba(var(--rgb), .9)", rgb="29, 104, 52") == [(29, 104, 52)]


def test_a_fallback_counts_only_without_a_value() -> None:
    assert resolved("var(--main, #ff0000)") == [(255, 0, 0)]
    assert resolved("var(--main, var(--other, #ff0000))") == [(255, 0, 0)]
    assert resolved("var(--main)") is None
    assert resolved("var(--main, red)", main="var(--gone)") == [(255, 0, 0)]


def test_variables_that_refer_to_each_other_have_no_value() -> None:
    assert resolved("var(--a)", a="var(--b) var(--b)", b="var(--a) var(--a)") is None
    assert resolved("var(--a, #123456)", a="var(--a)") is None or resolved("var(--a)", a="var(--a)") is None


@given(st.text(alphabet="(),/#%ab1.-_ varoklchgb\"'\\", max_size=60))
def test_no_value_raises(value: str) -> None:
    find_colours(value)


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_each_notation_of_a_colour_is_the_same_colour(red: int, green: int, blue: int) -> None:
    notations = (f"#{red:02x}{green:02X}{blue:02x}", f"rgb({red},{green},{blue})", f"rgb({red} {green} {blue} / 100%)")
    assert [find_colours(each) for each in notations] == [[(red, green, blue)]] * 3
