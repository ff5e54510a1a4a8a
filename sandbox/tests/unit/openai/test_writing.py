import hashlib
import json
import re
from typing import Any

import pytest
from sandbox.openai.writing import write
from sandbox.openai.writing.library import load_trade
from sandbox.website.sites import SITE_NAMES, load_site, render_page


def ask(task: dict[str, Any], schema: dict[str, Any] | None = None) -> Any:
    text = json.dumps(task)
    response = write(
        [("system", "Be brief."), ("user", text)], schema, hashlib.sha256(text.encode()).hexdigest(), as_json=True
    )
    return json.loads(response)


def pages_of(slug: str) -> list[dict[str, str]]:
    pages = []
    for page in load_site(slug).pages:
        html = (render_page(slug, page.slug, "http://site") or "").split('<main id="main">')[1].split("</main>")[0]
        pages.append(
            {"url": f"http://site/{slug}/{page.slug}", "title": page.title, "text": re.sub(r"<[^>]+>", "\n", html)}
        )
    return pages


def brand_of(slug: str) -> dict[str, Any]:
    profile: dict[str, Any] = ask({"task": "brand_profile", "url": f"http://site/{slug}/", "pages": pages_of(slug)})
    return profile


def brief(**changes: Any) -> dict[str, Any]:
    plain = {"primary_focus": "NEW_CLIENTS", "promo_enabled": False, "promo_text": "", "tone": "NEUTRAL", "notes": ""}
    return plain | changes


@pytest.mark.parametrize("slug", SITE_NAMES)
def test_a_profile_quotes_the_website_and_no_price(slug: str) -> None:
    profile = brand_of(slug)
    text = " ".join(" ".join(page["text"].split()) for page in pages_of(slug))
    assert profile["business_name"] == load_site(slug).name
    assert len(profile["facts"]) >= 10
    for fact in profile["facts"]:
        assert fact["text"] in text
        assert not re.search(r"[$€]\s?\d", fact["text"])
        assert fact["source_url"].startswith(f"http://site/{slug}/")


@pytest.mark.parametrize("slug", SITE_NAMES)
@pytest.mark.parametrize("count", [8, 12, 20])
@pytest.mark.parametrize("month", ["2026-12", "2027-04", "2027-07"])
def test_a_month_never_repeats_itself(slug: str, count: int, month: str) -> None:
    brand = brand_of(slug)
    asked = brief(promo_enabled=True, promo_text="Two for one on Fridays")
    posts = ask({"task": "month_plan", "month": month, "post_count": count, "brief": asked, "brand": brand})["posts"]
    assert len(posts) == count
    assert len({post["title"] for post in posts}) == count
    assert posts[0]["type"] == "POST"
    assert 1 <= sum(post["type"] == "PROMO" for post in posts) <= count // 4
    captions = [
        ask(
            {
                "task": "caption",
                "brand": brand,
                "brief": asked,
                "post": post | {"index": number},
                "platforms": ["FACEBOOK"],
            }
        )
        for number, post in enumerate(posts)
    ]
    assert len({caption["caption"] for caption in captions}) == count
    for post, caption in zip(posts, captions, strict=True):
        assert 0 < len(caption["hashtags"]) <= 5
        assert all(re.fullmatch(r"#\w+", tag) for tag in caption["hashtags"])
        assert "{" not in caption["caption"] + caption["headline"] + caption["subline"] + caption["alt_text"]
        assert len(caption["headline"]) <= 60
        assert post["type"] == "POST" or "Two for one on Fridays." in caption["caption"]


def test_without_an_offer_nothing_is_promoted() -> None:
    plan = ask(
        {"task": "month_plan", "month": "2026-12", "post_count": 8, "brief": brief(), "brand": brand_of(SITE_NAMES[0])}
    )
    assert {post["type"] for post in plan["posts"]} == {"POST"}


def test_the_season_is_that_of_the_place() -> None:
    def titles(slug: str, month: str) -> set[str]:
        asked = {"task": "month_plan", "month": month, "post_count": 20, "brief": brief(), "brand": brand_of(slug)}
        return {post["title"] for post in ask(asked)["posts"]}

    assert "Ready for summer sport" in titles("harbour-physio", "2026-12")
    assert "Before the holidays" in titles("padaria-alfama", "2026-12")


def test_words_that_the_brand_avoids_are_not_used() -> None:
    brand = brand_of("padaria-alfama") | {"words_to_avoid": ["flour"]}
    post = {"type": "POST", "title": "Flour you can taste", "headline": "Taste it", "angle": "", "index": 0}
    assert "flour" not in ask({"task": "caption", "brand": brand, "brief": brief(), "post": post})["caption"].lower()


def test_a_business_of_an_unknown_trade_gets_its_own_posts() -> None:
    pages = [
        {
            "url": "http://x/",
            "title": "Quill & Sons",
            "text": "We repair fountain pens in Leeds. Our bench is from 1931.",
        }
    ]
    brand = ask({"task": "brand_profile", "url": "http://x/", "pages": pages})
    assert "Leeds" in brand["what_they_do"]
    plan = ask({"task": "month_plan", "month": "2026-12", "post_count": 20, "brief": brief(), "brand": brand})
    assert len({post["title"] for post in plan["posts"]}) == 20
    caption = ask({"task": "caption", "brand": brand, "brief": brief(), "post": plan["posts"][0], "platforms": []})
    assert len(caption["caption"]) > 80


def test_the_schema_decides_what_is_sent() -> None:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            "caption": {"type": "string"},
            "language": {"type": "string"},
            "score": {"type": "number"},
            "mood": {"type": "string", "enum": ["calm", "bright"]},
            "note": {"anyOf": [{"type": "null"}, {"type": "string"}]},
            "parts": {"type": "array", "items": {"$ref": "#/$defs/Component"}},
        },
        "required": ["caption", "language", "score", "mood", "note", "parts"],
        "additionalProperties": False,
        "$defs": {
            "Component": {
                "type": "object",
                "properties": {"title": {"type": "string"}, "count": {"type": "integer"}},
                "required": ["title", "count"],
                "additionalProperties": False,
            }
        },
    }
    filled = ask(
        {"task": "caption", "brand": brand_of(SITE_NAMES[0]), "brief": brief(), "post": {"title": "Heat or ice?"}},
        schema,
    )
    assert set(filled) == set(schema["required"])
    assert "ice" in filled["caption"].lower() or "cool" in filled["caption"].lower()
    assert filled["mood"] in {"calm", "bright"}
    assert all(isinstance(part["count"], int) for part in filled["parts"])


def test_equal_requests_get_equal_responses_and_different_ones_differ() -> None:
    task = {
        "task": "caption",
        "brand": brand_of(SITE_NAMES[0]),
        "brief": brief(),
        "post": {"title": "Heat or ice?", "index": 1},
    }
    again = [ask(task)["caption"] for _ in range(3)]
    assert len(set(again)) == 1
    others = {ask(task | {"attempt": number})["caption"] for number in range(12)}
    assert len(others) > 3


@pytest.mark.parametrize("name", ["physio", "bakery", "general"])
def test_the_library_is_complete(name: str) -> None:
    trade = load_trade(name)
    titles = [topic.title for topic in trade.topics]
    assert len(set(titles)) == len(titles) >= 14
    for topic in trade.topics:
        assert len(topic.bodies) >= 2
        assert set(topic.focus) <= set(trade.invitations)
        assert len(topic.headline) <= 45
