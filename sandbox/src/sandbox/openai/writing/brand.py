"""The brand profile: what a careful reader learns from a website."""

import random
import re
from typing import Any

from sandbox.openai.writing.library import GENERAL, load_trade, trade_of
from sandbox.openai.writing.reading import facts, place, sentences

_MOST_FACTS = 18


def brand_profile(task: dict[str, Any], _rng: random.Random) -> dict[str, Any]:
    """Respond to a `brand_profile` task."""
    pages = [page for page in task.get("pages", []) if isinstance(page, dict)]
    text = "\n".join(f"{page.get('title', '')}\n{page.get('text', '')}" for page in pages)
    trade = trade_of(text)
    name = _business_name(pages, str(task.get("url", "")))
    return {
        "business_name": name,
        "what_they_do": _what_they_do(name, pages, trade.name, place(text)),
        "audience": trade.audience,
        "voice": trade.voice,
        "facts": [{"text": fact.text, "source_url": fact.source_url} for fact in facts(pages, _MOST_FACTS)],
        "words_to_avoid": list(trade.avoid),
    }


def _business_name(pages: list[dict[str, str]], url: str) -> str:
    """Return the part that most titles share ("About us | Harbour Physio"), else the host name."""
    counts: dict[str, int] = {}
    for page in pages:
        for part in re.split(r"\s+[|–—·-]\s+", str(page.get("title", "")).strip()):
            if part:
                counts[part] = counts.get(part, 0) + 1
    if counts:
        # of equally frequent parts, the shorter one is the name and the longer one the page's subject
        return max(counts, key=lambda part: (counts[part], -len(part)))
    path = [part for part in re.sub(r"^https?://", "", url).split("/") if part]
    return (path[-1] if path else "This business").removeprefix("www.").split(".")[0].replace("-", " ").title()


def _what_they_do(name: str, pages: list[dict[str, str]], trade: str, town: str | None) -> str:
    lines = [sentence for page in pages for sentence in sentences(str(page.get("text", "")))]
    for number, sentence in enumerate(lines):
        at = sentence.find(f"{name} is ")
        if at >= 0:
            following = lines[number + 1] if number + 1 < len(lines) else ""
            return sentence[at:] + (f" {following}" if following.startswith("We ") else "")
    for sentence in lines:
        if re.match(r"We (?:help|are|make|offer|run|build|sell|bake|treat|design)\b", sentence):
            return sentence
    kind = "a small business" if trade == load_trade(GENERAL).name else f"a {trade}"
    return f"{name} is {kind}{f' in {town}' if town else ''}."
