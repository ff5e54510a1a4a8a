"""Centred serif inside a thin frame, like an invitation."""

from content.rendering.canvas import Canvas
from content.rendering.design import SIZE, PostDesign
from content.rendering.fonts import Face
from content.rendering.marks import LABEL_SIZE, MARGIN, centred_footer, label, label_width
from content.rendering.schemes import Scheme
from content.rendering.text import Style, fit, headline_sizes

_HEADLINE = Style(Face.SERIF, tracking=-0.008, leading=1.12)
_SUBLINE = Style(Face.SANS, leading=1.4)
_INSET, _LINE = 44, 3
_SIDE = 140
_WIDTH = SIZE - 2 * _SIDE


def draw_centred(canvas: Canvas, design: PostDesign, scheme: Scheme, variant: int) -> None:
    _frame(canvas, scheme, rounded=variant == 1)
    label_baseline = MARGIN + 72
    label(canvas, design, ((SIZE - label_width(design)) / 2, label_baseline), scheme.accent_text)
    centred_footer(canvas, design, scheme)

    subline = fit(design.subline, _SUBLINE, width=_WIDTH * 0.84, height=200, sizes=(40, 32), max_lines=4)
    top, bottom = label_baseline + LABEL_SIZE + 30, SIZE - 270
    gap = 78 if subline.lines else 0
    room = bottom - top - subline.height - gap
    sizes = headline_sizes(design.headline, (112, 52))
    headline = fit(
        design.headline,
        _HEADLINE,
        width=_WIDTH,
        height=room,
        sizes=sizes,
        max_lines=7,
    )
    used = headline.height + gap + subline.height
    start = top + (bottom - top - used) / 2
    baseline = canvas.block(headline, (_SIDE, start), scheme.ink, centred_in=_WIDTH)
    left = (SIZE - _WIDTH * 0.84) / 2
    if subline.lines:
        canvas.block(subline, (left, baseline + gap), scheme.muted, centred_in=_WIDTH * 0.84)


def _frame(canvas: Canvas, scheme: Scheme, *, rounded: bool) -> None:
    inner = _INSET + _LINE
    radius = 36 if rounded else 0
    canvas.pill((_INSET, _INSET, SIZE - _INSET, SIZE - _INSET), scheme.accent, radius=radius)
    canvas.pill((inner, inner, SIZE - inner, SIZE - inner), scheme.ground, radius=max(radius - _LINE, 0))
