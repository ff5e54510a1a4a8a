from datetime import datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from common.http import Moment, RequestModel, samples
from pulseworks_contracts import Platform, PlatformPayload
from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field

from scheduler.models import ItemStatus, ScheduleItem
from scheduler.slots.explanation import SlotExplanation

Month = Annotated[
    str, Field(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", description="`YYYY-MM`, in the account's time zone.")
]

_STATUS = (
    "`QUEUED`: waits for its time. `SCHEDULED`: handed to the publisher. `PARKED`: held back; see `held_by`. "
    "`PUBLISHED`: live, final. `FAILED`: not published; see `error`. `UNKNOWN`: may or may not be live; see `error`. "
    "`CANCELLED`: withdrawn before it was sent, or resolved as not live. "
    "`MISSED`: its time passed before it could be sent, and it is not sent late."
)

_ITEM: dict[str, Any] = {
    "id": samples.ITEM_ID,
    "revision": 1,
    "content_id": samples.CONTENT_ID,
    "content_revision": 3,
    "title": samples.TITLE,
    "platform": "INSTAGRAM",
    "status": "QUEUED",
    "scheduled_for": samples.DUE,
    "held_by": [],
    "created_at": samples.APPROVED,
}
_FROZEN: dict[str, Any] = {
    "payload": samples.PAYLOAD,
    "content_hash": samples.CONTENT_HASH,
    "provider_profile_id": samples.PROVIDER_PROFILE_ID,
    "platform_account_id": samples.INSTAGRAM_ID,
    "created_by": samples.USER_ID,
}


class MoveIn(RequestModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"scheduled_for": "2026-12-03T18:30:00+13:00"}]})

    scheduled_for: Moment = Field(description="The new time: RFC 3339 with an offset, in the future.")


class Live(RequestModel):
    """The post is live; `url` is its address."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "live", "url": samples.POST_URL}]})

    outcome: Literal["live"]
    url: AnyHttpUrl = Field(description="URL of the post on the platform.")


class NotLive(RequestModel):
    """The post is not live. It is cancelled, and its content can be scheduled again."""

    outcome: Literal["not_live"]


Resolution = Annotated[Live | NotLive, Field(discriminator="outcome")]


class ItemError(BaseModel):
    """Why a post is held back or was not published."""

    code: str = Field(description="Stable code of the reason.")
    message: str = Field(description="Text for people: what was wrong and what to do.")
    remedy: str | None = Field(
        description="What fixes it: `reconnect` the Page or Instagram account, `edit` the post, `subscribe`, "
        "`retry`, `resume`, `wait` or `contact_support`. Null if none of these applies."
    )


class AtRisk(BaseModel):
    """A problem found by the check half an hour before the time. It goes away when a later check passes."""

    code: str = Field(description="Stable code of the problem, for example `media_unreachable`.")
    message: str = Field(description="Text for people: what would go wrong, and how to prevent it.")
    remedy: str = Field(
        description="What fixes it: `reconnect` the Page or Instagram account, `edit` the post, `subscribe`, "
        "`retry` or `contact_support`."
    )
    checked_at: datetime


class ItemOut(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [_ITEM]})

    id: UUID
    revision: int = Field(description="Increases with each move or change of status.")
    content_id: UUID
    content_revision: int
    title: str
    platform: Platform
    status: ItemStatus = Field(description=_STATUS)
    scheduled_for: datetime = Field(description="UTC.")
    error: ItemError | None
    held_by: list[ItemError] = Field(description="Why the post is PARKED. It is queued again when the list is empty.")
    at_risk: AtRisk | None = Field(
        description="The problem found by the check that is made half an hour before the time. Null if there is none "
        "or the item is not QUEUED."
    )
    post_url: str | None
    published_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, item: ScheduleItem) -> "ItemOut":
        return cls(
            id=item.id,
            revision=item.revision,
            content_id=item.content_id,
            content_revision=item.content_revision,
            title=item.title,
            platform=cast("Platform", item.platform),
            status=ItemStatus(item.status),
            scheduled_for=item.scheduled_for,
            error=_error(item),
            held_by=[ItemError.model_validate(blocker) for blocker in item.held_by],
            at_risk=_at_risk(item),
            post_url=item.post_url,
            published_at=item.published_at,
            created_at=item.created_at,
        )


class ItemDetail(ItemOut):
    """A schedule item with the values fixed when it was created: texts, images, profile and target account."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ITEM | _FROZEN]})

    why: SlotExplanation
    payload: PlatformPayload
    content_hash: str = Field(description="Hash of the approved content. Nothing else is posted.")
    provider_profile_id: str = Field(
        description="Ayrshare's `refId` of the profile, fixed when the post was scheduled."
    )
    platform_account_id: str = Field(
        description="Id of the Facebook Page or Instagram account, fixed when the post was scheduled."
    )
    provider_post_id: str | None
    platform_post_id: str | None
    created_by: UUID

    @classmethod
    def of(cls, item: ScheduleItem) -> "ItemDetail":
        return cls(
            **dict(ItemOut.of(item)),
            why=SlotExplanation.from_stored(item.why),
            payload=PlatformPayload.model_validate(item.payload),
            content_hash=item.content_hash,
            provider_profile_id=item.provider_profile_id,
            platform_account_id=item.platform_account_id,
            provider_post_id=item.provider_post_id,
            platform_post_id=item.platform_post_id,
            created_by=item.created_by,
        )


def _error(item: ScheduleItem) -> ItemError | None:
    if item.error_code is None:
        return None
    return ItemError(code=item.error_code, message=item.error_message or "", remedy=item.error_remedy)


def _at_risk(item: ScheduleItem) -> AtRisk | None:
    if item.status != ItemStatus.QUEUED or item.at_risk_code is None or item.preflight_at is None:
        return None
    return AtRisk(
        code=item.at_risk_code,
        message=item.at_risk_message or "",
        remedy=item.at_risk_remedy or "",
        checked_at=item.preflight_at,
    )
