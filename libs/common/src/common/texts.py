"""Texts that people read: what counts as visible, and the rules of a line and of a text with lines.

Use them in ``Annotated``, after the limits of length, for each text of a request that somebody will read::

    Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), LINE]
"""

import unicodedata

from pydantic import AfterValidator

__all__ = ["LINE", "TEXT", "is_visible", "line", "text"]

# Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties) outside the categories of controls and marks, and the
# blank Braille pattern.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# An unassigned character may be a new emoji, which our table of characters does not know yet.
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Mn", "Mc", "Me", "Zl", "Zp", "Zs"})
_LINE_BREAKS = "\n\r\x0b\x0c\x85\u2028\u2029"


def is_visible(value: str) -> bool:
    """Return whether a text shows anything: more than spaces, joiners, marks without a letter and fillers."""
    return any(
        unicodedata.category(character) not in _INVISIBLE_CATEGORIES and character not in _BLANK for character in value
    )


def line(value: str) -> str:
    """Return a text of one line, composed (NFC). Raises ValueError: it has a control, or shows nothing."""
    return _checked(value, allowed="")


def text(value: str) -> str:
    """Return a text that may have several lines, composed (NFC), with line feeds between them. Raises ValueError."""
    return _checked(value.replace("\r\n", "\n").replace("\r", "\n"), allowed="\t\n")


def _checked(value: str, *, allowed: str) -> str:
    for at, character in enumerate(value):
        if character in allowed:
            continue
        if not allowed and character in _LINE_BREAKS:
            raise ValueError(f"Write it in one line: there is a line break at position {at}.")
        if unicodedata.category(character) == "Cc":
            raise ValueError(f"Remove the control character U+{ord(character):04X} at position {at}.")
    if value and not is_visible(value):
        raise ValueError("Nothing in this text is visible. Write something, or leave it empty where that is allowed.")
    return unicodedata.normalize("NFC", value)


LINE = AfterValidator(line)
TEXT = AfterValidator(text)
