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
        description="The month to generate, `YYYY-MM`: one with a brief, and not over in the account's time zone."
    )
    post_count: int | None = Field(
        default=None,
        ge=1,
        le=31,
        description="How many posts to generate. The month may then have more than the plan's `posts_per_month`. If "
        "fewer are left in the billing period, the response is 409 `month_full`. Default: as many as the month lacks "
        "of `posts_per_month`, or fewer if only those are left in the billing period.",
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

    position: int = Field(description="Position among the posts of the month, from 0.")
    type: Literal["POST", "PROMO"] = Field(
        description="`POST`: an ordinary post. `PROMO`: promotes the offer of the brief."
    )
    title: str = Field(description="Name of the post in lists. It is not posted.")
    status: Literal["PLANNED", "DONE", "FAILED"] = Field(
        description="`PLANNED`: not written yet. `DONE`: saved as a draft. `FAILED`: see `error`."
    )
    error: str | None = Field(description="Text for people: why it failed, and what to do.")
    content_id: UUID | None = Field(description="Id of the content item; null unless it is `DONE`.")

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
    month: str = Field(description="The month that is generated, `YYYY-MM`.")
    status: Literal["QUEUED", "RUNNING", "COMPLETED", "FAILED"] = Field(
        description="`QUEUED`: waits to be started. `RUNNING`: in progress. `COMPLETED`: finished, with at least one "
        "post; `failed` says how many could not be made. `FAILED`: finished without a post."
    )
    post_count: int = Field(description="How many posts the run is to make.")
    done: int = Field(description="How many of them are saved as drafts.")
    failed: int = Field(description="How many of them failed.")
    error: str | None = Field(description="Text for people: why the run failed as a whole, and what to do.")
    posts: list[PlannedOut] = Field(description="The planned posts; empty until the plan is made.")
    created_at: datetime = Field(description="When the run was requested.")
    finished_at: datetime | None = Field(description="When it became `COMPLETED` or `FAILED`; null until then.")

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
