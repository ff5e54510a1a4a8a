"""The layouts. Each draws a design on a canvas in one mood."""

from collections.abc import Callable
from dataclasses import dataclass

from content.rendering.canvas import Canvas
from content.rendering.design import PostDesign
from content.rendering.layouts.band import draw_band
from content.rendering.layouts.centred import draw_centred
from content.rendering.layouts.editorial import draw_editorial
from content.rendering.layouts.split import draw_split
from content.rendering.layouts.statement import draw_statement
from content.rendering.schemes import Mood, Scheme

Draw = Callable[[Canvas, PostDesign, Scheme, int], None]
"""Canvas, design, colours, and the variant of the layout: 0 or 1."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    draw: Draw
    mood: Mood
    variant: int


_MONTH: tuple[tuple[Draw, tuple[Mood, ...]], ...] = (
    (draw_statement, (Mood.VIVID, Mood.DEEP, Mood.PAPER)),
    (draw_editorial, (Mood.PAPER, Mood.VIVID, Mood.DEEP)),
    (draw_split, (Mood.PAPER, Mood.DEEP)),
    (draw_centred, (Mood.DEEP, Mood.PAPER, Mood.VIVID)),
    (draw_band, (Mood.PAPER, Mood.DEEP)),
)


def arrangement(index: int) -> Arrangement:
    """Return the arrangement of a position: consecutive posts differ in layout, a repeated layout in mood or variant.

    The arrangements of twenty posts, the most that a plan includes in a month, are all different.
    """
    turn, position = divmod(index, len(_MONTH))
    draw, moods = _MONTH[position]
    return Arrangement(draw, moods[turn % len(moods)], turn // len(moods) % 2)
