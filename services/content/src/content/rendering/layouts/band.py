"""A block in the brand's colour with the headline, above a band with the subline."""

from content.rendering.canvas import Canvas
from content.rendering.colour import RGB
from content.rendering.design import SIZE, PostDesign
from content.rendering.fonts import Face
from content.rendering.marks import FOOT, LABEL_SIZE, MARGIN, footer, label, label_width
from content.rendering.motifs import draw_motif, motif_of
from content.rendering.schemes import Scheme
from content.rendering.text import Style, fit, headline_sizes

_HEADLINE = Style(Face.SANS_BLACK, tracking=-0.012, leading=1.02)
_SUBLINE = Style(Face.SANS, leading=1.36)
_WIDTH = SIZE - 2 * MARGIN
_TALL = 812


def draw_band(canvas: Canvas, design: PostDesign, scheme: Scheme, variant: int) -> None:
    subline = fit(design.subline, _SUBLINE, width=_WIDTH, height=170, sizes=(42, 34), max_lines=3)
    edge = round(FOOT - 190 - subline.height) if subline.lines else _TALL
    canvas.rectangle((0, 0, SIZE, edge), scheme.brand)
    centre = ((SIZE - 120, edge - 30), (SIZE - 40, 150))[variant]
    draw_motif(canvas, motif_of(design.business_name), centre, scheme.brand_decor, radius=300)
    canvas.rectangle((0, edge, SIZE, SIZE), scheme.ground)
    _badge(canvas, design, scheme.on_brand, scheme.brand)

    top = MARGIN + 130
    sizes = headline_sizes(design.headline, (132, 56))
    headline = fit(
        design.headline,
        _HEADLINE,
        width=_WIDTH,
        height=edge - 84 - top,
        sizes=sizes,
        max_lines=6,
    )
    start = edge - 84 - headline.rise
    canvas.block(headline, (MARGIN, start), scheme.on_brand)
    canvas.block(subline, (MARGIN, edge + 68), scheme.ink)
    footer(canvas, design, scheme)


def _badge(canvas: Canvas, design: PostDesign, fill: RGB, ink: RGB) -> None:
    if not design.label:
        return
    width = label_width(design)
    canvas.pill((MARGIN, MARGIN - 8, MARGIN + width + 56, MARGIN + 52), fill)
    label(canvas, design, (MARGIN + 28, MARGIN + 22 + LABEL_SIZE * 0.34), ink)
