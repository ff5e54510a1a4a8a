"""Nothing that a picture places lies on anything else: every text and mark is measured before it is drawn."""

import io
from itertools import combinations, product

import pytest
from content.rendering.canvas import Box, Canvas
from content.rendering.design import SIZE, Palette, PostDesign
from content.rendering.render import compose
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

LAYOUTS = 20
CHIP = 14
"""Around a logo."""

LONG_HEADLINE = "Seven things that a winter of wet gravel roads does to the bearings of an ordinary commuter bicycle"
NAMES = ("Ora", "Schreinerei und Innenausbau Kowalczyk-Vandenberghe & Töchter")
DOMAINS = ("ora.example", "schreinerei-und-innenausbau-kowalczyk-vandenberghe.example", "w" * 90 + ".example")


class Recorder(Canvas):
    """Records where logos are, with the chip around them."""

    def __init__(self, ground: tuple[int, int, int]) -> None:
        super().__init__(ground)
        self.marks: list[Box] = []
        recorded.append(self)

    def paste(self, picture: Image.Image, at: tuple[int, int]) -> None:
        super().paste(picture, at)
        left, top = at
        self.marks.append((left - CHIP, top - CHIP, left + picture.width + CHIP, top + picture.height + CHIP))


recorded: list[Recorder] = []


def logo(width: int, height: int) -> bytes:
    """Return a logo without transparency: it always gets a chip."""
    image = Image.new("RGB", (width, height), (250, 240, 220))
    ImageDraw.Draw(image).ellipse((4, 4, width - 4, height - 4), fill=(120, 30, 60))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


LOGOS = {"none": None, "square": logo(300, 300), "wide": logo(900, 200), "tall": logo(120, 480), "1.7": logo(510, 300)}


def overlaps(design: PostDesign) -> list[str]:
    """Return what lies on something else or beyond the edge."""
    texts = compose(design, Recorder).texts
    placed = [(f"{text.text[:30]!r} ({text.size})", text.box, (text.size, text.colour)) for text in texts]
    placed += [("logo", box, (0, (0, 0, 0))) for box in recorded.pop().marks]
    found = [
        f"{one} on {other}"
        for (one, box, kind), (other, other_box, other_kind) in combinations(placed, 2)
        # Lines of one text may touch: a g above an l.
        if kind != other_kind and meet(box, other_box)
    ]
    return found + [name for name, box, _ in placed if min(box[:2]) < 0 or max(box[2:]) > SIZE]


def meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def design_of(index: int, *, name: str, domain: str, mark: bytes | None, headline: str, subline: str) -> PostDesign:
    return PostDesign(
        headline=headline,
        subline=subline,
        label="Offer",
        business_name=name,
        domain=domain,
        palette=Palette(primary="#7a2e2a", accent="#e6b566"),
        logo=mark,
        index=index,
    )


@pytest.mark.parametrize("mark", LOGOS)
@pytest.mark.parametrize("index", range(LAYOUTS))
def test_no_layout_draws_one_thing_over_another(index: int, mark: str) -> None:
    for name, domain in product(NAMES, DOMAINS):
        drawn = design_of(
            index,
            name=name,
            domain=domain,
            mark=LOGOS[mark],
            headline=LONG_HEADLINE,
            subline=f"{LONG_HEADLINE}, or so.",
        )
        assert overlaps(drawn) == [], (name, domain)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, LAYOUTS - 1),
    st.lists(
        st.sampled_from(["A", "of", "Überlandwerk", "the", "whānau", "20%", "Rindfleischetikettierung", "gyp"]),
        max_size=25,
    ),
    st.integers(10, 700),
    st.integers(1, 80),
)
def test_whatever_the_texts_and_the_shape_of_the_logo(index: int, words: list[str], width: int, letters: int) -> None:
    text = " ".join(words)
    drawn = design_of(
        index, name=text or "A", domain="w" * letters, mark=logo(width + 10, 200), headline=text, subline=text
    )
    assert overlaps(drawn) == []
