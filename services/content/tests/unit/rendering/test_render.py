import io
import math
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from content.rendering.canvas import Canvas
from content.rendering.colour import RGB, TEXT_CONTRAST, contrast, parse_hex
from content.rendering.design import SIZE, Palette, PostDesign
from content.rendering.marks import MARGIN
from content.rendering.render import compose, render
from content.rendering.text import Style
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

GREEN = Palette(primary="#1f4d3a", accent="#e8a13a", paper="#faf6ef")
ORANGE = Palette(primary="#e4572e", accent="#17bebb")
MONTH = 20

HEX = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
PALETTES = st.builds(Palette, primary=HEX, accent=HEX, paper=HEX, ink=HEX)
VOCABULARY = "A 5 20% the pão Whānau! wonderfully Rindfleischetikettierung “so” 🎉 —"
WORDS = st.lists(st.sampled_from(VOCABULARY.split()), max_size=20)
SENTENCES = WORDS.map(" ".join)
DESIGNS = st.builds(
    PostDesign,
    headline=SENTENCES,
    subline=SENTENCES,
    label=st.sampled_from(["", "TIP", "Promo", "Did you know that", "x" * 200]),
    business_name=st.sampled_from(["Riverside Physio", "The Family Business of Wellington and Sons", "日本整体"]),
    domain=st.sampled_from(["example.com", "a-very-long-domain-for-a-small-business.co.nz", "w" * 300]),
    palette=PALETTES,
    index=st.integers(0, 40),
)


def design(**changes: Any) -> PostDesign:
    fields = {
        "headline": "Three stretches before your first coffee",
        "subline": "They take four minutes.",
        "label": "TIP",
        "business_name": "Riverside Physio",
        "domain": "riversidephysio.co.nz",
        "palette": GREEN,
    }
    return PostDesign.model_validate(fields | changes)


def logo(colour: tuple[int, ...], *, wide: bool = False) -> bytes:
    image = Image.new("RGBA", (400, 160))
    ImageDraw.Draw(image).ellipse((20, 20, 380 if wide else 140, 140), fill=colour)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


class Auditor(Canvas):
    """Records the pixels under each text before it is drawn."""

    least: float = math.inf

    def line(self, text: str, style: Style, size: int, at: tuple[float, float], colour: RGB) -> float:
        before = self.image.copy()
        width = super().line(text, style, size, at, colour)
        if text:
            left, top, right, bottom = (round(edge) for edge in self.texts[-1].box)
            under = before.crop((left, top, right, bottom)).getcolors(SIZE * SIZE) or []
            # Anti-aliased edges mix two colours; real grounds cover at least one hundredth each.
            area = sum(count for count, _ in under)
            for count, ground in under:
                if count * 100 >= area:
                    assert isinstance(ground, tuple)
                    self.audited(contrast(colour, (ground[0], ground[1], ground[2])))
        return width

    def audited(self, ratio: float) -> None:
        assert ratio >= TEXT_CONTRAST


def test_both_files_are_square_rgb_images_within_instagrams_limits() -> None:
    picture = render(design())
    for data, form in ((picture.png, "PNG"), (picture.jpeg, "JPEG")):
        image = Image.open(io.BytesIO(data))
        assert (image.format, image.mode, image.size) == (form, "RGB", (1080, 1080))
        assert "progressive" not in image.info
        assert "icc_profile" not in image.info  # no profile means sRGB
    assert len(picture.jpeg) < 8_000_000
    assert (picture.width, picture.height) == (1080, 1080)


@pytest.mark.parametrize("index", range(5))
def test_equal_designs_render_to_equal_bytes(index: int) -> None:
    one, other = render(design(index=index)), render(design(index=index))
    assert one == other
    assert (one.png_sha256, one.jpeg_sha256) == (other.png_sha256, other.jpeg_sha256)


def test_the_images_of_a_month_differ_even_with_the_same_text() -> None:
    pictures = [compose(design(index=index)).image.tobytes() for index in range(MONTH)]
    assert len(set(pictures)) == MONTH
    assert all(one != other for one, other in pairwise(pictures))


@given(DESIGNS)
@settings(max_examples=25, deadline=None)
def test_texts_stay_within_the_margins_and_are_readable(drawn: PostDesign) -> None:
    composition = compose(drawn, Auditor)
    for text in composition.texts:
        left, top, right, bottom = text.box
        assert left >= MARGIN - 12, text
        assert top >= MARGIN - 24, text
        assert right <= SIZE - MARGIN + 12, text
        assert bottom <= SIZE - MARGIN + 16, text


@given(DESIGNS)
@settings(max_examples=20, deadline=None)
def test_texts_do_not_overlap(drawn: PostDesign) -> None:
    texts = compose(drawn).texts
    for number, one in enumerate(texts):
        for other in texts[number + 1 :]:
            across = min(one.box[2], other.box[2]) - max(one.box[0], other.box[0])
            down = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
            # An ascender may reach between the descenders of the line above, as in any tight headline.
            assert across <= 0 or down <= 0.3 * min(one.size, other.size), (one, other)


@pytest.mark.parametrize("palette", [GREEN, ORANGE])
@pytest.mark.parametrize("index", [0, 2, 4, 6, 7, 9])
def test_the_brands_colour_covers_a_large_area(palette: Palette, index: int) -> None:
    colours = compose(design(palette=palette, index=index)).image.getcolors(SIZE * SIZE) or []
    covered = {colour: count for count, colour in colours}
    assert covered.get(parse_hex(palette.primary), 0) > 0.1 * SIZE * SIZE


def test_every_text_is_drawn() -> None:
    for index in range(MONTH):
        shown = " ".join(text.text for text in compose(design(index=index, headline="5 good reasons")).texts)
        for word in ("5", "good", "reasons", "TIP", "They", "minutes.", "Riverside", "riversidephysio.co.nz"):
            assert word in shown


def test_a_wide_logo_replaces_the_name_and_a_square_one_stands_beside_it() -> None:
    wide, mark = logo((255, 0, 255, 255), wide=True), logo((255, 0, 255, 255))
    for picture, shows_name in ((wide, False), (mark, True)):
        drawn = compose(design(logo=picture))
        assert ("Riverside Physio" in [text.text for text in drawn.texts]) is shows_name
        assert (255, 0, 255) in {colour for _, colour in drawn.image.getcolors(SIZE * SIZE) or []}


def test_rendering_is_thread_safe() -> None:
    designs = [design(index=index, headline=f"Reason {index} to come in") for index in range(12)]
    alone = [compose(each).image.tobytes() for each in designs]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda each: compose(each).image.tobytes(), designs))
    assert together == alone


@pytest.mark.parametrize("index", range(5))
@pytest.mark.parametrize("colour", [(31, 77, 58), (255, 255, 255), (0, 0, 0)])
def test_a_logo_without_contrast_gets_a_chip(colour: RGB, index: int) -> None:
    with_logo = compose(design(logo=logo((*colour, 255)), index=index)).image
    without = compose(design(logo=logo((0, 0, 0, 0)), index=index)).image
    # Some pixel of the logo must have contrast to its surroundings.
    area = with_logo.crop((0, 860, SIZE, 1040)).getcolors(SIZE * SIZE) or []
    present = [shade[:3] for count, shade in area if count > 500 and isinstance(shade, tuple)]
    assert without.size == with_logo.size
    assert any(contrast(colour, (red, green, blue)) >= 1.8 for red, green, blue in present)


@pytest.mark.parametrize("broken", [b"", b"GIF89a", b"<svg/>", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50])
def test_an_unreadable_logo_falls_back_to_the_name(broken: bytes) -> None:
    assert "Riverside Physio" in [text.text for text in compose(design(logo=broken)).texts]


def test_a_logo_with_too_many_pixels_is_ignored() -> None:
    file = io.BytesIO()
    Image.new("1", (8_000, 8_000)).save(file, "PNG")
    assert "Riverside Physio" in [text.text for text in compose(design(logo=file.getvalue())).texts]
