"""Hashtags and mentions: which text is one, and how many of them a platform sees in a post.

A hashtag is a Unicode identifier (UAX #31, R8: ``#`` and characters that continue an identifier, so letters of all
scripts with their marks), in NFC. ``clean_hashtag`` accepts no more than that. ``hashtags_in`` counts for a limit, so
it also counts what only some platforms link: tags that follow each other or a word without a space (``#a#b``,
``hello#b``), and tags with emoji. Meta documents neither; counting too few would lose a post at its due time, and
counting too many shows at the editor. A number alone is no tag, nor is a fragment of a web address.
"""

import re
import unicodedata
from collections.abc import Iterable

SIGNS = "#\ufe5f\uff03"
_JOINERS = "\u200c\u200d"
# Fillers are letters that show nothing, and Khmer has two such marks.
_INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
_EMOJI_STYLE = "\ufe0f"
_WITHIN = _JOINERS + _EMOJI_STYLE
# A web address with its fragment, up to a space, a bracket or a quote; without a scheme, only a host of lower-case
# letters is taken for one. Every repetition before the address is certain has a bound (RFC 1035, section 2.3.4, for the
# labels of a host), or a text of one long word would take time by the square of its length.
_REST = r"""[^\s)\]>"”’»。、，]*"""
_ADDRESS = re.compile(
    rf"(?i:[a-z][a-z0-9+.-]{{0,30}}://|www\.){_REST}"
    rf"|(?<![\w.])(?:[a-z0-9-]{{1,63}}\.){{1,10}}[a-z]{{2,63}}(?=[/:?#]){_REST}"
)

_MENTION = re.compile(r"(?<!\w)@(\w+)")


def clean_hashtag(text: str) -> str:
    """Return a hashtag without ``#``, in NFC. Raises ValueError."""
    bare = unicodedata.normalize("NFC", text.strip().lstrip(SIGNS))
    joined_well = all(
        0 < at < len(bare) - 1 and _continues(bare[at - 1]) and _continues(bare[at + 1])
        for at, character in enumerate(bare)
        if character in _JOINERS
    )
    if not (_is_tag(bare) and joined_well and all(_continues(c) or c in _JOINERS for c in bare)):
        raise ValueError(f"{text!r} is not a hashtag. Use letters, digits and underscores, with at least one letter.")
    return bare


def without_duplicates(tags: Iterable[str]) -> list[str]:
    """Return each hashtag once, as first written: platforms ignore case."""
    kept: dict[str, str] = {}
    for tag in tags:
        kept.setdefault(unicodedata.normalize("NFC", tag.casefold()), tag)
    return list(kept.values())


def hashtags_in(text: str) -> list[str]:
    """Return the hashtags in a text, without ``#``, in their order."""
    text = _ADDRESS.sub(" ", unicodedata.normalize("NFC", text))
    found = []
    for at, sign in enumerate(text):
        if sign not in SIGNS or text[max(at - 1, 0) : at] == "&":  # an HTML character reference
            continue
        end = at + 1
        while end < len(text) and (_continues(text[end]) or text[end] in _WITHIN or _is_emoji(text[end])):
            end += 1
        if _is_tag(text[at + 1 : end]):
            found.append(text[at + 1 : end])
    return found


def mentions_in(text: str) -> list[str]:
    """Return the accounts that a text mentions, without ``@``: not those in web and e-mail addresses."""
    return _MENTION.findall(_ADDRESS.sub(" ", unicodedata.normalize("NFC", text)))


def _is_tag(bare: str) -> bool:
    """Return whether there is a letter or an emoji, and no mark without a letter at the start (as in a keycap)."""
    starts = any(_is_letter(character) or _is_emoji(character) for character in bare)
    return starts and not unicodedata.category(bare[0]).startswith("M")


def _is_letter(character: str) -> bool:
    return character.isidentifier() and character != "_" and character not in _INVISIBLE


def _continues(character: str) -> bool:
    return f"a{character}".isidentifier() and character not in _INVISIBLE and not "\ufe00" <= character <= "\ufe0f"


def _is_emoji(character: str) -> bool:
    return "\U0001f000" <= character <= "\U0001faff" or "\u2600" <= character <= "\u27bf"
