"""What the model is asked, and the shape of its answers. Changed words change the product: raise VERSION."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, create_model

from content.brand.schemas import BrandText
from content.items.schemas import hashtag
from content.models import GenerationPost, MonthlyBrief

VERSION = 1
_MOST_HASHTAGS = 5

BRAND_INSTRUCTIONS = """
You read a small business's website and write its brand profile for a copywriter. Use only what the pages say.
Each fact is one sentence with the address of the page that states it. Never add prices, claims or awards that are
not there.
""".strip()

PLAN_INSTRUCTIONS = """
You plan a month of posts for a small business's Facebook Page and Instagram account. Follow the brief's focus, tone
and notes. No two posts share a subject. A PROMO post carries the brief's offer and nothing else is offered.
A headline is at most eight words and works without the caption.
""".strip()

CAPTION_INSTRUCTIONS = """
You write one post for a small business, in its own voice and in the language of its website. Start with the reader,
not with the business. Two to four short paragraphs, below 1,200 characters, no hashtags within. State only facts that
are given. Give three to five specific hashtags. The headline and subline go into the picture; the alt text says what
the picture shows.
""".strip()


class PlannedPost(BaseModel):
    type: Literal["POST", "PROMO"]
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    angle: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
    headline: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


def plan_of(count: int) -> type[BaseModel]:
    """Return the answer that holds exactly ``count`` posts."""
    posts = Annotated[list[PlannedPost], Field(min_length=count, max_length=count)]
    return create_model("MonthPlan", posts=(posts, ...))


def _clean_hashtags(tags: list[str]) -> list[str]:
    """Keep the usable ones, each once whatever its case, as many as the strictest platform takes."""
    kept: dict[str, str] = {}
    for tag in tags:
        try:
            clean = hashtag(tag.replace(" ", ""))
        except ValueError:
            continue
        kept.setdefault(clean.casefold(), clean)
    return list(kept.values())[:_MOST_HASHTAGS]


class WrittenPost(BaseModel):
    caption: Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=1_900)]
    hashtags: Annotated[list[str], AfterValidator(_clean_hashtags)]
    headline: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    subline: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
    alt_text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000)]


def brief_facts(brief: MonthlyBrief) -> dict[str, Any]:
    return {
        "primary_focus": brief.primary_focus,
        "promo_enabled": brief.promo_enabled,
        "promo_text": brief.promo_text,
        "tone": brief.tone,
        "notes": brief.notes,
    }


def brand_task(url: str, pages: list[dict[str, str]]) -> dict[str, Any]:
    return {"task": "brand_profile", "url": url, "pages": pages}


def plan_task(brief: MonthlyBrief, brand: BrandText, post_count: int) -> dict[str, Any]:
    return {
        "task": "month_plan",
        "month": brief.month,
        "post_count": post_count,
        "brief": brief_facts(brief),
        "brand": brand.model_dump(),
    }


def caption_task(brief: MonthlyBrief, brand: BrandText, post: GenerationPost, *, variation: int = 0) -> dict[str, Any]:
    return {
        "task": "caption",
        "brand": brand.model_dump(),
        "brief": brief_facts(brief),
        "post": {
            "type": post.type,
            "title": post.title,
            "angle": post.angle,
            "headline": post.headline,
            "index": post.position,
            "variation": variation,
        },
        "platforms": ["FACEBOOK", "INSTAGRAM"],
    }
