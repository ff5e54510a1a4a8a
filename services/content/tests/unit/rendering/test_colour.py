import pytest
from content.rendering.colour import (
    GRAPHIC_CONTRAST,
    TEXT_CONTRAST,
    contrast,
    luminance,
    parse_hex,
    readable,
    to_hex,
    to_oklch,
    with_lightness,
)
from content.rendering.design import Palette
from content.rendering.schemes import Mood, scheme
from hypothesis import example, given
from hypothesis import strategies as st

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)
HEX = COLOURS.map(to_hex)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#ffffff", "#000000", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
        ("#123456", "#123456", 1),
    ],
)
def test_contrast_follows_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(parse_hex(one), parse_hex(other)) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("text", ["", "#fff", "red", "#12345g", "rgb(1,2,3)", "#1234567"])
def test_what_is_not_a_hex_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="colour"):
        parse_hex(text)


@given(COLOURS)
def test_hex_colours_round_trip(colour: tuple[int, int, int]) -> None:
    assert parse_hex(to_hex(colour)) == colour


@given(wanted=COLOURS, ground=COLOURS)
def test_a_readable_colour_exists_for_every_ground(wanted: tuple[int, int, int], ground: tuple[int, int, int]) -> None:
    found = readable(wanted, (ground,))
    assert contrast(found, ground) >= TEXT_CONTRAST
    assert found == wanted or contrast(wanted, ground) < TEXT_CONTRAST


@given(colour=COLOURS, lightness=st.floats(0, 1))
def test_with_lightness_returns_the_requested_lightness(colour: tuple[int, int, int], lightness: float) -> None:
    relative = with_lightness(colour, lightness)
    assert to_oklch(relative)[0] == pytest.approx(
        lightness, abs=0.07
    )  # near black one step of eight bits is that large


@given(primary=HEX, accent=HEX, paper=HEX, mood=st.sampled_from(Mood))
@example(primary="#777777", accent="#777777", paper="#777777", mood=Mood.VIVID)
@example(primary="#767676", accent="#ffffff", paper="#ffffff", mood=Mood.VIVID)
@example(primary="#000000", accent="#000000", paper="#000000", mood=Mood.DEEP)
@example(primary="#ffffff", accent="#ffffff", paper="#ffffff", mood=Mood.PAPER)
@example(primary="#ffff00", accent="#00ff00", paper="#d0d0d0", mood=Mood.PAPER)
def test_every_palette_yields_readable_colours(primary: str, accent: str, paper: str, mood: Mood) -> None:
    found = scheme(Palette(primary=primary, accent=accent, paper=paper), mood)
    for text in (found.ink, found.muted, found.accent_text):
        for ground in (found.ground, found.decor):
            assert contrast(text, ground) >= TEXT_CONTRAST
    for panel in (found.brand, found.brand_decor):
        assert contrast(found.on_brand, panel) >= TEXT_CONTRAST
    assert contrast(found.accent, found.ground) >= GRAPHIC_CONTRAST
    assert luminance(found.ground) >= 0
