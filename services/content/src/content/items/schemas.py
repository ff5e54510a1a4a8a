from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from common.http import RequestModel, samples
from common.texts import LINE, TEXT
from pulseworks_contracts import LIMITS, PLATFORMS, Platform, PlatformPayload, clean_hashtag, without_duplicates
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from content.items.rules import payloads_of
from content.media.schemas import StoredImage
from content.models import ContentItem, PlatformPost


def _in_order(targets: list[Platform]) -> list[Platform]:
    return [platform for platform in PLATFORMS if platform in targets]


Hashtag = Annotated[str, StringConstraints(max_length=100), AfterValidator(clean_hashtag)]
Hashtags = Annotated[list[Hashtag], Field(max_length=30), AfterValidator(without_duplicates)]
Targets = Annotated[list[Platform], Field(min_length=1, max_length=2), AfterValidator(_in_order)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), LINE]
_LONGEST_CAPTION = max(limits.max_characters for limits in LIMITS.values())
Caption = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=_LONGEST_CAPTION), TEXT]
Headline = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), LINE]
Subline = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), LINE]
AltText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000), TEXT]
ContentHash = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Status = Literal["DRAFT", "APPROVED", "SCHEDULED", "PUBLISHED"]


class ContentEdit(RequestModel):
    """Omitted fields stay unchanged, and so do fields that are null."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"revision": 2, "caption": samples.CAPTION, "hashtags": samples.HASHTAGS}]}
    )

    revision: int | None = Field(
        default=None,
        ge=1,
        description="The `revision` that you last read: if the post has changed since, the edit is refused with 409 "
        "`content_changed`. If omitted, the edit applies to whatever is current.",
    )
    title: Title | None = Field(default=None, description="Name of the post in lists. It is not posted.")
    caption: Caption | None = Field(
        default=None, description="The text of the post, without the hashtags in `hashtags`."
    )
    hashtags: Hashtags | None = Field(
        default=None, description="Hashtags, with or without `#`; duplicates are removed."
    )
    headline: Headline | None = Field(
        default=None, description="First line in the image. A change redraws the image, unless it is an uploaded one."
    )
    subline: Subline | None = Field(
        default=None, description="Second line in the image. A change redraws the image, unless it is an uploaded one."
    )
    alt_text: AltText | None = Field(default=None, description="Alternative text of the image.")
    platform_targets: Targets | None = Field(
        default=None, description="Where the post is to appear: `FACEBOOK`, `INSTAGRAM` or both."
    )

    def changes(self) -> dict[str, Any]:
        return self.model_dump(exclude={"revision"}, exclude_none=True)


class Approval(RequestModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"content_hash": samples.CONTENT_HASH}]})

    content_hash: ContentHash = Field(
        description="The `content_hash` that you last read. If the post has changed since, the approval is refused "
        "with 409 `content_changed`."
    )


class ApprovalOfOne(Approval):
    content_id: UUID = Field(examples=[samples.CONTENT_ID], description="Id of the content item to approve.")


class BulkApproval(RequestModel):
    items: list[ApprovalOfOne] = Field(
        min_length=1,
        max_length=100,
        description="The content items to approve. Each is approved or refused on its own.",
    )


class ApprovalRefusal(BaseModel):
    """Why a post was not approved."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "content_id": "0193a5c0-0000-7000-8000-000000000014",
                    "code": "content_changed",
                    "title": "The post has changed since you read it",
                    "detail": "Load the post again, check it, then approve it.",
                }
            ]
        }
    )

    content_id: UUID = Field(description="Id of the content item that was not approved.")
    code: str = Field(description="The error code that `POST /api/content/{content_id}/approve` would return.")
    title: str = Field(description="The kind of error, as a short text for people.")
    detail: str | None = Field(
        description="Text for people: why it was not approved, and what to do. Null if `title` says all."
    )


class PlatformState(BaseModel):
    """A schedule item of the post: where it is published, and its state."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "platform": "INSTAGRAM",
                    "status": "SCHEDULED",
                    "schedule_item_id": samples.ITEM_ID,
                    "scheduled_for": samples.DUE,
                }
            ]
        }
    )

    platform: Platform = Field(description="`FACEBOOK` or `INSTAGRAM`.")
    status: Literal["SCHEDULED", "CANCELLED", "PARKED", "MISSED", "PUBLISHED", "FAILED", "UNKNOWN"] = Field(
        description="`SCHEDULED`: the schedule item is QUEUED or SCHEDULED, so it waits for its time or is being "
        "published. `CANCELLED`, `PARKED`, `MISSED`, `PUBLISHED`, `FAILED` and `UNKNOWN` are as in the schedule item."
    )
    schedule_item_id: UUID = Field(description="Id of the schedule item.")
    scheduled_for: datetime | None = Field(
        description="When it is, or was to be, published; null if that is not known yet."
    )
    post_url: str | None = Field(
        description="URL of the post on the platform; null until it is live, or if the platform gave none."
    )
    message: str | None = Field(description="Text for people: what went wrong, if anything, and what to do.")

    @classmethod
    def of(cls, post: PlatformPost) -> "PlatformState":
        return cls(
            platform=post.platform,
            status=post.status,
            schedule_item_id=post.item_id,
            scheduled_for=post.scheduled_for,
            post_url=post.post_url,
            message=post.message,
        )


class ContentOut(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": samples.CONTENT_ID,
                    "monthly_brief_id": samples.BRIEF_ID,
                    "month": samples.MONTH,
                    "position": 0,
                    "type": "POST",
                    "title": samples.TITLE,
                    "caption": samples.CAPTION,
                    "hashtags": samples.HASHTAGS,
                    "headline": samples.TITLE,
                    "subline": "Two minutes for your calves",
                    "alt_text": samples.ALT_TEXT,
                    "platform_targets": ["FACEBOOK", "INSTAGRAM"],
                    "status": "APPROVED",
                    "platforms": [],
                    "edit_count": 1,
                    "revision": 3,
                    "content_hash": samples.CONTENT_HASH,
                    "approved_by": samples.USER_ID,
                    "approved_at": samples.APPROVED,
                    "created_at": samples.GENERATED,
                    "updated_at": samples.APPROVED,
                }
            ]
        }
    )

    id: UUID
    monthly_brief_id: UUID = Field(description="Id of the brief that it was generated from.")
    month: str = Field(description="The month that it was generated for, `YYYY-MM`.")
    position: int = Field(description="Position among the posts of the month, from 0.")
    type: Literal["POST", "PROMO"] = Field(
        description="`POST`: an ordinary post. `PROMO`: promotes the offer of the brief."
    )
    title: str = Field(description="Name of the post in lists. It is not posted.")
    caption: str = Field(description="The text of the post, without the hashtags in `hashtags`.")
    hashtags: list[str] = Field(description="Hashtags without `#`.")
    headline: str = Field(description="First line in the image.")
    subline: str = Field(description="Second line in the image; may be empty.")
    alt_text: str = Field(description="Alternative text of the image; may be empty.")
    image: StoredImage = Field(description="The image of the post.")
    platform_targets: list[Platform] = Field(
        description="Where the post is to appear: `FACEBOOK`, `INSTAGRAM` or both."
    )
    status: Status = Field(
        description="`DRAFT`: not approved. `APPROVED`: approved, and none of its `platforms` is SCHEDULED (which "
        "covers those that wait for their time), UNKNOWN or PUBLISHED. `SCHEDULED`: approved, and at least one of them "
        "is SCHEDULED or UNKNOWN; so a post that is only PARKED is APPROVED. `PUBLISHED`: live on at least one "
        "platform; it can't be changed any more."
    )
    platforms: list[PlatformState] = Field(
        description="What became of it on each platform. If it was scheduled again, a platform has several entries."
    )
    edit_count: int = Field(description="How often it was edited or regenerated.")
    revision: int = Field(description="Rises with each change. Send it with an edit.")
    content_hash: str = Field(description="Hash of exactly what would be posted. Send it with the approval.")
    approved_by: UUID | None = Field(description="Id of the user who approved it; null if it is not approved.")
    approved_at: datetime | None = Field(description="When it was approved; null if it is not approved.")
    created_at: datetime = Field(description="When it was generated.")
    updated_at: datetime = Field(description="When it last changed.")

    @classmethod
    def of(cls, item: ContentItem, posts: list[PlatformPost]) -> "ContentOut":
        copied = {name: getattr(item, name) for name in cls.model_fields if name not in {"image", "platforms"}}
        return cls(
            **copied,
            image=StoredImage.model_validate(item.media),
            platforms=[PlatformState.of(post) for post in posts if post.content_id == item.id],
        )


class BulkApproved(BaseModel):
    approved: list[ContentOut] = Field(description="The posts that were approved.")
    refused: list[ApprovalRefusal] = Field(description="Posts that were not approved, and why.")


class Preview(BaseModel):
    """What would be sent to each platform: exact text and images."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"content_id": samples.CONTENT_ID, "content_hash": samples.CONTENT_HASH, "payloads": [samples.PAYLOAD]}
            ]
        }
    )

    content_id: UUID = Field(description="Id of the content item.")
    content_hash: str = Field(description="Hash of exactly this. Send it with the approval.")
    payloads: list[PlatformPayload] = Field(description="What would be sent: one entry for each target platform.")

    @classmethod
    def of(cls, item: ContentItem) -> "Preview":
        return cls(content_id=item.id, content_hash=item.content_hash, payloads=payloads_of(item))
