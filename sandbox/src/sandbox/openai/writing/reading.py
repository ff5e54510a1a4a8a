"""Extracts sentences, facts and the town from a website's text."""

import re
from dataclasses import dataclass

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]+(?=\s|$)")
_PRICE = re.compile(r"[$€£¥]\s?\d|\d\s?(?:€|EUR|NZD|USD|GBP)\b")
_PLACE = re.compile(r"\b(?:in|of|near)\s+([A-Z][\w'-]+(?:,?\s(?:[A-Z][\w'-]+))?)")
_FACTUAL = re.compile(r"\b(?:we|our|us|every|since|from|opened|founded|at most|always|\d{1,4})\b", re.IGNORECASE)
_NOISE = re.compile(
    r"cookie|©|copyright|all rights|subscribe|newsletter|privacy|telephone|email|@|https?:|click|skip to"
    r"|prices? (?:are|is)|cannot promise|please give us|\bif you\b|ignore .*instructions|gst",
    re.IGNORECASE,
)

# text that refers to something else, asks, or instructs the reader is not a fact about the business
_NEEDS_CONTEXT = re.compile(
    r"(?:I|It|They|He|She|This|That|These|Those|Nobody|Nothing|And|But|So|If|What|How|Why|When|Where|Who|Please|About"
    r"|Set|Get|See|Book|Order|Raise|Move|Come|Try|Find|Call|Read|Learn|Down|Ten|Bring|Stand|Save|Start|Download)\b"
)


@dataclass(frozen=True)
class Fact:
    text: str
    source_url: str


def sentences(text: str) -> list[str]:
    """Return whole sentences of 5 to 32 words, without headings that precede them."""
    found = []
    for line in text.splitlines():
        for match in _SENTENCE.finditer(line):
            sentence = " ".join(match[0].split())
            if 5 <= len(sentence.split()) <= 32 and sentence[0].isupper():
                found.append(sentence)
    return found


def facts(pages: list[dict[str, str]], limit: int) -> list[Fact]:
    """Return sentences that state something checkable about the business, round robin over the pages.

    Prices are left out: they change, and a post outlives them.
    """
    by_page = []
    seen: set[str] = set()
    for page in pages:
        kept = []
        for sentence in sentences(page.get("text", "")):
            usable = _FACTUAL.search(sentence) and not _NOISE.search(sentence) and not _PRICE.search(sentence)
            speaks_for_itself = not _NEEDS_CONTEXT.match(sentence)
            if usable and speaks_for_itself and sentence not in seen:
                seen.add(sentence)
                kept.append(Fact(sentence, page.get("url", "")))
        by_page.append(kept)
    longest = max((len(kept) for kept in by_page), default=0)
    rounds = [kept[number] for number in range(longest) for kept in by_page if number < len(kept)]
    return rounds[:limit]


def place(text: str) -> str | None:
    """Guess the town: the most frequent capitalised word after "in"."""
    counts: dict[str, int] = {}
    for match in _PLACE.finditer(text):
        name = match[1].split(",")[-1].strip()
        if name.split()[0] not in _NOT_A_PLACE:
            counts[name] = counts.get(name, 0) + 1
    return max(counts, key=lambda name: counts[name]) if counts else None


_NOT_A_PLACE = {
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "English",
    "Portuguese", "The", "Our", "We",
}  # fmt: skip
