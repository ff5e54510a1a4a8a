from datetime import datetime
from typing import Literal
from uuid import UUID

from common.ids import derived_id
from pydantic import BaseModel, Field

from content.briefs.schemas import Month
from content.models import Generation, GenerationPost, PostStatus


def content_id_of(post_id: UUID) -> UUID:
    """Return the id of a planned post's content item: the same however often the step is repeated."""
    return derived_id("content_item", post_id)


class GenerationStart(BaseModel):
    month: Month = Field(description="The month to write; it needs a brief.")
    post_count: int | None = Field(
        default=None, ge=1, le=31, description="How many posts; without it, all that the plan includes and are missing."
    )


class PlannedOut(BaseModel):
    position: int
    type: Literal["POST", "PROMO"]
    title: str
    status: Literal["PLANNED", "DONE", "FAILED"]
    error: str | None = Field(description="Why it failed and what to do.")
    content_id: UUID | None = Field(description="The draft that was made of it.")

    @classmethod
    def of(cls, post: GenerationPost) -> "PlannedOut":
        done = post.status == PostStatus.DONE
        copied = {name: getattr(post, name) for name in ("position", "type", "title", "status", "error")}
        return cls(**copied, content_id=content_id_of(post.id) if done else None)


class GenerationOut(BaseModel):
    id: UUID
    month: str
    status: Literal["QUEUED", "RUNNING", "COMPLETED", "FAILED"]
    post_count: int
    done: int
    failed: int
    error: str | None
    posts: list[PlannedOut]
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, generation: Generation, posts: list[GenerationPost]) -> "GenerationOut":
        own = [post for post in posts if post.generation_id == generation.id]
        names = ("id", "month", "status", "post_count", "error", "created_at", "finished_at")
        return cls(
            **{name: getattr(generation, name) for name in names},
            done=sum(post.status == PostStatus.DONE for post in own),
            failed=sum(post.status == PostStatus.FAILED for post in own),
            posts=[PlannedOut.of(post) for post in own],
        )


class ProgressData(BaseModel):
    """The data of a server-sent event; its name is the kind."""

    at: datetime
    message: str = Field(description="For people.")
    done: int
    failed: int
    post_count: int
    title: str | None = Field(default=None, description="Of the post that this is about.")
    content_id: UUID | None = None
