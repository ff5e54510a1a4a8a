"""Whether a text is new among others, and free of forbidden words."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

# Above this two texts are the same one with a word changed (0 to 1, difflib's ratio over words).
TOO_ALIKE = 0.85


def repeats(text: str, others: Iterable[str]) -> bool:
    words = _words(text)
    return any(_alike(words, _words(other)) for other in others)


def avoided_in(text: str, words_to_avoid: Iterable[str]) -> list[str]:
    """Return which of the words stand in the text, as whole words, whatever their case."""
    return [word for word in words_to_avoid if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _alike(one: list[str], other: list[str]) -> bool:
    # over words and not letters: a hundred times fewer, and two texts of one language share most of their letters
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() > TOO_ALIKE and matcher.quick_ratio() > TOO_ALIKE and matcher.ratio() > TOO_ALIKE
