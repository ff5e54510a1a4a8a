"""A bold statement on a full ground, aligned to the lower edge like a poster."""

from content.rendering.canvas import Canvas
from content.rendering.design import SIZE, PostDesign
from content.rendering.fonts import Face
from content.rendering.marks import FOOT, MARGIN, footer, label
from content.rendering.motifs import Corner, draw_motif, motif_of
from content.rendering.schemes import Scheme
from content.rendering.text import Style, fit, headline_sizes

_HEADLINE = Style(Face.SANS_BLACK, tracking=-0.012, leading=1.0)
_SUBLINE = Style(Face.SANS, leading=1.34)
_WIDTH = SIZE - 2 * MARGIN
_TEXT_BOTTOM = FOOT - 128


def draw_statement(canvas: Canvas, design: PostDesign, scheme: Scheme, variant: int) -> None:
    corner = (Corner.TOP_RIGHT, Corner.RIGHT)[variant]
    draw_motif(canvas, motif_of(design.business_name), corner.value, scheme.decor, radius=430)
    if design.label:
        canvas.rectangle((MARGIN, MARGIN, MARGIN + 64, MARGIN + 8), scheme.accent)
        label(canvas, design, (MARGIN, MARGIN + 58), scheme.ink)

    subline = fit(design.subline, _SUBLINE, width=_WIDTH * 0.86, height=200, sizes=(44, 34), max_lines=4)
    below = subline.height + 60 if subline.lines else 0
    headline_bottom = _TEXT_BOTTOM - below
    sizes = headline_sizes(design.headline, (148, 58))
    headline = fit(
        design.headline,
        _HEADLINE,
        width=_WIDTH,
        height=headline_bottom - MARGIN - 130,
        sizes=sizes,
        max_lines=6,
    )
    top = headline_bottom - headline.rise
    bottom = canvas.block(headline, (MARGIN, top), scheme.ink)
    canvas.block(subline, (MARGIN, bottom + 66), scheme.muted)
    footer(canvas, design, scheme)
