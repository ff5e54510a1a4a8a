"""Subtle shapes behind the text. Each brand has one motif, so its posts look consistent."""

from enum import Enum
from hashlib import sha256

from content.rendering.canvas import Canvas
from content.rendering.colour import RGB
from content.rendering.design import SIZE


class Motif(Enum):
    DISC = "one large disc"
    RINGS = "two rings around one centre"
    STEPS = "overlapping discs"


class Corner(Enum):
    TOP_RIGHT = (SIZE - 70, 90)
    BOTTOM_RIGHT = (SIZE - 60, SIZE - 130)
    TOP_LEFT = (70, 60)
    RIGHT = (SIZE + 20, 470)


def motif_of(business_name: str) -> Motif:
    motifs = list(Motif)
    return motifs[sha256(business_name.encode()).digest()[0] % len(motifs)]


def draw_motif(canvas: Canvas, motif: Motif, centre: tuple[float, float], colour: RGB, *, radius: float = 400) -> None:
    x, y = centre
    match motif:
        case Motif.DISC:
            canvas.disc((x, y), radius, colour)
        case Motif.RINGS:
            canvas.ring((x, y), radius, radius * 0.17, colour)
            canvas.ring((x, y), radius * 0.62, radius * 0.17, colour)
        case Motif.STEPS:
            canvas.disc((x, y), radius * 0.72, colour)
            canvas.disc((x - radius * 0.95, y - radius * 0.3), radius * 0.3, colour)
