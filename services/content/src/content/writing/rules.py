"""What the language model is asked, and when its text is original enough."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from pulseworks_contracts import PLATFORMS

from content.brand.schemas import BrandText
from content.models import MonthlyBrief

PROMPT_VERSION = 2
"""Recorded with each generation. Increase it with any change of a prompt, here or in `brand.rules`."""

PLAN_INSTRUCTIONS = """
You plan a month of posts for a small business's Facebook Page and Instagram account. Follow the brief's focus, tone
and notes. No two posts share a subject or a title, nor take one of `existing_titles`. A PROMO post carries the brief's
offer and nothing else is offered; without an offer there is none. A headline is at most eight words and works without
the caption.
""".strip()

CAPTION_INSTRUCTIONS = """
You write one post for a small business, in its own voice and in the language of its website. Start with the reader,
not with the business. Two to four short paragraphs, below 1,200 characters, no hashtags within. State only facts that
are given, use none of `words_to_avoid`, and take another way than `previous_caption` if there is one. Give three to
five specific hashtags. The headline and subline go into the picture; the alt text says what the picture shows.
""".strip()

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


def forbidden_in(text: str, forbidden: Iterable[str]) -> list[str]:
    """Return the forbidden words in the text: whole words, in any case."""
    return [word for word in forbidden if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _similar(one: list[str], other: list[str]) -> bool:
    # Words instead of letters: a hundred times fewer, and any two texts of a language share most letters.
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # The quick ratios are upper bounds of the exact one.
    return all(ratio() > _MAX_SIMILARITY for ratio in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio))
