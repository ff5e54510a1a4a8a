"""Like a magazine page: serif headline at the top, white space, one subtle shape below."""

from content.rendering.canvas import Canvas
from content.rendering.design import SIZE, PostDesign
from content.rendering.fonts import Face
from content.rendering.marks import FOOT, MARGIN, footer, label
from content.rendering.motifs import Corner, draw_motif, motif_of
from content.rendering.schemes import Scheme
from content.rendering.text import Style, fit, headline_sizes

_HEADLINE = Style(Face.SERIF_BOLD, tracking=-0.01, leading=1.08)
_SUBLINE = Style(Face.SANS, leading=1.4)
_WIDTH = SIZE - 2 * MARGIN
_TOP = MARGIN + 112


def draw_editorial(canvas: Canvas, design: PostDesign, scheme: Scheme, variant: int) -> None:
    centre = (Corner.BOTTOM_RIGHT.value, (SIZE - 250, SIZE + 60))[variant]
    draw_motif(canvas, motif_of(design.business_name), centre, scheme.decor, radius=330)
    label(canvas, design, (MARGIN, MARGIN + 20), scheme.ink)
    canvas.rectangle((MARGIN, MARGIN + 52, SIZE - MARGIN, MARGIN + 55), scheme.accent)

    subline = fit(design.subline, _SUBLINE, width=_WIDTH * 0.8, height=220, sizes=(42, 34), max_lines=4)
    room = FOOT - 110 - _TOP - (subline.height + 64 if subline.lines else 0)
    sizes = headline_sizes(design.headline, (124, 54))
    headline = fit(
        design.headline,
        _HEADLINE,
        width=_WIDTH,
        height=room,
        sizes=sizes,
        max_lines=7,
    )
    bottom = canvas.block(headline, (MARGIN, _TOP), scheme.ink)
    canvas.block(subline, (MARGIN, bottom + 74), scheme.muted)
    footer(canvas, design, scheme)
