"""A panel in the brand's colour beside the text, with the headline's leading number or the brand's initial."""

import re

from content.rendering.canvas import Canvas
from content.rendering.characters import clean
from content.rendering.design import SIZE, PostDesign
from content.rendering.fonts import Face
from content.rendering.marks import FOOT, MARGIN, footer, label
from content.rendering.schemes import Scheme
from content.rendering.text import Style, fit, headline_sizes

_NARROW, _WIDE = 300, 452
_FIGURE_WIDTH = _WIDE - MARGIN - 44
_HEADLINE = Style(Face.SANS_BOLD, tracking=-0.008, leading=1.06)
_SUBLINE = Style(Face.SANS, leading=1.38)
_FIGURE = Style(Face.SANS_BLACK, tracking=-0.02, leading=1.0)
_INITIAL = Face.SERIF_BOLD
_INITIAL_SIZE = 760
_LEADING_NUMBER = re.compile(r"(\d{1,3}\s?[%+]?)\s+(\S.*)", re.DOTALL)


def draw_split(canvas: Canvas, design: PostDesign, scheme: Scheme, variant: int) -> None:
    figure, text = _leading_number(design.headline)
    panel = _WIDE if figure else _NARROW
    left = panel + 68
    width = SIZE - MARGIN - left
    canvas.rectangle((0, 0, panel, SIZE), scheme.brand)
    if not figure:
        _draw_initial(canvas, design, scheme, panel, variant)
    canvas.rectangle((left, MARGIN, left + 64, MARGIN + 8), scheme.accent)
    label(canvas, design, (left, MARGIN + 62), scheme.ink, width=width)

    subline = fit(design.subline, _SUBLINE, width=width, height=280, sizes=(40, 32), max_lines=5)
    top, bottom = MARGIN + 130, FOOT - 150
    gap = 64 if subline.lines else 0
    sizes = headline_sizes(text, (104, 46))
    headline = fit(
        text,
        _HEADLINE,
        width=width,
        height=bottom - top - gap - subline.height,
        sizes=sizes,
        max_lines=7,
    )
    used = headline.height + gap + subline.height
    start = top + (bottom - top - used) * 0.45
    if figure:
        setting = fit(figure, _FIGURE, width=_FIGURE_WIDTH, height=500, sizes=(440, 90), max_lines=1)
        canvas.block(setting, (MARGIN, start), scheme.on_brand)
    baseline = canvas.block(headline, (left, start), scheme.ink)
    canvas.block(subline, (left, baseline + gap), scheme.muted)
    footer(canvas, design, scheme, left=left)


def _leading_number(headline: str) -> tuple[str, str]:
    match = _LEADING_NUMBER.fullmatch(headline.strip())
    return (match.group(1).replace(" ", ""), match.group(2)) if match else ("", headline)


def _draw_initial(canvas: Canvas, design: PostDesign, scheme: Scheme, panel: int, variant: int) -> None:
    """Draw the first letter of the name as a large subtle shape, clipped at the panel's edges."""
    name = clean(design.business_name, _INITIAL)
    if name:
        baseline = (SIZE + 40, 520)[variant]
        letter, at = name[0].upper(), (panel * 0.12, baseline)
        canvas.glyph(letter, _INITIAL, _INITIAL_SIZE, at, scheme.brand_decor, right_edge=panel)
