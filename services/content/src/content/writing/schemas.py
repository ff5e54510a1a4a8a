"""The answers of the language model. Unusable ones fail validation."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, create_model

from content.items.rules import HASHTAG
from content.items.schemas import clean_hashtag, without_duplicates

_MAX_HASHTAGS = 5
_MAX_HASHTAG_LENGTH = 50


class PlannedPost(BaseModel):
    type: Literal["POST", "PROMO"]
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    angle: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
    headline: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class _PlannedWithoutOffer(PlannedPost):
    type: Literal["POST"]


def _different_titles(posts: list[PlannedPost]) -> list[PlannedPost]:
    if len({post.title.casefold() for post in posts}) < len(posts):
        raise ValueError("two posts have the same title")
    return posts


class MonthPlan(BaseModel):
    posts: list[PlannedPost]


def month_plan(post_count: int, *, promo: bool) -> type[MonthPlan]:
    """Return the type of a plan with exactly ``post_count`` posts, and without a PROMO unless there is an offer."""
    planned = PlannedPost if promo else _PlannedWithoutOffer
    posts = Annotated[
        list[planned],  # type: ignore[valid-type] # the element type is a variable
        Field(min_length=post_count, max_length=post_count),
        AfterValidator(_different_titles),
    ]
    return create_model("MonthPlan", __base__=MonthPlan, posts=(posts, ...))


def _usable_hashtags(tags: list[str]) -> list[str]:
    """Return the valid hashtags without duplicates, at most as many as the strictest platform allows."""
    usable = []
    for tag in tags:
        try:
            usable.append(clean_hashtag(tag.replace(" ", "")))
        except ValueError:
            continue
    return without_duplicates(tag for tag in usable if len(tag) <= _MAX_HASHTAG_LENGTH)[:_MAX_HASHTAGS]


def _without_hashtags(caption: str) -> str:
    if HASHTAG.search(caption):
        raise ValueError("hashtags belong in their own list")
    return caption


class WrittenPost(BaseModel):
    caption: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=20, max_length=1_900),
        AfterValidator(_without_hashtags),
    ]
    hashtags: Annotated[list[str], AfterValidator(_usable_hashtags)]
    headline: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    subline: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
    alt_text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000)]
