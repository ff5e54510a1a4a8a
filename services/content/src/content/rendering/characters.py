"""Which characters a picture can show, and what stands for those that it can't.

The fonts decide. A character without a glyph is shown by one that means the same: another hyphen or quote, the letters
of a ligature, the number of a circled digit. If there is none, the text is not drawn at all: a text that lacks a
character says something else (``10‑20 %`` without its hyphen). Emoji before the first or after the last word are left
out, as decoration; one between words may stand for a word, so such a text is not drawn either.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from content.rendering.fonts import Face, has_glyph

_OPENING_DOUBLE = re.compile(r'(?<![^\s([{–—])"(?=\S)')
_OPENING_SINGLE = re.compile(r"(?<![^\s([{–—“])'(?=[^\W\d])")

# What has no compatibility decomposition, or one that changes the meaning.
_EQUIVALENTS = {
    **dict.fromkeys("\u2010\u2011\u2043\u02d7\u058a", "-"), "\u2015": "—", "\u2e3a": "——", "\u2e3b": "———",
    "\u301c": "~", "\u223c": "~", "\u2053": "~", "\u2215": "/", "\u2044": "/", "\u29f8": "/", "\u2223": "|",
    "\u201b": "‘", "\u201f": "“", "\u275b": "‘", "\u275c": "’", "\u275d": "“", "\u275e": "”",
    "\u02bb": "‘", "\u02bc": "’", "\u02b9": "′", "\u02ba": "″", "\u2034": "′′′", "\ua78c": "’",
    "\u300c": "“", "\u300d": "”", "\u300e": "“", "\u300f": "”", "\u3001": ",", "\u3002": ".", "\u30fb": "·",
    "\u3008": "‹", "\u3009": "›", "\u300a": "«", "\u300b": "»", "\u3010": "[", "\u3011": "]",
    **dict.fromkeys("\u25cf\u25aa\u2023\u25a0\u25b8\u25b6\u2b24\u26ab\u25fe\u2219\u22c5", "•"),
    **dict.fromkeys("\u2714\u2705\u2611", "✓"), **dict.fromkeys("\u2715\u2716\u2a2f", "×"), "\u2795": "+",
    "\u2796": "−", "\u2797": "÷", **dict.fromkeys("\u27a1\u279c\u2794\u2799\u27f6\u2192\u279d\u279e", "→"),
    "\u2b05": "←", "\u2b06": "↑", "\u2b07": "↓", **dict.fromkeys("\u2764\u2665\u2661", "♥"), "\u2b50": "★",
    "\u2757": "!", "\u2755": "!", "\u2753": "?", "\u2754": "?",
}  # fmt: skip
# Compatibility decompositions (UAX #44) that keep the meaning. Superscripts do not: 10² is not 102.
_SAME_MEANING = ("<wide>", "<narrow>", "<compat>", "<font>", "<noBreak>", "<square>", "<small>")
_KEYCAP = "\u20e3"
_NOT_SHOWN_CATEGORIES = frozenset({"Cf", "Cc"})
_REGIONAL = range(0x1F1E6, 0x1F200)
_SKIN_TONES = range(0x1F3FB, 0x1F400)


@dataclass(frozen=True, slots=True)
class Lettering:
    """A text as a face shows it."""

    text: str
    """Empty if the text can't be shown, or has nothing to show."""
    missing: tuple[str, ...]
    """The characters for which it can't be shown."""
    left_out: tuple[str, ...]
    """The emoji that are left out."""


def clean(text: str, face: Face) -> str:
    """Return the text as the face shows it, with typographic quotes and single spaces; empty if it can't show it."""
    return lettering(text, face).text


@lru_cache(maxsize=4_096)
def lettering(text: str, face: Face) -> Lettering:
    """Return how a face shows a text."""
    composed = _typographic(unicodedata.normalize("NFC", text))
    symbols = [_symbol(composed, at, face) for at in range(len(composed))]
    words = [at for at, symbol in enumerate(symbols) if symbol.strip() and symbol != _EMOJI]
    first, last = (words[0], words[-1]) if words else (len(symbols), -1)
    missing = [
        character
        for at, (character, symbol) in enumerate(zip(composed, symbols, strict=True))
        if symbol == _MISSING or (symbol == _EMOJI and first < at < last)
    ]
    left_out = [character for character, symbol in zip(composed, symbols, strict=True) if symbol == _EMOJI]
    if missing or not words:
        return Lettering("", tuple(dict.fromkeys(missing or left_out)), ())
    shown = "".join("" if symbol == _EMOJI else symbol for symbol in symbols)
    return Lettering(" ".join(shown.split()), (), tuple(dict.fromkeys(left_out)))


def face_for(text: str, face: Face) -> Face:
    """Return the face itself, or the first that shows a text which it can't show."""
    return next((each for each in (face, *face.substitutes) if not lettering(text, each).missing), face)


def missing_characters(text: str) -> tuple[str, ...]:
    """Return the characters for which no face shows the text; none if it can be drawn."""
    return lettering(text, face_for(text, Face.SANS)).missing


_EMOJI, _MISSING = "\ufffe", "\uffff"


def _symbol(text: str, at: int, face: Face) -> str:
    """Return what a face shows for one character, `_EMOJI` or `_MISSING`."""
    character = text[at]
    if character.isspace():
        return " "
    if has_glyph(face, character):
        return character
    if _is_silent(character):
        return ""
    equivalent = _equivalent(character, text[:at][-1:])
    if equivalent and all(part.isspace() or has_glyph(face, part) for part in equivalent):
        return equivalent
    return _EMOJI if is_emoji(character) else _MISSING


def _equivalent(character: str, before: str) -> str:
    known = _EQUIVALENTS.get(character)
    if known is not None:
        return known
    if unicodedata.category(character) == "Zs":
        return " "
    kind, _, _ = unicodedata.decomposition(character).partition(" ")
    plain = unicodedata.normalize("NFKC", character)
    if kind == "<fraction>":
        return f"{' ' if before.isdecimal() else ''}{plain.replace(chr(0x2044), '/')}"
    if kind == "<circle>":
        return f"({plain})"
    return plain if kind in _SAME_MEANING else ""


def _is_silent(character: str) -> bool:
    """Return whether it shows nothing: a joiner, a mark of direction, a soft hyphen, an emoji's style or colour."""
    return (
        unicodedata.category(character) in _NOT_SHOWN_CATEGORIES
        or "\ufe00" <= character <= "\ufe0f"
        or character in (_KEYCAP, "\u034f", "\u180b", "\u180c", "\u180d")
        or ord(character) in _SKIN_TONES
        or "\U000e0000" <= character <= "\U000e01ef"
    )


def is_emoji(character: str) -> bool:
    """Return whether it is a pictograph; new ones may be unassigned in our table of characters."""
    return (
        "\U0001f000" <= character <= "\U0001faff"
        or "\u2600" <= character <= "\u27bf"
        or "\u2b00" <= character <= "\u2bff"
        or "\u2300" <= character <= "\u23ff"
        or ord(character) in _REGIONAL
    )


def _typographic(text: str) -> str:
    text = text.replace("...", "…").replace(" - ", " – ")
    text = _OPENING_DOUBLE.sub("“", text).replace('"', "”")
    return _OPENING_SINGLE.sub("‘", text).replace("'", "’")
