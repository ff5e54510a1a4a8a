"""The answers of the language model. What is unmistakable is repaired, the rest fails validation."""

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Literal

from common.texts import LINE, TEXT
from pulseworks_contracts import clean_hashtag, hashtags_in, without_duplicates
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    StringConstraints,
    ValidationError,
    create_model,
    model_validator,
)

_MAX_HASHTAGS = 5
_MAX_HASHTAG_LENGTH = 50


class PlannedPost(BaseModel):
    type: Literal["POST", "PROMO"]
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), LINE]
    angle: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), TEXT]
    headline: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), LINE]


class _PlannedWithoutOffer(PlannedPost):
    type: Literal["POST"]


class MonthPlan(BaseModel):
    posts: list[PlannedPost]


@cache
def month_plan(*, promo: bool) -> type[MonthPlan]:
    """Return the type of a plan, without a PROMO unless there is an offer. A post that can't be used is left out."""
    planned = PlannedPost if promo else _PlannedWithoutOffer
    posts = Annotated[list[planned], BeforeValidator(_usable(planned))]  # type: ignore[valid-type] # the element type is a variable
    return create_model("MonthPlan", __base__=MonthPlan, posts=(posts, ...))


def _usable(planned: type[PlannedPost]) -> Callable[[Any], Any]:
    def usable(posts: Any) -> Any:
        """Leave out posts that can't be used, unless that leaves none: then the first one's problem is reported."""
        if not isinstance(posts, list):
            return posts
        return [post for post in posts if _is_valid(planned, post)] or posts

    return usable


def _is_valid(planned: type[PlannedPost], post: Any) -> bool:
    try:
        planned.model_validate(post)
    except ValidationError:
        return False
    return True


def _usable_hashtags(tags: list[str]) -> list[str]:
    """Return the valid hashtags without duplicates, at most as many as the strictest platform allows."""
    usable = []
    for tag in tags:
        try:
            usable.append(clean_hashtag("".join(tag.split())))
        except ValueError:
            continue
    return without_duplicates(tag for tag in usable if len(tag) <= _MAX_HASHTAG_LENGTH)[:_MAX_HASHTAGS]


def _without_hashtags(caption: str) -> str:
    if hashtags_in(caption):
        raise ValueError("hashtags belong in their own list")
    return caption


class WrittenPost(BaseModel):
    caption: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=20, max_length=1_900),
        TEXT,
        AfterValidator(_without_hashtags),
    ]
    hashtags: Annotated[list[str], AfterValidator(_usable_hashtags)]
    headline: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), LINE]
    subline: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), LINE]
    alt_text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000), TEXT]

    @model_validator(mode="before")
    @classmethod
    def _move_closing_hashtags(cls, post: Any) -> Any:
        """Move hashtags that end the caption into their list: the model often writes them in both places."""
        if not isinstance(post, dict) or not isinstance(caption := post.get("caption"), str):
            return post
        words = caption.split()
        kept = len(words)
        while kept and (tags := hashtags_in(words[kept - 1])) and words[kept - 1] == "".join(f"#{tag}" for tag in tags):
            kept -= 1
        if kept == len(words) or not isinstance(post.get("hashtags"), list):
            return post
        for word in reversed(words[kept:]):
            caption = caption.rstrip().removesuffix(word)
        moved = [tag for word in words[kept:] for tag in hashtags_in(word)]
        return post | {"caption": caption, "hashtags": [*post["hashtags"], *moved]}
