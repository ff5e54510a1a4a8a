"""The typefaces: Source Sans Pro and Source Serif Pro by Adobe, SIL Open Font License 1.1 (texts in `fonts/`).

They are in the repository, unmodified, so that images do not depend on installed fonts. Kerning needs Pillow's Raqm
layout, which loads the system's libfribidi; without it there is no kerning.
"""

import io
import unicodedata
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import files

from PIL import ImageFont


class Face(Enum):
    SANS = "SourceSansPro-Semibold.otf"
    SANS_BOLD = "SourceSansPro-Bold.otf"
    SANS_BLACK = "SourceSansPro-Black.otf"
    SERIF = "SourceSerifPro-Semibold.otf"
    SERIF_BOLD = "SourceSerifPro-Bold.otf"

    @property
    def substitutes(self) -> tuple["Face", ...]:
        """The faces to try for a text that this one can't show, the most similar first."""
        sans, serif = (Face.SANS_BOLD, Face.SANS_BLACK, Face.SANS), (Face.SERIF_BOLD, Face.SERIF)
        return sans if self in serif else serif


CAP_HEIGHT = {Face.SANS: 0.66, Face.SANS_BOLD: 0.66, Face.SANS_BLACK: 0.66, Face.SERIF: 0.67, Face.SERIF_BOLD: 0.67}
"""Height of a capital letter, as a fraction of the font size."""

_MISSING = "\uffff"
_PROBE_SIZE = 24


@lru_cache(maxsize=256)
def font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """Load a face at a size in pixels."""
    return ImageFont.truetype(io.BytesIO(_file(face)), size)


@cache
def _file(face: Face) -> bytes:
    return (files("content.rendering") / "fonts" / face.value).read_bytes()


@lru_cache(maxsize=4_096)
def has_glyph(face: Face, character: str) -> bool:
    """Return whether the face has a visible glyph of its own, or is a mark that it sets on a letter."""
    if unicodedata.category(character).startswith(("C", "Z")):
        return False
    return _bitmap(face, character) != _bitmap(face, _MISSING)


@lru_cache(maxsize=4_096)
def _bitmap(face: Face, character: str) -> tuple[tuple[int, int], bytes]:
    mask = _probe(face).getmask(character)
    return mask.size, bytes(mask)


@cache
def _probe(face: Face) -> ImageFont.FreeTypeFont:
    """Load a face without shaping: Raqm puts marks that the font lacks on a dotted circle, which then has a glyph."""
    return ImageFont.truetype(io.BytesIO(_file(face)), _PROBE_SIZE, layout_engine=ImageFont.Layout.BASIC)
