"""What the language model is asked, and when its text is original enough."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from pulseworks_contracts import PLATFORMS, hashtags_in

from content.brand.schemas import BrandText
from content.models import MonthlyBrief
from content.writing.schemas import PlannedPost

PROMPT_VERSION = 2
"""Recorded with each generation. Increase it with any change of a prompt, here or in `brand.rules`."""

PLAN_INSTRUCTIONS = """
You plan a month of posts for a small business's Facebook Page and Instagram account. Follow the brief's focus, tone
and notes. No two posts share a subject or a title, nor take one of `existing_titles`. A PROMO post carries the brief's
offer and nothing else is offered; without an offer there is none. A headline is at most eight words without emoji, and
works without the caption.
""".strip()

CAPTION_INSTRUCTIONS = """
You write one post for a small business, in its own voice and in the language of its website. Start with the reader,
not with the business. Two to four short paragraphs, below 1,200 characters, no hashtags within. State only facts that
are given, use none of `words_to_avoid`, and take another way than `previous_caption` if there is one. Give three to
five specific hashtags. The headline and subline go into the picture, so they have no emoji; the alt text says what the
picture shows.
""".strip()

# Scripts whose words follow each other without a space; Korean adds its particles to them.
_SCRIPTS_WITHOUT_SPACES = (
    "CJK ", "HIRAGANA ", "KATAKANA", "BOPOMOFO ", "HANGUL ", "THAI ", "LAO ", "KHMER ", "MYANMAR ", "TIBETAN ", "YI ",
    "JAVANESE ", "BALINESE ", "TAI ", "NEW TAI ", "IDEOGRAPHIC "
)  # fmt: skip
_ONE_FORM = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u2010": "-", "\u2012": "-", "\u2013": "-"})
_INVISIBLE_MARKS = frozenset({"\u034f", "\u17b4", "\u17b5", *map(chr, range(0xFE00, 0xFE10))})
_COMPOUND = 5
"""Letters from which a forbidden word is also sought at the edges of a longer hashtag."""

# Two texts with a higher similarity (0 to 1, difflib's ratio over words) differ by a few words only.
_MAX_SIMILARITY = 0.85


@dataclass(frozen=True)
class PostSubject:
    """What one post is about."""

    type: str
    title: str
    angle: str
    headline: str
    index: int
    """Its position in the month."""
    previous: str | None = None
    """The caption to replace."""


def plan_task(
    brief: MonthlyBrief, brand: BrandText, post_count: int, existing_titles: Sequence[str] = ()
) -> dict[str, Any]:
    return {
        "task": "month_plan",
        "month": brief.month,
        "post_count": post_count,
        "brief": _brief_facts(brief),
        "brand": brand.model_dump(),
        "existing_titles": list(existing_titles),
    }


def caption_task(brief: MonthlyBrief, brand: BrandText, subject: PostSubject, *, variation: int = 0) -> dict[str, Any]:
    """Return the task. A different ``variation`` asks for a different text about the same subject."""
    return {
        "task": "caption",
        "brand": brand.model_dump(),
        "brief": _brief_facts(brief),
        "post": {
            "type": subject.type,
            "title": subject.title,
            "angle": subject.angle,
            "headline": subject.headline,
            "index": subject.index,
            "variation": variation,
        }
        | ({} if subject.previous is None else {"previous_caption": subject.previous}),
        "platforms": list(PLATFORMS),
    }


def _brief_facts(brief: MonthlyBrief) -> dict[str, Any]:
    return {
        "primary_focus": brief.primary_focus,
        "promo_enabled": brief.promo_enabled,
        "promo_text": brief.promo_text,
        "tone": brief.tone,
        "notes": brief.notes,
    }


def repeats(text: str, others: Iterable[str]) -> bool:
    """Return whether the text is one of the others with a few words changed."""
    words = _words(text)
    return any(_similar(words, _words(other)) for other in others)


class PlanDraft:
    """A month's plan while it is collected from the model's answers: posts at their places, with different titles."""

    def __init__(self, count: int) -> None:
        self._places: list[PlannedPost | None] = [None] * count
        self._repeated: dict[int, PlannedPost] = {}

    @property
    def posts(self) -> list[PlannedPost]:
        return [post for post in self._places if post is not None]

    @property
    def titles(self) -> list[str]:
        return [post.title for post in self.posts]

    @property
    def missing(self) -> int:
        return self._places.count(None)

    def add(self, posts: Sequence[PlannedPost]) -> None:
        """Put posts into the empty places in order. One whose title is taken leaves its place to a surplus post."""
        empty = [place for place, post in enumerate(self._places) if post is None]
        taken = {_title_key(title) for title in self.titles}
        surplus = []
        for number, post in enumerate(posts):
            if _title_key(post.title) in taken:
                if number < len(empty):
                    self._repeated.setdefault(empty[number], post)
                continue
            taken.add(_title_key(post.title))
            if number < len(empty):
                self._places[empty[number]] = post
            else:
                surplus.append(post)
        for place, post in zip((place for place in empty if self._places[place] is None), surplus, strict=False):
            self._places[place] = post

    def completed(self) -> bool:
        """Fill empty places with posts whose titles repeat, numbered. Return whether the plan has a post."""
        for place, post in self._repeated.items():
            if self._places[place] is None:
                taken = {_title_key(title) for title in self.titles}
                numbered = (f"{post.title[:110]} ({number})" for number in range(2, len(self._places) + 2))
                title = next(title for title in numbered if _title_key(title) not in taken)
                self._places[place] = post.model_copy(update={"title": title})
        return bool(self.posts)


def _title_key(title: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", title).casefold().split())


def forbidden_in(text: str, forbidden: Iterable[str]) -> list[str]:
    """Return the forbidden words in the text, also as hashtags.

    Words are compared without case, normal form, soft hyphens and zero-width characters. They match as whole words,
    except at an edge in a script that does not separate its words by spaces, or that adds particles to them.
    """
    searched, tags = _comparable(text), [_comparable(tag) for tag in hashtags_in(text)]
    split = _comparable("\n".join(_split(tag) for tag in hashtags_in(text)))
    return [
        word
        for word in forbidden
        if (wanted := _comparable(word))
        and (_contains(searched, wanted) or _contains(split, wanted) or any(_compounds(tag, wanted) for tag in tags))
    ]


def without_forbidden(hashtags: Iterable[str], forbidden: Sequence[str]) -> list[str]:
    """Return the hashtags in which no forbidden word stands."""
    return [tag for tag in hashtags if not forbidden_in(f"#{tag}", forbidden)]


def _contains(text: str, word: str) -> bool:
    at = text.find(word)
    while at >= 0:
        before, after = text[:at][-1:], text[at + len(word) :][:1]
        starts = _runs_on(word[0]) or not _is_word(before)
        ends = not _is_word(after) or (_runs_on(word[-1]) and not unicodedata.category(after).startswith("M"))
        if starts and ends:
            return True
        at = text.find(word, at + 1)
    return False


def _compounds(tag: str, word: str) -> bool:
    """Return whether a hashtag is the word, or begins or ends with it (``cheapphysio``); short words begin too many."""
    whole, joined = tag.replace("_", ""), "".join(word.split())
    return whole == joined or (len(joined) >= _COMPOUND and (whole.startswith(joined) or whole.endswith(joined)))


def _split(tag: str) -> str:
    """Return the words of a hashtag: ``BestPrice_2026`` is ``Best Price 2026``."""
    spaced = tag[:1]
    for one, other in pairwise(tag):
        breaks = (one.islower() and other.isupper()) or one.isdecimal() != other.isdecimal()
        spaced += f" {other}" if breaks else other
    return spaced.replace("_", " ")


def _comparable(text: str) -> str:
    """Return a text in which equal words are equal, with single spaces."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).replace("i\u0307", "i")
    shown = (
        character
        for character in folded.translate(_ONE_FORM)
        if unicodedata.category(character) != "Cf" and character not in _INVISIBLE_MARKS
    )
    return " ".join("".join(shown).split())


def _is_word(character: str) -> bool:
    """Return whether it continues a word; a mark does, as a vowel sign of Devanagari."""
    return character.isalnum() or character == "_" or (character != "" and unicodedata.category(character)[0] == "M")


def _runs_on(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_SCRIPTS_WITHOUT_SPACES)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _similar(one: list[str], other: list[str]) -> bool:
    # Words instead of letters: a hundred times fewer, and any two texts of a language share most letters.
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # The quick ratios are upper bounds of the exact one.
    return all(ratio() > _MAX_SIMILARITY for ratio in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio))
