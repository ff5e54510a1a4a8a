"""The label above the headline, and the footer with logo or name and domain."""

from functools import lru_cache

from PIL import Image

from content.rendering.canvas import Canvas
from content.rendering.colour import RGB, WHITE, contrast, with_lightness
from content.rendering.design import SIZE, PostDesign
from content.rendering.fonts import Face
from content.rendering.images import open_image
from content.rendering.schemes import Scheme
from content.rendering.text import Style, measure, shorten

MARGIN = 88
"""The margin around every text, in pixels."""

FOOT = SIZE - MARGIN
"""Baseline of the footer."""

LABEL = Style(Face.SANS_BOLD, tracking=0.14)
WORDMARK = Style(Face.SANS_BOLD)
DOMAIN = Style(Face.SANS, tracking=0.01)

LABEL_SIZE = 28
_WORDMARK_SIZE, _DOMAIN_SIZE = 34, 28
_LOGO_WIDTH, _LOGO_HEIGHT = 260, 68
_LOW_LOGO_HEIGHT = 44
_LINES = 44
"""Between the baselines of name and domain."""
_CHIP_PADDING = 14
_GAP = 40
# A logo with at least this aspect ratio contains the name; a squarer one gets the name beside it.
_WIDE_LOGO = 1.8
_MAX_LOGO_PIXELS = 4_000_000
_LOGO_CONTRAST = 2.2
# With less a chip is no better than the ground itself.
_CHIP_CONTRAST = 1.3


def label(canvas: Canvas, design: PostDesign, at: tuple[float, float], colour: RGB, *, width: float = 520) -> None:
    """Draw the label in tracked capitals; `at` is the start of its baseline."""
    canvas.line(label_text(design, width), LABEL, LABEL_SIZE, at, colour)


def label_text(design: PostDesign, width: float = 520) -> str:
    return shorten(design.label.upper(), LABEL, LABEL_SIZE, width)


def label_width(design: PostDesign, width: float = 520) -> float:
    return measure(label_text(design, width), LABEL, LABEL_SIZE)


def footer(
    canvas: Canvas, design: PostDesign, scheme: Scheme, *, left: float = MARGIN, right: float = SIZE - MARGIN
) -> None:
    """Draw logo or name on the left and the domain on the right; what is too wide for one line takes two."""
    width = right - left
    logo = fitted_logo(design.logo, min(_LOGO_WIDTH, int(width) - 2 * _CHIP_PADDING)) if design.logo else None
    if logo is not None and logo.width >= logo.height * _WIDE_LOGO:
        _wide_logo_footer(canvas, design, scheme, logo, left=left, right=right)
        return
    mark_width = logo.width + 3 * _CHIP_PADDING if logo else 0
    name, domain = (text(design, width - mark_width) for text in (_wordmark, _domain))
    domain_width = measure(domain, DOMAIN, _DOMAIN_SIZE)
    beside = not domain or mark_width + measure(name, WORDMARK, _WORDMARK_SIZE) + _GAP + domain_width <= width
    if logo is not None:
        # Beside two lines it stands in their middle.
        _place_logo(canvas, logo, scheme, FOOT - (12 if beside else _LINES / 2 + 10), left=left)
    text_left = left + mark_width
    canvas.line(name, WORDMARK, _WORDMARK_SIZE, (text_left, FOOT if beside else FOOT - _LINES), scheme.ink)
    canvas.line(domain, DOMAIN, _DOMAIN_SIZE, (right - domain_width if beside else text_left, FOOT), scheme.muted)


def _wide_logo_footer(
    canvas: Canvas, design: PostDesign, scheme: Scheme, logo: Image.Image, *, left: float, right: float
) -> None:
    """Draw a logo that contains the name, with the domain beside it or below."""
    domain = _domain(design, right - left)
    domain_width = measure(domain, DOMAIN, _DOMAIN_SIZE)
    if logo.width + 2 * _CHIP_PADDING + _GAP + domain_width <= right - left:
        _place_logo(canvas, logo, scheme, FOOT - 12, left=left)
        canvas.line(domain, DOMAIN, _DOMAIN_SIZE, (right - domain_width, FOOT), scheme.muted)
        return
    logo = logo.copy()  # it is cached
    logo.thumbnail((logo.width, _LOW_LOGO_HEIGHT), Image.Resampling.LANCZOS)
    _place_logo(canvas, logo, scheme, FOOT - _LOW_LOGO_HEIGHT / 2 - _CHIP_PADDING - 30, left=left)
    canvas.line(domain, DOMAIN, _DOMAIN_SIZE, (left, FOOT + 6), scheme.muted)


def _wordmark(design: PostDesign, width: float) -> str:
    return shorten(design.business_name, WORDMARK, _WORDMARK_SIZE, width)


def _domain(design: PostDesign, width: float) -> str:
    return shorten(design.domain, DOMAIN, _DOMAIN_SIZE, width)


def centred_footer(canvas: Canvas, design: PostDesign, scheme: Scheme) -> None:
    """Draw logo or name centred, with the domain below."""
    width = SIZE - 2 * MARGIN - 60
    domain = _domain(design, width)
    domain_width = measure(domain, DOMAIN, _DOMAIN_SIZE)
    logo = fitted_logo(design.logo, _LOGO_WIDTH) if design.logo else None
    middle = FOOT - 94
    if logo is not None:
        _place_logo(canvas, logo, scheme, middle - 10)
    else:
        name = _wordmark(design, width)
        canvas.line(
            name,
            WORDMARK,
            _WORDMARK_SIZE,
            ((SIZE - measure(name, WORDMARK, _WORDMARK_SIZE)) / 2, middle + 20),
            scheme.ink,
        )
    canvas.line(domain, DOMAIN, _DOMAIN_SIZE, ((SIZE - domain_width) / 2, FOOT - 14), scheme.muted)


def _chip_for(logo: Image.Image, scheme: Scheme) -> RGB | None:
    """Return the colour of the chip that a logo needs on the ground; None if it has enough contrast without one."""
    own = _own_background(logo)
    if own is not None:
        return own
    if _stands_out(logo, scheme.ground):
        return None
    shade = with_lightness(scheme.brand, 0.24, 0.55)
    chips = (chip for chip in (WHITE, scheme.brand, shade) if contrast(chip, scheme.ground) >= _CHIP_CONTRAST)
    return next((chip for chip in chips if _stands_out(logo, chip)), shade)


def _place_logo(
    canvas: Canvas, logo: Image.Image, scheme: Scheme, middle: float, *, left: float | None = None
) -> float:
    """Draw a logo at a height, centred or from an edge, on a chip if it needs one; return the width used."""
    chip = _chip_for(logo, scheme)
    pad = _CHIP_PADDING if chip is not None else 0
    edge = (SIZE - logo.width) / 2 - pad if left is None else left
    top = middle - logo.height / 2
    if chip is not None:
        canvas.pill((edge, top - pad, edge + logo.width + 2 * pad, top + logo.height + pad), chip, radius=12)
    canvas.paste(logo, (round(edge + pad), round(top)))
    return logo.width + 2 * pad


@lru_cache(maxsize=32)
def fitted_logo(data: bytes, max_width: int) -> Image.Image | None:
    """Decode a logo, crop its transparent border and scale it to the footer; None if it can't be decoded."""
    try:
        logo = open_image(data, max_pixels=_MAX_LOGO_PIXELS)
    except ValueError:
        return None  # the business name is shown instead
    box = logo.getchannel("A").point(lambda alpha: 255 if alpha > 8 else 0).getbbox()
    if box is None:
        return None
    logo = logo.crop(box)
    scale = min(max_width / logo.width, _LOGO_HEIGHT / logo.height)
    size = (max(1, round(logo.width * scale)), max(1, round(logo.height * scale)))
    return logo.resize(size, Image.Resampling.LANCZOS)


def _own_background(logo: Image.Image) -> RGB | None:
    """Return the background colour of a logo without transparency."""
    if min(logo.getchannel("A").tobytes()) < 250:
        return None
    red, green, blue = logo.crop((0, 0, 1, 1)).tobytes()[:3]
    return red, green, blue


def _stands_out(logo: Image.Image, ground: RGB) -> bool:
    """Return whether most of the opaque pixels have enough contrast to the ground."""
    alpha = logo.getchannel("A")
    painted = logo.convert("RGB").resize((24, 24), Image.Resampling.BOX).tobytes()
    weights = alpha.resize((24, 24), Image.Resampling.BOX).tobytes()
    opaque = 0
    different = 0
    for position, weight in enumerate(weights):
        if weight > 127:
            red, green, blue = painted[3 * position : 3 * position + 3]
            opaque += 1
            different += contrast((red, green, blue), ground) >= _LOGO_CONTRAST
    return opaque > 0 and different >= 0.8 * opaque
