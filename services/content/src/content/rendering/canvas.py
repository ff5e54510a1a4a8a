"""A square canvas: anti-aliased shapes, and texts whose positions are recorded."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from PIL import Image, ImageDraw

from content.rendering.colour import RGB
from content.rendering.design import SIZE
from content.rendering.fonts import CAP_HEIGHT, Face, font
from content.rendering.text import Setting, Style, measure

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""

_SMOOTHING = 4


@dataclass(frozen=True, slots=True)
class PlacedText:
    text: str
    box: Box
    """The bounding box of the glyphs, not of the line."""
    colour: RGB
    size: int


class Canvas:
    def __init__(self, ground: RGB) -> None:
        self.image = Image.new("RGB", (SIZE, SIZE), ground)
        self.texts: list[PlacedText] = []
        self._draw = ImageDraw.Draw(self.image)

    def rectangle(self, box: Box, colour: RGB) -> None:
        left, top, right, bottom = (round(edge) for edge in box)
        self._draw.rectangle((left, top, right - 1, bottom - 1), fill=colour)

    def disc(self, centre: tuple[float, float], radius: float, colour: RGB) -> None:
        """Fill a circle; it may extend beyond the edges."""
        self._paste(disc_mask(round(radius)), centre, colour)

    def ring(self, centre: tuple[float, float], radius: float, thickness: float, colour: RGB) -> None:
        self._paste(ring_mask(round(radius), round(thickness)), centre, colour)

    def pill(self, box: Box, colour: RGB, radius: float | None = None) -> None:
        left, top, right, bottom = (round(edge) for edge in box)
        size = (right - left, bottom - top)
        mask = pill_mask(*size, round(radius if radius is not None else size[1] / 2))
        self.image.paste(colour, (left, top), mask)

    def paste(self, picture: Image.Image, at: tuple[int, int]) -> None:
        self.image.paste(picture, at, picture if picture.mode == "RGBA" else None)

    def line(self, text: str, style: Style, size: int, at: tuple[float, float], colour: RGB) -> float:
        """Draw one line with its baseline starting at `at`; return its width."""
        if not text:
            return 0.0
        face = font(style.face, size)
        x, y = at
        if style.tracking:
            for character, offset in _letters(text, style, size):
                self._draw.text((x + offset, y), character, fill=colour, font=face, anchor="ls")
        else:
            self._draw.text((x, y), text, fill=colour, font=face, anchor="ls")
        left, top, right, bottom = face.getbbox(text, anchor="ls")
        extra = style.tracking * size * (len(text) - 1)
        self.texts.append(PlacedText(text, (x + left, y + top, x + right + extra, y + bottom), colour, size))
        return measure(text, style, size)

    def block(
        self, setting: Setting, at: tuple[float, float], colour: RGB, *, centred_in: float | None = None
    ) -> float:
        """Draw lines with the top of the first line's capitals at `at`; return the last baseline's y."""
        x, top = at
        if not setting.lines:
            return top
        baseline = top + CAP_HEIGHT[setting.style.face] * setting.size
        for number, text in enumerate(setting.lines):
            indent = 0.0
            if centred_in is not None:
                indent = (centred_in - measure(text, setting.style, setting.size)) / 2
            y = baseline + number * setting.line_height
            self.line(text, setting.style, setting.size, (x + indent, y), colour)
        return top + setting.rise

    def glyph(
        self, letter: str, face: Face, size: int, at: tuple[float, float], colour: RGB, *, right_edge: int
    ) -> None:
        """Draw a letter as decoration, clipped at an edge. It is not recorded as a text."""
        layer = Image.new("L", (right_edge, SIZE), 0)
        ImageDraw.Draw(layer).text(at, letter, fill=255, font=font(face, size), anchor="ls")
        self.image.paste(colour, (0, 0), layer)

    def _paste(self, mask: Image.Image, centre: tuple[float, float], colour: RGB) -> None:
        left, top = round(centre[0] - mask.width / 2), round(centre[1] - mask.height / 2)
        self.image.paste(colour, (left, top), mask)


def _letters(text: str, style: Style, size: int) -> list[tuple[str, float]]:
    """Return each letter with its offset, from pair kerning and tracking."""
    face = font(style.face, size)
    letters = [(text[0], 0.0)]
    offset = 0.0
    for one, other in pairwise(text):
        offset += face.getlength(one + other) - face.getlength(other) + style.tracking * size
        letters.append((other, offset))
    return letters


def _smooth(width: int, height: int, shape: str, *, radius: int = 0, thickness: int = 0) -> Image.Image:
    large = Image.new("L", (width * _SMOOTHING, height * _SMOOTHING), 0)
    draw = ImageDraw.Draw(large)
    box = (0, 0, large.width - 1, large.height - 1)
    match shape:
        case "disc":
            draw.ellipse(box, fill=255)
        case "ring":
            draw.ellipse(box, outline=255, width=thickness * _SMOOTHING)
        case _:
            draw.rounded_rectangle(box, radius * _SMOOTHING, fill=255)
    return large.resize((width, height), Image.Resampling.BOX)


# A large anti-aliased shape takes tens of milliseconds, and every image uses the same few sizes.
@lru_cache(maxsize=24)
def disc_mask(radius: int) -> Image.Image:
    return _smooth(radius * 2, radius * 2, "disc")


@lru_cache(maxsize=24)
def ring_mask(radius: int, thickness: int) -> Image.Image:
    return _smooth(radius * 2, radius * 2, "ring", thickness=thickness)


@lru_cache(maxsize=128)
def pill_mask(width: int, height: int, radius: int) -> Image.Image:
    return _smooth(width, height, "pill", radius=radius)
