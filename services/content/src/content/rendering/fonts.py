"""The typefaces: Source Sans Pro and Source Serif Pro by Adobe, SIL Open Font License 1.1 (texts in `fonts/`).

They are in the repository, unmodified, so that images do not depend on installed fonts. Kerning needs Pillow's Raqm
layout, which loads the system's libfribidi; without it there is no kerning.
"""

import io
import re
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


CAP_HEIGHT = {Face.SANS: 0.66, Face.SANS_BOLD: 0.66, Face.SANS_BLACK: 0.66, Face.SERIF: 0.67, Face.SERIF_BOLD: 0.67}
"""Height of a capital letter, as a fraction of the font size."""

_ALWAYS_DROPPED = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Me"})
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)
_OPENING_DOUBLE = re.compile(r'(?<![^\s([{–—])"(?=\S)')
_OPENING_SINGLE = re.compile(r"(?<![^\s([{–—“])'(?=[^\W\d])")
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
    if unicodedata.category(character) in _ALWAYS_DROPPED or ord(character) in _VARIATION_SELECTORS:
        return False
    return character.isspace() or _bitmap(face, character) != _bitmap(face, _MISSING)


@lru_cache(maxsize=4_096)
def _bitmap(face: Face, character: str) -> tuple[tuple[int, int], bytes]:
    mask = font(face, _PROBE_SIZE).getmask(character)
    return mask.size, bytes(mask)


def clean(text: str, face: Face) -> str:
    """Compose accents, use typographic quotes, drop characters without a glyph (emoji), collapse white space."""
    composed = _typographic(unicodedata.normalize("NFC", text.replace("\u00ad", "")))
    shown = "".join(character for character in composed if character.isspace() or has_glyph(face, character))
    return " ".join(shown.split())


def _typographic(text: str) -> str:
    text = text.replace("...", "…").replace(" - ", " – ")
    text = _OPENING_DOUBLE.sub("“", text).replace('"', "”")
    return _OPENING_SINGLE.sub("‘", text).replace("'", "’")
