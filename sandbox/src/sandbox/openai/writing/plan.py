"""The month's plan: which subjects, in which order, and where the offer appears."""

import random
from typing import Any

from sandbox.openai.writing.library import Topic, Trade, trade_of
from sandbox.openai.writing.reading import place

_SOUTHERN = ("new zealand", "auckland", "wellington", "australia", "sydney", "melbourne", "cape town", "south africa")
_PROMO_TITLES = (
    ("This month's offer", "This month, for you", "A good moment to come by", "Introduce the offer plainly"),
    ("A reminder about our offer", "Still time", "Before the month is over", "Remind people kindly before it ends"),
    ("Have you seen our offer?", "Have you seen this?", "Pass it on", "Ask people to share the offer with a friend"),
    ("The offer, in one picture", "All you need to know", "Short and simple", "Explain the offer in two sentences"),
    ("Last days of our offer", "Last few days", "Then it is gone", "A final, friendly reminder"),
)
SPOTLIGHT_ANGLE = "Tell the story behind this fact: "
_SPOTLIGHTS = (
    ("Did you know?", "Did you know?", "One thing about us"),
    ("A small fact about us", "A small fact about us", "And we are proud of it"),
    ("Something we are proud of", "We are proud of this", "Small, but ours"),
    ("People often ask us about this", "You asked, here it is", "A short answer"),
    ("Worth knowing before you come", "Good to know", "Before you come"),
    ("One reason to like us", "One of our favourite things", "There are more"),
)


def month_plan(task: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Respond to a `month_plan` task."""
    brief, brand = as_dict(task.get("brief")), as_dict(task.get("brand"))
    count = int(task.get("post_count") or 8)
    promos = _promo_count(brief, count)
    posts = [_as_post(subject) for subject in _subjects(task, brief, brand, rng)]
    posts = _fill_up(posts, count - promos, rng)
    for number in range(promos):
        title, headline, _subline, angle = _PROMO_TITLES[number % len(_PROMO_TITLES)]
        # spread evenly, but never the first post of a month
        at = round((number + 1) * count / (promos + 1))
        posts.insert(min(at, len(posts)), {"type": "PROMO", "title": title, "angle": angle, "headline": headline})
    return {"posts": posts}


def _promo_count(brief: dict[str, Any], count: int) -> int:
    if not brief.get("promo_enabled"):
        return 0
    share = 4 if str(brief.get("tone")) == "PROMOTIONAL" else 6
    return max(1, min(len(_PROMO_TITLES), count // share))


def _subjects(
    task: dict[str, Any], brief: dict[str, Any], brand: dict[str, Any], rng: random.Random
) -> list[tuple[str, str, str]]:
    """Return (title, angle, headline), best first: topics by focus, season and notes, mixed with facts."""
    text = text_of(brand)
    trade = trade_of(text)
    town = place(text) or "town"
    season = _season(str(task.get("month", "")), text)
    focus = str(brief.get("primary_focus") or "OTHER")
    notes = str(brief.get("notes") or "").lower()

    def rank(topic: Topic) -> float:
        score = rng.random() * 1.5
        score += 2 if focus in topic.focus else 0
        score += 2 if topic.months else 0
        score += 1 if any(word in text.lower() for word in topic.words) else 0
        return score + sum(1 for word in topic.words if word in notes)

    open_topics = [topic for topic in trade.topics if not topic.months or season in topic.months]
    topics = [
        (topic.title, topic.angle, topic.headline.format(name=brand.get("business_name", "us"), place=town))
        for topic in sorted(open_topics, key=rank, reverse=True)
    ]
    spotlights = _spotlights(brand, [word for topic in open_topics for word in topic.words], rng)
    # every fourth post is about the business itself
    mixed: list[tuple[str, str, str]] = []
    while topics or spotlights:
        mixed += topics[:3] + spotlights[:1]
        topics, spotlights = topics[3:], spotlights[1:]
    return mixed


def _spotlights(brand: dict[str, Any], words: list[str], rng: random.Random) -> list[tuple[str, str, str]]:
    """Return facts that no topic of the month is likely to quote, then the others."""
    known = facts_of(brand)
    rng.shuffle(known)
    known.sort(key=lambda fact: any(word in fact.lower() for word in words))
    chosen = known[: len(_SPOTLIGHTS)]
    frames = rng.sample(_SPOTLIGHTS, len(chosen))
    return [
        (title, f"{SPOTLIGHT_ANGLE}{fact}", headline) for fact, (title, headline, _) in zip(chosen, frames, strict=True)
    ]


def _fill_up(posts: list[dict[str, str]], wanted: int, rng: random.Random) -> list[dict[str, str]]:
    """Return the first `wanted`. A long plan for a business with few facts repeats subjects as new parts."""
    filled = posts[:wanted]
    part = 2
    while len(filled) < wanted:
        again = rng.sample(posts, len(posts))
        filled += [post | {"title": f"{post['title']} (part {part})"} for post in again][: wanted - len(filled)]
        part += 1
    return filled


def _as_post(subject: tuple[str, str, str]) -> dict[str, str]:
    title, angle, headline = subject
    return {"type": "POST", "title": title, "angle": angle, "headline": headline}


def _season(month: str, text: str) -> int:
    """Return the month of the year with the same season in the northern hemisphere, or 0 if unknown."""
    try:
        number = int(month[5:7])
    except ValueError:
        return 0
    if not any(town in text.lower() for town in _SOUTHERN):
        return number
    return (number + 5) % 12 + 1


def text_of(brand: dict[str, Any]) -> str:
    known = " ".join(str(as_dict(fact).get("text") or fact) for fact in brand.get("facts") or [])
    return f"{brand.get('business_name', '')}. {brand.get('what_they_do', '')} {known}"


def as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def facts_of(brand: dict[str, Any]) -> list[str]:
    """Return the texts of the brand's facts, without those that `what_they_do` already contains."""
    known = [str(as_dict(fact).get("text") or fact) for fact in brand.get("facts") or []]
    said = str(brand.get("what_they_do") or "")
    return [fact for fact in known if fact not in said]


def find_topic(trade: Trade, title: str) -> Topic | None:
    """Return the topic that a planned post came from."""
    wanted = title.partition(" (part ")[0].strip().lower()
    return next((topic for topic in trade.topics if topic.title.lower() == wanted), None)
