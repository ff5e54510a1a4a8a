from datetime import datetime
from typing import Literal
from uuid import UUID

from common.http import RequestModel, samples
from common.ids import derived_id
from pydantic import BaseModel, ConfigDict, Field

from content.briefs.schemas import Month
from content.models import Generation, GenerationPost, PlannedPostStatus


def content_id_of(post_id: UUID) -> UUID:
    """Return the id of a planned post's content item. It is derived, so a repeated step returns the same id."""
    return derived_id("content_item", post_id)


class GenerationStart(RequestModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"month": samples.MONTH}]})

    month: Month = Field(
        description="The month to generate. It needs a brief, and must not be over in the account's time zone."
    )
    post_count: int | None = Field(
        default=None,
        ge=1,
        le=31,
        description="Number of posts to generate. Default: the plan's posts per month minus those that the month "
        "already has, and at most what is left in the billing period.",
    )


class PlannedOut(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "position": 0,
                    "type": "POST",
                    "title": samples.TITLE,
                    "status": "DONE",
                    "content_id": samples.CONTENT_ID,
                }
            ]
        }
    )

    position: int
    type: Literal["POST", "PROMO"]
    title: str
    status: Literal["PLANNED", "DONE", "FAILED"]
    error: str | None = Field(description="Why it failed, and what to do.")
    content_id: UUID | None = Field(description="Id of the post; null until it is written.")

    @classmethod
    def of(cls, post: GenerationPost) -> "PlannedOut":
        done = post.status == PlannedPostStatus.DONE
        copied = {name: getattr(post, name) for name in ("position", "type", "title", "status", "error")}
        return cls(**copied, content_id=content_id_of(post.id) if done else None)


class GenerationOut(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": samples.GENERATION_ID,
                    "month": samples.MONTH,
                    "status": "RUNNING",
                    "post_count": 8,
                    "done": 1,
                    "failed": 0,
                    "created_at": samples.GENERATED,
                }
            ]
        }
    )

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
            done=sum(post.status == PlannedPostStatus.DONE for post in own),
            failed=sum(post.status == PlannedPostStatus.FAILED for post in own),
            posts=[PlannedOut.of(post) for post in own],
        )


class ProgressData(BaseModel):
    """The data of a server-sent event; the event's name is the kind."""

    at: datetime
    message: str = Field(description="Text for people.")
    done: int
    failed: int
    post_count: int
    title: str | None = Field(default=None, description="The title of the post, if the event is about one.")
    content_id: UUID | None = None


PROGRESS_EXAMPLE = f"""\
id: 7
event: post_ready
data: {{"at": "{samples.GENERATED}", "message": "{samples.TITLE}", "done": 1, "failed": 0, "post_count": 8, \
"title": "{samples.TITLE}", "content_id": "{samples.CONTENT_ID}"}}

"""
