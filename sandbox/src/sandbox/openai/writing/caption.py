"""A caption: an opening, the subject, a fact about the brand, and an invitation."""

import random
import re
from typing import Any

from sandbox.openai.writing.library import Topic, Trade, trade_of
from sandbox.openai.writing.plan import SPOTLIGHT_ANGLE, as_dict, facts_of, find_topic, text_of
from sandbox.openai.writing.reading import place

_MOST_HASHTAGS = 5
_LONGEST_SUBLINE = 100
_ALT_TEXTS = (
    "Square graphic in the colours of {name} with the words “{headline}”.",
    "The words “{headline}” on a plain background in {name}'s colours.",
    "{name} graphic: “{headline}”, and below it in smaller letters “{subline}”.",
)
_SPOTLIGHT_OPENINGS = (
    "Not everybody knows this about us, so here it is.",
    "One line about us that we rarely say out loud.",
    "Ask us what makes us different, and somebody will mention this.",
    "It is easy to walk past the small things. This one is worth a stop.",
    "We could have kept this to ourselves, but where would be the fun in that?",
)
_SPOTLIGHT_CLOSINGS = (
    "It is a small thing, and it says a good deal about how we work.",
    "We would not have it any other way.",
    "That is the sort of place we want to be.",
    "Now you know.",
    "If you have ever wondered, there you have it.",
)
_OPEN_ENDED = (
    "There is more to this than fits in one post, so let us start with the part that matters most.",
    "We have been thinking about this for a while, and it deserves a few plain words.",
    "A short thought from us, because it comes up more often than you might expect.",
)


def caption(task: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Respond to a `caption` task."""
    brand, brief, post = as_dict(task.get("brand")), as_dict(task.get("brief")), as_dict(task.get("post"))
    text = text_of(brand)
    trade = trade_of(text)
    names = {"name": str(brand.get("business_name") or "us"), "place": place(text) or "town"}
    topic = find_topic(trade, str(post.get("title", "")))
    promo = str(post.get("type")) == "PROMO"
    spotlight = _spotlighted(str(post.get("angle", "")))
    if promo:
        paragraphs = _promotion(brief, brand, trade, rng)
    elif spotlight:
        paragraphs = _spotlight(spotlight, rng)
    else:
        paragraphs = _on_topic(topic, post, brand, rng)
    paragraphs.append(_closing(topic, brief, trade, rng, promo=promo))
    avoided = [str(word) for word in brand.get("words_to_avoid") or [] if str(word).strip()]
    written = _without(paragraphs, avoided)
    headline = str(post.get("headline") or (topic.headline if topic else post.get("title")) or names["name"])
    subline = topic.subline if topic else f"{names['name']}, {names['place']}"
    if promo and 0 < len(_offer(brief)) <= _LONGEST_SUBLINE:
        subline = _offer(brief).rstrip(".")
    if spotlight and len(spotlight) <= _LONGEST_SUBLINE:
        subline = spotlight
    headline, subline = (_filled(line, names) for line in (headline, subline))
    return {
        "caption": _filled("\n\n".join(written), names),
        "hashtags": _hashtags(topic, trade, names),
        "headline": headline,
        "subline": subline,
        "alt_text": rng.choice(_ALT_TEXTS).format(headline=headline, subline=subline, **names),
    }


def _on_topic(topic: Topic | None, post: dict[str, Any], brand: dict[str, Any], rng: random.Random) -> list[str]:
    if topic is None:
        title = str(post.get("title") or post.get("headline") or "").rstrip(".")
        body = f"{title}. {rng.choice(_OPEN_ENDED)}" if title and title[-1] not in "?!" else rng.choice(_OPEN_ENDED)
        return [body, *_fact(brand, (), rng)]
    body = rng.choice(topic.bodies)
    # most captions contain a fact about the brand, but not all of them
    wanted = bool(topic.words) or not topic.months
    return [body, *(_fact(brand, topic.words, rng) if wanted else [])]


def _fact(brand: dict[str, Any], words: tuple[str, ...], rng: random.Random) -> list[str]:
    """Return one of the facts that match the text best, or none."""
    scores = {
        fact: sum(1 for word in words if re.search(rf"\b{re.escape(word)}", fact, re.IGNORECASE))
        for fact in facts_of(brand)
    }
    best = max(scores.values(), default=0)
    if words and not best:
        return []
    fitting = [fact for fact, score in scores.items() if score == best]
    return [rng.choice(fitting)] if fitting else []


def _spotlighted(angle: str) -> str:
    """Return the fact that the post is about, or nothing."""
    return angle.removeprefix(SPOTLIGHT_ANGLE) if angle.startswith(SPOTLIGHT_ANGLE) else ""


def _spotlight(fact: str, rng: random.Random) -> list[str]:
    return [rng.choice(_SPOTLIGHT_OPENINGS), fact, rng.choice(_SPOTLIGHT_CLOSINGS)]


def _promotion(brief: dict[str, Any], brand: dict[str, Any], trade: Trade, rng: random.Random) -> list[str]:
    offer = _offer(brief)
    opening = rng.choice(trade.offers)
    paragraphs = [f"{opening} {offer}" if offer else f"{opening.rstrip(':')}."]
    if brand.get("what_they_do") and rng.random() < 0.5:
        paragraphs.append(f"In case we have not met: {brand['what_they_do']}")
    return paragraphs


def _offer(brief: dict[str, Any]) -> str:
    offer = str(brief.get("promo_text") or "").strip()
    if not offer:
        return ""
    return offer[0].upper() + offer[1:] + ("" if offer[-1] in ".!?" else ".")


def _closing(topic: Topic | None, brief: dict[str, Any], trade: Trade, rng: random.Random, *, promo: bool) -> str:
    """Return an invitation that suits the subject, the month's focus and the tone."""
    if promo:
        return rng.choice(trade.invitations["NEW_CLIENTS"])
    suits = topic.focus if topic else ("BRAND_AWARENESS", "RETENTION")
    focus, tone = str(brief.get("primary_focus") or "OTHER"), str(brief.get("tone"))
    if tone == "EDUCATIONAL" and "EDUCATION" in suits:
        focus = "EDUCATION"
    elif focus not in suits:
        focus = suits[0]
    invitations = trade.invitations[focus]
    # a question invites a reply, an offer invites a visit
    return rng.choice(invitations if tone == "PROMOTIONAL" else invitations + trade.questions)


def _without(paragraphs: list[str], avoided: list[str]) -> list[str]:
    """Remove sentences with a word that the brand avoids."""
    words = [re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE) for word in avoided]
    kept = []
    for paragraph in paragraphs:
        parts = re.split(r"(?<=[.!?])\s+", paragraph)
        left = [part for part in parts if not any(word.search(part) for word in words)]
        if left:
            kept.append(" ".join(left))
    return kept or paragraphs[:1]


def _hashtags(topic: Topic | None, trade: Trade, names: dict[str, str]) -> list[str]:
    wanted = [*(topic.tags if topic else ()), "{name}", *trade.tags, "{place}"]
    tags: list[str] = []
    for tag in wanted:
        word = re.sub(r"[^\w]", "", "".join(_capital(part) for part in _filled(tag, names).split()))
        if word and word != "town" and f"#{word}" not in tags:
            tags.append(f"#{word}")
    return tags[:_MOST_HASHTAGS]


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _filled(text: str, names: dict[str, str]) -> str:
    # not str.format: facts and offers are written by people and may contain braces
    return text.replace("{name}", names["name"]).replace("{place}", names["place"])
