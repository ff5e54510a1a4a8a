"""Which texts of a design an image shows: each one whole or not at all, and at least one headline."""

import unicodedata
from collections.abc import Sequence
from itertools import groupby

from content.rendering.canvas import PlacedText
from content.rendering.characters import is_emoji, lettering, missing_characters
from content.rendering.design import SIZE, PostDesign
from content.rendering.fonts import Face

_MOST_NAMED = 4
_ADVICE = "Write it with Latin, Greek or Cyrillic letters, or upload an image of your own."
_SENTENCE_ENDS = (".", "!", "?", "…", ":", ";")
_FOOTER_TOP = 0.8 * SIZE


class NothingToDrawError(ValueError):
    """No text of the design can be shown; the message says why and what to do."""


def why_not_drawn(name: str, text: str, face: Face | None = None) -> str | None:
    """Return why the image can't show a text that is called ``name``, and what to do; None if it can.

    Without a ``face`` the text may be set in any.
    """
    missing = frozenset(missing_characters(text) if face is None else lettering(text, face).missing)
    if not missing:
        return None
    if all(is_emoji(character) for character in missing):
        only = "Write words" if not any(c.isalnum() for c in text) else "Remove the emoji from between the words"
        return f"The image can't show the {name}: emoji are not drawn. {only}, or upload an image of your own."
    composed = unicodedata.normalize("NFC", text)
    runs = ["".join(run) for lacking, run in groupby(composed, key=missing.__contains__) if lacking]
    named = ", ".join(_named(run) for run in dict.fromkeys(runs[:_MOST_NAMED]))
    return f"The image can't show the {name}, because our fonts do not have {named}. {_ADVICE}"


def _named(run: str) -> str:
    """Return characters in quotes. One that may not be recognised is named (a sign) or numbered (not printable)."""
    first = unicodedata.name(run[0], "")
    if len(run) == 1 and not run.isprintable():
        return f"the character U+{ord(run):04X}"
    return f"“{run}” ({first.lower()})" if len(run) == 1 and not run.isalnum() and first else f"“{run}”"


def drawable(design: PostDesign) -> tuple[PostDesign, str | None]:
    """Return the design without the texts that can't be shown, and the notice about them.

    The first text that can be shown replaces a headline that can't. Raises NothingToDrawError if there is none.
    """
    troubles = {
        "headline": why_not_drawn("headline", design.headline),
        "subline": why_not_drawn("second line", design.subline),
        "business_name": why_not_drawn("business name", design.business_name, Face.SANS_BOLD),
        "domain": why_not_drawn("domain", design.domain, Face.SANS),
    }
    kept = {name: "" if troubles[name] else getattr(design, name) for name in troubles}
    notices = [trouble for trouble in troubles.values() if trouble is not None]
    if not lettering(kept["headline"], Face.SANS).text:
        stand_in = next((name for name in kept if lettering(kept[name], Face.SANS).text), None)
        if stand_in is None:
            raise NothingToDrawError(notices[0] if notices else "There is no text for the image. Write a headline.")
        kept["headline"] = kept[stand_in]
        if stand_in == "subline":
            kept["subline"] = ""
    if any(lettering(text, Face.SANS).left_out for text in kept.values()):
        notices.append("The image does not show the emoji.")
    return design.model_copy(update=kept), " ".join(notices) or None


def shown_text(texts: Sequence[PlacedText]) -> str:
    """Return the words in an image from top to bottom: lines of one text joined, texts as sentences."""
    blocks = [list(lines) for _, lines in groupby(texts, key=lambda text: (text.size, text.colour))]
    # Layouts draw from top to bottom, but some begin with the footer.
    blocks.sort(key=lambda lines: lines[0].box[1] >= _FOOTER_TOP)
    sentences = (" ".join(line.text for line in lines) for lines in blocks)
    return " ".join(f"{text}." if _needs_full_stop(text) else text for text in sentences)


def _needs_full_stop(text: str) -> bool:
    """Return whether it is a sentence of its own; a number is not, because a layout may set it beside the headline."""
    return any(character.isalpha() for character in text) and not text.endswith(_SENTENCE_ENDS)
